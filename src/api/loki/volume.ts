// How much log there is, by label: `index/stats`, `index/volume` and `index/volume_range`.

import { Failure } from '../../base/errors.ts';
import { compareUtf8, labelsFromEntries } from '../../model/labels.ts';
import type { LogqlSeries } from '../../query/logql/engine.ts';
import type { LogCountRow, LogSelection } from '../../query/sources.ts';
import { wholeNumber } from '../http/parameters.ts';
import type { LokiDependencies } from './dependencies.ts';
import { queryResponseJson } from './query-response.ts';
import { readRange, readStepNs } from './time-parameters.ts';
import { parseStreamMatchers } from './selector.ts';

const volumeLimitDefault = 100;
const volumeLimitMax = 5000;

function readSelection(
  parameters: URLSearchParams,
  tenants: readonly string[],
  nowNs: bigint,
): LogSelection {
  return {
    ...readRange(parameters, nowNs),
    tenants,
    matchers: parseStreamMatchers(parameters.get('query') ?? ''),
    lineFilters: [],
    metadataMatchers: [],
  };
}

/** Bare numbers, without Loki's usual envelope. */
export async function indexStats(
  parameters: URLSearchParams,
  tenants: readonly string[],
  { logs, clock }: LokiDependencies,
  signal: AbortSignal,
): Promise<string> {
  const stats = await logs.logStats(readSelection(parameters, tenants, clock.nowNs()), signal);
  // Chunks are a notion of Loki's store: a stream with lines counts as one.
  return JSON.stringify({
    streams: stats.streams,
    chunks: stats.streams,
    bytes: stats.bytes,
    entries: stats.entries,
  });
}

/** Volume is bytes by label; `range` has a value for each step. */
export async function indexVolume(
  parameters: URLSearchParams,
  tenants: readonly string[],
  { logs, clock }: LokiDependencies,
  range: boolean,
  signal: AbortSignal,
): Promise<string> {
  const selection = readSelection(parameters, tenants, clock.nowNs());
  const aggregateBy = parameters.get('aggregateBy') ?? 'series';
  if (aggregateBy !== 'series' && aggregateBy !== 'labels')
    throw new Failure('invalid-data', 'invalid aggregation option');
  const limit =
    wholeNumber(parameters, 'limit', volumeLimitDefault, { min: 0, max: volumeLimitMax }) ||
    volumeLimitDefault;
  const targets = (parameters.get('targetLabels') ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const groupBy =
    targets.length > 0 ? targets : [...new Set(selection.matchers.map((matcher) => matcher.name))];
  const stepNs = range ? readStepNs(parameters, selection) : undefined;
  const rows = await logs.countLogs({ ...selection, groupBy, stepNs, measure: 'bytes' }, signal);
  if (rows === undefined)
    throw new Failure('unsupported', 'volume cannot be counted by these labels');
  const series = topSeries(aggregateBy === 'labels' ? byLabelName(rows) : rows, limit, (bucket) =>
    Number(
      (stepNs === undefined ? selection.endNs : selection.startNs + stepNs * BigInt(bucket)) /
        1_000_000n,
    ),
  );
  const points = series.reduce((most, one) => Math.max(most, one.values.length), 0);
  return queryResponseJson(
    {
      data: { kind: range && points > 1 ? 'matrix' : 'vector', series },
      warnings: [],
      stats: { linesRead: 0, bytesRead: 0, linesReturned: 0, elapsedMs: 0 },
    },
    false,
  );
}

function byLabelName(rows: readonly LogCountRow[]): LogCountRow[] {
  return rows.flatMap((row) =>
    row.labels.map(({ name }) => ({ ...row, labels: [{ name, value: '' }] })),
  );
}

function topSeries(
  rows: readonly LogCountRow[],
  limit: number,
  timeOfBucket: (bucket: number) => number,
): LogqlSeries[] {
  const byKey = new Map<
    string,
    { labels: LogqlSeries['labels']; total: number; buckets: Map<number, number> }
  >();
  for (const row of rows) {
    const key = JSON.stringify(row.labels);
    let one = byKey.get(key);
    if (one === undefined)
      byKey.set(key, (one = { labels: row.labels, total: 0, buckets: new Map() }));
    one.total += row.value;
    one.buckets.set(row.bucket, (one.buckets.get(row.bucket) ?? 0) + row.value);
  }
  return [...byKey.entries()]
    .toSorted(([keyA, a], [keyB, b]) => b.total - a.total || compareUtf8(keyA, keyB))
    .slice(0, limit)
    .map(([, { labels, buckets }]) => {
      const ordered = [...buckets].toSorted(([a], [b]) => a - b);
      return {
        labels:
          labels.length === 1 && labels[0]?.value === ''
            ? labels
            : labelsFromEntries(labels.map(({ name, value }) => [name, value])),
        timestampsMs: Float64Array.from(ordered, ([bucket]) => timeOfBucket(bucket)),
        values: Float64Array.from(ordered, ([, bytes]) => bytes),
      };
    });
}
