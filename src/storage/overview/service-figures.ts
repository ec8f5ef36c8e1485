// What is known of each service: its requests in the range and in the window before, the same over time, the versions
// that were seen, and its lines by level.

import type {
  OverviewRequest,
  RequestFigures,
  ServiceVersion,
} from '../../query/overview-source.ts';
import { unknownService } from '../../model/log-labels.ts';
import { dayCondition, tenantCondition, timeValue } from '../attributes/read-blocks.ts';
import type { Database } from '../database.ts';
import { entryHash } from '../logs/count-logs.ts';
import { type Sql, sql } from '../sql/sql.ts';
import { errorStatus, rangeCondition } from './request-spans.ts';

/** The newest of each service; more are the sign of a version that is made up anew at every start. */
const versionsMax = 8;

export interface FiguresRow {
  readonly requests: string;
  readonly errors: string;
  /** As texts when there is nothing: `nan`. */
  readonly quantiles: readonly (number | string)[];
}

export const figureColumns: Sql = sql`count() AS requests, countIf(status_code = ${errorStatus}) AS errors,
  quantilesExact(0.5, 0.95, 0.99)(duration_ns) AS quantiles`;

export function readFigures(row: FiguresRow | undefined, oneIn: number): RequestFigures {
  const [p50Ns = NaN, p95Ns = NaN, p99Ns = NaN] = (row?.quantiles ?? []).map(Number);
  return {
    requests: Number(row?.requests ?? 0) * oneIn,
    errors: Number(row?.errors ?? 0) * oneIn,
    p50Ns,
    p95Ns,
    p99Ns,
  };
}

export interface ServiceFigures {
  readonly range: RequestFigures;
  readonly before: RequestFigures;
}

/** `requests`: the condition on spans of both windows. */
export async function readServiceFigures(
  database: Database,
  request: OverviewRequest,
  requests: Sql,
  oneIn: number,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ServiceFigures>> {
  const rows = await database.rows<FiguresRow & { service: string; is_range: number }>(
    sql`SELECT service, ts >= ${timeValue(request.startNs)} AS is_range, ${figureColumns}
      FROM spans WHERE ${requests} GROUP BY service, is_range`,
    { signal },
  );
  const found = new Map<string, { range?: FiguresRow; before?: FiguresRow }>();
  for (const row of rows) {
    const periods = found.get(row.service) ?? {};
    found.set(row.service, { ...periods, [row.is_range === 1 ? 'range' : 'before']: row });
  }
  return new Map(
    [...found].map(([service, { range, before }]) => [
      service,
      { range: readFigures(range, oneIn), before: readFigures(before, oneIn) },
    ]),
  );
}

export function bucketSql({ firstNs, stepNs }: OverviewRequest): Sql {
  return sql`intDiv(toUnixTimestamp64Nano(ts) - ${firstNs}, ${stepNs})`;
}

export interface ServiceSeries {
  readonly requests: readonly number[];
  readonly errors: readonly number[];
  readonly p95Ns: readonly number[];
}

/** One row a service, for the sake of a small answer. `requests`: the condition on spans of the range. */
export async function readServiceSeries(
  database: Database,
  request: OverviewRequest,
  requests: Sql,
  oneIn: number,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ServiceSeries>> {
  const rows = await database.rows<{
    service: string;
    buckets: readonly string[];
    requests: readonly string[];
    errors: readonly string[];
    p95: readonly (string | number)[];
  }>(
    sql`SELECT service, groupArray(bucket) AS buckets, groupArray(amount) AS requests, groupArray(failed) AS errors,
        groupArray(slow) AS p95
      FROM (SELECT service, ${bucketSql(request)} AS bucket, count() AS amount,
          countIf(status_code = ${errorStatus}) AS failed, quantileExact(0.95)(duration_ns) AS slow
        FROM spans WHERE ${requests} GROUP BY service, bucket)
      GROUP BY service`,
    { signal },
  );
  const spread = (
    buckets: readonly string[],
    values: readonly (string | number)[],
    factor: number,
    otherwise: number,
  ): number[] => {
    const series = Array.from({ length: request.buckets }, () => otherwise);
    buckets.forEach((bucket, at) => {
      series[Number(bucket)] = Number(values[at] ?? 0) * factor;
    });
    return series;
  };
  return new Map(
    rows.map(({ service, buckets, requests: amounts, errors, p95 }) => [
      service,
      {
        requests: spread(buckets, amounts, oneIn, 0),
        errors: spread(buckets, errors, oneIn, 0),
        p95Ns: spread(buckets, p95, 1, NaN),
      },
    ]),
  );
}

/** `spans`: the condition on spans of both windows, whatever they are. */
export async function readVersions(
  database: Database,
  request: OverviewRequest,
  spans: Sql,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly ServiceVersion[]>> {
  const both = { ...request, startNs: request.beforeNs };
  const times = sql`min(ts) AS first, max(ts) AS last`;
  const rows = await database.rows<{
    service: string;
    version: string;
    first_ns: string;
    last_ns: string;
  }>(
    // By the sender alone, who tells the service too: reading its name of each span takes longer than all else here.
    sql`SELECT if(own != '', own, if(named != '', named, ${unknownService})) AS service, version,
        toUnixTimestamp64Nano(min(first)) AS first_ns, toUnixTimestamp64Nano(max(last)) AS last_ns
      FROM (
        SELECT '' AS own, resource_id, ${times} FROM spans WHERE ${spans} GROUP BY resource_id
        UNION ALL
        SELECT toString(service) AS own, resource_id, ${times} FROM logs WHERE ${rangeCondition(both)}
          GROUP BY service, resource_id) AS seen
      LEFT ANY JOIN (SELECT resource_id, attributes_string['service.version'] AS version,
          attributes_string['service.name'] AS named FROM resources
        WHERE ${tenantCondition(request.tenants)} AND ${dayCondition(both.startNs, both.endNs)} LIMIT 1 BY resource_id
      ) AS known USING (resource_id)
      WHERE version != ''
      GROUP BY service, version ORDER BY service, last_ns DESC, first_ns DESC LIMIT ${versionsMax} BY service`,
    { signal },
  );
  const versions = new Map<string, ServiceVersion[]>();
  for (const { service, version, first_ns, last_ns } of rows) {
    const of = versions.get(service) ?? [];
    of.push({ version, firstNs: BigInt(first_ns), lastNs: BigInt(last_ns) });
    versions.set(service, of);
  }
  return versions;
}

export interface ServiceLines {
  readonly range: Map<string, number>;
  readonly before: Map<string, number>;
}

/** Entries that were stored twice count once, as everywhere. */
export async function readServiceLines(
  database: Database,
  request: OverviewRequest,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ServiceLines>> {
  const within = rangeCondition({ ...request, startNs: request.beforeNs });
  const keys = sql`service, level, is_range`;
  const selected = sql`service, level, ts >= ${timeValue(request.startNs)} AS is_range`;
  const rows = await database.rows<{
    service: string;
    level: string;
    is_range: number;
    lines: string;
  }>(
    sql`SELECT service, level, is_range, sum(amount) AS lines FROM (
        SELECT ${selected}, count() AS amount FROM logs WHERE ${within} AND NOT repeated GROUP BY ${keys}
        UNION ALL
        SELECT ${keys}, count() AS amount FROM (
          SELECT ${selected} FROM logs
          WHERE ${within} AND (stream_id, ts) IN (SELECT stream_id, ts FROM logs WHERE ${within} AND repeated)
          GROUP BY ${keys}, logs.tenant, logs.stream_id, logs.ts, ${entryHash} HAVING min(repeated))
        GROUP BY ${keys})
      GROUP BY ${keys}`,
    { signal },
  );
  const services = new Map<string, ServiceLines>();
  for (const { service, level, is_range, lines } of rows) {
    const of = services.get(service) ?? { range: new Map(), before: new Map() };
    of[is_range === 1 ? 'range' : 'before'].set(level, Number(lines));
    services.set(service, of);
  }
  return services;
}
