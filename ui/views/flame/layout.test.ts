import { expect, test } from 'vitest';
import { span } from '../../../test/fixtures/story-span.ts';
import { buildSpanTree } from '../waterfall/tree.ts';
import { buildFlame, layoutFlame, selfTime } from './layout.ts';
import type { Frame } from './layout.ts';

function print(frame: Frame): string {
  const below = frame.children.map(print).join(' ');
  return `${frame.name}*${frame.nodes.length} ${frame.selfMs}/${frame.totalMs}${below === '' ? '' : ` (${below})`}`;
}

function check(spans: readonly string[], expected: string): void {
  expect(
    buildFlame(buildSpanTree(spans.map(span)))
      .map(print)
      .join(' '),
  ).toBe(expected);
}

test('spans of one path are one frame, the widest first', () => {
  check(
    ['r root 0:100', 'a<r get 10:20', 'b<r get 30:40', 'c<r pay 50:90', 'd<b sql 31:33'],
    'root*1 40/100 (pay*1 40/40 get*2 18/20 (sql*1 2/2))',
  );
});

test('calls side by side add up, and their parent’s own time is what none of them covers', () => {
  check(['r root 0:100', 'a<r get 0:60', 'b<r get 40:80'], 'root*1 20/120 (get*2 100/100)');
});

test('a child that runs on covers its parent up to the parent’s end', () => {
  const tree = buildSpanTree(['r root 0:10', 'a<r get 4:50'].map(span));
  expect(selfTime(tree.roots[0]!)).toBe(4);
});

test('frames fill their parent, narrow ones are counted only', () => {
  const roots = buildFlame(
    buildSpanTree(['r root 0:100', 'a<r get 0:75', 'b<r pay 75:99', 'c<r x 99:100'].map(span)),
  );
  const { rects, rows, hidden } = layoutFlame(roots, undefined, 0.05);
  expect(rects.map(({ frame, x, width, row }) => [frame.name, x, width, row])).toEqual([
    ['root', 0, 1, 0],
    ['pay', 0.75, 0.24, 1],
    ['get', 0, 0.75, 1],
  ]);
  expect([rows, hidden]).toEqual([2, 1]);
  const zoomed = layoutFlame(roots, roots[0]!.children[1], 0.05);
  expect(zoomed.rects.map(({ frame, width }) => [frame.name, width])).toEqual([
    ['root', 1],
    ['pay', 1],
  ]);
});

test('a trace of no time has its frames all the same', () => {
  const roots = buildFlame(buildSpanTree(['r root 5:5', 'a<r get 5:5'].map(span)));
  expect(layoutFlame(roots, undefined, 0.01).rects.length).toBe(2);
});
