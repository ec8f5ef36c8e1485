// The points of OTLP's histograms, exponential histograms and summaries in protobuf.

import type { Attribute } from '../../model/attributes.ts';
import type {
  Exemplar,
  ExponentialBuckets,
  ExponentialHistogramPoint,
  HistogramPoint,
  SummaryPoint,
} from '../../model/metrics-batch.ts';
import type { ProtobufReader } from '../protobuf/reader.ts';
import { readAttribute } from './any-value.ts';
import { readExemplar } from './exemplar.ts';

/** Reads the packed form of a repeated number. */
function readPacked(
  reader: ProtobufReader,
  message: string,
  read: (reader: ProtobufReader) => number,
  values: number[],
): void {
  const outer = reader.enter(message);
  while (reader.at < reader.end) values.push(read(reader));
  reader.leave(outer, message);
}

const readDouble = (reader: ProtobufReader): number => reader.double();
const readFixed = (reader: ProtobufReader): number => reader.fixed64Number();
const readCount = (reader: ProtobufReader): number => reader.uint64Number();

export function readHistogramPoint(reader: ProtobufReader, outerMessage: string): HistogramPoint {
  const message = 'HistogramDataPoint';
  const attributes: Attribute[] = [];
  const exemplars: Exemplar[] = [];
  const bucketCounts: number[] = [];
  const explicitBounds: number[] = [];
  let [startTimeNs, timeNs] = [0n, 0n];
  let [flags, count] = [0, 0];
  let [sum, min, max]: (number | undefined)[] = [];
  const outer = reader.enter(message);
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    switch (tag) {
      case 17:
        startTimeNs = reader.fixed64BigInt();
        break;
      case 25:
        timeNs = reader.fixed64BigInt();
        break;
      case 33:
        count = reader.fixed64Number();
        break;
      case 41:
        sum = reader.double();
        break;
      case 49:
        bucketCounts.push(reader.fixed64Number());
        break;
      case 50:
        readPacked(reader, message, readFixed, bucketCounts);
        break;
      case 57:
        explicitBounds.push(reader.double());
        break;
      case 58:
        readPacked(reader, message, readDouble, explicitBounds);
        break;
      case 66:
        exemplars.push(readExemplar(reader, message));
        break;
      case 74:
        attributes.push(readAttribute(reader, message));
        break;
      case 80:
        flags = reader.varint32();
        break;
      case 89:
        min = reader.double();
        break;
      case 97:
        max = reader.double();
        break;
      default:
        reader.skip(tag);
    }
  }
  reader.leave(outer, outerMessage);
  const point = { attributes, startTimeNs, timeNs, flags, exemplars };
  return { ...point, count, sum, min, max, bucketCounts, explicitBounds };
}

const noBuckets: ExponentialBuckets = { offset: 0, bucketCounts: [] };

function readBuckets(reader: ProtobufReader, outerMessage: string): ExponentialBuckets {
  let offset = 0;
  const bucketCounts: number[] = [];
  const outer = reader.enter('Buckets');
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 8) offset = reader.sint32();
    else if (tag === 16) bucketCounts.push(reader.uint64Number());
    else if (tag === 18) readPacked(reader, 'Buckets', readCount, bucketCounts);
    else reader.skip(tag);
  }
  reader.leave(outer, outerMessage);
  return { offset, bucketCounts };
}

export function readExponentialHistogramPoint(
  reader: ProtobufReader,
  outerMessage: string,
): ExponentialHistogramPoint {
  const message = 'ExponentialHistogramDataPoint';
  const attributes: Attribute[] = [];
  const exemplars: Exemplar[] = [];
  let [positive, negative] = [noBuckets, noBuckets];
  let [startTimeNs, timeNs] = [0n, 0n];
  let [flags, count, scale, zeroCount, zeroThreshold] = [0, 0, 0, 0, 0];
  let [sum, min, max]: (number | undefined)[] = [];
  const outer = reader.enter(message);
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    switch (tag) {
      case 10:
        attributes.push(readAttribute(reader, message));
        break;
      case 17:
        startTimeNs = reader.fixed64BigInt();
        break;
      case 25:
        timeNs = reader.fixed64BigInt();
        break;
      case 33:
        count = reader.fixed64Number();
        break;
      case 41:
        sum = reader.double();
        break;
      case 48:
        scale = reader.sint32();
        break;
      case 57:
        zeroCount = reader.fixed64Number();
        break;
      case 66:
        positive = readBuckets(reader, message);
        break;
      case 74:
        negative = readBuckets(reader, message);
        break;
      case 80:
        flags = reader.varint32();
        break;
      case 90:
        exemplars.push(readExemplar(reader, message));
        break;
      case 97:
        min = reader.double();
        break;
      case 105:
        max = reader.double();
        break;
      case 113:
        zeroThreshold = reader.double();
        break;
      default:
        reader.skip(tag);
    }
  }
  reader.leave(outer, outerMessage);
  const point = { attributes, startTimeNs, timeNs, flags, exemplars };
  const totals = { count, sum, min, max };
  return { ...point, ...totals, scale, zeroCount, zeroThreshold, positive, negative };
}

function readQuantile(
  reader: ProtobufReader,
  outerMessage: string,
): { quantile: number; value: number } {
  let [quantile, value] = [0, 0];
  const outer = reader.enter('ValueAtQuantile');
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 9) quantile = reader.double();
    else if (tag === 17) value = reader.double();
    else reader.skip(tag);
  }
  reader.leave(outer, outerMessage);
  return { quantile, value };
}

export function readSummaryPoint(reader: ProtobufReader, outerMessage: string): SummaryPoint {
  const message = 'SummaryDataPoint';
  const attributes: Attribute[] = [];
  const quantiles: { quantile: number; value: number }[] = [];
  let [startTimeNs, timeNs] = [0n, 0n];
  let [flags, count, sum] = [0, 0, 0];
  const outer = reader.enter(message);
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    switch (tag) {
      case 17:
        startTimeNs = reader.fixed64BigInt();
        break;
      case 25:
        timeNs = reader.fixed64BigInt();
        break;
      case 33:
        count = reader.fixed64Number();
        break;
      case 41:
        sum = reader.double();
        break;
      case 50:
        quantiles.push(readQuantile(reader, message));
        break;
      case 58:
        attributes.push(readAttribute(reader, message));
        break;
      case 64:
        flags = reader.varint32();
        break;
      default:
        reader.skip(tag);
    }
  }
  reader.leave(outer, outerMessage);
  return { attributes, startTimeNs, timeNs, flags, exemplars: [], count, sum, quantiles };
}
