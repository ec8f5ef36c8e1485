// Which spans the figures of an overview are made of: the range and the window before it, every n-th trace when there
// are too many, and of each service the spans that are its requests.

import type { RequestRule, SpansLookedAt } from '../../query/overview-source.ts';
import type { TenantRange } from '../../query/sources.ts';
import { tenantCondition, timeCondition } from '../attributes/read-blocks.ts';
import type { Database } from '../database.ts';
import { isRoot } from '../spans/span-conditions.ts';
import { or, type Sql, sql } from '../sql/sql.ts';

/** OTLP's numbers. */
export const spanKind = { server: 2, client: 3, producer: 4, consumer: 5 } as const;
export const errorStatus = 2;
const isEntry: Sql = sql`kind IN (${[spanKind.server, spanKind.consumer]})`;

export async function chooseSample(
  database: Database,
  range: TenantRange,
  spansMax: number,
  signal: AbortSignal,
): Promise<SpansLookedAt> {
  const [row] = await database.rows<{ spans: string }>(
    sql`SELECT count() AS spans FROM spans WHERE ${rangeCondition(range)}`,
    { signal },
  );
  return sampleOf(Number(row?.spans ?? 0), spansMax);
}

export function sampleOf(spans: number, spansMax: number): SpansLookedAt {
  const oneIn = Math.max(1, Math.ceil(spans / spansMax));
  return { spans: Math.round(spans / oneIn), oneIn };
}

export function rangeCondition({ tenants, startNs, endNs }: TenantRange): Sql {
  return sql`${tenantCondition(tenants)} AND ${timeCondition(startNs, endNs)}`;
}

/** By a hash and not by the ID's own digits: the IDs of some senders begin with the time, those of 64 bits with zeroes. */
export function sampledCondition(range: TenantRange, oneIn: number): Sql {
  const within = rangeCondition(range);
  return oneIn === 1 ? within : sql`${within} AND cityHash64(trace_id) % ${oneIn} = 0`;
}

export interface ServiceSpans {
  readonly service: string;
  readonly rule: RequestRule;
  readonly spans: number;
}

/** Far more than are listed, for the sake of saying how many there are. */
const servicesKnownMax = 10_000;

/** Every service that has spans, and what counts as its requests. */
export async function readServiceRules(
  database: Database,
  spans: Sql,
  signal: AbortSignal,
): Promise<readonly ServiceSpans[]> {
  const rows = await database.rows<{ service: string; entries: string; spans: string }>(
    sql`SELECT service, countIf(${isEntry}) AS entries, count() AS spans
      FROM spans WHERE ${spans} GROUP BY service ORDER BY spans DESC LIMIT ${servicesKnownMax}`,
    { signal },
  );
  const without = rows.filter(({ entries }) => entries === '0').map(({ service }) => service);
  const rooted = new Set<string>();
  if (without.length > 0) {
    // Few services need this, and reading everyone's parents costs more than all else here.
    const found = await database.rows<{ service: string }>(
      sql`SELECT DISTINCT service FROM spans
        WHERE ${spans} AND service IN (${without}) AND ${isRoot}`,
      { signal },
    );
    for (const { service } of found) rooted.add(service);
  }
  return rows.map(({ service, entries, spans: count }) => ({
    service,
    rule: entries !== '0' ? 'entry' : rooted.has(service) ? 'root' : 'every',
    spans: Number(count),
  }));
}

/** The rules as one condition: a service that goes by its root spans has no entry spans. */
export function requestCondition(services: readonly ServiceSpans[]): Sql {
  const of = (rule: RequestRule): string[] =>
    services.filter((one) => one.rule === rule).map(({ service }) => service);
  const roots = of('root');
  const every = of('every');
  return or([
    isEntry,
    ...(roots.length === 0 ? [] : [sql`service IN (${roots}) AND ${isRoot}`]),
    ...(every.length === 0 ? [] : [sql`service IN (${every})`]),
  ]);
}
