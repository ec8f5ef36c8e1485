// The columns of a decoded Native block. Numbers are typed arrays; texts stay bytes until somebody asks; a
// LowCardinality column keeps its dictionary, so that each distinct text is decoded once.

import { assert } from '../../base/assert.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export type NumberArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** Texts by row. `at` decodes each time for plain strings and once a dictionary entry for LowCardinality ones. */
export interface TextValues {
  readonly length: number;
  at(row: number): string;
}

export class TextSlices implements TextValues {
  readonly bytes: Uint8Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;

  constructor(bytes: Uint8Array, starts: Uint32Array, ends: Uint32Array) {
    this.bytes = bytes;
    this.starts = starts;
    this.ends = ends;
  }

  get length(): number {
    return this.starts.length;
  }

  at(row: number): string {
    const start = this.starts[row] ?? 0;
    const end = this.ends[row] ?? 0;
    return start === end ? '' : decoder.decode(this.bytes.subarray(start, end));
  }
}

export class DictionaryTexts implements TextValues {
  readonly dictionary: TextValues;
  readonly indices: NumberArray | BigUint64Array;
  readonly #decoded: (string | undefined)[] = [];

  constructor(dictionary: TextValues, indices: NumberArray | BigUint64Array) {
    this.dictionary = dictionary;
    this.indices = indices;
  }

  get length(): number {
    return this.indices.length;
  }

  at(row: number): string {
    const index = Number(this.indices[row] ?? 0);
    return (this.#decoded[index] ??= this.dictionary.at(index));
  }
}

/** FixedString values end to end. */
export class FixedBytes {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly #buffer: Buffer;

  constructor(bytes: Uint8Array, width: number) {
    this.bytes = bytes;
    this.width = width;
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get length(): number {
    return this.bytes.length / this.width;
  }

  /** Lower-case hex; the empty string when all bytes are zero. */
  hexAt(row: number): string {
    const start = row * this.width;
    for (let at = start; at < start + this.width; at++)
      // In one piece: a text put together of pairs is slow as the key of a map.
      if (this.bytes[at] !== 0) return this.#buffer.toString('hex', start, start + this.width);
    return '';
  }

  /** Whether two rows hold the same bytes. */
  areEqual(one: number, other: number): boolean {
    const first = one * this.width;
    const second = other * this.width;
    for (let at = 0; at < this.width; at++)
      if (this.bytes[first + at] !== this.bytes[second + at]) return false;
    return true;
  }
}

export type NativeColumn =
  | { readonly kind: 'numbers'; readonly values: NumberArray }
  | { readonly kind: 'unsigned64'; readonly values: BigUint64Array }
  | { readonly kind: 'signed64'; readonly values: BigInt64Array }
  | { readonly kind: 'texts'; readonly values: TextValues }
  | { readonly kind: 'fixed'; readonly values: FixedBytes }
  /** Row `r` owns the items offsets[r] .. offsets[r + 1]. */
  | { readonly kind: 'array'; readonly offsets: Uint32Array; readonly items: NativeColumn }
  | {
      readonly kind: 'map';
      readonly offsets: Uint32Array;
      readonly keys: NativeColumn;
      readonly values: NativeColumn;
    }
  | { readonly kind: 'tuple'; readonly items: readonly NativeColumn[] }
  /** `nulls[r]` is 1 where the value is missing. */
  | { readonly kind: 'nullable'; readonly nulls: Uint8Array; readonly values: NativeColumn };

export type NativeColumnOf<Kind extends NativeColumn['kind']> = Extract<
  NativeColumn,
  { readonly kind: Kind }
>;

function hasKind<Kind extends NativeColumn['kind']>(
  column: NativeColumn,
  kind: Kind,
): column is NativeColumnOf<Kind> {
  return column.kind === kind;
}

/** The column as the kind that the caller's own SQL makes it; anything else is a defect. */
export function columnOfKind<Kind extends NativeColumn['kind']>(
  column: NativeColumn,
  kind: Kind,
): NativeColumnOf<Kind> {
  assert(hasKind(column, kind), `a result column is ${column.kind}, expected ${kind}`);
  return column;
}

/** One block of a result: columns by name. The accessors fail when the column is missing or of another kind. */
export class NativeBlock {
  readonly rows: number;
  readonly names: readonly string[];
  readonly columns: readonly NativeColumn[];

  constructor(rows: number, names: readonly string[], columns: readonly NativeColumn[]) {
    this.rows = rows;
    this.names = names;
    this.columns = columns;
  }

  has(name: string): boolean {
    return this.names.includes(name);
  }

  column(name: string): NativeColumn {
    const column = this.columns[this.names.indexOf(name)];
    assert(column !== undefined, `a result has no column ${name}`);
    return column;
  }

  /** UInt8..32, Int8..32, Float32/64, Bool, Enum8/16. */
  numbers(name: string): NumberArray {
    return columnOfKind(this.column(name), 'numbers').values;
  }

  doubles(name: string): Float64Array {
    const values = this.numbers(name);
    assert(values instanceof Float64Array, `result column ${name} is not Float64`);
    return values;
  }

  unsigned64(name: string): BigUint64Array {
    return columnOfKind(this.column(name), 'unsigned64').values;
  }

  /** Int64 and DateTime64. */
  signed64(name: string): BigInt64Array {
    return columnOfKind(this.column(name), 'signed64').values;
  }

  /** String and LowCardinality(String). */
  texts(name: string): TextValues {
    return columnOfKind(this.column(name), 'texts').values;
  }

  fixed(name: string): FixedBytes {
    return columnOfKind(this.column(name), 'fixed').values;
  }

  array(name: string): NativeColumnOf<'array'> {
    return columnOfKind(this.column(name), 'array');
  }

  map(name: string): NativeColumnOf<'map'> {
    return columnOfKind(this.column(name), 'map');
  }
}
