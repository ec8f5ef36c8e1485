import { describe, expect, test } from 'vitest';
import { parseFilterPattern } from '../syntax/line-pattern.ts';
import { patternPredicate } from '../execute/stages/line-filter.ts';
import { countShapes } from './line-shape.ts';
import { PatternMiner, patternsMax } from './pattern-miner.ts';

function mine(lines: readonly string[], before: readonly string[] = []): PatternMiner {
  const miner = new PatternMiner(2);
  const shapes = (texts: readonly string[]) =>
    countShapes(texts.map((text) => ({ text, service: 's', level: 'info', timeNs: 1n })));
  for (const shape of shapes(lines)) miner.add(shape, 0);
  for (const shape of shapes(before)) miner.add(shape, 1);
  return miner;
}

/** Patterns of the lines with how many each has; every line must be found again by its pattern as LogQL reads it. */
function check(lines: readonly string[], expected: readonly (readonly [string, number])[]): void {
  const found = mine(lines).patterns();
  expect(found.map(({ pattern, lines: [now] }) => [pattern, now])).toEqual(expected);
  const predicates = found.map(({ pattern }) => patternPredicate(parseFilterPattern(pattern)));
  for (const line of lines)
    expect(
      predicates.some((holds) => holds(line)),
      line,
    ).toBe(true);
}

describe('patterns of lines', () => {
  test.each<[string, readonly string[], readonly (readonly [string, number])[]]>([
    [
      'words with digits are gaps',
      ['took 12 ms at 14:03:12', 'took 7 ms at 14:03:13.5', 'took 1500 ms at 14:04:00'],
      [['took <_> ms at <_>', 3]],
    ],
    [
      'keys stay, values are gaps',
      ['user=u-1 route=/pay status=200', 'user=u-22 route=/pay status=500'],
      [['user=<_> route=/pay status=<_>', 2]],
    ],
    [
      'words that differ are gaps',
      ['user ada has logged in', 'user bob has logged in', 'user eve has logged in'],
      [['user <_> has logged in', 3]],
    ],
    [
      'different messages stay apart',
      ['stock is reserved', 'card was declined', 'card was declined'],
      [
        ['card was declined', 2],
        ['stock is reserved', 1],
      ],
    ],
    [
      'JSON',
      ['{"level":"info","order":"o-1","ms":3}', '{"level":"info","order":"o-2","ms":44}'],
      [['{"level":"info","order":"<_>","ms":<_>}', 2]],
    ],
    ['addresses', ['GET http://a1:8080/x', 'GET http://b2:9090/x'], [['GET http://<_>/x', 2]]],
    [
      'a text like a gap with a name',
      ['in <module> main', 'in <module> main'],
      [['in <_> main', 2]],
    ],
    ['blanks are kept', ['a  b\tc 1 ', 'a  b\tc 2 '], [['a  b\tc <_> ', 2]]],
    [
      'stack traces by their first line',
      ['Error: x\n  at 1', 'Error: x\n  at 2'],
      [['Error: x<_>', 2]],
    ],
    ['long lines by their beginning', [`x ${'y'.repeat(9000)}`], [[`x ${'y'.repeat(398)}<_>`, 1]]],
  ])('%s', (_, lines, expected) => check(lines, expected));

  test('new, gone and lasting', () => {
    const patterns = mine(
      ['a new thing 1', 'the usual 1'],
      ['the usual 2', 'long gone now'],
    ).patterns();
    const lines = new Map(patterns.map((one) => [one.pattern, one.lines]));
    expect(lines.get('a new thing <_>')).toEqual([1, 0]);
    expect(lines.get('the usual <_>')).toEqual([1, 1]);
    expect(lines.get('long gone now')).toEqual([0, 1]);
  });

  test('an empty line and one of signs alone', () => {
    expect(mine(['', '---', '{}']).patterns()).toHaveLength(3);
  });

  test('memory is bounded, and what finds no place is counted', () => {
    const word = (of: number): string => 'abcdefghij'.charAt(of % 10).repeat(3 + of);
    const lines = Array.from({ length: 3000 }, (_, at) =>
      `${word(at % 40)},`.repeat(1 + (at % 97)),
    );
    const miner = mine(lines);
    const placed = miner.patterns().reduce((sum, one) => sum + (one.lines[0] ?? 0), 0);
    expect(miner.patterns().length).toBeLessThanOrEqual(patternsMax);
    expect(placed + (miner.unplaced[0] ?? 0)).toBe(3000);
  });
});
