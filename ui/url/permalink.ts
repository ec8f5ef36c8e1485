// The address of what is seen: ranges that end now become the instants that they are, and where tenants are kept apart it
// names whose telemetry it is, so that whoever opens the link sees the same.

import { tenantParameter } from '../data/tenant.ts';
import { pagesWithRange } from './doors.ts';
import { defaultRange, parseTimePoint, printTimePoint, resolveRange } from './time-range.ts';

export function permalink(href: string, nowMs: number, tenant: string): string {
  const url = new URL(href);
  if (tenant !== '') url.searchParams.set(tenantParameter, tenant);
  if (!pagesWithRange.includes(url.pathname)) return url.href;
  const range = {
    from: parseTimePoint(url.searchParams.get('from') ?? '') ?? defaultRange.from,
    to: parseTimePoint(url.searchParams.get('to') ?? '') ?? defaultRange.to,
  };
  const { startNs, endNs } = resolveRange(range, nowMs);
  url.searchParams.set('from', printTimePoint({ kind: 'at', ns: startNs }));
  url.searchParams.set('to', printTimePoint({ kind: 'at', ns: endNs }));
  for (const name of ['live', 'refresh']) url.searchParams.delete(name);
  return url.href;
}
