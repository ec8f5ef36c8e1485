// Durations as text in the two dialects that the field uses: Go's (`time.ParseDuration`: `1h30m`, `-2s`,
// `1.5ms`) and Prometheus's (`1d2h`, `5m`; integers only, largest unit first). Both parse to nanoseconds.

import { Failure } from './errors.ts';

/** Nanoseconds of each unit that the query languages know; Go's own durations end at hours. */
export const durationUnitsNs: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
  w: 604_800_000_000_000n,
  y: 31_536_000_000_000_000n,
};

const goUnits: ReadonlySet<string> = new Set(['ns', 'us', 'µs', 'μs', 'ms', 's', 'm', 'h']);
const prometheusUnits: readonly string[] = ['y', 'w', 'd', 'h', 'm', 's', 'ms'];
const int64Max = 9_223_372_036_854_775_807n;

/** Go duration text to signed nanoseconds; `invalid-data` when it is not one or leaves int64. */
export function parseGoDurationNs(text: string): bigint {
  const bad = (): Failure =>
    new Failure('invalid-data', `invalid duration ${JSON.stringify(text)}`);
  const negative = text.startsWith('-');
  let rest = negative || text.startsWith('+') ? text.slice(1) : text;
  if (rest === '0') return 0n;
  if (rest === '') throw bad();
  let total = 0n;
  while (rest !== '') {
    const part = /^(\d*)(?:\.(\d*))?([a-zµμ]+)/.exec(rest);
    if (part === null) throw bad();
    const [all, whole = '', fraction = '', unit = ''] = part;
    const scale = durationUnitsNs[unit];
    if (scale === undefined || !goUnits.has(unit) || (whole === '' && fraction === '')) throw bad();
    total += BigInt(whole === '' ? 0 : whole) * scale;
    if (fraction !== '') {
      const digits = fraction.slice(0, 18);
      total += (BigInt(digits) * scale) / 10n ** BigInt(digits.length);
    }
    if (total > int64Max) throw bad();
    rest = rest.slice(all.length);
  }
  return negative ? -total : total;
}

/** Prometheus duration text (`1h30m`, `0`) to nanoseconds; `invalid-data` when it is not one. */
export function parsePrometheusDurationNs(text: string): bigint {
  const bad = (reason: string): Failure => new Failure('invalid-data', reason);
  if (text === '0') return 0n;
  if (text === '') throw bad('empty duration string');
  let rest = text;
  let total = 0n;
  let nextUnit = 0;
  while (rest !== '') {
    const part = /^(\d+)(ms|[ywdhms])/.exec(rest);
    const unit = part?.[2] ?? '';
    const at = prometheusUnits.indexOf(unit, nextUnit);
    if (part === null || at < 0) throw bad(`not a valid duration string: ${JSON.stringify(text)}`);
    nextUnit = at + 1;
    total += BigInt(part[1] ?? 0) * (durationUnitsNs[unit] ?? 0n);
    if (total > int64Max) throw bad('duration out of range');
    rest = rest.slice(part[0].length);
  }
  return total;
}

/** Nanoseconds as Prometheus prints them: `1h30m`, `100ms`, `0s`; below a millisecond it is cut. */
export function printPrometheusDuration(ns: bigint): string {
  let ms = ns / 1_000_000n;
  if (ms === 0n) return '0s';
  const sign = ms < 0n ? '-' : '';
  if (ms < 0n) ms = -ms;
  let text = '';
  const part = (unit: string, unitMs: bigint, exact: boolean): void => {
    // Years, weeks and days are only used when nothing is left over: 90 m is `1h30m`, 8 d is `8d`.
    if (exact && ms % unitMs !== 0n) return;
    const count = ms / unitMs;
    if (count > 0n) {
      text += `${count}${unit}`;
      ms -= count * unitMs;
    }
  };
  part('y', 31_536_000_000n, true);
  part('w', 604_800_000n, true);
  part('d', 86_400_000n, true);
  part('h', 3_600_000n, false);
  part('m', 60_000n, false);
  part('s', 1_000n, false);
  part('ms', 1n, false);
  return sign + text;
}

/** Nanoseconds as Go prints durations: `1h30m0s`, `1.5s`, `100ms`, `2µs`, `0s`. */
export function printGoDuration(ns: bigint): string {
  if (ns === 0n) return '0s';
  if (ns < 0n) return `-${printGoDuration(-ns)}`;
  const fraction = (value: bigint, scale: bigint): string => {
    const digits = (value % scale).toString().padStart(scale.toString().length - 1, '0');
    const trimmed = digits.replace(/0+$/, '');
    return `${value / scale}${trimmed === '' ? '' : `.${trimmed}`}`;
  };
  if (ns < 1_000n) return `${ns}ns`;
  if (ns < 1_000_000n) return `${fraction(ns, 1_000n)}µs`;
  if (ns < 1_000_000_000n) return `${fraction(ns, 1_000_000n)}ms`;
  const hours = ns / 3_600_000_000_000n;
  const minutes = (ns / 60_000_000_000n) % 60n;
  const seconds = `${fraction(ns % 60_000_000_000n, 1_000_000_000n)}s`;
  if (hours > 0n) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0n ? `${minutes}m${seconds}` : seconds;
}
