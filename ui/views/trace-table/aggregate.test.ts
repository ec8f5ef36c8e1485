import { expect, test } from 'vitest';
import type { StorySpan } from '../trace-model/story-span.ts';
import { buildSpanTree } from '../waterfall/tree.ts';
import { operationsOf, sortOperations } from './aggregate.ts';
import type { OperationColumn } from './aggregate.ts';

function span(
  spanId: string,
  parentSpanId: string,
  name: string,
  startMs: number,
  endMs: number,
): StorySpan {
  return {
    spanId,
    parentSpanId,
    service: 's',
    name,
    kind: 'internal',
    host: 'h',
    startMs,
    endMs,
    isError: name === 'pay',
    statusMessage: '',
    logCount: 0,
    events: [],
    links: [],
    full: null,
  };
}

const rows = operationsOf(
  buildSpanTree([
    span('r', '', 'root', 0, 100),
    span('a', 'r', 'get', 0, 10),
    span('b', 'r', 'get', 20, 50),
    span('c', 'r', 'get', 50, 52),
    span('d', 'r', 'pay', 60, 95),
    span('e', 'gone', 'get', 60, 61),
  ]),
);

test('spans of one operation are one row', () => {
  expect(rows.map((row) => ({ ...row, slowest: row.slowest.id }))).toEqual([
    {
      id: 's\nroot',
      service: 's',
      name: 'root',
      count: 1,
      errors: 0,
      totalMs: 100,
      selfMs: 23,
      medianMs: 100,
      longestMs: 100,
      slowest: 'r',
    },
    {
      id: 's\nget',
      service: 's',
      name: 'get',
      count: 4,
      errors: 0,
      totalMs: 43,
      selfMs: 43,
      medianMs: 2,
      longestMs: 30,
      slowest: 'b',
    },
    {
      id: 's\npay',
      service: 's',
      name: 'pay',
      count: 1,
      errors: 1,
      totalMs: 35,
      selfMs: 35,
      medianMs: 35,
      longestMs: 35,
      slowest: 'd',
    },
  ]);
});

function check(by: OperationColumn, reversed: boolean, expected: string): void {
  expect(
    sortOperations(rows, by, reversed)
      .map(({ name }) => name)
      .join(' '),
  ).toBe(expected);
}

test('sorted by any column', () => {
  check('selfMs', false, 'get pay root');
  check('selfMs', true, 'root pay get');
  check('name', false, 'get pay root');
  check('errors', false, 'pay root get');
});
