// The Logs page: a page of lines of a LogQL query with everything that is known of each, and the histogram above them.

import { asFailure, Failure } from '../../base/errors.ts';
import { labelValue, type Labels } from '../../model/labels.ts';
import type { LogRecord } from '../../model/log-record.ts';
import type { LogqlEntry, LogqlRequest, LogqlStream } from '../../query/logql/engine.ts';
import type { LogCursor } from '../../query/sources.ts';
import { readDirection, readRange } from '../loki/time-parameters.ts';
import { withDeadline } from '../http/deadline.ts';
import { wholeNumber } from '../http/parameters.ts';
import type { ExploreHistogram, ExploreLogLine, ExploreLogs } from './contract/records.ts';
import type { ExploreDependencies } from './dependencies.ts';
import { decodeCursor, encodeCursor, encodeListedLine, encodeLogLine } from './encode.ts';
import { readFitting, readLogQuery } from './log-query.ts';
import { stepFor } from './time-steps.ts';

export interface FoundLine {
  readonly entry: LogqlEntry;
  readonly labels: Labels;
}

/** Entries of all streams in the direction of reading. */
export function inOrder(
  streams: readonly LogqlStream[],
  direction: 'forward' | 'backward',
): FoundLine[] {
  const sign = direction === 'forward' ? 1 : -1;
  const order = (a: bigint, b: bigint): number => (a < b ? -sign : a > b ? sign : 0);
  return streams
    .flatMap(({ labels, entries }) => entries.map((entry) => ({ entry, labels })))
    .sort(
      (a, b) =>
        order(a.entry.timeNs, b.entry.timeNs) || order(a.entry.seq ?? 0n, b.entry.seq ?? 0n),
    );
}

export function cursorOf({ entry }: FoundLine): LogCursor {
  return { timeNs: entry.timeNs, seq: entry.seq ?? 0n };
}

/** The stored record with the line that the query's pipeline made of it, and the labels it added. */
function withPipeline(record: LogRecord, { entry, labels }: FoundLine): LogRecord {
  const parsed = entry.parsed.map(({ name, value }) => ({
    key: name,
    value: { kind: 'string', value } as const,
  }));
  return { ...record, body: entry.line, labels, attributes: [...record.attributes, ...parsed] };
}

export async function readLogs(
  parameters: URLSearchParams,
  tenants: readonly string[],
  dependencies: ExploreDependencies,
  signal: AbortSignal,
): Promise<ExploreLogs> {
  const { logql, correlation, logs, datasources, clock, limits } = dependencies;
  const range = readRange(parameters, clock.nowNs());
  const limit = wholeNumber(parameters, 'limit', 500, { min: 1, max: limits.linesMax });
  const direction = readDirection(parameters);
  const next = parameters.get('next');
  const after = next === null || next === '' ? undefined : decodeCursor(next);
  const readPage = async (lines: number) => {
    const result = await logql.query(
      {
        query: readLogQuery(parameters),
        tenants,
        kind: 'range',
        ...range,
        stepNs: 1_000_000_000n,
        intervalNs: 0n,
        limit: lines,
        direction,
        after,
      },
      signal,
    );
    if (result.data.kind !== 'streams') {
      throw new Failure(
        'unsupported',
        'this page shows log lines: the query answers with numbers, which the Loki API and Grafana show',
      );
    }
    const found = inOrder(result.data.streams, direction);
    const records = await correlation.logRecords(tenants, found.map(cursorOf), signal);
    return { result, found, records, isFull: found.length >= lines };
  };
  const { result, found, records, isFull } = await readFitting(limit, readPage);
  const byCursor = new Map(records.map((record) => [encodeCursor(record), record]));
  const lines = found.flatMap((one) => {
    const record = byCursor.get(encodeCursor(cursorOf(one)));
    return record === undefined ? [] : [encodeListedLine(withPipeline(record, one), datasources)];
  });
  const last = found.at(-1);
  const isEmpty = found.length === 0 && after === undefined;
  return {
    lines,
    coverage: {
      returned: lines.length,
      total: null,
      next: !isFull || last === undefined ? null : encodeCursor(cursorOf(last)),
    },
    nothing: isEmpty
      ? {
          linesInRange: await linesInRange(logs, tenants, range, signal),
          lastMatchNs: await lastMatchBefore(
            parameters,
            tenants,
            range.startNs,
            dependencies,
            signal,
          ),
        }
      : null,
    scanned: {
      lines: result.stats.linesRead,
      bytes: result.stats.bytesRead,
      elapsedMs: result.stats.elapsedMs,
    },
    warnings: result.warnings,
  };
}

/** `GET /api/explore/logs/line?id=`: a single line, whole. */
export async function readLine(
  parameters: URLSearchParams,
  tenants: readonly string[],
  { correlation, datasources }: ExploreDependencies,
  signal: AbortSignal,
): Promise<ExploreLogLine> {
  const cursor = decodeCursor(parameters.get('id') ?? '');
  const record = await correlation.logRecord(tenants, cursor, signal);
  if (record === undefined) throw new Failure('not-found', 'this line is not stored, or no longer');
  return encodeLogLine(record, datasources);
}

/** How long an empty answer may take to say when the last match was. */
const lastMatchTimeoutMs = 2000;

/** Time of the newest line that matches before the range; null when there is none, or finding it takes too long. */
async function lastMatchBefore(
  parameters: URLSearchParams,
  tenants: readonly string[],
  beforeNs: bigint,
  { logql, correlation }: ExploreDependencies,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const { data } = await withDeadline(signal, lastMatchTimeoutMs, (bounded) =>
      logql.query(
        {
          query: readLogQuery(parameters),
          tenants,
          kind: 'range',
          startNs: correlation.retainedSinceNs(),
          endNs: beforeNs,
          stepNs: 1_000_000_000n,
          intervalNs: 0n,
          limit: 1,
          direction: 'backward',
        },
        bounded,
      ),
    );
    const entry = data.kind === 'streams' ? data.streams[0]?.entries[0] : undefined;
    return entry === undefined ? null : entry.timeNs.toString();
  } catch (error) {
    if (asFailure(error).code === 'timeout') return null;
    throw error;
  }
}

async function linesInRange(
  logs: ExploreDependencies['logs'],
  tenants: readonly string[],
  range: { readonly startNs: bigint; readonly endNs: bigint },
  signal: AbortSignal,
): Promise<number> {
  const stats = await logs.logStats(
    { tenants, ...range, matchers: [], lineFilters: [], metadataMatchers: [] },
    signal,
  );
  return stats.entries;
}

const levelOrder = ['fatal', 'critical', 'error', 'warn', 'info', 'debug', 'trace', 'unknown'];

function rankOf(level: string): number {
  const rank = levelOrder.indexOf(level);
  return rank < 0 ? levelOrder.length : rank;
}

export async function readHistogram(
  parameters: URLSearchParams,
  tenants: readonly string[],
  { logql, clock, limits }: ExploreDependencies,
  signal: AbortSignal,
): Promise<ExploreHistogram> {
  const { startNs, endNs } = readRange(parameters, clock.nowNs());
  const wanted = wholeNumber(parameters, 'buckets', 100, { min: 1, max: limits.bucketsMax });
  const stepNs = stepFor(endNs - startNs, wanted);
  // Whole steps since the epoch, so that the bars stay where they are while time goes on.
  const firstNs = (startNs / stepNs) * stepNs;
  const count = Number((endNs - firstNs + stepNs - 1n) / stepNs);
  const selection = readLogQuery(parameters);
  const byLevel = new Map<string, number[]>();
  /**
   * Buckets `from` to `to`. LogQL's windows are (time - window, time] and whole milliseconds: asked a nanosecond before
   * their ends they are [start, end), as the range is. A range that cuts a millisecond counts all of it.
   */
  const countLines = async (
    from: number,
    to: number,
    times: Pick<LogqlRequest, 'kind' | 'startNs' | 'endNs'>,
    windowNs: bigint,
  ): Promise<void> => {
    if (from > to || windowNs <= 0n) return;
    const windowMs = (windowNs + 999_999n) / 1_000_000n;
    const query = `sum by (detected_level) (count_over_time(${selection} | drop __error__ [${windowMs}ms]))`;
    const { data } = await logql.query(
      { query, tenants, ...times, stepNs, intervalNs: 0n, limit: 1, direction: 'forward' },
      signal,
    );
    if (data.kind !== 'matrix' && data.kind !== 'vector')
      throw new Failure('internal', 'a count over time did not answer with numbers');
    for (const { labels, timestampsMs, values } of data.series) {
      const level = labelValue(labels, 'detected_level') || 'unknown';
      let counts = byLevel.get(level);
      if (counts === undefined)
        byLevel.set(level, (counts = Array.from({ length: count }, () => 0)));
      for (const [at, timestampMs] of timestampsMs.entries()) {
        const steps = (timestampMs - Number(firstNs / 1_000_000n)) / (Number(stepNs) / 1e6);
        const bucket = from === to ? from : Math.round(steps) - 1;
        counts[bucket] = (counts[bucket] ?? 0) + (values[at] ?? 0);
      }
    }
  };
  const startOf = (bucket: number): bigint => firstNs + BigInt(bucket) * stepNs;
  // The first and the last bucket reach beyond the range, which has its lines alone.
  const countEdge = (bucket: number): Promise<void> => {
    const fromNs = bucket === 0 ? startNs : startOf(bucket);
    const toNs = bucket === count - 1 ? endNs : startOf(bucket + 1);
    const times = { kind: 'instant', startNs: toNs - 1n, endNs: toNs - 1n } as const;
    return countLines(bucket, bucket, times, toNs - fromNs);
  };
  const inner = {
    kind: 'range',
    startNs: startOf(2) - 1n,
    endNs: startOf(count - 1) - 1n,
  } as const;
  await Promise.all([
    countEdge(0),
    count > 1 ? countEdge(count - 1) : undefined,
    count > 2 ? countLines(1, count - 2, inner, stepNs) : undefined,
  ]);
  const levels = [...byLevel]
    .map(([level, counts]) => ({ level, counts }))
    .sort((a, b) => rankOf(a.level) - rankOf(b.level));
  const total = levels.reduce(
    (sum, { counts }) => counts.reduce((of, lines) => of + lines, sum),
    0,
  );
  return { startNs: firstNs.toString(), stepNs: stepNs.toString(), levels, total };
}
