import { expect, test } from 'vitest';
import { span } from '../../../test/fixtures/story-span.ts';
import { buildSpanTree } from '../waterfall/tree.ts';
import { diffTraces } from './diff.ts';

function check(a: readonly string[], b: readonly string[], expected: readonly string[]): void {
  const { rows } = diffTraces(buildSpanTree(a.map(span)), buildSpanTree(b.map(span)));
  expect(
    rows.map(
      (row) =>
        `${'.'.repeat(row.depth)}${row.name} ${row.kind} ${row.a.count}→${row.b.count} ${row.deltaMs}/${row.selfDeltaMs}`,
    ),
  ).toEqual(expected);
}

const base = ['r root 0:100', 'a<r get 5:20', 'b<r pay 30:90'];

test('a trace and itself', () => {
  check(base, base, ['root same 1→1 0/0', '.get same 1→1 0/0', '.pay same 1→1 0/0']);
});

test('slower, added and removed, in the order of the waterfall', () => {
  check(
    base,
    ['r root 0:300', 'c<r retry 10:15', 'b<r pay 30:290', 'd<b sql 40:50'],
    [
      'root slower 1→1 200/10',
      '.get removed 1→0 -15/-15',
      '.retry added 0→1 5/5',
      '.pay slower 1→1 200/190',
      '..sql added 0→1 10/10',
    ],
  );
});

test('spans of one path are counted together', () => {
  check(
    ['r root 0:100', 'a<r get 0:10'],
    ['r root 0:100', 'a<r get 0:10', 'b<r get 10:20', 'c<r get 20:30'],
    ['root same 1→1 0/-20', '.get slower 1→3 20/20'],
  );
});

test('what explains most of the difference by itself', () => {
  const { mostChanged, counts } = diffTraces(
    buildSpanTree(base.map(span)),
    buildSpanTree(['r root 0:300', 'a<r get 5:20', 'b<r pay 30:290'].map(span)),
  );
  expect(mostChanged?.name).toBe('pay');
  expect(counts).toEqual({ added: 0, removed: 0, slower: 2, faster: 0, same: 1 });
});

test('small differences are noise', () => {
  check(['r root 0:100'], ['r root 0:105'], ['root same 1→1 5/5']);
  check(['r root 0:2'], ['r root 0:1'], ['root faster 1→1 -1/-1']);
});

test('nothing beside something', () => {
  check([], ['r root 0:1'], ['root added 0→1 1/1']);
  check([], [], []);
});
