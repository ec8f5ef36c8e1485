import { expect, test } from 'vitest';
import type { ExploreLogLine } from '../../../src/api/explore/contract/records.ts';
import {
  columnValue,
  firstLine,
  readableBody,
  rowAttributes,
  shortTraceId,
  splitFound,
} from './log-text.ts';

test('a row has the first line and says how many follow', () => {
  expect(firstLine('one')).toEqual({ text: 'one', more: 0 });
  expect(firstLine('Error: x\n  at a\r\n  at b\n')).toEqual({ text: 'Error: x', more: 2 });
  expect(firstLine('\u001b[31mred\u001b[0m')).toEqual({ text: 'red', more: 0 });
});

test('what is looked for is cut out', () => {
  expect(splitFound('card declined by issuer', ['declined', 'by'])).toEqual([
    { text: 'card ', found: false },
    { text: 'declined', found: true },
    { text: ' ', found: false },
    { text: 'by', found: true },
    { text: ' issuer', found: false },
  ]);
  expect(splitFound('nothing', ['', 'x'])).toEqual([{ text: 'nothing', found: false }]);
  expect(splitFound('', ['x'])).toEqual([]);
});

test('JSON is laid out, the rest stays', () => {
  expect(readableBody('{"a":1}')).toBe('{\n  "a": 1\n}');
  expect(readableBody('{not json')).toBe('{not json');
  expect(readableBody('plain')).toBe('plain');
});

test('a row names short attributes and leaves the IDs to its link', () => {
  const keys = rowAttributes([
    { key: 'user', value: 'u-1', type: 'string' },
    { key: 'trace_id', value: '4bf9', type: 'string' },
    { key: 'stack', value: 'a\nb', type: 'string' },
    { key: 'empty', value: '', type: 'empty' },
  ]).map((one) => one.key);
  expect(keys).toEqual(['user']);
});

test.each([
  ['4bf92f3577b34da6a3ce929d0e0e4736', '4bf9'],
  ['0000000000000000a3ce929d0e0e4736', 'a3ce'],
  ['00002f3577b34da6a3ce929d0e0e4736', '0000'],
])('a short form of %s', (traceId, short) => {
  expect(shortTraceId(traceId)).toBe(short);
});

test.each([
  ['http_route', '/pay'],
  ['key_123num', 'x'],
  ['key_script_', '<b>'],
  ['_123num', ''],
])('a column %s shows the attribute that LogQL names so', (name, expected) => {
  const attributes = [
    { key: 'http.route', value: '/pay', type: 'string' as const },
    { key: '123num', value: 'x', type: 'string' as const },
    { key: '<script>', value: '<b>', type: 'string' as const },
  ];
  const line = { labels: {}, attributes, resource: [], body: 'text' };
  expect(columnValue(line as unknown as ExploreLogLine, name)).toBe(expected);
});
