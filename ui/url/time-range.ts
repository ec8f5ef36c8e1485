// A span of time as the address names it and as it is when resolved: `now-15m` … `now`, or instants. Reads what
// Grafana writes (`now-15m`, epoch milliseconds) as well as ISO 8601 and nanoseconds.

export type TimePoint =
  | { readonly kind: 'now'; readonly agoMs: number }
  | { readonly kind: 'at'; readonly ns: bigint };

export interface TimeRange {
  readonly from: TimePoint;
  readonly to: TimePoint;
}

/** What is asked of the server: nanoseconds, end exclusive. */
export interface ResolvedRange {
  readonly startNs: bigint;
  readonly endNs: bigint;
}

const unitMs: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

export const defaultRange: TimeRange = {
  from: { kind: 'now', agoMs: 3_600_000 },
  to: { kind: 'now', agoMs: 0 },
};

/** Undefined when the text names no instant. A date without a zone is of the one that is given. */
export function parseTimePoint(
  given: string,
  zone: 'local' | 'utc' = 'local',
): TimePoint | undefined {
  const text = given.trim();
  if (text === 'now') return { kind: 'now', agoMs: 0 };
  const ago = /^now-(\d{1,6})([smhdw])$/.exec(text);
  if (ago !== null) return { kind: 'now', agoMs: Number(ago[1]) * (unitMs[ago[2] ?? ''] ?? 0) };
  if (/^\d{1,19}$/.test(text)) return { kind: 'at', ns: BigInt(text) * epochUnitNs(text.length) };
  return parseDate(text, zone);
}

const dateText =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;

function parseDate(text: string, zone: 'local' | 'utc'): TimePoint | undefined {
  const parts = dateText.exec(text);
  if (parts === null) return undefined;
  const [, day = '', time = '00:00', fraction = '', offset = zone === 'utc' ? 'Z' : ''] = parts;
  const ms = Date.parse(`${day}T${time}${offset}`);
  if (!Number.isFinite(ms)) return undefined;
  return { kind: 'at', ns: BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, '0')) };
}

/** Seconds, milliseconds, microseconds or nanoseconds: told apart by the number of digits. */
function epochUnitNs(digits: number): bigint {
  if (digits <= 11) return 1_000_000_000n;
  if (digits <= 14) return 1_000_000n;
  return digits <= 17 ? 1000n : 1n;
}

export function printTimePoint(point: TimePoint): string {
  if (point.kind === 'at') {
    const ms = point.ns / 1_000_000n;
    // Fewer than twelve digits would be read as seconds.
    return point.ns % 1_000_000n === 0n && ms >= 100_000_000_000n ? String(ms) : padNs(point.ns);
  }
  if (point.agoMs === 0) return 'now';
  for (const unit of ['w', 'd', 'h', 'm', 's']) {
    const ms = unitMs[unit] ?? 1000;
    if (point.agoMs % ms === 0) return `now-${point.agoMs / ms}${unit}`;
  }
  return `now-${Math.max(1, Math.round(point.agoMs / 1000))}s`;
}

function padNs(ns: bigint): string {
  return String(ns).padStart(18, '0');
}

export function resolveRange(range: TimeRange, nowMs: number): ResolvedRange {
  const resolve = (point: TimePoint): bigint =>
    point.kind === 'at' ? point.ns : BigInt(Math.round(nowMs - point.agoMs)) * 1_000_000n;
  const startNs = resolve(range.from);
  const endNs = resolve(range.to);
  return startNs < endNs ? { startNs, endNs } : { startNs: endNs, endNs: startNs };
}

/** Twice as long about the same middle; what ends now keeps doing so. */
export function widenRange(range: TimeRange, nowMs: number): TimeRange {
  if (isLive(range) && range.from.kind === 'now') {
    return { from: { kind: 'now', agoMs: Math.max(1000, range.from.agoMs * 2) }, to: range.to };
  }
  const { startNs, endNs } = resolveRange(range, nowMs);
  const half = endNs - startNs > 2n ? (endNs - startNs) / 2n : 1n;
  return absoluteRange(startNs > half ? startNs - half : 0n, endNs + half);
}

/** The stretch of the same length right before or behind it. */
export function moveRange(range: TimeRange, nowMs: number, by: 1 | -1): TimeRange {
  const { startNs, endNs } = resolveRange(range, nowMs);
  const length = (endNs - startNs) * BigInt(by);
  return startNs + length < 0n ? range : absoluteRange(startNs + length, endNs + length);
}

export function absoluteRange(startNs: bigint, endNs: bigint): TimeRange {
  return { from: { kind: 'at', ns: startNs }, to: { kind: 'at', ns: endNs } };
}

export function isLive(range: TimeRange): boolean {
  return range.to.kind === 'now' && range.to.agoMs === 0;
}
