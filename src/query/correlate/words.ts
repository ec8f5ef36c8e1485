// Numbers, spans of time and instants as sentences for people have them: `48,210`, `0 %`, `850 ms`, `4.2 s`.

/** With thousands separated by commas. */
export function countText(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** `1 log line`, `2 log lines`. */
export function countOf(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Whole percents; what is not nothing is never shown as `0 %`, nor what is not all as `100 %`. */
export function percentText(part: number, whole: number): string {
  const percent = whole === 0 ? 0 : (part / whole) * 100;
  if (percent > 0 && percent < 1) return 'less than 1 %';
  if (percent > 99 && percent < 100) return 'more than 99 %';
  return `${Math.round(percent)} %`;
}

/** Milliseconds below one second, seconds with one digit below a minute, then minutes. */
export function durationText(ns: bigint): string {
  const ms = Number(ns < 0n ? -ns : ns) / 1e6;
  const sign = ns < 0n ? '-' : '';
  if (ms < 1000) return `${sign}${ms < 10 ? Number(ms.toFixed(2)) : Math.round(ms)} ms`;
  if (ms < 60_000) return `${sign}${Number((ms / 1000).toFixed(1))} s`;
  return `${sign}${Number((ms / 60_000).toFixed(1))} min`;
}

/** `2026-11-22 14:03:12 UTC`. */
export function instantText(ns: bigint): string {
  const ms = Number(ns / 1_000_000n);
  // The range of JavaScript's dates.
  if (Math.abs(ms) > 8.64e15) return `${ns} ns`;
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
