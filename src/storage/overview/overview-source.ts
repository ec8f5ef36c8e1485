// The overview on ClickHouse: what counts as a request is found out first, then everything else is asked side by side.

import type {
  HeatCell,
  Overview,
  OverviewRequest,
  OverviewSource,
  RequestFigures,
  ServiceOverview,
  ServicePeriod,
} from '../../query/overview-source.ts';
import { heatBands, heatBandsPerDecade } from '../../query/overview-source.ts';
import { compareUtf8 } from '../../model/labels.ts';
import type { Database } from '../database.ts';
import { and, type Sql, sql } from '../sql/sql.ts';
import {
  errorStatus,
  rangeCondition,
  readServiceRules,
  requestCondition,
  sampledCondition,
  sampleOf,
} from './request-spans.ts';
import {
  bucketSql,
  figureColumns,
  type FiguresRow,
  readFigures,
  readServiceFigures,
  readServiceLines,
  readServiceSeries,
  readVersions,
} from './service-figures.ts';
import { readServiceMap } from './service-map.ts';

export interface OverviewLimits {
  /** Spans of the range and the window before it; of more every n-th trace is looked at. */
  readonly overviewSpansMax: number;
  /** Services that are listed: the ones with most spans and lines. */
  readonly servicesMax: number;
  /** Spans of the range that are put together, parents with children. */
  readonly mapSpansMax: number;
  readonly edgesMax: number;
}

export const defaultOverviewLimits: OverviewLimits = {
  overviewSpansMax: 4_000_000,
  servicesMax: 500,
  mapSpansMax: 400_000,
  edgesMax: 1000,
};

export interface OverviewSettings {
  readonly database: Database;
  readonly limits?: OverviewLimits | undefined;
}

const noFigures: RequestFigures = { requests: 0, errors: 0, p50Ns: NaN, p95Ns: NaN, p99Ns: NaN };

async function readOverTime(
  database: Database,
  request: OverviewRequest,
  requests: Sql,
  oneIn: number,
  signal: AbortSignal,
): Promise<readonly RequestFigures[]> {
  const rows = await database.rows<FiguresRow & { bucket: string }>(
    sql`SELECT ${bucketSql(request)} AS bucket, ${figureColumns} FROM spans WHERE ${requests} GROUP BY bucket`,
    { signal },
  );
  const byBucket = new Map(rows.map((row) => [Number(row.bucket), row]));
  return Array.from({ length: request.buckets }, (_, bucket) =>
    readFigures(byBucket.get(bucket), oneIn),
  );
}

async function readHeat(
  database: Database,
  request: OverviewRequest,
  requests: Sql,
  oneIn: number,
  signal: AbortSignal,
): Promise<readonly HeatCell[]> {
  const band = sql`toUInt8(least(greatest(floor(log10(greatest(duration_ns, 1) / 1000) * ${heatBandsPerDecade}), 0), ${heatBands - 1}))`;
  const rows = await database.rows<{
    bucket: string;
    band: number;
    requests: string;
    errors: string;
  }>(
    sql`SELECT ${bucketSql(request)} AS bucket, ${band} AS band, count() AS requests,
        countIf(status_code = ${errorStatus}) AS errors
      FROM spans WHERE ${requests} GROUP BY bucket, band ORDER BY bucket, band`,
    { signal },
  );
  return rows.map((row) => ({
    bucket: Number(row.bucket),
    band: row.band,
    requests: Number(row.requests) * oneIn,
    errors: Number(row.errors) * oneIn,
  }));
}

function amountOf({ range, before }: ServiceOverview): number {
  let amount = range.requests + before.requests;
  for (const count of range.lines.values()) amount += count;
  for (const count of before.lines.values()) amount += count;
  return amount;
}

async function readOverview(
  { database, limits = defaultOverviewLimits }: OverviewSettings,
  request: OverviewRequest,
  signal: AbortSignal,
): Promise<Overview> {
  const both = { ...request, startNs: request.beforeNs };
  // All spans, however many: their services and kinds take less than the trace IDs by which a sample is chosen.
  const rules = await readServiceRules(database, rangeCondition(both), signal);
  const allSpans = rules.reduce((sum, { spans: ofService }) => sum + ofService, 0);
  const lookedAt = sampleOf(allSpans, limits.overviewSpansMax);
  const { oneIn } = lookedAt;
  const spans = sampledCondition(both, oneIn);
  const isRequest = requestCondition(rules);
  const within = sampledCondition(request, oneIn);
  const charted =
    request.service === undefined
      ? and([within, isRequest])
      : and([within, isRequest, sql`service = ${request.service}`]);
  const [figures, series, versions, lines, overTime, heat] = await Promise.all([
    readServiceFigures(database, request, and([spans, isRequest]), oneIn, signal),
    readServiceSeries(database, request, and([within, isRequest]), oneIn, signal),
    readVersions(database, request, spans, signal),
    readServiceLines(database, request, signal),
    readOverTime(database, request, charted, oneIn, signal),
    readHeat(database, request, charted, oneIn, signal),
  ]);
  const ruleOf = new Map(rules.map(({ service, rule }) => [service, rule]));
  const unknown = Array.from({ length: request.buckets }, () => NaN);
  const nothing = Array.from({ length: request.buckets }, () => 0);
  const periodOf = (service: string, period: 'range' | 'before'): ServicePeriod => ({
    ...(figures.get(service)?.[period] ?? noFigures),
    lines: lines.get(service)?.[period] ?? new Map(),
  });
  const services = [...new Set([...ruleOf.keys(), ...lines.keys()])].map(
    (service): ServiceOverview => ({
      service,
      rule: ruleOf.get(service) ?? 'none',
      range: periodOf(service, 'range'),
      before: periodOf(service, 'before'),
      requestsOverTime: series.get(service)?.requests ?? nothing,
      errorsOverTime: series.get(service)?.errors ?? nothing,
      p95NsOverTime: series.get(service)?.p95Ns ?? unknown,
      versions: versions.get(service) ?? [],
    }),
  );
  services.sort((a, b) => amountOf(b) - amountOf(a) || compareUtf8(a.service, b.service));
  return {
    services: services.slice(0, limits.servicesMax),
    servicesTotal: services.length,
    overTime,
    heat,
    lookedAt,
  };
}

export function createOverviewSource(settings: OverviewSettings): OverviewSource {
  const { database, limits = defaultOverviewLimits } = settings;
  return {
    readOverview: (request, signal) => readOverview(settings, request, signal),
    readServiceMap: (request, signal) => readServiceMap(database, limits, request, signal),
  };
}
