// A prepared batch as blocks for the tables of metrics.

import type { Uint64Column } from '../../base/columns.ts';
import { type Labels, labelValue } from '../../model/labels.ts';
import type { NativeHistogram } from '../../model/native-histogram.ts';
import type { MetricMetadata } from '../../model/series-batch.ts';
import { buildBlock, type TableBlock, writeConstantText } from '../attributes/table-block.ts';
import { NativeWriter } from '../native/native-writer.ts';
import type { PreparedBatch, PreparedSeries } from './prepare-series.ts';

const timeType = "DateTime64(3, 'UTC')";

export const resetHints = ['unknown', 'reset', 'not-reset', 'gauge'] as const;

export interface SeriesDay {
  readonly series: PreparedSeries;
  readonly day: number;
}

export function seriesBlock(tenant: string, rows: readonly SeriesDay[]): TableBlock {
  const writer = new NativeWriter();
  const columns = ['tenant', 'day', 'series_id', 'metric', 'labels', 'resource'];
  return buildBlock('series', columns, rows.length, writer, () => {
    writeConstantText(writer, 'tenant', tenant, rows.length);
    writer.column('day', 'Date');
    writer.values(
      Uint16Array.from(rows, ({ day }) => day),
      rows.length,
    );
    writer.column('series_id', 'UInt64');
    for (const { series } of rows) writer.bigint(series.id);
    writer.column('metric', 'String');
    for (const { series } of rows) writer.text(labelValue(series.labels, '__name__'));
    writeLabels(
      writer,
      'labels',
      rows.map(({ series }) => series.labels),
    );
    writeLabels(
      writer,
      'resource',
      rows.map(({ series }) => series.resource),
    );
  });
}

function writeLabels(writer: NativeWriter, name: string, rows: readonly Labels[]): void {
  writer.column(name, 'Map(String, String)');
  writeOffsets(
    writer,
    rows.map((labels) => labels.length),
  );
  for (const labels of rows) for (const label of labels) writer.text(label.name);
  for (const labels of rows) for (const label of labels) writer.text(label.value);
}

function writeOffsets(writer: NativeWriter, lengths: readonly number[]): void {
  let end = 0;
  for (const length of lengths) {
    end += length;
    writer.uint64(end);
  }
}

function writeWords(writer: NativeWriter, name: string, type: string, column: Uint64Column): void {
  writer.column(name, type);
  writer.uint64Column(column);
}

export function samplesBlock(tenant: string, batch: PreparedBatch): TableBlock {
  const rows = batch.sampleSeries.length;
  const writer = new NativeWriter(rows * 34 + 1024);
  const columns = ['tenant', 'metric', 'series_id', 'ts', 'value', 'start_ms'];
  return buildBlock('samples', columns, rows, writer, () => {
    writeConstantText(writer, 'tenant', tenant, rows);
    writeMetrics(writer, batch.metrics, batch.sampleMetric, rows);
    writeWords(writer, 'series_id', 'UInt64', batch.sampleSeries);
    writeWords(writer, 'ts', timeType, batch.sampleMs);
    writeWords(writer, 'value', 'Float64', batch.sampleValues);
    writeWords(writer, 'start_ms', 'Int64', batch.sampleStartMs);
  });
}

function writeMetrics(
  writer: NativeWriter,
  metrics: readonly string[],
  places: { at(row: number): number },
  rows: number,
): void {
  writer.column('metric', 'LowCardinality(String)');
  writer.lowCardinalityPrefix();
  writer.lowCardinality(metrics, places, rows);
}

/** Metric, series and time of rows that are objects. */
function writeKeys(
  writer: NativeWriter,
  metrics: readonly string[],
  rows: readonly { readonly id: bigint; readonly metric: number; readonly ms: number }[],
): void {
  writeMetrics(writer, metrics, { at: (row) => rows[row]?.metric ?? 0 }, rows.length);
  writer.column('series_id', 'UInt64');
  for (const { id } of rows) writer.bigint(id);
  writer.column('ts', timeType);
  for (const { ms } of rows) writer.uint64(ms);
}

export function histogramsBlock(tenant: string, batch: PreparedBatch): TableBlock {
  const rows = batch.histograms;
  const histograms = rows.map(({ sample }) => sample.histogram);
  const writer = new NativeWriter();
  const columns = ['tenant', 'metric', 'series_id', 'ts', 'start_ms', ...histogramColumns];
  return buildBlock('histograms', columns, rows.length, writer, () => {
    writeConstantText(writer, 'tenant', tenant, rows.length);
    writeKeys(writer, batch.metrics, rows);
    writer.column('start_ms', 'Int64');
    for (const { sample } of rows) writer.uint64(sample.startTimestampMs);
    writer.column('counter_reset_hint', 'UInt8');
    for (const { counterResetHint } of histograms)
      writer.uint8(resetHints.indexOf(counterResetHint));
    writer.column('schema', 'Int8');
    for (const { schema } of histograms) writer.uint8(schema & 0xff);
    const numbers = (name: string, of: (histogram: NativeHistogram) => number): void => {
      writer.column(name, 'Float64');
      for (const histogram of histograms) writer.double(of(histogram));
    };
    numbers('zero_threshold', ({ zeroThreshold }) => zeroThreshold);
    numbers('zero_count', ({ zeroCount }) => zeroCount);
    numbers('count', ({ count }) => count);
    numbers('sum', ({ sum }) => sum);
    for (const sign of ['positive', 'negative'] as const) {
      const spans = histograms.map((histogram) => histogram[`${sign}Spans`]);
      const buckets = histograms.map((histogram) => histogram[`${sign}Buckets`]);
      const lengths = spans.map(({ length }) => length);
      writer.column(`${sign}_offsets`, 'Array(Int32)');
      writeOffsets(writer, lengths);
      for (const span of spans.flat()) writer.uint32(span.offset >>> 0);
      writer.column(`${sign}_lengths`, 'Array(UInt32)');
      writeOffsets(writer, lengths);
      for (const span of spans.flat()) writer.uint32(span.length);
      writeDoubles(writer, `${sign}_buckets`, buckets);
    }
    writeDoubles(
      writer,
      'custom_values',
      histograms.map(({ customValues }) => customValues),
    );
  });
}

export const histogramColumns: readonly string[] = [
  'counter_reset_hint',
  'schema',
  'zero_threshold',
  'zero_count',
  'count',
  'sum',
  'positive_offsets',
  'positive_lengths',
  'positive_buckets',
  'negative_offsets',
  'negative_lengths',
  'negative_buckets',
  'custom_values',
];

function writeDoubles(
  writer: NativeWriter,
  name: string,
  rows: readonly (readonly number[])[],
): void {
  writer.column(name, 'Array(Float64)');
  writeOffsets(
    writer,
    rows.map(({ length }) => length),
  );
  for (const row of rows) for (const value of row) writer.double(value);
}

export function exemplarsBlock(tenant: string, batch: PreparedBatch): TableBlock {
  const rows = batch.exemplars;
  const writer = new NativeWriter();
  const columns = ['tenant', 'metric', 'series_id', 'ts', 'value', 'trace_id', 'span_id', 'labels'];
  return buildBlock('exemplars', columns, rows.length, writer, () => {
    writeConstantText(writer, 'tenant', tenant, rows.length);
    writeKeys(writer, batch.metrics, rows);
    writer.column('value', 'Float64');
    for (const { exemplar } of rows) writer.double(exemplar.value);
    writer.column('trace_id', 'FixedString(16)');
    writer.idColumn(batch.exemplarTraceIds);
    writer.column('span_id', 'FixedString(8)');
    writer.idColumn(batch.exemplarSpanIds);
    writeLabels(
      writer,
      'labels',
      rows.map(({ exemplar }) => exemplar.labels),
    );
  });
}

export function metadataBlock(
  tenant: string,
  rows: readonly MetricMetadata[],
  nowMs: number,
): TableBlock {
  const writer = new NativeWriter();
  const columns = ['tenant', 'metric', 'type', 'help', 'unit', 'updated_at'];
  return buildBlock('metric_metadata', columns, rows.length, writer, () => {
    writeConstantText(writer, 'tenant', tenant, rows.length);
    for (const name of ['metric', 'type', 'help', 'unit'] as const) {
      writer.column(name, 'String');
      for (const row of rows) writer.text(row[name]);
    }
    writer.column('updated_at', timeType);
    for (let row = 0; row < rows.length; row++) writer.uint64(Math.trunc(nowMs));
  });
}
