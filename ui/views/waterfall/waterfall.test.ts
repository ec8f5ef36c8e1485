import { describe, expect, test } from 'vitest';
import type { ExploreSpan } from '../../../src/api/explore/contract/records.ts';
import { layoutWaterfall, msOfX, timeMarks, xOfMs } from './layout.ts';
import { ancestorsOf, buildSpanTree, visibleNodes } from './tree.ts';
import type { SpanTree } from './tree.ts';

/** `id<parent start-end!`: times in ms, `!` for an error. */
function span(text: string): ExploreSpan {
  const [, spanId = '', parentSpanId = '', start = '0', end = '0', bad] =
    /^(\w+)(?:<(\w+))? (\d+)-(\d+)(!)?$/.exec(text) ?? [];
  return {
    spanId,
    parentSpanId,
    service: 's',
    name: spanId,
    kind: 'internal',
    startNs: `${start}000000`,
    endNs: `${end}000000`,
    status: bad === undefined ? 'unset' : 'error',
    statusMessage: '',
    attributes: [],
    resource: [],
    scope: '',
    events: [],
    spanLinks: [],
    logCount: 0,
    links: [],
  };
}

function tree(...texts: string[]): SpanTree {
  return buildSpanTree(texts.map(span), '0');
}

/** One letter a node, indented by dots. */
function check(given: SpanTree, expected: string, folded: readonly string[] = []): void {
  const rows = visibleNodes(given, new Set(folded));
  expect(rows.map((node) => '.'.repeat(node.depth) + node.id).join(' ')).toBe(expected);
}

describe('the forest', () => {
  test('children below their parent, siblings by start', () => {
    check(tree('c<a 5-6', 'a 0-10', 'b<a 1-2', 'd<b 1-2'), 'a .b ..d .c');
  });
  test('a parent that was not received stands for its children', () => {
    const given = tree('a 0-10', 'b<x 2-4', 'c<x 3-8');
    check(given, 'a missing:x .b .c');
    const missing = given.byId.get('missing:x')!;
    expect([missing.span, missing.startMs, missing.endMs]).toEqual([null, 2, 8]);
  });
  test('circles are cut at their earliest span', () => {
    check(tree('r 0-1', 'a<b 2-3', 'b<a 1-3'), 'r b .a');
    check(tree('a<a 1-2'), 'missing:a .a');
  });
  test('an ID that occurs twice is two rows', () => {
    check(tree('a 0-10', 'b<a 1-5', 'b<a 2-4'), 'a .b .b:2');
  });
  test('folding hides what is below', () => {
    const given = tree('a 0-9', 'b<a 1-2', 'c<b 1-2', 'd<a 3-4');
    check(given, 'a .b .d', ['b']);
    check(given, 'a', ['a', 'b']);
    expect(ancestorsOf(given.byId.get('c')!)).toEqual(['b', 'a']);
  });
  test('counts what is below', () => {
    const root = tree('a 0-9', 'b<a 1-2!', 'c<b 1-2!', 'd<a 3-4').roots[0]!;
    expect([root.below, root.errorsBelow]).toEqual([3, 2]);
  });
  test('a chain of 20,000 spans', () => {
    const spans = Array.from({ length: 20_000 }, (_, at) =>
      span(at === 0 ? 's0 0-9' : `s${at}<s${at - 1} 0-9`),
    );
    expect(buildSpanTree(spans, '0').nodes.at(-1)?.depth).toBe(19_999);
  });
});

describe('rectangles', () => {
  const given = tree('a 0-100', 'b<a 50-51', 'c<a 90-100');
  const rows = visibleNodes(given, new Set());
  const window = { startMs: 0, endMs: 100 };
  const log = { id: '1-1', spanId: 'b', timeMs: 50, level: 'error' };

  test('bars, labels and dots', () => {
    const { bars, dots } = layoutWaterfall({
      rows,
      rowHeight: 24,
      width: 400,
      window,
      logsBySpan: new Map([['b', [log]]]),
    });
    expect(bars.map(({ x, y, width, labelX }) => [x, y, width, labelX])).toEqual([
      [0, 5, 400, 406],
      [200, 29, 4, 210],
      [360, 53, 40, 406],
    ]);
    expect(dots).toEqual([{ log, x: 200, y: 43 }]);
  });

  test('a window shows what is inside it', () => {
    const { bars } = layoutWaterfall({
      rows,
      rowHeight: 24,
      width: 400,
      window: { startMs: 80, endMs: 100 },
      logsBySpan: new Map(),
    });
    expect(bars.map(({ node, x, width }) => [node.id, x, width])).toEqual([
      ['a', 0, 400],
      ['c', 200, 200],
    ]);
  });

  test('time to pixels and back', () => {
    expect(msOfX(xOfMs(42, window, 400), window, 400)).toBeCloseTo(42);
    expect(xOfMs(5, { startMs: 3, endMs: 3 }, 400)).toBe(0);
  });

  test('marks stand at round instants', () => {
    expect(timeMarks({ startMs: 0, endMs: 1840 }, 600, 90).map(({ ms }) => ms)).toEqual([
      0, 500, 1000, 1500,
    ]);
    expect(timeMarks({ startMs: 0, endMs: 0.3 }, 400, 100).map(({ ms }) => ms)).toEqual([
      0, 0.1, 0.2, 0.3,
    ]);
  });
});
