import { describe, expect, test } from 'vitest';
import type { StorySpan } from '../trace-model/story-span.ts';
import { criticalPath } from './critical-path.ts';
import { errorOrigin, firstErrorOrigin } from './error-origin.ts';
import { layoutRows, msOfX, timeMarks, xOfMs } from './layout.ts';
import { foldUninteresting, nothingFolded, reveal, storyRows } from './rows.ts';
import type { Folding } from './rows.ts';
import { ancestorsOf, buildSpanTree } from './tree.ts';
import type { SpanTree } from './tree.ts';

const kinds: Readonly<Record<string, string>> = { c: 'consumer', p: 'producer' };

/** `id<parent start:end name !`: times in ms, `!` for an error, `(c)` for a consumer; the name is the ID unless given. */
function span(text: string): StorySpan {
  const [, spanId = '', parentSpanId = '', start = '0', end = '0', kind = '', name, bad] =
    /^(\w+)(?:<(\w+))? (-?[\d.]+):(-?[\d.]+)(?:\((\w)\))?(?: (\w+))?(!)?$/.exec(text) ?? [];
  return {
    spanId,
    parentSpanId,
    service: 's',
    name: name ?? spanId,
    kind: kinds[kind] ?? 'internal',
    host: 'h',
    startMs: Number(start),
    endMs: Number(end),
    isError: bad !== undefined,
    statusMessage: '',
    logCount: 0,
    events: [],
    links: [],
    full: null,
  };
}

function tree(...texts: string[]): SpanTree {
  return buildSpanTree(texts.map(span));
}

/** One word a row, indented by dots; a group of look-alikes by its count. */
function print(given: SpanTree, folding: Folding = nothingFolded): string {
  return storyRows(given, folding)
    .map((row) => {
      const name =
        row.kind === 'alike'
          ? `x${row.group.nodes.length}`
          : row.kind === 'span'
            ? row.id
            : row.kind;
      return '.'.repeat(row.depth) + name;
    })
    .join(' ');
}

function check(given: SpanTree, expected: string, folded: readonly string[] = []): void {
  expect(print(given, { folded: new Set(folded), opened: new Set() })).toBe(expected);
}

describe('the forest', () => {
  test('children below their parent, siblings by start', () => {
    check(tree('c<a 5:6', 'a 0:10', 'b<a 1:2', 'd<b 1:2'), 'a .b ..d .c');
  });
  test('a parent that was not received stands for its children', () => {
    const given = tree('a 0:10', 'b<x 2:4', 'c<x 3:8');
    check(given, 'a missing:x .b .c');
    const missing = given.byId.get('missing:x')!;
    expect([missing.span, missing.startMs, missing.endMs]).toEqual([null, 2, 8]);
  });
  test('circles are cut at their earliest span', () => {
    check(tree('r 0:1', 'a<b 2:3', 'b<a 1:3'), 'r b .a');
    check(tree('a<a 1:2'), 'a');
    expect(
      tree('r 0:1', 'a<b 2:3', 'b<a 1:3', 'c<c 1:2')
        .nodes.filter(({ isCutLoose }) => isCutLoose)
        .map(({ id }) => id),
    ).toEqual(['c', 'b']);
  });
  test('an ID that occurs twice is two rows', () => {
    check(tree('a 0:10', 'b<a 1:5', 'b<a 2:4'), 'a .b .b:2');
  });
  test('of a client and a server with one ID the server is below, with what it called', () => {
    const of = (text: string, kind: string, service: string): StorySpan => ({
      ...span(text),
      kind,
      service,
    });
    check(
      buildSpanTree([
        of('r 0:20', 'server', 'one'),
        of('a<r 1:10', 'client', 'one'),
        of('a<r 2:9', 'server', 'two'),
        of('b<a 3:5', 'client', 'two'),
        of('c<a 3:6', 'client', 'one'),
      ]),
      'r .a ..a:2 ...b ..c',
    );
  });
  test('folding hides what is below', () => {
    const given = tree('a 0:9', 'b<a 1:2', 'c<b 1:2', 'd<a 3:4');
    check(given, 'a .b .d', ['b']);
    check(given, 'a', ['a', 'b']);
    expect(ancestorsOf(given.byId.get('c')!)).toEqual(['b', 'a']);
  });
  test('counts what is below', () => {
    const root = tree('a 0:9', 'b<a 1:2!', 'c<b 1:2!', 'd<a 3:4').roots[0]!;
    expect([root.below, root.errorsBelow]).toEqual([3, 2]);
  });
  test('a chain of 20,000 spans', () => {
    const spans = Array.from({ length: 20_000 }, (_, at) =>
      span(at === 0 ? 's0 0:9' : `s${at}<s${at - 1} 0:9`),
    );
    const deep = buildSpanTree(spans);
    expect(deep.nodes.at(-1)?.depth).toBe(19_999);
    expect(storyRows(deep, reveal(nothingFolded, deep.nodes.at(-1)!)).length).toBe(20_000);
    expect(criticalPath(deep).heaviest?.id).toBe('s19999');
  });
});

describe('look-alikes', () => {
  const given = tree(
    'r 0:99',
    'a<r 1:4 q',
    'b<r 5:9 q',
    'x<r 6:7',
    'c<r 10:19 q',
    'd<r 20:23 q',
    'e<d 21:22',
  );
  test('four siblings of one name are one row at the place of the first', () => {
    check(given, 'r .x4 .x');
    const [row] = storyRows(given, nothingFolded).filter(({ kind }) => kind === 'alike');
    expect(row?.kind === 'alike' && row.group).toMatchObject({
      shortestMs: 3,
      longestMs: 9,
      startMs: 1,
      endMs: 23,
      histogram: [2, 1, 0, 0, 0, 0, 0, 1],
    });
  });
  test('three are not', () => {
    check(tree('r 0:99', 'a<r 1:4 q', 'b<r 5:9 q', 'c<r 10:19 q'), 'r .a .b .c');
  });
  test('one that fails, or below which something fails, stands alone', () => {
    check(
      tree(
        'r 0:99',
        'a<r 1:4 q!',
        'b<r 5:9 q',
        'c<r 6:7 q',
        'd<r 10:19 q',
        'e<r 20:23 q',
        'f<r 24:25 q',
        'g<f 24:25!',
      ),
      'r .a .x4 .f ..g',
    );
  });
  test('an opened group stays open when an earlier one of it arrives', () => {
    const opened = reveal(nothingFolded, given.byId.get('b')!);
    expect(print(given, opened)).toBe('r .x4 ..a ..b ..c ..d ...e .x');
    const later = tree('r 0:99', '0<r 0:1 q', 'a<r 1:4 q', 'b<r 5:9 q', 'c<r 10:19 q');
    expect(print(later, opened)).toBe('r .x4 ..0 ..a ..b ..c');
  });
  test('revealing a span opens its group and unfolds its ancestors', () => {
    const folded = { folded: new Set(['r', 'd']), opened: new Set<string>() };
    expect(print(given, folded)).toBe('r');
    expect(print(given, reveal(folded, given.byId.get('e')!))).toBe(
      'r .x4 ..a ..b ..c ..d ...e .x',
    );
    expect(reveal(nothingFolded, given.byId.get('x')!)).toBe(nothingFolded);
  });
});

test('coming from a line, subtrees of no interest are folded', () => {
  const noise = Array.from({ length: 30 }, (_, at) => `n${at}<m${at % 3} 5:6`);
  const given = tree(
    'r 0:99',
    'm0<r 1:9',
    'm1<r 1:9',
    'm2<r 1:9',
    ...noise,
    'w<r 20:50',
    'v<w 21:49',
    'u<v 22:23',
    'f<n1 5:6!',
  );
  const folding = foldUninteresting(given, given.byId.get('v')!, () => false);
  expect([...folding.folded].toSorted()).toEqual(['m0', 'm2']);
  expect(foldUninteresting(given, given.byId.get('v')!, ({ id }) => id === 'n0').folded).toEqual(
    new Set(['m2']),
  );
});

describe('the critical path', () => {
  /** `node start-end` from the last to the first. */
  function path(...texts: string[]): readonly string[] {
    return criticalPath(tree(...texts)).stretches.map(
      ({ node, startMs, endMs }) => `${node.id} ${startMs}-${endMs}`,
    );
  }
  test('children one after the other, and the parent between them', () => {
    expect(path('r 0:100', 'a<r 10:40', 'b<r 50:90')).toEqual([
      'r 90-100',
      'b 50-90',
      'r 40-50',
      'a 10-40',
      'r 0-10',
    ]);
  });
  test('of overlapping children the one that ends last', () => {
    expect(path('r 0:100', 'a<r 10:60', 'b<r 20:95')).toEqual(['r 95-100', 'b 20-95', 'r 0-20']);
  });
  test('children one after the other whose starts are told in whole milliseconds', () => {
    expect(path('r 0:100', 'a<r 10:50.7', 'b<r 50:90')).toEqual([
      'r 90-100',
      'b 50-90',
      'a 10-50',
      'r 0-10',
    ]);
  });
  test('through several levels', () => {
    expect(path('r 0:10', 'a<r 1:9', 'b<a 2:8')).toEqual([
      'r 9-10',
      'a 8-9',
      'b 2-8',
      'a 1-2',
      'r 0-1',
    ]);
  });
  test('nobody waits for a consumer, nor for a child that starts after its parent', () => {
    expect(path('r 0:10', 'a<r 2:9(p)', 'b<a 3:90(c)', 'c<r 20:30')).toEqual([
      'r 9-10',
      'a 2-9',
      'r 0-2',
    ]);
  });
  test('a child that runs on was waited for until its parent ended', () => {
    expect(path('r 0:10', 'a<r 2:50')).toEqual(['a 2-10', 'r 0-2']);
  });
  test('the heaviest span has most of the path for itself', () => {
    const { heaviest, heaviestMs } = criticalPath(
      tree('r 0:100', 'a<r 5:60', 'b<r 62:99', 'c<b 63:98'),
    );
    expect([heaviest?.id, heaviestMs]).toEqual(['a', 55]);
  });
  test('a parent that was not received is no part of it', () => {
    expect(path('a<x 0:10', 'b<x 12:20')).toEqual(['b 12-20', 'a 0-10']);
    expect(path()).toEqual([]);
  });
  test('spans of no time and of negative time', () => {
    expect(path('r 0:10', 'a<r 5:5', 'b<r 8:3')).toEqual(['r 0-10']);
  });
});

describe('where a failure came from', () => {
  const given = tree('r 0:99!', 'a<r 1:50!', 'b<a 2:40!', 'c<a 41:45!', 'd<r 60:70', 'e<d 61:62!');
  test('the last to fail of the deepest', () => {
    expect(errorOrigin(given.byId.get('r')!).id).toBe('c');
    expect(errorOrigin(given.byId.get('e')!).id).toBe('e');
    expect(firstErrorOrigin(given)?.id).toBe('c');
  });
  test('a failure that was survived is its own', () => {
    expect(firstErrorOrigin(tree('r 0:9', 'd<r 1:8', 'e<d 2:3!'))?.id).toBe('e');
    expect(firstErrorOrigin(tree('r 0:9'))).toBe(undefined);
  });
  test('a consumer hands nothing back', () => {
    expect(firstErrorOrigin(tree('r 0:9!', 'q<r 1:8(c)!'))?.id).toBe('r');
  });
});

describe('rectangles', () => {
  const given = tree('a 0:100', 'b<a 50:51', 'c<a 90:100', 'd<a 95:92');
  const rows = storyRows(given, nothingFolded);
  const log = { id: '1-1', spanId: 'b', timeMs: 50, level: 'error', text: 'no' };
  const whole = { startMs: 0, endMs: 100 };
  const input = { rows, firstRow: 0, rowHeight: 24, width: 400, logsBySpan: new Map() };

  test('bars, labels and dots', () => {
    const { bars, dots } = layoutRows({
      ...input,
      window: whole,
      logsBySpan: new Map([['b', [log]]]),
    });
    expect(bars.map(({ x, y, width, labelX }) => [x, y, width, labelX])).toEqual([
      [0, 5, 400, 406],
      [200, 29, 4, 210],
      [360, 53, 40, 406],
      [380, 77, 2, 388],
    ]);
    expect(dots).toEqual([{ log, x: 200, y: 43 }]);
    expect(bars.map(({ label }) => label)).toEqual([
      '100 ms',
      '1 ms',
      '10 ms',
      '-3 ms · ends before it starts',
    ]);
  });

  test('a window shows what is inside it', () => {
    const { bars } = layoutRows({ ...input, window: { startMs: 80, endMs: 94 } });
    expect(bars.map(({ row, x, width }) => [row.id, Math.round(x), Math.round(width)])).toEqual([
      ['a', 0, 400],
      ['c', 286, 114],
    ]);
  });

  test('only the rows that are in sight, at their place', () => {
    const { bars } = layoutRows({ ...input, rows: rows.slice(2, 3), firstRow: 2, window: whole });
    expect(bars.map(({ row, y }) => [row.id, y])).toEqual([['c', 53]]);
  });

  test('a group has a mark for each of its spans', () => {
    const alike = tree('r 0:100', 'a<r 0:5 q', 'b<r 10:20 q', 'c<r 30:31 q', 'd<r 90:99 q');
    const { bars } = layoutRows({ ...input, rows: storyRows(alike, nothingFolded), window: whole });
    expect(bars[1]).toMatchObject({ x: 0, width: 396, label: '1 – 10 ms' });
    expect(bars[1]?.parts.map(({ x, width }) => [x, width])).toEqual([
      [0, 20],
      [40, 40],
      [120, 4],
      [360, 36],
    ]);
  });

  test('time to pixels and back', () => {
    expect(msOfX(xOfMs(42, whole, 400), whole, 400)).toBeCloseTo(42);
    expect(xOfMs(5, { startMs: 3, endMs: 3 }, 400)).toBe(0);
  });

  test('marks stand at round instants', () => {
    expect(timeMarks({ startMs: 0, endMs: 1840 }, 600, 90).map(({ ms }) => ms)).toEqual([
      0, 500, 1000, 1500,
    ]);
    expect(timeMarks({ startMs: 0, endMs: 0.3 }, 400, 100).map(({ ms }) => ms)).toEqual([
      0, 0.1, 0.2, 0.3,
    ]);
    // From ten seconds on by the clock: a third of three days is no round number of hours.
    const stepOf = (endMs: number): number => timeMarks({ startMs: 0, endMs }, 600, 90)[1]?.ms ?? 0;
    expect([40_000, 200_000, 3_600_000, 3 * 86_400_000, 40 * 86_400_000].map(stepOf)).toEqual([
      10_000,
      30_000,
      600_000,
      12 * 3_600_000,
      10 * 86_400_000,
    ]);
  });
});
