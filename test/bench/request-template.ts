// OTLP requests that cost a sender next to nothing: encoded once, then given the IDs and times of other rows in place
// before each sending, so that the store never sees the same record twice.

import { encodeLogsProtobuf } from '../../src/wire/otlp/encode-logs.ts';
import { encodeSpansProtobuf } from '../../src/wire/otlp/encode-spans.ts';
import {
  generateLogs,
  generateSpans,
  randomAt,
  requestDigits,
  rowsPerTrace,
  writeTraceId,
} from './generated-telemetry.ts';

export type SentSignal = 'logs' | 'spans';

interface Places {
  readonly times: readonly number[];
  readonly traceId: number;
  readonly spanId: number;
  readonly parentSpanId: number | undefined;
  readonly digits: number | undefined;
}

interface Field {
  readonly number: number;
  readonly start: number;
  readonly end: number;
}

/** Field numbers of the parts that differ from row to row. */
const numbers = {
  logs: { times: [1, 11], traceId: 9, spanId: 10, parentSpanId: 0, body: 5 },
  spans: { times: [7, 8], traceId: 1, spanId: 2, parentSpanId: 4, body: 0 },
} as const;

export class RequestTemplate {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #places: readonly Places[];

  constructor(signal: SentSignal, first: number, rows: number) {
    const generated = { first, count: rows, timeOf: () => 1n, random: randomAt(first) };
    this.bytes =
      signal === 'logs'
        ? encodeLogsProtobuf(generateLogs(generated))
        : encodeSpansProtobuf(generateSpans(generated));
    this.#view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
    // A request has its rows by sender: the span ID says which row each is.
    const rowOf = (places: Places): number => this.#view.getUint32(places.spanId + 4);
    this.#places = findPlaces(this.bytes, signal).toSorted((a, b) => rowOf(a) - rowOf(b));
  }

  get rows(): number {
    return this.#places.length;
  }

  /** Makes the rows those from `first` on; `timeOf` counts from the request's first row. */
  renumber(first: number, timeOf: (row: number) => bigint): void {
    for (const [at, places] of this.#places.entries()) {
      const row = first + at;
      const time = timeOf(at);
      // A span lasts 1 to 100 ms.
      for (const [nth, place] of places.times.entries())
        this.#view.setBigUint64(
          place,
          nth === 0 ? time : time + BigInt(1_000_000 * (1 + (row % 100))),
          true,
        );
      writeTraceId(row, this.bytes, places.traceId);
      this.#writeSpanId(places.spanId, row);
      if (places.parentSpanId !== undefined && row % rowsPerTrace !== 0)
        this.#writeSpanId(places.parentSpanId, row - 1);
      if (places.digits !== undefined) this.#writeDigits(places.digits, row);
    }
  }

  #writeSpanId(place: number, row: number): void {
    this.#view.setUint32(place, 0x77777777);
    this.#view.setUint32(place + 4, row + 1);
  }

  #writeDigits(place: number, row: number): void {
    let rest = Math.imul(row, 0x9e3779b1) >>> 0;
    for (let at = requestDigits.length - 1; at >= 0; at--) {
      this.bytes[place + at] = 48 + (rest % 10);
      rest = Math.floor(rest / 10);
    }
  }
}

function* fieldsOf(bytes: Uint8Array, from: number, to: number): Generator<Field> {
  let at = from;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  };
  while (at < to) {
    const tag = varint();
    const wireType = tag & 7;
    if (wireType === 0) varint();
    const length = wireType === 2 ? varint() : wireType === 1 ? 8 : wireType === 5 ? 4 : 0;
    yield { number: tag >>> 3, start: at, end: at + length };
    at += length;
  }
}

function findPlaces(bytes: Uint8Array, signal: SentSignal): Places[] {
  const found: Places[] = [];
  const within = function* (field: Field, number: number): Generator<Field> {
    for (const inner of fieldsOf(bytes, field.start, field.end))
      if (inner.number === number) yield inner;
  };
  const whole = { number: 0, start: 0, end: bytes.length };
  for (const resource of within(whole, 1))
    for (const scope of within(resource, 2))
      for (const record of within(scope, 2)) found.push(placesOf(bytes, record, signal));
  return found;
}

function placesOf(bytes: Uint8Array, record: Field, signal: SentSignal): Places {
  const wanted = numbers[signal];
  const starts = new Map<number, number>();
  for (const { number, start } of fieldsOf(bytes, record.start, record.end))
    if (!starts.has(number)) starts.set(number, start);
  let digits: number | undefined;
  const body = wanted.body === 0 ? undefined : starts.get(wanted.body);
  if (body !== undefined) {
    const [value] = fieldsOf(bytes, body, record.end);
    if (value !== undefined) digits = value.start + requestDigits.start;
  }
  const place = (number: number): number => {
    const start = starts.get(number);
    if (start === undefined) throw new Error(`field ${number} is missing in a generated record`);
    return start;
  };
  return {
    times: wanted.times.map(place),
    traceId: place(wanted.traceId),
    spanId: place(wanted.spanId),
    parentSpanId: starts.get(wanted.parentSpanId),
    digits,
  };
}
