import { expect, test } from 'vitest';
import { and, identifier, join, nothing, or, print, type SqlValue, sql, value } from './sql.ts';

test('values are quoted by their type', () => {
  const check = (of: SqlValue, expected: string): void => expect(print(value(of))).toBe(expected);
  check('plain', "'plain'");
  check("it's", "'it\\'s'");
  check('a\\', "'a\\\\'");
  check("\\' OR 1=1 --", "'\\\\\\' OR 1=1 --'");
  check('\n\r\t\0\b\f', "'\\n\\r\\t\\0\\b\\f'");
  check('☃ $1 {x:String} %s ?', "'☃ $1 {x:String} %s ?'");
  check(-1.5, '-1.5');
  check(Number.NaN, 'nan');
  check(Number.NEGATIVE_INFINITY, '-inf');
  check(2n ** 64n - 1n, '18446744073709551615');
  check(false, 'false');
  check(null, 'NULL');
  check(new Uint8Array([0, 255]), "unhex('00ff')");
  check(['a', ["'"]], "['a', ['\\'']]");
  check([], '[]');
});

test('identifiers stay identifiers', () => {
  expect(print(identifier('x` FROM secrets --'))).toBe('`x\\` FROM secrets --`');
  expect(print(identifier('a\\'))).toBe('`a\\\\`');
  expect(() => print(identifier('a\0b'))).toThrow('zero byte');
});

test('trees nest, and interpolated text is a value unless it is a tree', () => {
  const condition = and([sql`a = ${1}`, or([sql`b = ${'x'}`, sql`c`])]);
  expect(print(sql`SELECT ${identifier('n')} FROM t WHERE ${condition} ${nothing}`)).toBe(
    "SELECT `n` FROM t WHERE (a = 1) AND (((b = 'x') OR (c))) ",
  );
  expect(print(sql`${'1; DROP TABLE t'}`)).toBe("'1; DROP TABLE t'");
  expect(print(and([]))).toBe('1');
  expect(print(or([]))).toBe('0');
  expect(print(join([sql`a`, sql`b`], ', '))).toBe('a, b');
});
