// Writes protobuf into one growing buffer. A nested message is opened with room for a short length and moved when it
// turns out longer. Tags are whole (field number times eight plus wire type), as the reader gives them.

const encoder: TextEncoder = new TextEncoder();
const scratch: DataView = new DataView(new ArrayBuffer(8));

export class ProtobufWriter {
  bytes: Uint8Array;
  length: number = 0;

  constructor(capacity: number = 1024) {
    this.bytes = new Uint8Array(capacity);
  }

  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  /** What has been written, in a buffer of its own. */
  finish(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }

  varint32(value: number): void {
    this.reserve(5);
    let rest = value >>> 0;
    while (rest > 127) {
      this.bytes[this.length++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.bytes[this.length++] = rest;
  }

  varint64(low: number, high: number): void {
    this.reserve(10);
    let lowRest = low >>> 0;
    let highRest = high >>> 0;
    while (highRest !== 0 || lowRest > 127) {
      this.bytes[this.length++] = (lowRest & 127) | 128;
      lowRest = ((lowRest >>> 7) | (highRest << 25)) >>> 0;
      highRest >>>= 7;
    }
    this.bytes[this.length++] = lowRest;
  }

  fixed32(value: number): void {
    this.reserve(4);
    for (let shift = 0; shift < 32; shift += 8) {
      this.bytes[this.length++] = (value >>> shift) & 255;
    }
  }

  /** A varint field; nothing when it is 0. */
  uintField(tag: number, value: number): void {
    if (value === 0) return;
    this.varint32(tag);
    if (value < 0 || value > 0xffffffff) this.#bigVarint(BigInt(value));
    else this.varint32(value);
  }

  #bigVarint(value: bigint): void {
    const bits = BigInt.asUintN(64, value);
    this.varint64(Number(bits & 0xffffffffn), Number(bits >> 32n));
  }

  /** A varint field of either sign (two's complement), also when it is 0. */
  int64Field(tag: number, value: bigint): void {
    this.varint32(tag);
    this.#bigVarint(value);
  }

  /** A zigzag field; nothing when it is 0. */
  sint32Field(tag: number, value: number): void {
    if (value === 0) return;
    this.varint32(tag);
    this.varint32((value << 1) ^ (value >> 31));
  }

  fixed32Field(tag: number, value: number): void {
    if (value === 0) return;
    this.varint32(tag);
    this.fixed32(value);
  }

  /** Nothing when it is 0. */
  fixed64Field(tag: number, low: number, high: number): void {
    if (low === 0 && high === 0) return;
    this.varint32(tag);
    this.fixed32(low);
    this.fixed32(high);
  }

  /** Two's complement; nothing when it is 0. */
  fixed64BigIntField(tag: number, value: bigint): void {
    const bits = BigInt.asUintN(64, value);
    this.fixed64Field(tag, Number(bits & 0xffffffffn), Number(bits >> 32n));
  }

  double(value: number): void {
    scratch.setFloat64(0, value, true);
    this.fixed32(scratch.getUint32(0, true));
    this.fixed32(scratch.getUint32(4, true));
  }

  /** Also when it is 0: for fields whose presence means something. */
  doubleField(tag: number, value: number): void {
    this.varint32(tag);
    this.double(value);
  }

  /** Also when it is empty. */
  bytesField(tag: number, source: Uint8Array, start: number, length: number): void {
    this.varint32(tag);
    this.varint32(length);
    this.reserve(length);
    this.bytes.set(source.subarray(start, start + length), this.length);
    this.length += length;
  }

  /** Also when it is empty. */
  textField(tag: number, text: string): void {
    const start = this.open(tag);
    this.reserve(text.length * 3);
    this.length += encoder.encodeInto(text, this.bytes.subarray(this.length)).written;
    this.close(start);
  }

  /** Nothing when it is empty. */
  nonEmptyTextField(tag: number, text: string): void {
    if (text !== '') this.textField(tag, text);
  }

  /** Begins a nested message; hand the answer to `close`. */
  open(tag: number): number {
    this.varint32(tag);
    this.reserve(1);
    this.length++;
    return this.length;
  }

  close(start: number): void {
    const size = this.length - start;
    if (size < 128) {
      this.bytes[start - 1] = size;
      return;
    }
    const extra = size < 1 << 14 ? 1 : size < 1 << 21 ? 2 : size < 1 << 28 ? 3 : 4;
    this.reserve(extra);
    this.bytes.copyWithin(start + extra, start, this.length);
    this.length = start - 1;
    this.varint32(size);
    this.length += size;
  }
}
