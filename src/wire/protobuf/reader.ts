// Walks the bytes of a protobuf message without making objects. The caller switches on whole tags (field number and
// wire type): a known field that comes with another wire type is skipped like an unknown one, as protobuf demands.
// Input that ends early or counts wrongly is `invalid-data` naming the message and the byte.

import { Failure } from '../../base/errors.ts';

/** The tag of a field: what `tag()` answers. */
export const wireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

const scratch: DataView = new DataView(new ArrayBuffer(8));
const decoder: TextDecoder = new TextDecoder('utf-8', { ignoreBOM: true });

export class ProtobufReader {
  readonly bytes: Uint8Array;
  /** Next byte to read. */
  at: number;
  /** End of the message that is being read; nothing is read beyond it. */
  end: number;
  /** The message that is being read, for errors. */
  message: string;
  /** What `varint64` and `fixed64` read. */
  low: number = 0;
  high: number = 0;

  constructor(bytes: Uint8Array, message: string, start: number = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.message = message;
    this.at = start;
    this.end = end;
  }

  malformed(problem: string): Failure {
    return new Failure(
      'invalid-data',
      `malformed protobuf: ${problem} in ${this.message} at byte ${this.at}`,
    );
  }

  /** Tag of the next field, 0 at the end of the message. */
  tag(): number {
    if (this.at >= this.end) return 0;
    const tag = this.varint32();
    if (tag >>> 3 === 0) throw this.malformed('field number 0');
    return tag;
  }

  /** The low 32 bits of a varint, unsigned. */
  varint32(): number {
    if (this.at < this.end) {
      const first = this.bytes[this.at] ?? 0;
      if (first < 128) {
        this.at++;
        return first;
      }
      const second = this.bytes[this.at + 1] ?? 0;
      if (second < 128 && this.at + 1 < this.end) {
        this.at += 2;
        return (first & 127) | (second << 7);
      }
    }
    this.varint64();
    return this.low;
  }

  varint64(): void {
    const { bytes, end } = this;
    let at = this.at;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (at >= end) throw this.malformed('truncated varint');
      const byte = bytes[at++] ?? 0;
      const bits = byte & 127;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >> 4;
      } else if (shift < 63) high |= bits << (shift - 32);
      else high |= (bits & 1) << 31;
      if (byte < 128) {
        this.at = at;
        this.low = low >>> 0;
        this.high = high >>> 0;
        return;
      }
    }
    throw this.malformed('varint of more than ten bytes');
  }

  uint64(): bigint {
    this.varint64();
    return (BigInt(this.high) << 32n) | BigInt(this.low);
  }

  int64(): bigint {
    return BigInt.asIntN(64, this.uint64());
  }

  /** Precise up to 2^53. */
  int64Number(): number {
    this.varint64();
    return (this.high | 0) * 4_294_967_296 + this.low;
  }

  /** Precise up to 2^53. */
  uint64Number(): number {
    this.varint64();
    return this.high * 4_294_967_296 + this.low;
  }

  int32(): number {
    return this.varint32() | 0;
  }

  sint32(): number {
    const value = this.varint32();
    return (value >>> 1) ^ -(value & 1);
  }

  /** Zigzag; precise up to 2^53. */
  sint64Number(): number {
    const value = this.uint64();
    return Number((value >> 1n) ^ -(value & 1n));
  }

  bool(): boolean {
    this.varint64();
    return this.low !== 0 || this.high !== 0;
  }

  #need(count: number): void {
    if (this.end - this.at < count) throw this.malformed('truncated fixed value');
  }

  fixed32(): number {
    this.#need(4);
    const { bytes, at } = this;
    this.at = at + 4;
    return (
      ((bytes[at] ?? 0) |
        ((bytes[at + 1] ?? 0) << 8) |
        ((bytes[at + 2] ?? 0) << 16) |
        ((bytes[at + 3] ?? 0) << 24)) >>>
      0
    );
  }

  /** Reads to `low` and `high`. */
  fixed64(): void {
    this.#need(8);
    this.low = this.fixed32();
    this.high = this.fixed32();
  }

  fixed64BigInt(): bigint {
    this.fixed64();
    return (BigInt(this.high) << 32n) | BigInt(this.low);
  }

  /** Precise up to 2^53. */
  fixed64Number(): number {
    this.fixed64();
    return this.high * 4_294_967_296 + this.low;
  }

  double(): number {
    this.fixed64();
    scratch.setUint32(0, this.low, true);
    scratch.setUint32(4, this.high, true);
    return scratch.getFloat64(0, true);
  }

  /** Length of a length-delimited field, which begins at `at` and is known to be there in full. */
  length(): number {
    const start = this.at;
    this.low = this.high = 0;
    const length = this.varint32();
    const tooLong =
      length > this.end - this.at ||
      (this.at - start > 4 && this.high !== 0) ||
      length > 0x7fffffff;
    if (tooLong) throw this.malformed('field longer than its message');
    return length;
  }

  text(): string {
    const length = this.length();
    const start = this.at;
    this.at = start + length;
    return length === 0 ? '' : decoder.decode(this.bytes.subarray(start, this.at));
  }

  /** A copy. */
  copyBytes(): Uint8Array {
    const length = this.length();
    const start = this.at;
    this.at = start + length;
    return this.bytes.slice(start, this.at);
  }

  /** Goes into a length-delimited field; hand the answer to `leave` when its last field has been read. */
  enter(message: string): number {
    const length = this.length();
    const outerEnd = this.end;
    this.end = this.at + length;
    this.message = message;
    return outerEnd;
  }

  leave(outerEnd: number, outerMessage: string): void {
    this.at = this.end;
    this.end = outerEnd;
    this.message = outerMessage;
  }

  skip(tag: number): void {
    switch (tag & 7) {
      case wireType.varint:
        this.varint64();
        return;
      case wireType.fixed64:
        this.#need(8);
        this.at += 8;
        return;
      case wireType.bytes: {
        const length = this.length();
        this.at += length;
        return;
      }
      case wireType.fixed32:
        this.#need(4);
        this.at += 4;
        return;
      default:
        throw this.malformed(`wire type ${tag & 7}`);
    }
  }
}
