import { describe, expect, test } from 'vitest';
import type { StorySpan } from '../trace-model/story-span.ts';
import { hitAt } from './hit.ts';
import { layoutRows } from './layout.ts';
import { indexRows } from './row-index.ts';
import { nothingFolded, storyRows } from './rows.ts';
import { describeHit } from './tip.ts';
import { buildSpanTree } from './tree.ts';
import { clampWindow, moveBy, moveTo, wholeWindow, zoomAround } from './zoom.ts';

function span(spanId: string, parentSpanId: string, startMs: number, endMs: number): StorySpan {
  return {
    spanId,
    parentSpanId,
    service: 's',
    name: spanId.startsWith('q') ? 'query' : spanId,
    kind: 'internal',
    host: 'h',
    startMs,
    endMs,
    isError: false,
    statusMessage: '',
    logCount: spanId === 'b' ? 1 : 0,
    events: spanId === 'b' ? [{ ms: 40, name: 'retry' }] : [],
    links: [],
    full: null,
  };
}

const tree = buildSpanTree([
  span('a', '', 0, 100),
  span('b', 'a', 20, 60),
  ...[1, 2, 3, 4].map((at) => span(`q${at}`, 'b', 20 + at, 24 + at)),
  span('c', 'a', 70, 90),
]);
const log = { id: '1-1', spanId: 'b', timeMs: 50, level: 'error', text: 'declined' };
const rows = storyRows(tree, nothingFolded);
const rowHeight = 24;
const nameWidth = 200;
const layout = layoutRows({
  rows,
  firstRow: 0,
  rowHeight,
  width: 400,
  window: { startMs: 0, endMs: 100 },
  logsBySpan: new Map([['b', [log]]]),
});

describe('what is at a point', () => {
  /** `row part log event`. */
  function check(x: number, y: number, expected: string | undefined): void {
    const hit = hitAt(x, y, { rows, layout, rowHeight, nameWidth });
    expect(
      hit && [hit.row.id, hit.part, hit.log?.text ?? '', hit.event ?? ''].join(' ').trim(),
    ).toBe(expected);
  }
  test('the fold, the name, the bar and the ground beside it', () => {
    check(12, 10, 'a fold');
    check(60, 10, 'a name');
    check(300, 10, 'a bar');
    check(210, 34, 'b ground');
    check(300, 34, 'b bar');
  });
  test('a leaf has nothing to fold', () => check(24, 84, 'c name'));
  test('a group of look-alikes has', () => check(36, 60, 'alike:q1 fold'));
  test('the mark of a line and of an event', () => {
    check(400, 43, 'b bar declined');
    check(361, 32, 'b bar  retry');
  });
  test('outside of all rows', () => {
    check(10, 500, undefined);
    check(10, -1, undefined);
  });
  test('the hover says what it is', () => {
    const tipAt = (x: number, y: number): string | undefined =>
      describeHit(hitAt(x, y, { rows, layout, rowHeight, nameWidth })!)?.title;
    expect(tipAt(300, 10)).toBe('s · a');
    expect(tipAt(400, 43)).toBe('error line at 50 ms');
    expect(tipAt(361, 32)).toBe('retry');
    expect(tipAt(250, 60)).toBe(undefined);
    expect(tipAt(60, 60)).toBe('4 × s · query');
  });
});

describe('where a span is', () => {
  const index = indexRows(rows);
  test('its own row, its group’s, or its nearest ancestor’s', () => {
    expect(index.of(tree.byId.get('c')!)).toBe(3);
    expect(index.of(tree.byId.get('q3')!)).toBe(2);
    const folded = indexRows(storyRows(tree, { folded: new Set(['a']), opened: new Set() }));
    expect(folded.of(tree.byId.get('q3')!)).toBe(0);
    expect(folded.place('b')).toBe(undefined);
  });
  test('the last row that started before an instant', () => {
    expect([0, 19, 20, 21, 69, 500].map((ms) => index.at(ms))).toEqual([0, 0, 1, 2, 2, 3]);
  });
});

describe('zoom', () => {
  const whole = wholeWindow(100);
  test('keeps the instant under the pointer', () => {
    expect(zoomAround({ startMs: 0, endMs: 100 }, 25, 0.5)).toEqual({ startMs: 12.5, endMs: 62.5 });
  });
  test('stays within the trace, and the whole is no zoom', () => {
    expect(clampWindow({ startMs: -20, endMs: 30 }, whole)).toEqual({ startMs: 0, endMs: 50 });
    expect(clampWindow({ startMs: 80, endMs: 130 }, whole)).toEqual({ startMs: 50, endMs: 100 });
    expect(clampWindow({ startMs: -20, endMs: 130 }, whole)).toBe(null);
    expect(clampWindow({ startMs: 5, endMs: 5 }, whole)?.startMs).toBe(5);
  });
  test('moves along, and to an instant only when it is out of sight', () => {
    const window = { startMs: 10, endMs: 30 };
    expect(moveBy(window, 5)).toEqual({ startMs: 15, endMs: 35 });
    expect(moveTo(window, 20)).toBe(window);
    expect(moveTo(window, 80)).toEqual({ startMs: 70, endMs: 90 });
  });
  test('a trace of no length has a window all the same', () => {
    expect(wholeWindow(0)).toEqual({ startMs: 0, endMs: 1 });
  });
});
