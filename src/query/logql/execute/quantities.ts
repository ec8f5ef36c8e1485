// Texts of label values as numbers: durations as Go reads them, sizes as people write them. Failures are messages in
// Go's words, because they end up in `__error_details__`.

import { parseGoFloat } from '../../language/go-number.ts';
import { quoteGo } from '../../language/go-string.ts';

/** A value, or why the text has none. */
export type Quantity =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly reason: string };

const failed = (reason: string): Quantity => ({ ok: false, reason });

const unitNs: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 6e10,
  h: 3.6e12,
};

const durationPart = /(\d*)(\.\d*)?([^\d.]*)/y;

/** Go's `time.ParseDuration` in nanoseconds. */
export function readDurationNs(text: string): Quantity {
  const invalid = (): Quantity => failed(`time: invalid duration ${quoteGo(text)}`);
  const sign = text[0] === '-' ? -1 : 1;
  let at = text[0] === '-' || text[0] === '+' ? 1 : 0;
  if (text.slice(at) === '0') return { ok: true, value: 0 };
  if (at === text.length) return invalid();
  let total = 0;
  while (at < text.length) {
    durationPart.lastIndex = at;
    const part = durationPart.exec(text);
    const [all = '', whole = '', fraction = '', unit = ''] = part ?? [];
    if (whole === '' && fraction.length < 2) return invalid();
    if (unit === '') return failed(`time: missing unit in duration ${quoteGo(text)}`);
    const size = unitNs[unit];
    if (size === undefined)
      return failed(`time: unknown unit ${quoteGo(unit)} in duration ${quoteGo(text)}`);
    total += Number(whole === '' ? '0' : whole) * size;
    if (fraction.length > 1) total += Math.trunc(Number(`0${fraction}`) * size);
    at += all.length;
  }
  if (total >= 2 ** 63) return invalid();
  return { ok: true, value: sign * total };
}

const sizeUnits: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  k: 1e3,
  mb: 1e6,
  m: 1e6,
  gb: 1e9,
  g: 1e9,
  tb: 1e12,
  t: 1e12,
  pb: 1e15,
  p: 1e15,
  eb: 1e18,
  e: 1e18,
  kib: 2 ** 10,
  ki: 2 ** 10,
  mib: 2 ** 20,
  mi: 2 ** 20,
  gib: 2 ** 30,
  gi: 2 ** 30,
  tib: 2 ** 40,
  ti: 2 ** 40,
  pib: 2 ** 50,
  pi: 2 ** 50,
  eib: 2 ** 60,
  ei: 2 ** 60,
};

/** `5KB`, `1.5 MiB`, `2,048`: whole bytes. */
export function readBytes(text: string): Quantity {
  const digits = /^[\d.,]*/.exec(text)?.[0] ?? '';
  const plain = digits.replaceAll(',', '');
  const value = parseGoFloat(plain);
  if (value === undefined)
    return failed(`strconv.ParseFloat: parsing ${quoteGo(plain)}: invalid syntax`);
  const unit = text.slice(digits.length).trim().toLowerCase();
  const size = sizeUnits[unit];
  if (size === undefined) return failed(`unhandled size name: ${unit}`);
  const bytes = value * size;
  if (bytes >= 2 ** 64) return failed(`too large: ${text}`);
  return { ok: true, value: Math.trunc(bytes) };
}

export function readNumber(text: string): Quantity {
  const value = parseGoFloat(text);
  if (value !== undefined) return { ok: true, value };
  return failed(`strconv.ParseFloat: parsing ${quoteGo(text)}: invalid syntax`);
}
