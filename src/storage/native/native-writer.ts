// Writes ClickHouse's Native format (https://clickhouse.com/docs/interfaces/formats/Native): blocks of columns, each
// column's values end to end. Takes columns as they are in `base/columns.ts`: texts go from arena to block as bytes.
//
// A block is `beginBlock`, then for each column its header and one or more of the value primitives in the order that
// its type asks for. Types in the header may be simpler than the table's (String for LowCardinality(String), Int64
// for DateTime64): the insert converts. Blocks may simply follow each other.

import { assert } from '../../base/assert.ts';
import type { ByteArena } from '../../base/byte-arena.ts';
import type { IdColumn, TextColumn, Uint64Column } from '../../base/columns.ts';

const encoder = new TextEncoder();

/** Flags of a LowCardinality block: keys follow here, and the dictionary is this block's alone. */
const dictionaryFlags = 0x600;

function varintWidth(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : 5;
}

export class NativeWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView<ArrayBuffer>;
  #length: number = 0;

  constructor(capacity: number = 64 * 1024) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#length;
  }

  /** A copy of what was written; the writer is empty afterwards and can be used again. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }

  reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }

  // ------------------------------------------------------------------------------------ structure

  beginBlock(columns: number, rows: number): void {
    this.varint(columns);
    this.varint(rows);
  }

  /** Opens a column; its values follow. For a type with LowCardinality inside call `lowCardinalityPrefix` next. */
  column(name: string, type: string): void {
    this.text(name);
    this.text(type);
  }

  // -------------------------------------------------------------------------------- single values

  varint(value: number): void {
    this.reserve(10);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  uint8(value: number): void {
    this.reserve(1);
    this.#bytes[this.#length++] = value;
  }

  uint32(value: number): void {
    this.reserve(4);
    this.#view.setUint32(this.#length, value, true);
    this.#length += 4;
  }

  /** A non-negative integer below 2^53 as eight bytes. */
  uint64(value: number): void {
    this.words(value >>> 0, Math.floor(value / 0x1_0000_0000));
  }

  /** Signed or unsigned. */
  bigint(value: bigint): void {
    this.reserve(8);
    this.#view.setBigUint64(this.#length, BigInt.asUintN(64, value), true);
    this.#length += 8;
  }

  words(low: number, high: number): void {
    this.reserve(8);
    this.#view.setUint32(this.#length, low, true);
    this.#view.setUint32(this.#length + 4, high, true);
    this.#length += 8;
  }

  double(value: number): void {
    this.reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  /** One String: its length and its bytes. */
  text(text: string): void {
    // Room for all of it, and for what `varint` reserves: growing between the two would lose the text.
    this.reserve(text.length * 3 + 10);
    // The length stands first and is not known yet: guess its width as if all were ASCII, which is nearly always so.
    const at = this.#length;
    const width = varintWidth(text.length);
    const written = encoder.encodeInto(text, this.#bytes.subarray(at + width)).written;
    this.varint(written);
    if (varintWidth(written) !== width)
      encoder.encodeInto(text, this.#bytes.subarray(this.#length));
    this.#length += written;
  }

  /** One String from a slice of bytes. */
  slice(source: Uint8Array, start: number, length: number): void {
    this.reserve(length + 5);
    this.varint(length);
    if (length < 32) {
      const bytes = this.#bytes;
      let to = this.#length;
      for (let from = start; from < start + length; from++) bytes[to++] = source[from] ?? 0;
    } else {
      this.#bytes.set(source.subarray(start, start + length), this.#length);
    }
    this.#length += length;
  }

  /** Bytes as they are: values of a FixedString, or anything encoded elsewhere. */
  raw(source: Uint8Array): void {
    this.reserve(source.length);
    this.#bytes.set(source, this.#length);
    this.#length += source.length;
  }

  // ------------------------------------------------------------------------------ values of columns

  /** The first `rows` values of a little-endian typed array, byte for byte: UInt8..64, Int8..64, Float32/64, Bool, Enum8. */
  values(source: ArrayBufferView & { readonly BYTES_PER_ELEMENT: number }, rows: number): void {
    const bytes = rows * source.BYTES_PER_ELEMENT;
    assert(bytes <= source.byteLength, 'a column has fewer values than the block has rows');
    this.raw(new Uint8Array(source.buffer, source.byteOffset, bytes));
  }

  /** UInt64, Int64, DateTime64 or Float64. */
  uint64Column(column: Uint64Column): void {
    this.values(column.words, column.length * 2);
  }

  /** String. */
  textColumn(column: TextColumn): void {
    const rows = column.length;
    for (let row = 0; row < rows; row++)
      this.slice(column.arena.bytes, column.starts.at(row), column.lengths.at(row));
  }

  /** String. */
  texts(texts: readonly string[]): void {
    for (const text of texts) this.text(text);
  }

  /** FixedString of the column's width. */
  idColumn(column: IdColumn): void {
    this.raw(column.bytes.subarray(0, column.length * column.width));
  }

  /**
   * Where each row of an Array or Map ends, given the offsets of `rows + 1` entries that our columns keep (the first
   * is the start). The items follow: an Array's values, or a Map's keys and then its values.
   */
  offsets(offsets: { at(row: number): number }, rows: number): void {
    this.reserve(rows * 8);
    const first = offsets.at(0);
    for (let row = 1; row <= rows; row++) this.uint64(offsets.at(row) - first);
  }

  /** Stands once at the head of a column with LowCardinality anywhere in its type, before offsets and values. */
  lowCardinalityPrefix(): void {
    this.words(1, 0);
  }

  /**
   * LowCardinality(String): a dictionary and an index into it for each of `count` values. With no values nothing is
   * written. Indices must be below the dictionary's length; entries that no value uses are harmless.
   */
  lowCardinality(
    dictionary: readonly string[],
    indices: { at(row: number): number },
    count: number,
  ): void {
    if (count === 0) return;
    const width = dictionary.length <= 0x100 ? 0 : dictionary.length <= 0x1_0000 ? 1 : 2;
    this.words(dictionaryFlags | width, 0);
    this.uint64(dictionary.length);
    this.texts(dictionary);
    this.uint64(count);
    this.reserve(count * 4);
    const view = this.#view;
    let at = this.#length;
    if (width === 0) for (let row = 0; row < count; row++) this.#bytes[at++] = indices.at(row);
    else if (width === 1)
      for (let row = 0; row < count; row++, at += 2) view.setUint16(at, indices.at(row), true);
    else for (let row = 0; row < count; row++, at += 4) view.setUint32(at, indices.at(row), true);
    this.#length = at;
  }

  /** String values that are slices of one arena: `count` pairs of start and length. */
  slices(
    arena: ByteArena,
    starts: { at(row: number): number },
    lengths: { at(row: number): number },
    count: number,
  ): void {
    for (let row = 0; row < count; row++) this.slice(arena.bytes, starts.at(row), lengths.at(row));
  }
}
