// Growing typed columns: one array a field instead of one object a record. A batch is filled row by row
// through these and then read by index; `values` is replaced when a column grows, so do not keep it
// while filling.

import type { ByteArena } from './byte-arena.ts';
import { decodeHexInto, encodeHex } from './hex.ts';

function capacityFor(needed: number, present: number): number {
  return Math.max(needed, present * 2, 16);
}

export class Uint8Column {
  values: Uint8Array<ArrayBuffer> = new Uint8Array(16);
  length: number = 0;

  push(value: number): void {
    if (this.length === this.values.length) {
      const grown = new Uint8Array(capacityFor(this.length + 1, this.length));
      grown.set(this.values);
      this.values = grown;
    }
    this.values[this.length++] = value;
  }

  at(row: number): number {
    return this.values[row] ?? 0;
  }
}

export class Uint32Column {
  values: Uint32Array<ArrayBuffer> = new Uint32Array(16);
  length: number = 0;

  push(value: number): void {
    if (this.length === this.values.length) {
      const grown = new Uint32Array(capacityFor(this.length + 1, this.length));
      grown.set(this.values);
      this.values = grown;
    }
    this.values[this.length++] = value;
  }

  at(row: number): number {
    return this.values[row] ?? 0;
  }
}

/**
 * 64-bit values kept as two little-endian 32-bit words, so that copying one costs no `BigInt`. The same
 * eight bytes can be read as int64, uint64 or float64.
 */
export class Uint64Column {
  values: BigUint64Array<ArrayBuffer> = new BigUint64Array(16);
  words: Uint32Array<ArrayBuffer> = new Uint32Array(this.values.buffer);
  doubles: Float64Array<ArrayBuffer> = new Float64Array(this.values.buffer);
  length: number = 0;

  #grow(): void {
    const grown = new BigUint64Array(capacityFor(this.length + 1, this.length));
    grown.set(this.values);
    this.values = grown;
    this.words = new Uint32Array(grown.buffer);
    this.doubles = new Float64Array(grown.buffer);
  }

  pushWords(low: number, high: number): void {
    if (this.length === this.values.length) this.#grow();
    this.words[this.length * 2] = low;
    this.words[this.length * 2 + 1] = high;
    this.length++;
  }

  /** Two's complement for negative values. */
  push(value: bigint): void {
    if (this.length === this.values.length) this.#grow();
    this.values[this.length++] = BigInt.asUintN(64, value);
  }

  pushDouble(value: number): void {
    if (this.length === this.values.length) this.#grow();
    this.doubles[this.length++] = value;
  }

  set(row: number, value: bigint): void {
    this.values[row] = BigInt.asUintN(64, value);
  }

  at(row: number): bigint {
    return this.values[row] ?? 0n;
  }

  signedAt(row: number): bigint {
    return BigInt.asIntN(64, this.values[row] ?? 0n);
  }

  doubleAt(row: number): number {
    return this.doubles[row] ?? 0;
  }

  isZero(row: number): boolean {
    return this.words[row * 2] === 0 && this.words[row * 2 + 1] === 0;
  }
}

/** Identifiers of a fixed width, end to end. All zeroes means absent. */
export class IdColumn {
  readonly width: number;
  bytes: Uint8Array<ArrayBuffer>;
  length: number = 0;

  constructor(width: number) {
    this.width = width;
    this.bytes = new Uint8Array(width * 16);
  }

  /** Appends an absent identifier and returns where its bytes start, to be filled in place. */
  pushAbsent(): number {
    const start = this.length * this.width;
    if (start === this.bytes.length) {
      const grown = new Uint8Array(this.bytes.length * 2);
      grown.set(this.bytes);
      this.bytes = grown;
    }
    this.length++;
    return start;
  }

  /** `length` must be the column's width; the bytes are copied. */
  push(source: Uint8Array, start: number): void {
    const at = this.pushAbsent();
    for (let byte = 0; byte < this.width; byte++) this.bytes[at + byte] = source[start + byte] ?? 0;
  }

  /** Replaces a row; absent when `hex` has another length or is not hex. */
  setHex(row: number, hex: string): void {
    const start = row * this.width;
    if (!decodeHexInto(hex, this.bytes, start, this.width))
      this.bytes.fill(0, start, start + this.width);
  }

  isAbsent(row: number): boolean {
    const start = row * this.width;
    for (let at = start; at < start + this.width; at++) if (this.bytes[at] !== 0) return false;
    return true;
  }

  /** Lower-case hex, or the empty string when absent. */
  hexAt(row: number): string {
    return this.isAbsent(row) ? '' : encodeHex(this.bytes, row * this.width, this.width);
  }
}

/** Texts as slices of an arena that the whole batch shares. */
export class TextColumn {
  readonly arena: ByteArena;
  readonly starts: Uint32Column = new Uint32Column();
  readonly lengths: Uint32Column = new Uint32Column();

  constructor(arena: ByteArena) {
    this.arena = arena;
  }

  get length(): number {
    return this.starts.length;
  }

  pushSlice(start: number, length: number): void {
    this.starts.push(start);
    this.lengths.push(length);
  }

  pushText(text: string): void {
    const start = text === '' ? 0 : this.arena.appendText(text);
    this.pushSlice(start, text === '' ? 0 : this.arena.length - start);
  }

  setText(row: number, text: string): void {
    const start = this.arena.appendText(text);
    this.starts.values[row] = start;
    this.lengths.values[row] = this.arena.length - start;
  }

  /** Decodes; call it for what somebody reads, not for what is only passed on. */
  textAt(row: number): string {
    return this.arena.text(this.starts.at(row), this.lengths.at(row));
  }
}
