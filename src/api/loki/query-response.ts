// LogQL results in Loki's JSON. Without `categorize-labels` a stream's object is the union of stream labels, structured
// metadata and parsed labels, so one stored stream yields many; with it they are told apart per entry.

import { formatGoFloat } from '../../base/float.ts';
import {
  compareLabels,
  type Label,
  type Labels,
  labelsFromEntries,
  labelsKey,
} from '../../model/labels.ts';
import type {
  LogqlEntry,
  LogqlResult,
  LogqlSeries,
  LogqlStats,
  LogqlStream,
} from '../../query/logql/engine.ts';
import { goJsonString } from '../http/json.ts';

/** `X-Loki-Response-Encoding-Flags` asks for it. */
export function wantsCategorizedLabels(headers: Headers): boolean {
  return (headers.get('x-loki-response-encoding-flags') ?? '')
    .split(',')
    .some((flag) => flag.trim() === 'categorize-labels');
}

function labelsJson(labels: Labels): string {
  return `{${labels.map(({ name, value }) => `${goJsonString(name)}:${goJsonString(value)}`).join(',')}}`;
}

interface StreamJson {
  readonly labels: Labels;
  readonly values: string[];
}

function unionStreams(streams: readonly LogqlStream[]): StreamJson[] {
  const byLabels = new Map<string, StreamJson>();
  for (const stream of streams) {
    for (const entry of stream.entries) {
      const labels = unionLabels(stream.labels, entry);
      const key = labelsKey(labels);
      let target = byLabels.get(key);
      if (target === undefined) byLabels.set(key, (target = { labels, values: [] }));
      target.values.push(`["${entry.timeNs}",${goJsonString(entry.line)}]`);
    }
  }
  return [...byLabels.values()];
}

function unionLabels(stream: Labels, entry: LogqlEntry): Labels {
  if (entry.structuredMetadata.length === 0 && entry.parsed.length === 0) return stream;
  const pairs = (labels: Labels): [string, string][] =>
    labels.map(({ name, value }: Label) => [name, value]);
  return labelsFromEntries([
    ...pairs(stream),
    ...pairs(entry.structuredMetadata),
    ...pairs(entry.parsed),
  ]);
}

function categorizedStreams(streams: readonly LogqlStream[]): StreamJson[] {
  return streams.map(({ labels, entries }) => ({
    labels,
    values: entries.map((entry) => {
      const categories: string[] = [];
      if (entry.structuredMetadata.length > 0)
        categories.push(`"structuredMetadata":${labelsJson(entry.structuredMetadata)}`);
      if (entry.parsed.length > 0) categories.push(`"parsed":${labelsJson(entry.parsed)}`);
      return `["${entry.timeNs}",${goJsonString(entry.line)},{${categories.join(',')}}]`;
    }),
  }));
}

/** The `streams` list of a query answer and of a tail frame. */
export function streamsJson(streams: readonly LogqlStream[], categorize: boolean): string {
  const grouped = (categorize ? categorizedStreams(streams) : unionStreams(streams)).toSorted(
    (a, b) => compareLabels(a.labels, b.labels),
  );
  return `[${grouped.map(({ labels, values }) => `{"stream":${labelsJson(labels)},"values":[${values.join(',')}]}`).join(',')}]`;
}

/** Seconds with up to three decimals and no trailing zeroes, as Prometheus's `model.Time` prints. */
export function sampleTime(timestampMs: number): string {
  return formatGoFloat(timestampMs / 1000);
}

function sampleJson(series: LogqlSeries, at: number): string {
  return `[${sampleTime(series.timestampsMs[at] ?? 0)},"${formatGoFloat(series.values[at] ?? 0)}"]`;
}

function matrixJson(series: readonly LogqlSeries[]): string {
  const sorted = series.toSorted((a, b) => compareLabels(a.labels, b.labels));
  return `[${sorted
    .map((one) => {
      const samples = Array.from(one.values, (_, at) => sampleJson(one, at));
      return `{"metric":${labelsJson(one.labels)},"values":[${samples.join(',')}]}`;
    })
    .join(',')}]`;
}

function vectorJson(series: readonly LogqlSeries[]): string {
  return `[${series.map((one) => `{"metric":${labelsJson(one.labels)},"value":${sampleJson(one, 0)}}`).join(',')}]`;
}

const emptyCache = {
  entriesFound: 0,
  entriesRequested: 0,
  entriesStored: 0,
  bytesReceived: 0,
  bytesSent: 0,
  requests: 0,
  downloadTime: 0,
  queryLengthServed: 0,
};
const emptyStore = {
  totalChunksRef: 0,
  totalChunksDownloaded: 0,
  chunksDownloadTime: 0,
  queryReferencedStructuredMetadata: false,
  chunk: {
    headChunkBytes: 0,
    headChunkLines: 0,
    decompressedBytes: 0,
    decompressedLines: 0,
    compressedBytes: 0,
    totalDuplicates: 0,
    postFilterLines: 0,
    headChunkStructuredMetadataBytes: 0,
    decompressedStructuredMetadataBytes: 0,
  },
  chunkRefsFetchTime: 0,
  congestionControlLatency: 0,
  pipelineWrapperFilteredLines: 0,
};

/** Loki's statistics object: what Clew measures, in the fields that clients read; the rest is zero. */
function statsJson(stats: LogqlStats): string {
  const seconds = stats.elapsedMs / 1000;
  return JSON.stringify({
    summary: {
      bytesProcessedPerSecond: seconds > 0 ? Math.round(stats.bytesRead / seconds) : 0,
      linesProcessedPerSecond: seconds > 0 ? Math.round(stats.linesRead / seconds) : 0,
      totalBytesProcessed: stats.bytesRead,
      totalLinesProcessed: stats.linesRead,
      execTime: seconds,
      queueTime: 0,
      subqueries: 0,
      totalEntriesReturned: stats.linesReturned,
      splits: 0,
      shards: 0,
      totalPostFilterLines: stats.linesReturned,
      totalStructuredMetadataBytesProcessed: 0,
    },
    querier: { store: emptyStore },
    ingester: {
      totalReached: 0,
      totalChunksMatched: 0,
      totalBatches: 0,
      totalLinesSent: 0,
      store: emptyStore,
    },
    cache: Object.fromEntries(
      [
        'chunk',
        'index',
        'result',
        'statsResult',
        'volumeResult',
        'seriesResult',
        'labelResult',
        'instantMetricResult',
      ].map((name) => [name, emptyCache]),
    ),
    index: { totalChunks: 0, postFilterChunks: 0, shardsDuration: 0, usedBloomFilters: false },
  });
}

/** The whole answer of `query` and `query_range`, newline at the end as Loki sends it. */
export function queryResponseJson(result: LogqlResult, categorize: boolean): string {
  const { data } = result;
  const warnings =
    result.warnings.length === 0 ? '' : `"warnings":${JSON.stringify(result.warnings)},`;
  const flags =
    categorize && data.kind === 'streams' ? '"encodingFlags":["categorize-labels"],' : '';
  const body = ((): string => {
    switch (data.kind) {
      case 'streams':
        return streamsJson(data.streams, categorize);
      case 'matrix':
        return matrixJson(data.series);
      case 'vector':
        return vectorJson(data.series);
      case 'scalar':
        return `[${sampleTime(data.timestampMs)},"${formatGoFloat(data.value)}"]`;
    }
  })();
  return `{"status":"success",${warnings}"data":{"resultType":"${data.kind}",${flags}"result":${body},"stats":${statsJson(result.stats)}}}\n`;
}
