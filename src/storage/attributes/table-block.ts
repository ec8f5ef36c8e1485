// Rows on their way into a table, already in ClickHouse's Native format.

import type { NativeWriter } from '../native/native-writer.ts';

export interface TableBlock {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: number;
  readonly native: Uint8Array;
}

/**
 * Stores blocks of several tables in their order: what is referred to before what refers to it. Settles when all of it
 * is durable and visible.
 */
export type CommitBlocks = (blocks: readonly TableBlock[]) => Promise<void>;

/** One block; `write` writes each of the columns in their order. */
export function buildBlock(
  table: string,
  columns: readonly string[],
  rows: number,
  writer: NativeWriter,
  write: () => void,
): TableBlock {
  writer.beginBlock(columns.length, rows);
  write();
  return { table, columns, rows, native: writer.take() };
}

/** A LowCardinality(String) column that holds one text in all rows. */
export function writeConstantText(
  writer: NativeWriter,
  name: string,
  text: string,
  rows: number,
): void {
  writer.column(name, 'LowCardinality(String)');
  writer.lowCardinalityPrefix();
  writer.lowCardinality([text], { at: () => 0 }, rows);
}

/** A LowCardinality(String) column of few distinct texts. */
export function writeDictionaryText(
  writer: NativeWriter,
  name: string,
  dictionary: readonly string[],
  places: Uint32Array,
): void {
  writer.column(name, 'LowCardinality(String)');
  writer.lowCardinalityPrefix();
  writer.lowCardinality(dictionary, { at: (row) => places[row] ?? 0 }, places.length);
}
