// A batch of series before it is written: times checked, identities computed, samples gathered in columns.

import { createHash } from 'node:crypto';
import { IdColumn, Uint32Column, Uint64Column } from '../../base/columns.ts';
import { decodeHexInto } from '../../base/hex.ts';
import { type Labels, labelsKey, labelValue } from '../../model/labels.ts';
import type {
  HistogramSample,
  SeriesBatch,
  SeriesExemplar,
  SeriesSamples,
} from '../../model/series-batch.ts';

const msPerDay = 86_400_000;

/** Milliseconds, both inclusive; `nowMs` stands in for a time of 0. */
export interface AcceptedMs {
  readonly nowMs: number;
  readonly startMs: number;
  readonly endMs: number;
}

export interface PreparedSeries {
  readonly id: bigint;
  readonly labels: Labels;
  readonly resource: Labels;
  /** Days since the epoch in which it has a sample, a histogram or an exemplar. */
  readonly days: Set<number>;
}

/** All of a batch that is to be stored. Columns of one kind are equally long. */
export interface PreparedBatch {
  readonly series: PreparedSeries[];
  /** Names of metrics; `metric` fields and columns hold places in it. */
  readonly metrics: string[];
  readonly sampleMetric: Uint32Column;
  readonly sampleSeries: Uint64Column;
  readonly sampleMs: Uint64Column;
  /** The values' bits, for a stale marker is a NaN that arithmetic would change. */
  readonly sampleValues: Uint64Column;
  readonly sampleStartMs: Uint64Column;
  readonly histograms: {
    readonly id: bigint;
    readonly metric: number;
    readonly sample: HistogramSample;
    readonly ms: number;
  }[];
  readonly exemplars: {
    readonly id: bigint;
    readonly metric: number;
    readonly exemplar: SeriesExemplar;
    readonly ms: number;
  }[];
  readonly exemplarTraceIds: IdColumn;
  readonly exemplarSpanIds: IdColumn;
  /** Samples and histograms outside the accepted times. */
  rejected: number;
}

/** The first 64 bits of SHA-1, as for streams and senders. */
export function seriesId(labels: Labels): bigint {
  return createHash('sha1').update(labelsKey(labels)).digest().readBigUInt64LE(0);
}

export function prepareSeries(batch: SeriesBatch, accepted: AcceptedMs): PreparedBatch {
  const prepared: PreparedBatch = {
    series: [],
    metrics: [],
    sampleMetric: new Uint32Column(),
    sampleSeries: new Uint64Column(),
    sampleMs: new Uint64Column(),
    sampleValues: new Uint64Column(),
    sampleStartMs: new Uint64Column(),
    histograms: [],
    exemplars: [],
    exemplarTraceIds: new IdColumn(16),
    exemplarSpanIds: new IdColumn(8),
    rejected: 0,
  };
  const places = new Map<string, number>();
  for (const series of batch.series) {
    const name = labelValue(series.labels, '__name__');
    let metric = places.get(name);
    if (metric === undefined) {
      metric = prepared.metrics.push(name) - 1;
      places.set(name, metric);
    }
    prepareOne(series, metric, accepted, prepared);
  }
  return prepared;
}

/** The time to store, or undefined when it is not accepted. */
function acceptedTime(timestampMs: number, accepted: AcceptedMs): number | undefined {
  const ms = timestampMs === 0 ? accepted.nowMs : Math.trunc(timestampMs);
  // Also false for NaN.
  return ms >= accepted.startMs && ms <= accepted.endMs ? ms : undefined;
}

function prepareOne(
  series: SeriesSamples,
  metric: number,
  accepted: AcceptedMs,
  prepared: PreparedBatch,
): void {
  const { labels, resource } = series;
  const id = seriesId(labels);
  const days = new Set<number>();
  const before = prepared.sampleSeries.length;
  addSamples(series, id, accepted, prepared, days);
  for (let row = before; row < prepared.sampleSeries.length; row++)
    prepared.sampleMetric.push(metric);
  for (const sample of series.histograms) {
    const ms = acceptedTime(sample.timestampMs, accepted);
    if (ms === undefined) {
      prepared.rejected++;
      continue;
    }
    days.add(Math.floor(ms / msPerDay));
    prepared.histograms.push({ id, metric, sample, ms });
  }
  for (const exemplar of series.exemplars) {
    // Exemplars are hints: one that comes too late is left out without a word, as in Prometheus.
    const ms = acceptedTime(exemplar.timestampMs, accepted);
    if (ms === undefined) continue;
    days.add(Math.floor(ms / msPerDay));
    prepared.exemplars.push({ id, metric, exemplar, ms });
    addId(prepared.exemplarTraceIds, idOf(exemplar, traceIdNames));
    addId(prepared.exemplarSpanIds, idOf(exemplar, spanIdNames));
  }
  if (days.size > 0) prepared.series.push({ id, labels, resource, days });
}

function addSamples(
  series: SeriesSamples,
  id: bigint,
  accepted: AcceptedMs,
  prepared: PreparedBatch,
  days: Set<number>,
): void {
  const { timestampsMs, values, startTimestampsMs } = series;
  // A copy is aligned for sure, and keeps the bits.
  const words = new Uint32Array(values.slice().buffer);
  for (let at = 0; at < timestampsMs.length; at++) {
    const ms = acceptedTime(timestampsMs[at] ?? 0, accepted);
    if (ms === undefined) {
      prepared.rejected++;
      continue;
    }
    days.add(Math.floor(ms / msPerDay));
    prepared.sampleSeries.push(id);
    pushMs(prepared.sampleMs, ms);
    prepared.sampleValues.pushWords(words[at * 2] ?? 0, words[at * 2 + 1] ?? 0);
    pushMs(prepared.sampleStartMs, startTimestampsMs[at] ?? 0);
  }
}

/** Milliseconds are whole and far below 2^53: no `BigInt` is needed. */
function pushMs(column: Uint64Column, ms: number): void {
  const high = Math.floor(ms / 0x1_0000_0000);
  column.pushWords(ms - high * 0x1_0000_0000, high);
}

/** As OpenTelemetry, Prometheus's Java client and Grafana's default name it. */
const traceIdNames = ['trace_id', 'traceID', 'traceId', 'TraceID'];
const spanIdNames = ['span_id', 'spanID', 'spanId', 'SpanID'];

function idOf({ labels }: SeriesExemplar, names: readonly string[]): string {
  for (const name of names) {
    const value = labelValue(labels, name);
    if (value !== '') return value.toLowerCase();
  }
  return '';
}

/** Absent when the text is no ID; one that is shorter is the low end of it. */
function addId(column: IdColumn, hex: string): void {
  const at = column.pushAbsent();
  const digits = column.width * 2;
  if (hex === '' || hex.length > digits) return;
  if (!decodeHexInto(hex.padStart(digits, '0'), column.bytes, at, column.width))
    column.bytes.fill(0, at, at + column.width);
}
