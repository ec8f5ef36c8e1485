// The `MetricSurveySource` on ClickHouse: counts over the `series` table, which has one row a series and day.

import type {
  MetricCount,
  MetricLabelCount,
  MetricSurveySource,
} from '../../query/metric-survey-source.ts';
import type { TenantRange } from '../../query/sources.ts';
import { dayCondition, tenantCondition } from '../attributes/read-blocks.ts';
import type { Database } from '../database.ts';
import { type Sql, sql } from '../sql/sql.ts';

function inRange({ tenants, startNs, endNs }: TenantRange): Sql {
  return sql`${tenantCondition(tenants)} AND ${dayCondition(startNs, endNs)}`;
}

async function listMetrics(
  database: Database,
  request: TenantRange & { readonly limit: number },
  signal: AbortSignal,
): Promise<{ readonly metrics: readonly MetricCount[]; readonly total: number }> {
  const rows = await database.rows<{ metric: string; series: string; total: string }>(
    sql`SELECT metric, toString(uniqExact(series_id)) AS series, toString(count() OVER ()) AS total FROM series
      WHERE ${inRange(request)} GROUP BY metric ORDER BY metric LIMIT ${request.limit}`,
    { signal },
  );
  return {
    metrics: rows.map(({ metric, series }) => ({ metric, series: Number(series) })),
    total: Number(rows[0]?.total ?? 0),
  };
}

interface LabelRow {
  readonly name: string;
  readonly value: string;
  readonly series: string;
  readonly of_name: string;
  readonly distinct_values: string;
}

async function metricLabels(
  database: Database,
  request: TenantRange & { readonly metrics: readonly string[]; readonly valuesMax: number },
  signal: AbortSignal,
): Promise<{ readonly series: number; readonly labels: readonly MetricLabelCount[] }> {
  if (request.metrics.length === 0) return { series: 0, labels: [] };
  const own = sql`SELECT series_id, any(labels) AS own FROM series
    WHERE ${inRange(request)} AND metric IN (${request.metrics}) GROUP BY series_id`;
  const [counted] = await database.rows<{ series: string }>(
    sql`SELECT toString(count()) AS series FROM (${own})`,
    { signal },
  );
  const rows = await database.rows<LabelRow>(
    sql`SELECT name, value, toString(n) AS series, toString(sum(n) OVER (PARTITION BY name)) AS of_name,
        toString(count() OVER (PARTITION BY name)) AS distinct_values
      FROM (
        SELECT pair.1 AS name, pair.2 AS value, count() AS n
        FROM (${own}) ARRAY JOIN CAST(own, 'Array(Tuple(String, String))') AS pair
        WHERE name != '__name__' GROUP BY name, value
      )
      ORDER BY name, n DESC, value LIMIT ${request.valuesMax} BY name`,
    { signal },
  );
  const labels = new Map<
    string,
    MetricLabelCount & { values: { value: string; series: number }[] }
  >();
  for (const row of rows) {
    let label = labels.get(row.name);
    if (label === undefined) {
      const { name, of_name: series, distinct_values: distinct } = row;
      label = { name, series: Number(series), distinct: Number(distinct), values: [] };
      labels.set(name, label);
    }
    label.values.push({ value: row.value, series: Number(row.series) });
  }
  return { series: Number(counted?.series ?? 0), labels: [...labels.values()] };
}

export function createMetricSurveySource(database: Database): MetricSurveySource {
  return {
    listMetrics: (request, signal) => listMetrics(database, request, signal),
    metricLabels: (request, signal) => metricLabels(database, request, signal),
  };
}
