// A batch of metrics as ExportMetricsServiceRequest in protobuf.

import type {
  DataPoint,
  Exemplar,
  ExponentialBuckets,
  ExponentialHistogramPoint,
  HistogramPoint,
  Metric,
  MetricData,
  MetricsBatch,
  NumberPoint,
  SummaryPoint,
  Temporality,
} from '../../model/metrics-batch.ts';
import { ProtobufWriter } from '../protobuf/writer.ts';
import { writeAttributes } from './any-value.ts';
import { writeHexId } from './ids.ts';
import { writeResource, writeScope } from './resource.ts';

export function encodeMetricsProtobuf(batch: MetricsBatch): Uint8Array {
  const writer = new ProtobufWriter(4096);
  for (const { resource, scopes } of batch.resources) {
    const resourceMetrics = writer.open(10);
    writeResource(writer, 10, resource);
    for (const { scope, metrics } of scopes) {
      const scopeMetrics = writer.open(18);
      writeScope(writer, 10, scope);
      for (const metric of metrics) writeMetric(writer, metric);
      writer.nonEmptyTextField(26, scope.schemaUrl);
      writer.close(scopeMetrics);
    }
    writer.nonEmptyTextField(26, resource.schemaUrl);
    writer.close(resourceMetrics);
  }
  return writer.finish();
}

const temporalityNumbers: Readonly<Record<Temporality, number>> = {
  unspecified: 0,
  delta: 1,
  cumulative: 2,
};

const dataTags: Readonly<Record<MetricData['kind'], number>> = {
  gauge: 42,
  sum: 58,
  histogram: 74,
  'exponential-histogram': 82,
  summary: 90,
};

function writeMetric(
  writer: ProtobufWriter,
  { name, description, unit, metadata, data }: Metric,
): void {
  const metric = writer.open(18);
  writer.nonEmptyTextField(10, name);
  writer.nonEmptyTextField(18, description);
  writer.nonEmptyTextField(26, unit);
  const start = writer.open(dataTags[data.kind]);
  switch (data.kind) {
    case 'gauge':
    case 'sum':
      for (const point of data.points) writeNumberPoint(writer, point);
      break;
    case 'histogram':
      for (const point of data.points) writeHistogramPoint(writer, point);
      break;
    case 'exponential-histogram':
      for (const point of data.points) writeExponentialPoint(writer, point);
      break;
    case 'summary':
      for (const point of data.points) writeSummaryPoint(writer, point);
      break;
  }
  if ('temporality' in data) writer.uintField(16, temporalityNumbers[data.temporality]);
  if (data.kind === 'sum') writer.uintField(24, data.monotonic ? 1 : 0);
  writer.close(start);
  writeAttributes(writer, 98, metadata);
  writer.close(metric);
}

/** The fields that all points have in common save for their numbers: 2 and 3 are the times everywhere. */
function writeTimes(writer: ProtobufWriter, { startTimeNs, timeNs }: DataPoint): void {
  writer.fixed64BigIntField(17, startTimeNs);
  writer.fixed64BigIntField(25, timeNs);
}

function writeNumber(
  writer: ProtobufWriter,
  doubleTag: number,
  intTag: number,
  value: number | bigint,
): void {
  if (typeof value === 'number') {
    writer.doubleField(doubleTag, value);
    return;
  }
  const bits = BigInt.asUintN(64, value);
  writer.varint32(intTag);
  writer.fixed32(Number(bits & 0xffffffffn));
  writer.fixed32(Number(bits >> 32n));
}

function writeNumberPoint(writer: ProtobufWriter, point: NumberPoint): void {
  const start = writer.open(10);
  writeAttributes(writer, 58, point.attributes);
  writeTimes(writer, point);
  writeNumber(writer, 33, 49, point.value);
  writeExemplars(writer, 42, point.exemplars);
  writer.uintField(64, point.flags);
  writer.close(start);
}

function writeExemplars(writer: ProtobufWriter, tag: number, exemplars: readonly Exemplar[]): void {
  for (const { timeNs, value, traceId, spanId, filteredAttributes } of exemplars) {
    const start = writer.open(tag);
    writeAttributes(writer, 58, filteredAttributes);
    writer.fixed64BigIntField(17, timeNs);
    writer.doubleField(25, value);
    writeHexId(writer, 34, spanId, 8);
    writeHexId(writer, 42, traceId, 16);
    writer.close(start);
  }
}

function writePacked(
  writer: ProtobufWriter,
  tag: number,
  values: readonly number[],
  write: (value: number) => void,
): void {
  if (values.length === 0) return;
  const start = writer.open(tag);
  for (const value of values) write(value);
  writer.close(start);
}

/** A count as 64 bits: low and high word. */
function words(count: number): [number, number] {
  return [count % 4_294_967_296, Math.floor(count / 4_294_967_296)];
}

/** Those of sum, min and max that are there. */
function writeOptional(writer: ProtobufWriter, tag: number, value: number | undefined): void {
  if (value !== undefined) writer.doubleField(tag, value);
}

function writeHistogramPoint(writer: ProtobufWriter, point: HistogramPoint): void {
  const start = writer.open(10);
  writeTimes(writer, point);
  writer.fixed64Field(33, ...words(point.count));
  writeOptional(writer, 41, point.sum);
  writePacked(writer, 50, point.bucketCounts, (count) => {
    const [low, high] = words(count);
    writer.fixed32(low);
    writer.fixed32(high);
  });
  writePacked(writer, 58, point.explicitBounds, (bound) => writer.double(bound));
  writeExemplars(writer, 66, point.exemplars);
  writeAttributes(writer, 74, point.attributes);
  writer.uintField(80, point.flags);
  writeOptional(writer, 89, point.min);
  writeOptional(writer, 97, point.max);
  writer.close(start);
}

function writeBuckets(writer: ProtobufWriter, tag: number, buckets: ExponentialBuckets): void {
  if (buckets.offset === 0 && buckets.bucketCounts.length === 0) return;
  const start = writer.open(tag);
  writer.sint32Field(8, buckets.offset);
  writePacked(writer, 18, buckets.bucketCounts, (count) => writer.varint64(...words(count)));
  writer.close(start);
}

function writeExponentialPoint(writer: ProtobufWriter, point: ExponentialHistogramPoint): void {
  const start = writer.open(10);
  writeAttributes(writer, 10, point.attributes);
  writeTimes(writer, point);
  writer.fixed64Field(33, ...words(point.count));
  writeOptional(writer, 41, point.sum);
  writer.sint32Field(48, point.scale);
  writer.fixed64Field(57, ...words(point.zeroCount));
  writeBuckets(writer, 66, point.positive);
  writeBuckets(writer, 74, point.negative);
  writer.uintField(80, point.flags);
  writeExemplars(writer, 90, point.exemplars);
  writeOptional(writer, 97, point.min);
  writeOptional(writer, 105, point.max);
  if (point.zeroThreshold !== 0) writer.doubleField(113, point.zeroThreshold);
  writer.close(start);
}

function writeSummaryPoint(writer: ProtobufWriter, point: SummaryPoint): void {
  const start = writer.open(10);
  writeAttributes(writer, 58, point.attributes);
  writeTimes(writer, point);
  writer.fixed64Field(33, ...words(point.count));
  writer.doubleField(41, point.sum);
  for (const { quantile, value } of point.quantiles) {
    const pair = writer.open(50);
    writer.doubleField(9, quantile);
    writer.doubleField(17, value);
    writer.close(pair);
  }
  writer.uintField(64, point.flags);
  writer.close(start);
}
