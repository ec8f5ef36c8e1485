import { expect, test } from 'vitest';
import { parseByteSize, printByteSize } from './byte-size.ts';

test.each([
  ['20GB', 20e9],
  ['512MiB', 512 * 1024 * 1024],
  ['1.5 gib', 1_610_612_736],
  ['1000', 1000],
  ['3kB', 3000],
  ['', undefined],
  ['GB', undefined],
  ['-1GB', undefined],
  ['1PB', undefined],
  ['999999999999999TB', undefined],
])('%s', (text, bytes) => {
  expect(parseByteSize(text)).toBe(bytes);
});

test.each([
  [20e9, '20GB'],
  [1536, '1.54kB'],
  [12, '12B'],
])('prints %d', (bytes, text) => {
  expect(printByteSize(bytes)).toBe(text);
});
