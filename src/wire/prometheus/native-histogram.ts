// Remote write's Histogram message between protobuf and the model. Integer histograms, whose buckets are deltas, become
// the float form with absolute counts; out goes the float form.

import type {
  CounterResetHint,
  HistogramSpan,
  NativeHistogram,
} from '../../model/native-histogram.ts';
import type { HistogramSample } from '../../model/series-batch.ts';
import type { ProtobufReader } from '../protobuf/reader.ts';
import type { ProtobufWriter } from '../protobuf/writer.ts';

const resetHints: readonly CounterResetHint[] = ['unknown', 'reset', 'not-reset', 'gauge'];

function readSpan(reader: ProtobufReader): HistogramSpan {
  let [offset, length] = [0, 0];
  const outer = reader.enter('BucketSpan');
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 8) offset = reader.sint32();
    else if (tag === 16) length = reader.varint32();
    else reader.skip(tag);
  }
  reader.leave(outer, 'Histogram');
  return { offset, length };
}

/** Reads one value or a packed list of them. */
function readNumbers(
  reader: ProtobufReader,
  packed: boolean,
  values: number[],
  read: (reader: ProtobufReader) => number,
): void {
  if (!packed) {
    values.push(read(reader));
    return;
  }
  const outer = reader.enter('Histogram');
  while (reader.at < reader.end) values.push(read(reader));
  reader.leave(outer, 'Histogram');
}

const readDelta = (reader: ProtobufReader): number => reader.sint64Number();
const readDouble = (reader: ProtobufReader): number => reader.double();

function absolute(deltas: readonly number[]): number[] {
  let count = 0;
  return deltas.map((delta) => (count += delta));
}

/** Reads one length-delimited Histogram. */
export function readHistogram(reader: ProtobufReader, outerMessage: string): HistogramSample {
  let [count, sum, schema, zeroThreshold, zeroCount] = [0, 0, 0, 0, 0];
  let [resetHint, timestampMs] = [0, 0];
  const positiveSpans: HistogramSpan[] = [];
  const negativeSpans: HistogramSpan[] = [];
  const [positiveDeltas, positiveCounts]: [number[], number[]] = [[], []];
  const [negativeDeltas, negativeCounts]: [number[], number[]] = [[], []];
  const customValues: number[] = [];
  const outer = reader.enter('Histogram');
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    switch (tag) {
      case 8:
        count = reader.uint64Number();
        break;
      case 17:
        count = reader.double();
        break;
      case 25:
        sum = reader.double();
        break;
      case 32:
        schema = reader.sint32();
        break;
      case 41:
        zeroThreshold = reader.double();
        break;
      case 48:
        zeroCount = reader.uint64Number();
        break;
      case 57:
        zeroCount = reader.double();
        break;
      case 66:
        negativeSpans.push(readSpan(reader));
        break;
      case 72:
      case 74:
        readNumbers(reader, tag === 74, negativeDeltas, readDelta);
        break;
      case 81:
      case 82:
        readNumbers(reader, tag === 82, negativeCounts, readDouble);
        break;
      case 90:
        positiveSpans.push(readSpan(reader));
        break;
      case 96:
      case 98:
        readNumbers(reader, tag === 98, positiveDeltas, readDelta);
        break;
      case 105:
      case 106:
        readNumbers(reader, tag === 106, positiveCounts, readDouble);
        break;
      case 112:
        resetHint = reader.int32();
        break;
      case 120:
        timestampMs = reader.int64Number();
        break;
      case 129:
      case 130:
        readNumbers(reader, tag === 130, customValues, readDouble);
        break;
      default:
        reader.skip(tag);
    }
  }
  reader.leave(outer, outerMessage);
  const histogram: NativeHistogram = {
    counterResetHint: resetHints[resetHint] ?? 'unknown',
    schema,
    zeroThreshold,
    zeroCount,
    count,
    sum,
    positiveSpans,
    positiveBuckets: positiveCounts.length > 0 ? positiveCounts : absolute(positiveDeltas),
    negativeSpans,
    negativeBuckets: negativeCounts.length > 0 ? negativeCounts : absolute(negativeDeltas),
    customValues,
  };
  return { timestampMs, histogram, startTimestampMs: 0 };
}

function writeSpans(writer: ProtobufWriter, tag: number, spans: readonly HistogramSpan[]): void {
  for (const { offset, length } of spans) {
    const start = writer.open(tag);
    writer.sint32Field(8, offset);
    writer.uintField(16, length);
    writer.close(start);
  }
}

function writeDoubles(writer: ProtobufWriter, tag: number, values: readonly number[]): void {
  if (values.length === 0) return;
  const start = writer.open(tag);
  for (const value of values) writer.double(value);
  writer.close(start);
}

/** Float form: counts as doubles. */
export function writeHistogram(
  writer: ProtobufWriter,
  tag: number,
  { timestampMs, histogram }: HistogramSample,
): void {
  const start = writer.open(tag);
  writer.doubleField(17, histogram.count);
  writer.doubleField(25, histogram.sum);
  writer.sint32Field(32, histogram.schema);
  writer.doubleField(41, histogram.zeroThreshold);
  writer.doubleField(57, histogram.zeroCount);
  writeSpans(writer, 66, histogram.negativeSpans);
  writeDoubles(writer, 82, histogram.negativeBuckets);
  writeSpans(writer, 90, histogram.positiveSpans);
  writeDoubles(writer, 106, histogram.positiveBuckets);
  writer.uintField(112, resetHints.indexOf(histogram.counterResetHint));
  writer.int64Field(120, BigInt(timestampMs));
  writeDoubles(writer, 130, histogram.customValues);
  writer.close(start);
}
