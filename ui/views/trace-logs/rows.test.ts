import { expect, test } from 'vitest';
import type { StoryLine } from '../trace-model/story-model.ts';
import { rowsUntil, traceLogRows } from './rows.ts';
import type { LinesWanted } from './rows.ts';

function line(ms: number, spanId: string, level: string, body: string): StoryLine {
  const line = {
    id: `${ms}000000-1`,
    timeNs: `${ms}000000`,
    service: 's',
    level,
    body,
    labels: {},
    attributes: [{ key: 'user', value: 'U-1', type: 'string' }],
    resource: [],
    traceId: '',
    spanId,
    linkSource: '',
    links: [],
  } as const;
  return { line, timeMs: ms, skewMs: 0 };
}

const lines = [
  line(10, 'a', 'info', 'start'),
  line(40, 'b', 'error', 'Card declined'),
  line(450, 'a', 'warn', 'retry'),
];

function check(wanted: Partial<LinesWanted>, expected: readonly string[]): void {
  const all: LinesWanted = { show: 'all', spanId: '', find: '', ...wanted };
  const rows = traceLogRows(lines, all, 1000);
  expect(rows.map((row) => (row.kind === 'line' ? row.line.body : `gap ${row.lengthMs}`))).toEqual(
    expected,
  );
}

test('a long silence is a row', () => {
  check({}, ['start', 'Card declined', 'gap 410', 'retry']);
});

test('lines of a span, errors, and what is looked for, without gaps', () => {
  check({ show: 'span', spanId: 'a' }, ['start', 'retry']);
  check({ show: 'errors' }, ['Card declined']);
  check({ find: 'card' }, ['Card declined']);
  check({ find: 'u-1' }, ['start', 'Card declined', 'retry']);
});

test('where an instant is in the list', () => {
  const rows = traceLogRows(lines, { show: 'all', spanId: '', find: '' }, 1000);
  expect([5, 10, 100, 449, 450, 900].map((ms) => rowsUntil(rows, ms))).toEqual([0, 1, 2, 2, 4, 4]);
});
