import { describe, expect, test } from 'vitest';
import { createLineAssembler, lineBytesMax } from './line-assembler.ts';

function check(chunks: readonly string[], expected: readonly string[]): void {
  const assembler = createLineAssembler();
  const encoder = new TextEncoder();
  const records = chunks.flatMap((chunk) => assembler.push(encoder.encode(chunk)));
  expect([...records, ...assembler.flush()]).toEqual(expected);
}

describe('line assembler', () => {
  test('one record a line', () => check(['one\ntwo\n'], ['one', 'two']));
  test('a line in pieces', () => check(['on', 'e\r\ntw', 'o'], ['one', 'two']));
  test('a stack trace is one record', () =>
    check(
      ['Error: boom\n    at f (a.js:1:2)\n    at g (a.js:3:4)\nnext\n'],
      ['Error: boom\n    at f (a.js:1:2)\n    at g (a.js:3:4)', 'next'],
    ));
  test('a cause belongs to its error', () =>
    check(['E\n    at f\nCaused by: F\n    at g\n'], ['E\n    at f\nCaused by: F\n    at g']));
  test('JSON lines never join', () =>
    check(['{"a":1}\n  indented\n{"b":2}\n'], ['{"a":1}', '  indented', '{"b":2}']));
  test('an object that Node.js prints over several lines is one record', () => {
    const printed = "job starts {\n  user: 'u-7'\n} {\n  trace_id: 'ab'\n}";
    check([`${printed}\nnext\n`], [printed, 'next']);
    const bare = "{\n  user: 'u-7',\n  tags: [\n    'a'\n  ]\n}";
    check([`${bare}\n${bare}\nnext\n`], [bare, bare, 'next']);
  });
  test('blank lines are no records', () => check(['\n\none\n\n'], ['one']));
  test('colours are no part of the record', () =>
    check(['\u001b[32minfo\u001b[39m: up\n'], ['info: up']));
  test('a multi-byte character in two chunks', () => {
    const assembler = createLineAssembler();
    const bytes = new TextEncoder().encode('é\n');
    const records = [...assembler.push(bytes.subarray(0, 1)), ...assembler.push(bytes.subarray(1))];
    expect([...records, ...assembler.flush()]).toEqual(['é']);
  });
  test('a line without end is cut, not kept', () => {
    const long = 'x'.repeat(lineBytesMax);
    check([`${long}yz\n`], [long, 'yz']);
  });
});
