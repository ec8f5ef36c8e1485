// Reads metrics for PromQL: which series match, from the `series` table alone, then their samples in order.

import { Failure } from '../../base/errors.ts';
import { type Labels, labelsFromEntries, labelsKey } from '../../model/labels.ts';
import type { MetricMetadata, MetricType, SeriesExemplar } from '../../model/series-batch.ts';
import type { LabelMatcher } from '../../query/language/matcher.ts';
import { compileAnchoredRegex } from '../../query/language/regex.ts';
import type {
  SeriesData,
  SeriesExemplars,
  SeriesSelection,
  SeriesSource,
} from '../../query/sources.ts';
import { dayCondition, readBlocks, tenantCondition } from '../attributes/read-blocks.ts';
import { type Database, type QueryOptions, scanSettings } from '../database.ts';
import { matcherCondition } from '../logs/label-conditions.ts';
import { columnOfKind, type NativeBlock } from '../native/native-columns.ts';
import { and, nothing, or, type Sql, sql } from '../sql/sql.ts';
import { readHistograms } from './histogram-rows.ts';
import { SampleGatherer } from './sample-gatherer.ts';

/** More series than that in one selection fail with `limit`. */
export const selectedSeriesMax = 500_000;
/** Samples of one selection, unless the caller says otherwise. */
export const selectedSamplesMax = 50_000_000;

/** On the `series` table; an absent label is the empty string. */
function seriesCondition(matchers: readonly LabelMatcher[]): Sql {
  // Between the anchors `a)|(b` would become a pattern of another meaning: it must be one by itself.
  for (const { operator, value } of matchers)
    if (operator === '=~' || operator === '!~') compileAnchoredRegex(value);
  return and(
    matchers.map((matcher) =>
      matcherCondition(
        matcher.name === '__name__' ? sql`metric` : sql`labels[${matcher.name}]`,
        matcher,
      ),
    ),
  );
}

function rangeNs(range: { readonly startMs: number; readonly endMs: number }): {
  readonly startNs: bigint;
  readonly endNs: bigint;
} {
  return {
    startNs: BigInt(Math.floor(range.startMs)) * 1_000_000n,
    endNs: BigInt(Math.floor(range.endMs)) * 1_000_000n + 1n,
  };
}

function inRange(range: Omit<SeriesSelection, 'matchers'>, condition: Sql): Sql {
  const { startNs, endNs } = rangeNs(range);
  return sql`${tenantCondition(range.tenants)} AND ${dayCondition(startNs, endNs)} AND (${condition})`;
}

/** On the tables of samples, histograms and exemplars. */
function sampleCondition(selection: SeriesSelection): Sql {
  const { tenants, startMs, endMs, matchers } = selection;
  const matching = sql`SELECT series_id FROM series WHERE ${inRange(selection, seriesCondition(matchers))}`;
  // Only these are columns of the samples themselves, and the first of their key.
  const metric = seriesCondition(matchers.filter(({ name }) => name === '__name__'));
  return sql`${tenantCondition(tenants)} AND (${metric}) AND series_id IN (${matching})
    AND ts >= ${timeMs(startMs)} AND ts <= ${timeMs(endMs)}`;
}

/** Times that ClickHouse can say: far past and future are as good as their ends. */
function timeMs(ms: number): Sql {
  const clamped = Math.min(Math.max(Math.floor(ms), 0), 9_223_372_036_000);
  return sql`fromUnixTimestamp64Milli(toInt64(${clamped}), 'UTC')`;
}

/** Each row's map of texts as labels. */
export function labelsOfMap(block: NativeBlock, name: string): Labels[] {
  const map = block.map(name);
  const keys = columnOfKind(map.keys, 'texts').values;
  const values = columnOfKind(map.values, 'texts').values;
  return Array.from({ length: block.rows }, (_, row) => {
    const entries: [string, string][] = [];
    for (let at = map.offsets[row] ?? 0; at < (map.offsets[row + 1] ?? 0); at++)
      entries.push([keys.at(at), values.at(at)]);
    return labelsFromEntries(entries);
  });
}

async function readLabels(
  database: Database,
  range: Omit<SeriesSelection, 'matchers'>,
  condition: Sql,
  seriesMax: number,
  options: QueryOptions,
): Promise<Map<bigint, Labels>> {
  // Rows of one series differ in their day and sender only.
  const statement = sql`SELECT series_id, any(labels) AS own FROM series
    WHERE ${inRange(range, condition)} GROUP BY series_id LIMIT ${seriesMax}`;
  const found = new Map<bigint, Labels>();
  for await (const block of readBlocks(database, statement, options)) {
    const ids = block.unsigned64('series_id');
    for (const [row, labels] of labelsOfMap(block, 'own').entries())
      found.set(ids[row] ?? 0n, labels);
  }
  return found;
}

async function selectedLabels(
  database: Database,
  selection: SeriesSelection,
  options: QueryOptions,
): Promise<Map<bigint, Labels>> {
  const condition = seriesCondition(selection.matchers);
  const found = await readLabels(database, selection, condition, selectedSeriesMax + 1, options);
  if (found.size > selectedSeriesMax)
    throw new Failure('limit', `the query selects more than ${selectedSeriesMax} series`);
  return found;
}

async function selectSeries(
  database: Database,
  request: SeriesSelection & { readonly samplesMax?: number | undefined },
  signal: AbortSignal,
): Promise<readonly SeriesData[]> {
  const samplesMax = request.samplesMax ?? selectedSamplesMax;
  const labels = await selectedLabels(database, request, { signal });
  if (labels.size === 0) return [];
  const gatherer = new SampleGatherer(samplesMax);
  const samples = sql`SELECT series_id, toUnixTimestamp64Milli(ts) AS ms, value, start_ms FROM samples
    WHERE ${sampleCondition(request)} ORDER BY metric, series_id, samples.ts`;
  for await (const block of readBlocks(database, samples, { signal, settings: scanSettings }))
    gatherer.add(block);
  const histograms = sql`SELECT series_id, toUnixTimestamp64Milli(ts) AS ms, * EXCEPT (tenant, metric, series_id, ts) FROM histograms
    WHERE ${sampleCondition(request)} ORDER BY metric, series_id, histograms.ts`;
  for await (const block of readBlocks(database, histograms, { signal, settings: scanSettings }))
    for (const [id, sample] of readHistograms(block)) gatherer.addHistogram(id, sample);
  return gatherer.series(labels);
}

async function selectExemplars(
  database: Database,
  request: SeriesSelection,
  signal: AbortSignal,
): Promise<readonly SeriesExemplars[]> {
  const labels = await selectedLabels(database, request, { signal });
  if (labels.size === 0) return [];
  const statement = sql`SELECT series_id, toUnixTimestamp64Milli(ts) AS ms, value, labels FROM exemplars
    WHERE ${sampleCondition(request)} ORDER BY metric, series_id, exemplars.ts
    LIMIT 1 BY series_id, ts, value, labels`;
  const found = new Map<bigint, SeriesExemplar[]>();
  for await (const block of readBlocks(database, statement, { signal })) {
    const ids = block.unsigned64('series_id');
    const times = block.signed64('ms');
    const values = block.doubles('value');
    for (const [row, own] of labelsOfMap(block, 'labels').entries()) {
      const id = ids[row] ?? 0n;
      const list = found.get(id) ?? [];
      list.push({ labels: own, value: values[row] ?? 0, timestampMs: Number(times[row]) });
      found.set(id, list);
    }
  }
  return [...found].flatMap(([id, exemplars]) => {
    const own = labels.get(id);
    return own === undefined ? [] : [{ labels: own, exemplars }];
  });
}

async function seriesLabels(
  database: Database,
  request: Parameters<SeriesSource['seriesLabels']>[0],
  signal: AbortSignal,
): Promise<readonly Labels[]> {
  // No list at all is all series; a list without matchers is, too.
  const condition =
    request.matcherLists.length === 0 ? sql`1` : or(request.matcherLists.map(seriesCondition));
  const seriesMax = request.limit ?? selectedSeriesMax;
  const found = await readLabels(database, request, condition, seriesMax, { signal });
  // Two tenants may have the same series; its number is the same, too.
  return [...new Map([...found.values()].map((labels) => [labelsKey(labels), labels])).values()];
}

async function metricMetadata(
  database: Database,
  request: Parameters<SeriesSource['metricMetadata']>[0],
  signal: AbortSignal,
): Promise<readonly MetricMetadata[]> {
  const metric = request.metric === undefined ? nothing : sql`AND metric = ${request.metric}`;
  const limit = request.limit === undefined ? nothing : sql`LIMIT ${request.limit}`;
  const rows = await database.rows<{
    metric: string;
    type: MetricType;
    help: string;
    unit: string;
  }>(
    sql`SELECT metric, type, help, unit FROM metric_metadata FINAL
      WHERE ${tenantCondition(request.tenants)} ${metric} ORDER BY metric ${limit}`,
    { signal },
  );
  return rows;
}

export function createSeriesSource({ database }: { readonly database: Database }): SeriesSource {
  return {
    selectSeries: (request, signal) => selectSeries(database, request, signal),
    seriesLabels: (request, signal) => seriesLabels(database, request, signal),
    selectExemplars: (request, signal) => selectExemplars(database, request, signal),
    metricMetadata: (request, signal) => metricMetadata(database, request, signal),
  };
}
