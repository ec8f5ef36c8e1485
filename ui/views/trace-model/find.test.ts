import { expect, test } from 'vitest';
import type { LinesShown } from '../../url/trace-view.ts';
import { nothingFolded, storyRows } from '../waterfall/rows.ts';
import { buildSpanTree } from '../waterfall/tree.ts';
import { findInStory, litSpans, rowTest } from './find.ts';
import type { StoryLine, StoryModel } from './story-model.ts';
import type { StorySpan } from './story-span.ts';

function span(spanId: string, parentSpanId: string, name: string): StorySpan {
  return {
    spanId,
    parentSpanId,
    service: 'shop',
    name,
    kind: 'internal',
    host: 'h',
    startMs: 0,
    endMs: 9,
    isError: false,
    statusMessage: spanId === 'b' ? 'Declined' : '',
    logCount: 0,
    events: [],
    links: [],
    full: null,
  };
}

function line(id: string, spanId: string, level: string, body: string): StoryLine {
  return {
    line: {
      id,
      timeNs: '0',
      service: 's',
      level,
      body,
      labels: {},
      attributes: [],
      resource: [],
      traceId: '',
      spanId,
      linkSource: '',
      links: [],
    },
    timeMs: 0,
    skewMs: 0,
  };
}

const spans = [
  span('a', '', 'root'),
  span('b', 'a', 'pay'),
  ...['c', 'd', 'e', 'f'].map((id) => span(id, 'a', 'query')),
];
const story: StoryModel = {
  startNs: '0',
  lengthMs: 9,
  spans,
  tree: buildSpanTree(spans),
  lines: [line('1', 'a', 'info', 'card declined'), line('2', 'd', 'error', 'no stock')],
  logsBySpan: new Map(),
  skew: { reference: '', hosts: [] },
};

test('a text in spans and in lines, regardless of case', () => {
  const found = findInStory(story, 'DECLINED');
  expect([found?.ordered.map(({ id }) => id), found?.lines]).toEqual([['b'], 1]);
  expect(findInStory(story, '')).toBe(undefined);
});

/** IDs of the spans that do not stand back; undefined: nothing does. */
function check(show: LinesShown, find: string, expected: readonly string[] | undefined): void {
  const lit = litSpans(story, { show, find, spanId: 'a' }, findInStory(story, find));
  expect(lit && [...lit].toSorted()).toEqual(expected);
}

test('filtering lines makes spans without any stand back', () => {
  check('all', '', undefined);
  check('errors', '', ['d']);
  check('span', '', ['a']);
  check('all', 'declined', ['a', 'b']);
  check('errors', 'declined', ['b']);
  check('all', 'nowhere', []);
});

test('a group is of a span when one of its spans is', () => {
  const rows = storyRows(story.tree, nothingFolded);
  const isOf = rowTest(new Set(['d']));
  expect(rows.filter(isOf).map(({ kind }) => kind)).toEqual(['alike']);
  expect(rows.some(rowTest(undefined))).toBe(false);
});
