// Prometheus remote write 1.0: prometheus.WriteRequest, without its snappy envelope. The bits of a sample are copied as
// they are, so stale markers stay what they are.

import { type Label, type Labels, labelsFromEntries } from '../../model/labels.ts';
import {
  type HistogramSample,
  type MetricMetadata,
  metricTypes,
  type SeriesBatch,
  type SeriesExemplar,
  type SeriesSamples,
} from '../../model/series-batch.ts';
import { ProtobufReader } from '../protobuf/reader.ts';
import { ProtobufWriter } from '../protobuf/writer.ts';
import { readHistogram, writeHistogram } from './native-histogram.ts';

/** Throws `invalid-data` when the bytes are not such a message. Labels come sorted and without empty values. */
export function decodeRemoteWrite(bytes: Uint8Array): SeriesBatch {
  const reader = new ProtobufReader(bytes, 'WriteRequest');
  const series: SeriesSamples[] = [];
  const metadata: MetricMetadata[] = [];
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 10) series.push(readTimeSeries(reader));
    else if (tag === 26) metadata.push(readMetadata(reader));
    else reader.skip(tag);
  }
  return { series, metadata };
}

function readLabel(reader: ProtobufReader, outerMessage: string): [string, string] {
  let [name, value] = ['', ''];
  const outer = reader.enter('Label');
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 10) name = reader.text();
    else if (tag === 18) value = reader.text();
    else reader.skip(tag);
  }
  reader.leave(outer, outerMessage);
  return [name, value];
}

function readTimeSeries(reader: ProtobufReader): SeriesSamples {
  const labels: [string, string][] = [];
  const timestamps: number[] = [];
  // Two words a sample: a double that is read and written again may lose the bits of its NaN.
  const words: number[] = [];
  const histograms: HistogramSample[] = [];
  const exemplars: SeriesExemplar[] = [];
  const outer = reader.enter('TimeSeries');
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    switch (tag) {
      case 10:
        labels.push(readLabel(reader, 'TimeSeries'));
        break;
      case 18:
        readSample(reader, timestamps, words);
        break;
      case 26:
        exemplars.push(readExemplar(reader));
        break;
      case 34:
        histograms.push(readHistogram(reader, 'TimeSeries'));
        break;
      default:
        reader.skip(tag);
    }
  }
  reader.leave(outer, 'WriteRequest');
  return {
    labels: labelsFromEntries(labels),
    timestampsMs: Float64Array.from(timestamps),
    values: new Float64Array(Uint32Array.from(words).buffer),
    startTimestampsMs: new Float64Array(0),
    histograms,
    exemplars,
    resource: [],
  };
}

function readSample(reader: ProtobufReader, timestamps: number[], words: number[]): void {
  let [low, high, timestamp] = [0, 0, 0];
  const outer = reader.enter('Sample');
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 9) {
      reader.fixed64();
      [low, high] = [reader.low, reader.high];
    } else if (tag === 16) timestamp = reader.int64Number();
    else reader.skip(tag);
  }
  reader.leave(outer, 'TimeSeries');
  timestamps.push(timestamp);
  words.push(low, high);
}

function readExemplar(reader: ProtobufReader): SeriesExemplar {
  const labels: [string, string][] = [];
  let [value, timestampMs] = [0, 0];
  const outer = reader.enter('Exemplar');
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 10) labels.push(readLabel(reader, 'Exemplar'));
    else if (tag === 17) value = reader.double();
    else if (tag === 24) timestampMs = reader.int64Number();
    else reader.skip(tag);
  }
  reader.leave(outer, 'TimeSeries');
  return { labels: labelsFromEntries(labels), value, timestampMs };
}

function readMetadata(reader: ProtobufReader): MetricMetadata {
  let [type, metric, help, unit] = [0, '', '', ''];
  const outer = reader.enter('MetricMetadata');
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 8) type = reader.int32();
    else if (tag === 18) metric = reader.text();
    else if (tag === 34) help = reader.text();
    else if (tag === 42) unit = reader.text();
    else reader.skip(tag);
  }
  reader.leave(outer, 'WriteRequest');
  return { metric, type: metricTypes[type] ?? 'unknown', help, unit };
}

function writeLabels(writer: ProtobufWriter, labels: Labels): void {
  for (const { name, value } of labels) writeLabel(writer, { name, value });
}

function writeLabel(writer: ProtobufWriter, { name, value }: Label): void {
  const start = writer.open(10);
  writer.nonEmptyTextField(10, name);
  writer.nonEmptyTextField(18, value);
  writer.close(start);
}

/** The hidden resource labels and the start timestamps have no place in remote write 1.0. */
export function encodeRemoteWrite(batch: SeriesBatch): Uint8Array {
  const writer = new ProtobufWriter(batch.series.length * 128 + 256);
  for (const { labels, timestampsMs, values, exemplars, histograms } of batch.series) {
    const words = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
    const series = writer.open(10);
    writeLabels(writer, labels);
    timestampsMs.forEach((timestampMs, at) => {
      const sample = writer.open(18);
      writer.fixed64Field(9, words[at * 2] ?? 0, words[at * 2 + 1] ?? 0);
      if (timestampMs !== 0) writer.int64Field(16, BigInt(timestampMs));
      writer.close(sample);
    });
    for (const exemplar of exemplars) {
      const start = writer.open(26);
      writeLabels(writer, exemplar.labels);
      writer.doubleField(17, exemplar.value);
      if (exemplar.timestampMs !== 0) writer.int64Field(24, BigInt(exemplar.timestampMs));
      writer.close(start);
    }
    for (const histogram of histograms) writeHistogram(writer, 34, histogram);
    writer.close(series);
  }
  for (const { metric, type, help, unit } of batch.metadata) {
    const start = writer.open(26);
    writer.uintField(8, metricTypes.indexOf(type));
    writer.nonEmptyTextField(18, metric);
    writer.nonEmptyTextField(34, help);
    writer.nonEmptyTextField(42, unit);
    writer.close(start);
  }
  return writer.finish();
}
