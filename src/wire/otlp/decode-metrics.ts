// ExportMetricsServiceRequest (the same bytes as MetricsData) in protobuf into the model's objects. A metric without
// data, or of a kind that is not known, is left out.

import type { Attribute } from '../../model/attributes.ts';
import type {
  Exemplar,
  Metric,
  MetricData,
  MetricsBatch,
  NumberPoint,
  ResourceMetrics,
  ScopeMetrics,
  Temporality,
} from '../../model/metrics-batch.ts';
import { emptyResource, emptyScope } from '../../model/resource.ts';
import { ProtobufReader } from '../protobuf/reader.ts';
import { readAttribute } from './any-value.ts';
import type { DecodedMetrics } from './decoded.ts';
import { readExemplar } from './exemplar.ts';
import {
  readExponentialHistogramPoint,
  readHistogramPoint,
  readSummaryPoint,
} from './decode-histograms.ts';
import { readResource, readScope } from './resource.ts';

/** Throws `invalid-data` when the bytes are not such a message. */
export function decodeMetricsProtobuf(bytes: Uint8Array): DecodedMetrics {
  const reader = new ProtobufReader(bytes, 'ExportMetricsServiceRequest');
  const resources: ResourceMetrics[] = [];
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 10) resources.push(readResourceMetrics(reader));
    else reader.skip(tag);
  }
  const batch: MetricsBatch = { resources };
  return { batch, rejected: 0, message: '' };
}

function readResourceMetrics(reader: ProtobufReader): ResourceMetrics {
  let resource = emptyResource;
  let schemaUrl = '';
  const scopes: ScopeMetrics[] = [];
  const outer = reader.enter('ResourceMetrics');
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 10) resource = readResource(reader, 'ResourceMetrics');
    else if (tag === 18) scopes.push(readScopeMetrics(reader));
    else if (tag === 26) schemaUrl = reader.text();
    else reader.skip(tag);
  }
  reader.leave(outer, 'ExportMetricsServiceRequest');
  return { resource: { ...resource, schemaUrl }, scopes };
}

function readScopeMetrics(reader: ProtobufReader): ScopeMetrics {
  let scope = emptyScope;
  let schemaUrl = '';
  const metrics: Metric[] = [];
  const outer = reader.enter('ScopeMetrics');
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 10) scope = readScope(reader, 'ScopeMetrics');
    else if (tag === 18) {
      const metric = readMetric(reader);
      if (metric !== undefined) metrics.push(metric);
    } else if (tag === 26) schemaUrl = reader.text();
    else reader.skip(tag);
  }
  reader.leave(outer, 'ResourceMetrics');
  return { scope: { ...scope, schemaUrl }, metrics };
}

function readMetric(reader: ProtobufReader): Metric | undefined {
  let [name, description, unit] = ['', '', ''];
  const metadata: Attribute[] = [];
  let data: MetricData | undefined;
  const outer = reader.enter('Metric');
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    switch (tag) {
      case 10:
        name = reader.text();
        break;
      case 18:
        description = reader.text();
        break;
      case 26:
        unit = reader.text();
        break;
      case 42:
        data = { kind: 'gauge', points: readData(reader, 'Gauge', readNumberPoint).points };
        break;
      case 58: {
        const { points, temporality, monotonic } = readData(reader, 'Sum', readNumberPoint);
        data = { kind: 'sum', points, temporality, monotonic };
        break;
      }
      case 74: {
        const { points, temporality } = readData(reader, 'Histogram', readHistogramPoint);
        data = { kind: 'histogram', points, temporality };
        break;
      }
      case 82: {
        const { points, temporality } = readData(
          reader,
          'ExponentialHistogram',
          readExponentialHistogramPoint,
        );
        data = { kind: 'exponential-histogram', points, temporality };
        break;
      }
      case 90:
        data = { kind: 'summary', points: readData(reader, 'Summary', readSummaryPoint).points };
        break;
      case 98:
        metadata.push(readAttribute(reader, 'Metric'));
        break;
      default:
        reader.skip(tag);
    }
  }
  reader.leave(outer, 'ScopeMetrics');
  return data === undefined ? undefined : { name, description, unit, metadata, data };
}

const temporalities: readonly Temporality[] = ['unspecified', 'delta', 'cumulative'];

/** Reads any of the five kinds of data: they agree in the numbers of the fields that they have. */
function readData<Point>(
  reader: ProtobufReader,
  message: string,
  readPoint: (reader: ProtobufReader, message: string) => Point,
): { points: Point[]; temporality: Temporality; monotonic: boolean } {
  const points: Point[] = [];
  let temporality: Temporality = 'unspecified';
  let monotonic = false;
  const outer = reader.enter(message);
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 10) points.push(readPoint(reader, message));
    else if (tag === 16) temporality = temporalities[reader.int32()] ?? 'unspecified';
    else if (tag === 24) monotonic = reader.bool();
    else reader.skip(tag);
  }
  reader.leave(outer, 'Metric');
  return { points, temporality, monotonic };
}

function readNumberPoint(reader: ProtobufReader, outerMessage: string): NumberPoint {
  const attributes: Attribute[] = [];
  const exemplars: Exemplar[] = [];
  let [startTimeNs, timeNs] = [0n, 0n];
  let flags = 0;
  let value: number | bigint = 0;
  const outer = reader.enter('NumberDataPoint');
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    switch (tag) {
      case 17:
        startTimeNs = reader.fixed64BigInt();
        break;
      case 25:
        timeNs = reader.fixed64BigInt();
        break;
      case 33:
        value = reader.double();
        break;
      case 42:
        exemplars.push(readExemplar(reader, 'NumberDataPoint'));
        break;
      case 49:
        value = BigInt.asIntN(64, reader.fixed64BigInt());
        break;
      case 58:
        attributes.push(readAttribute(reader, 'NumberDataPoint'));
        break;
      case 64:
        flags = reader.varint32();
        break;
      default:
        reader.skip(tag);
    }
  }
  reader.leave(outer, outerMessage);
  return { attributes, startTimeNs, timeNs, flags, exemplars, value };
}
