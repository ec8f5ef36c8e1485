import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteArena } from '../../base/byte-arena.ts';
import { IdColumn, TextColumn, Uint32Column, Uint64Column } from '../../base/columns.ts';
import { decodeNative, wholeBlocksLength } from './native-reader.ts';
import { parseNativeType } from './native-type.ts';
import { NativeWriter } from './native-writer.ts';

test('columns of a batch come back as they went in', () => {
  const arena = new ByteArena();
  const lines = new TextColumn(arena);
  const times = new Uint64Column();
  const ids = new IdColumn(4);
  for (const [text, time, id] of [
    ['', 0n, '00000000'],
    ['naïve ☃', 1_700_000_000_000_000_000n, '0a0b0c0d'],
    ['x'.repeat(300), -1n, 'ffffffff'],
  ] as const) {
    lines.pushText(text);
    times.push(time);
    ids.pushAbsent();
    ids.setHex(ids.length - 1, id);
  }
  const writer = new NativeWriter(8);
  writer.beginBlock(3, 3);
  writer.column('line', 'String');
  writer.textColumn(lines);
  writer.column('time', 'Int64');
  writer.uint64Column(times);
  writer.column('id', 'FixedString(4)');
  writer.idColumn(ids);

  const [block] = decodeNative(writer.take());
  expect(block?.rows).toBe(3);
  const texts = block!.texts('line');
  expect([texts.at(0), texts.at(1), texts.at(2)]).toEqual(['', 'naïve ☃', 'x'.repeat(300)]);
  expect([...block!.signed64('time')]).toEqual([0n, 1_700_000_000_000_000_000n, -1n]);
  expect([0, 1, 2].map((row) => block!.fixed('id').hexAt(row))).toEqual([
    '',
    '0a0b0c0d',
    'ffffffff',
  ]);
});

test('a map is offsets, dictionary keys and slices', () => {
  const offsets = new Uint32Column();
  for (const offset of [0, 2, 2, 3]) offsets.push(offset);
  const keyIds = new Uint32Column();
  for (const id of [0, 1, 0]) keyIds.push(id);
  const arena = new ByteArena();
  const values = new TextColumn(arena);
  for (const text of ['GET', '/cart', 'POST']) values.pushText(text);

  const writer = new NativeWriter();
  writer.beginBlock(1, 3);
  writer.column('attributes', 'Map(LowCardinality(String), String)');
  writer.lowCardinalityPrefix();
  writer.offsets(offsets, 3);
  writer.lowCardinality(['method', 'path'], keyIds, 3);
  writer.slices(arena, values.starts, values.lengths, 3);

  const map = decodeNative(writer.take())[0]!.map('attributes');
  expect([...map.offsets]).toEqual([0, 2, 2, 3]);
  if (map.keys.kind !== 'texts' || map.values.kind !== 'texts') throw new Error('not texts');
  const { keys, values: items } = { keys: map.keys.values, values: map.values.values };
  expect([0, 1, 2].map((at) => `${keys.at(at)}=${items.at(at)}`)).toEqual([
    'method=GET',
    'path=/cart',
    'method=POST',
  ]);
});

test('texts of any length and script survive', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 400 })), (texts) => {
      const writer = new NativeWriter(1);
      writer.beginBlock(1, texts.length);
      writer.column('t', 'String');
      writer.texts(texts);
      const blocks = decodeNative(writer.take());
      const read = blocks.flatMap((block) =>
        Array.from({ length: block.rows }, (_, row) => block.texts('t').at(row)),
      );
      expect(read).toEqual(texts);
    }),
  );
});

test('a text of one character survives at the end of the buffer', () => {
  for (let capacity = 1; capacity < 64; capacity++) {
    const texts = ['x'.repeat(10), 'a', '', 'b'];
    const writer = new NativeWriter(capacity);
    writer.beginBlock(1, texts.length);
    writer.column('t', 'String');
    writer.texts(texts);
    const column = decodeNative(writer.take())[0]!.texts('t');
    expect(texts.map((_, row) => column.at(row))).toEqual(texts);
  }
});

test('dictionaries choose the width of their indices', () => {
  for (const size of [1, 256, 257, 65_536, 65_537]) {
    const dictionary = Array.from({ length: size }, (_, at) => `k${at}`);
    const indices = new Uint32Column();
    indices.push(size - 1);
    indices.push(0);
    const writer = new NativeWriter();
    writer.beginBlock(1, 2);
    writer.column('k', 'LowCardinality(String)');
    writer.lowCardinalityPrefix();
    writer.lowCardinality(dictionary, indices, 2);
    const texts = decodeNative(writer.take())[0]!.texts('k');
    expect([texts.at(0), texts.at(1)]).toEqual([`k${size - 1}`, 'k0']);
  }
});

test('types nest, and tuples may name their elements', () => {
  const type = parseNativeType("Array(Tuple(offset Int32, kind Enum8('a, b' = 1), s String))");
  expect(type.inner[0]?.inner.map((inner) => inner.name)).toEqual(['Int32', 'Enum8', 'String']);
});

test('whole blocks are told from a part of one', () => {
  const writer = new NativeWriter();
  const ends: number[] = [];
  for (const texts of [['a', 'b'], ['x'.repeat(200)], []]) {
    writer.beginBlock(1, texts.length);
    writer.column('t', 'String');
    writer.texts(texts);
    ends.push(writer.length);
  }
  const bytes = writer.take();
  for (let length = 0; length <= bytes.length; length++) {
    const whole = [0, ...ends].findLast((end) => end <= length);
    expect(wholeBlocksLength(bytes.subarray(0, length))).toBe(whole);
  }
});

test('a torn block is a failure, not garbage', () => {
  const writer = new NativeWriter();
  writer.beginBlock(1, 100);
  writer.column('n', 'UInt64');
  writer.uint64(1);
  expect(() => decodeNative(writer.take())).toThrow('cut short');
});
