// Single stages on single lines, where a table says more than a script.

import { describe, expect, test } from 'vitest';
import { FakeClock } from '../../../../base/clock.ts';
import { parseLogql } from '../../syntax/parse.ts';
import { Entry, everythingHinted, StreamLabels } from '../entry.ts';
import { compileStages } from '../pipeline.ts';

const stream = new StreamLabels([{ name: 'app', value: 'a' }]);

/** The line and the labels beside `app` that come out, or undefined when the line is lost. */
function run(stages: string, line: string): string | undefined {
  const expr = parseLogql(`{app="a"} ${stages}`);
  if (expr.kind !== 'log') throw new Error('a log query');
  const entry = new Entry(everythingHinted);
  entry.reset(0n, line, stream, []);
  if (!compileStages(expr.stages, new FakeClock(0))(entry)) return undefined;
  const labels = entry.allLabels().filter(({ name }) => name !== 'app');
  return [entry.line, ...labels.map(({ name, value }) => `${name}=${value}`)].join(' | ');
}

describe('logfmt', () => {
  test.each([
    ['| logfmt', 'a=1 b="two words" c=', 'a=1 b="two words" c= | a=1 | b=two words'],
    ['| logfmt', 'flag a="x\\"y\\n" ', 'flag a="x\\"y\\n"  | a=x"y\n'],
    ['| logfmt --keep-empty', 'flag a=', 'flag a= | a= | flag='],
    ['| logfmt', 'a==b c=d', 'a==b c=d | c=d'],
    ['| logfmt', '=x a=1', '=x a=1 | a=1'],
    [
      '| logfmt --strict',
      'a=1 b=x"y',
      'a=1 b=x"y | __error__=LogfmtParserErr | __error_details__=logfmt syntax error at pos 8 : unexpected \'"\' | a=1',
    ],
    ['| logfmt x="a.b", y="nope"', 'a.b=1', 'a.b=1 | x=1 | y='],
  ])('%s on %j', (stages, line, expected) => {
    expect(run(stages, line)).toBe(expected);
  });
});

describe('json', () => {
  test.each([
    [
      '| json',
      '{"a":{"b":[1],"c":"\\u00e9"},"9x":1e3,"s p":true,"n":null}',
      '_9x=1e3 | a_c=é | s_p=true',
    ],
    ['| json', '{"a":1', '__error__=JSONParserErr | __error_details__=Malformed JSON error | a=1'],
    [
      '| json',
      '[1]',
      '__error__=JSONParserErr | __error_details__=expecting json object(6), but it is not',
    ],
    ['| json', '{"a":"b"} and more', 'a=b'],
    [
      '| json',
      `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`,
      '__error__=JSONParserErr | __error_details__=too many nested objects',
    ],
    ['| json x="[\\"k k\\"][1].y"', '{"k k":[0,{"y":"z"}]}', 'x=z'],
    ['| unpack', '{"a":"b","_entry":"c"}', undefined],
  ])('%s on %j', (stages, line, expected) => {
    const outcome = run(stages, line);
    if (expected === undefined) expect(outcome).toBe('c | a=b');
    else expect(outcome?.slice(line.length + 3)).toBe(expected);
  });
});

describe('pattern and regexp', () => {
  test.each([
    ['| pattern "<a> <b>"', 'x y z', 'x y z | a=x | b=y z'],
    ['| pattern "[<a>]"', 'no', 'no'],
    ['| pattern "<_>=<a>;"', 'k=v', 'k=v | a=v'],
    ['| pattern "<a>"', '', ''],
    ['| regexp "(?P<a>\\\\d+)(?P<b>x)?"', 'n 12', 'n 12 | a=12 | b='],
  ])('%s on %j', (stages, line, expected) => {
    expect(run(stages, line)).toBe(expected);
  });
});

describe('ip', () => {
  test.each([
    ['|= ip("10.0.0.0/8")', 'from 10.1.2.3:80', true],
    ['|= ip("10.0.0.0/8")', 'from 110.1.2.3', false],
    ['|= ip("10.0.0.1-10.0.0.5")', '10.0.0.6 10.0.0.5', true],
    ['|= ip("10.0.0.1")', '::ffff:10.0.0.1', true],
    ['|= ip("2001:db8::/32")', 'src=[2001:db8::1]:443', true],
    ['|= ip("2001:db8::/32")', 'at 2001:db9::1.', false],
    ['|= ip("::1")', 'port:8080 ::1', true],
    ['!= ip("::1")', 'nothing', true],
    ['|= ip("::1")', `:${'a'.repeat(200_000)}`, false],
  ])('%s on %j', (stages, line, stays) => {
    expect(run(stages, line) !== undefined).toBe(stays);
  });
});

describe('patterns as filters', () => {
  test.each([
    ['|> "a<_>c"', 'abc', true],
    ['|> "a<_>c"', 'ac', false],
    ['|> "a<_>c"', 'abcc', true],
    ['|> "<_>b"', 'ab', true],
    ['|> "<_> bar"', 'foo bar baz', false],
    ['|> "<_>"', '', false],
    ['|> ""', 'x', true],
    ['!> "a<_>"', 'ab', false],
  ])('%s on %j', (stages, line, stays) => {
    expect(run(stages, line) !== undefined).toBe(stays);
  });
});

test('colors go, text stays', () => {
  expect(run('| decolorize', '\u001b[1;31mred\u001b[0m \u001b]0;title\u0007x')).toBe('red x');
});
