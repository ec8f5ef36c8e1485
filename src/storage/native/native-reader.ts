// Reads ClickHouse's Native format: the result of a query, whole blocks a chunk, as columns. The bytes come from
// ClickHouse itself, so that a block which does not parse is a defect or a torn connection, never a user's mistake.

import { Failure } from '../../base/errors.ts';
import {
  DictionaryTexts,
  FixedBytes,
  NativeBlock,
  type NativeColumn,
  type NumberArray,
  TextSlices,
  type TextValues,
} from './native-columns.ts';
import { type NativeType, parseNativeType } from './native-type.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The bytes end before the block does. */
class CutShort extends Failure {
  constructor() {
    super('internal', 'a result block is cut short');
  }
}

const hasGlobalDictionary = 1 << 8;
const hasAdditionalKeys = 1 << 9;

class BlockReader {
  readonly #bytes: Uint8Array;
  #at: number = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get at(): number {
    return this.#at;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  block(): NativeBlock {
    const count = this.#varint();
    const rows = this.#varint();
    const names: string[] = [];
    const columns: NativeColumn[] = [];
    for (let column = 0; column < count; column++) {
      names.push(this.#text());
      const type = parseNativeType(this.#text());
      if (rows > 0) this.#prefix(type);
      columns.push(this.#column(type, rows));
    }
    return new NativeBlock(rows, names, columns);
  }

  /** A copy: what is read must not keep the whole chunk alive, and typed arrays need their alignment. */
  #take(count: number): Uint8Array<ArrayBuffer> {
    const end = this.#at + count;
    if (end > this.#bytes.length) throw new CutShort();
    const taken = new Uint8Array(count);
    taken.set(this.#bytes.subarray(this.#at, end));
    this.#at = end;
    return taken;
  }

  #varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new CutShort();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
  }

  #text(): string {
    return decoder.decode(this.#take(this.#varint()));
  }

  #uint64(): number {
    const bytes = this.#take(8);
    return Number(new BigUint64Array(bytes.buffer)[0] ?? 0n);
  }

  /** Versions of nested LowCardinality columns stand before all values of the column. */
  #prefix(type: NativeType): void {
    if (type.name === 'LowCardinality') {
      this.#take(8);
      return;
    }
    for (const inner of type.inner) this.#prefix(inner);
  }

  #column(type: NativeType, rows: number): NativeColumn {
    const [first, second] = type.inner;
    switch (type.name) {
      case 'String':
        return { kind: 'texts', values: this.#texts(rows) };
      case 'FixedString':
        return {
          kind: 'fixed',
          values: new FixedBytes(this.#take(rows * type.width), type.width),
        };
      case 'UUID':
        return { kind: 'fixed', values: new FixedBytes(this.#take(rows * 16), 16) };
      case 'LowCardinality':
        return { kind: 'texts', values: this.#dictionary(rows) };
      case 'Nullable': {
        const nulls = this.#take(rows);
        return { kind: 'nullable', nulls, values: this.#column(first ?? type, rows) };
      }
      case 'Array': {
        const offsets = this.#offsets(rows);
        return { kind: 'array', offsets, items: this.#column(first ?? type, offsets[rows] ?? 0) };
      }
      case 'Map': {
        const offsets = this.#offsets(rows);
        const count = offsets[rows] ?? 0;
        const keys = this.#column(first ?? type, count);
        return { kind: 'map', offsets, keys, values: this.#column(second ?? type, count) };
      }
      case 'Tuple':
        return { kind: 'tuple', items: type.inner.map((inner) => this.#column(inner, rows)) };
      default:
        return this.#fixedWidth(type.name, rows);
    }
  }

  #fixedWidth(name: string, rows: number): NativeColumn {
    switch (name) {
      case 'UInt64':
        return { kind: 'unsigned64', values: new BigUint64Array(this.#take(rows * 8).buffer) };
      case 'Int64':
      case 'DateTime64':
        return { kind: 'signed64', values: new BigInt64Array(this.#take(rows * 8).buffer) };
      default:
        return { kind: 'numbers', values: this.#numbers(name, rows) };
    }
  }

  #numbers(name: string, rows: number): NumberArray {
    switch (name) {
      case 'UInt8':
      case 'Bool':
      case 'Nothing':
        return this.#take(rows);
      case 'Int8':
      case 'Enum8':
        return new Int8Array(this.#take(rows).buffer);
      case 'UInt16':
      case 'Date':
        return new Uint16Array(this.#take(rows * 2).buffer);
      case 'Int16':
      case 'Enum16':
        return new Int16Array(this.#take(rows * 2).buffer);
      case 'UInt32':
      case 'DateTime':
        return new Uint32Array(this.#take(rows * 4).buffer);
      case 'Int32':
      case 'Date32':
        return new Int32Array(this.#take(rows * 4).buffer);
      case 'Float32':
        return new Float32Array(this.#take(rows * 4).buffer);
      case 'Float64':
        return new Float64Array(this.#take(rows * 8).buffer);
      default:
        throw new Failure('internal', `a result has a column of unknown type ${name}`);
    }
  }

  #texts(rows: number): TextSlices {
    const starts = new Uint32Array(rows);
    const ends = new Uint32Array(rows);
    const from = this.#at;
    for (let row = 0; row < rows; row++) {
      const length = this.#varint();
      starts[row] = this.#at - from;
      this.#at += length;
      ends[row] = this.#at - from;
    }
    if (this.#at > this.#bytes.length) throw new CutShort();
    return new TextSlices(this.#bytes.subarray(from, this.#at), starts, ends);
  }

  #dictionary(rows: number): TextValues {
    if (rows === 0) return this.#texts(0);
    const flags = this.#uint64();
    if ((flags & hasGlobalDictionary) !== 0)
      throw new Failure('internal', 'a result has a dictionary of another block');
    const keys = this.#texts((flags & hasAdditionalKeys) !== 0 ? this.#uint64() : 0);
    const count = this.#uint64();
    switch (flags & 0xff) {
      case 0:
        return new DictionaryTexts(keys, this.#take(count));
      case 1:
        return new DictionaryTexts(keys, new Uint16Array(this.#take(count * 2).buffer));
      case 2:
        return new DictionaryTexts(keys, new Uint32Array(this.#take(count * 4).buffer));
      default:
        return new DictionaryTexts(keys, new BigUint64Array(this.#take(count * 8).buffer));
    }
  }

  #offsets(rows: number): Uint32Array {
    const ends = new Uint32Array(this.#take(rows * 8).buffer);
    const offsets = new Uint32Array(rows + 1);
    for (let row = 0; row < rows; row++) offsets[row + 1] = ends[row * 2] ?? 0;
    return offsets;
  }
}

/** The blocks of a chunk that have rows. Texts keep pointing into the chunk, which must not change. */
export function decodeNative(bytes: Uint8Array): NativeBlock[] {
  const reader = new BlockReader(bytes);
  const blocks: NativeBlock[] = [];
  while (!reader.atEnd) {
    const block = reader.block();
    if (block.rows > 0) blocks.push(block);
  }
  return blocks;
}

/** How many of the bytes, from their start, are whole blocks: for a stream that is cut anywhere. */
export function wholeBlocksLength(bytes: Uint8Array): number {
  const reader = new BlockReader(bytes);
  let whole = 0;
  try {
    while (!reader.atEnd) {
      reader.block();
      whole = reader.at;
    }
  } catch (thrown) {
    if (!(thrown instanceof CutShort)) throw thrown;
  }
  return whole;
}
