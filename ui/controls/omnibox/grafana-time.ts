// Times as Grafana's addresses write them, also those that round (`now/d`, today) or count in months: the latter two are
// instants here, since a range of this screen is either fixed or so long before now.

import type { Zone } from '../../data/preferences.ts';
import { parseTimePoint } from '../../url/time-range.ts';
import type { TimePoint } from '../../url/time-range.ts';

const relative = /^now(?:([+-])(\d{1,6})([smhdwMy]))?(?:\/([smhdwMy]))?$/;
const unitMs: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  M: 2_592_000_000,
  y: 31_536_000_000,
};

/** Undefined when it is no time. `nowMs`: zero while it is not known. */
export function parseGrafanaTime(
  value: unknown,
  edge: 'start' | 'end',
  { zone, nowMs }: { readonly zone: Zone; readonly nowMs: number },
): TimePoint | undefined {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value : '';
  const plain = parseTimePoint(text, 'utc');
  if (plain !== undefined) return plain;
  const parts = relative.exec(text.trim());
  if (parts === null || nowMs === 0) return undefined;
  const [, sign = '+', count = '0', unit = 's', rounding] = parts;
  const ms = nowMs + (sign === '-' ? -1 : 1) * Number(count) * (unitMs[unit] ?? 0);
  const at = rounding === undefined ? ms : edgeOf(ms, rounding, edge, zone);
  return { kind: 'at', ns: BigInt(Math.round(at)) * 1_000_000n };
}

/** Where the unit that an instant is in begins, or ends. */
function edgeOf(ms: number, unit: string, edge: 'start' | 'end', zone: Zone): number {
  const date = new Date(ms);
  const isUtc = zone === 'utc';
  const [year, month, day, weekday] = isUtc
    ? [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate(), date.getUTCDay()]
    : [date.getFullYear(), date.getMonth(), date.getDate(), date.getDay()];
  const on = (y: number, m: number, d: number): number =>
    isUtc ? Date.UTC(y, m, d) : new Date(y, m, d).getTime();
  const step = edge === 'end' ? 1 : 0;
  switch (unit) {
    case 'y':
      return on(year + step, 0, 1);
    case 'M':
      return on(year, month + step, 1);
    case 'w':
      return on(year, month, day - weekday + 7 * step);
    case 'd':
      return on(year, month, day + step);
    default: {
      const size = unitMs[unit] ?? 1000;
      return (Math.floor(ms / size) + step) * size;
    }
  }
}
