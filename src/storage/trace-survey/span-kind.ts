// How long spans of one service and name take: for "slower than 97 % of its kind".

import type { SpanKindFigures, SpanKindRequest } from '../../query/trace-survey-source.ts';
import { tenantCondition, timeCondition } from '../attributes/read-blocks.ts';
import type { Database } from '../database.ts';
import { sql } from '../sql/sql.ts';

/** Buckets to a doubling: bounds lie 19 % apart. */
const bucketsPerOctave = 4;

interface BucketRow {
  readonly bucket: number;
  readonly spans: string;
  readonly errors: string;
  readonly faster: string;
}

interface QuantileRow {
  readonly quantiles: readonly number[];
}

function boundNs(bucket: number): number {
  return Math.round(2 ** (bucket / bucketsPerOctave));
}

export async function spanKind(
  database: Database,
  request: SpanKindRequest,
  signal: AbortSignal,
): Promise<SpanKindFigures> {
  const { tenants, startNs, endNs, service, name, durationNs } = request;
  const where = sql`${tenantCondition(tenants)} AND ${timeCondition(startNs, endNs)}
    AND service = ${service} AND name = ${name}`;
  const isFaster = durationNs === undefined ? sql`0` : sql`duration_ns < ${durationNs}`;
  const [rows, quantiles] = await Promise.all([
    database.rows<BucketRow>(
      sql`SELECT toInt32(floor(log2(greatest(duration_ns, 1)) * ${bucketsPerOctave})) AS bucket,
          count() AS spans, countIf(status_code = 2) AS errors, countIf(${isFaster}) AS faster
        FROM spans WHERE ${where} GROUP BY bucket ORDER BY bucket`,
      { signal },
    ),
    database.rows<QuantileRow>(
      sql`SELECT quantilesTDigest(0.5, 0.95, 0.99)(duration_ns) AS quantiles FROM spans WHERE ${where}`,
      { signal },
    ),
  ]);
  const [p50Ns = 0, p95Ns = 0, p99Ns = 0] = (quantiles[0]?.quantiles ?? []).map(Number);
  const sumOf = (field: 'spans' | 'errors' | 'faster'): number =>
    rows.reduce((sum, row) => sum + Number(row[field]), 0);
  return {
    spans: sumOf('spans'),
    errors: sumOf('errors'),
    faster: sumOf('faster'),
    p50Ns: Number.isNaN(p50Ns) ? 0 : p50Ns,
    p95Ns: Number.isNaN(p95Ns) ? 0 : p95Ns,
    p99Ns: Number.isNaN(p99Ns) ? 0 : p99Ns,
    buckets: rows.map(({ bucket, spans }) => ({
      fromNs: boundNs(bucket),
      toNs: boundNs(bucket + 1),
      spans: Number(spans),
    })),
  };
}
