// Writes chosen rows of a batch's columns as Native columns: all of them at once when none is left out, which is nearly
// always, else one by one.

import type {
  IdColumn,
  TextColumn,
  Uint32Column,
  Uint64Column,
  Uint8Column,
} from '../../base/columns.ts';
import type { NativeWriter } from '../native/native-writer.ts';

export class RowsWriter {
  readonly writer: NativeWriter;
  readonly rows: Uint32Array;
  readonly #all: boolean;

  /** `total`: how many rows the columns have. */
  constructor(writer: NativeWriter, rows: Uint32Array, total: number) {
    this.writer = writer;
    this.rows = rows;
    this.#all = rows.length === total;
  }

  uint8(name: string, column: Uint8Column): void {
    this.writer.column(name, 'UInt8');
    if (this.#all) this.writer.values(column.values, this.rows.length);
    else
      this.writer.values(
        Uint8Array.from(this.rows, (row) => column.at(row)),
        this.rows.length,
      );
  }

  uint32(name: string, column: Uint32Column): void {
    this.writer.column(name, 'UInt32');
    if (this.#all) this.writer.values(column.values, this.rows.length);
    else
      this.writer.values(
        Uint32Array.from(this.rows, (row) => column.at(row)),
        this.rows.length,
      );
  }

  /** UInt64, Int64 or a time in nanoseconds, which the insert takes as Int64 does not: so its type is said. */
  words(name: string, type: string, column: Uint64Column): void {
    this.writer.column(name, type);
    if (this.#all) {
      this.writer.values(column.words, this.rows.length * 2);
      return;
    }
    for (const row of this.rows)
      this.writer.words(column.words[row * 2] ?? 0, column.words[row * 2 + 1] ?? 0);
  }

  id(name: string, column: IdColumn): void {
    this.writer.column(name, `FixedString(${column.width})`);
    if (this.#all) {
      this.writer.raw(column.bytes.subarray(0, this.rows.length * column.width));
      return;
    }
    for (const row of this.rows)
      this.writer.raw(column.bytes.subarray(row * column.width, (row + 1) * column.width));
  }

  text(name: string, column: TextColumn): void {
    const { bytes } = column.arena;
    this.writer.column(name, 'String');
    for (const row of this.rows)
      this.writer.slice(bytes, column.starts.at(row), column.lengths.at(row));
  }

  /** A UInt64 that is looked up in a table by what stands in `places`; the table holds pairs of words. */
  lookup(name: string, places: Uint32Column, words: Uint32Array): void {
    this.writer.column(name, 'UInt64');
    for (const row of this.rows) {
      const place = places.at(row) * 2;
      this.writer.words(words[place] ?? 0, words[place + 1] ?? 0);
    }
  }

  /** Consecutive numbers. */
  sequence(name: string, first: bigint): void {
    const values = new BigUint64Array(this.rows.length);
    for (let at = 0; at < values.length; at++) values[at] = first + BigInt(at);
    this.writer.column(name, 'UInt64');
    this.writer.values(values, values.length);
  }
}

/** Pairs of words for `RowsWriter.lookup`. */
export function wordsOf(ids: readonly bigint[]): Uint32Array {
  return new Uint32Array(BigUint64Array.from(ids).buffer);
}
