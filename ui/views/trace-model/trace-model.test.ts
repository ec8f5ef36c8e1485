import { describe, expect, test } from 'vitest';
import type {
  ExploreLogLine,
  ExploreSpan,
  ExploreTrace,
} from '../../../src/api/explore/contract/records.ts';
import { buildStory } from './story-model.ts';
import { heldTop, scrollAnchor, scrollInto } from './story-sync.ts';

function span(id: string, parent: string, host: string, kind: string, times: string): ExploreSpan {
  const [start = '0', end = '0'] = times.split('-');
  return {
    spanId: id,
    parentSpanId: parent,
    service: `on-${host}`,
    name: id,
    kind,
    startNs: `${start}000000`,
    endNs: `${end}000000`,
    status: 'unset',
    statusMessage: '',
    attributes: [],
    resource: [{ key: 'host.name', value: host, type: 'string' }],
    scope: '',
    events: [{ timeNs: `${end}000000`, name: 'e', attributes: [] }],
    spanLinks: [],
    logCount: 0,
    links: [],
  };
}

function line(id: string, host: string, ms: number, spanId = ''): ExploreLogLine {
  return {
    id,
    timeNs: `${ms}000000`,
    service: 's',
    level: 'info',
    body: `${id}\nmore`,
    labels: {},
    attributes: [],
    resource: host === '' ? [] : [{ key: 'host.name', value: host, type: 'string' }],
    traceId: '',
    spanId,
    linkSource: '',
    links: [],
  };
}

function trace(spans: readonly ExploreSpan[], logs: readonly ExploreLogLine[]): ExploreTrace {
  const list = { returned: 0, total: null, next: null };
  return {
    traceId: 't',
    givenAs: 't',
    bounds: null,
    services: [],
    counts: { spans: spans.length, errorSpans: 0, logs: logs.length, exemplars: 0 },
    spans,
    logs,
    reasons: [],
    coverage: { spans: list, logs: list },
  };
}

describe('clocks', () => {
  const skewed = trace(
    [
      span('a', '', 'node-1', 'client', '1000-1100'),
      span('b', 'a', 'node-3', 'server', '4010-4090'),
    ],
    [
      line('1-1', 'node-1', 1095, 'a'),
      line('2-1', 'node-3', 4020, 'b'),
      line('3-1', '', 4050, 'b'),
      line('4-1', '', 4060),
    ],
  );
  /** Starts of the spans, times of the lines. */
  function check(corrects: boolean, starts: readonly number[], lines: readonly string[]): void {
    const story = buildStory(skewed, corrects);
    expect(story.spans.map(({ startMs }) => startMs)).toEqual(starts);
    expect(story.lines.map((one) => `${one.line.id} ${one.timeMs}`)).toEqual(lines);
    expect(story.skew.hosts.map(({ host, offsetMs }) => [host, offsetMs])).toEqual([
      ['node-3', 3000],
    ]);
  }
  test('are put right for spans and for lines', () => {
    check(true, [0, 10], ['2-1 20', '3-1 50', '1-1 95', '4-1 3060']);
    expect(buildStory(skewed, true).lengthMs).toBe(100);
    expect(buildStory(skewed, true).spans[1]?.events).toEqual([{ ms: 90, name: 'e' }]);
  });
  test('or left as they are', () => {
    check(false, [0, 3010], ['1-1 95', '2-1 3020', '3-1 3050', '4-1 3060']);
  });
  test('a host that was behind moves the beginning', () => {
    const behind = trace(
      [span('a', '', 'node-1', 'client', '1000-1100'), span('b', 'a', 'node-3', 'server', '10-90')],
      [line('1-1', 'node-3', 20, 'b')],
    );
    const story = buildStory(behind, true);
    expect([story.startNs, story.spans.map(({ startMs }) => startMs)]).toEqual([
      '1000000000',
      [0, 10],
    ]);
    expect(story.lines[0]?.timeMs).toBe(20);
  });
});

test('an outline tells the same story', () => {
  const story = buildStory(
    {
      ...trace([], []),
      outline: {
        startNs: '1000',
        spanIds: ['a', 'b', 'c'],
        parents: [-1, 0, -1],
        absentParents: { 2: 'x' },
        startsNs: [0, 1_000_000, 2_000_000],
        durationsNs: [5_000_000, 2_000_000, -1_000_000],
        texts: ['gateway', 'GET', 'server', 'node-1', ''],
        services: [0, 0, 0],
        names: [1, 1, 1],
        kinds: [2, 2, 2],
        hosts: [3, 3, 3],
        errors: { 1: 'boom' },
        logCounts: { 0: 2 },
        events: [{ span: 1, atNs: 1_500_000, name: 'exception' }],
        links: [{ span: 2, traceId: 't', spanId: 's' }],
      },
    },
    true,
  );
  expect(story.tree.nodes.map(({ id, depth, endMs }) => [id, depth, endMs])).toEqual([
    ['a', 0, 5],
    ['b', 1, 3],
    ['missing:x', 0, 2],
    ['c', 1, 2],
  ]);
  expect(story.spans[1]).toMatchObject({
    isError: true,
    statusMessage: 'boom',
    events: [{ ms: 1.5, name: 'exception' }],
  });
  expect(story.spans[2]?.links).toEqual([{ traceId: 't', spanId: 's' }]);
});

test('scrolling through visits everything', () => {
  expect(scrollAnchor(0, 100, 1000)).toBe(0);
  expect(scrollAnchor(450, 100, 1000)).toBe(500);
  expect(scrollAnchor(900, 100, 1000)).toBe(1000);
  expect(scrollAnchor(0, 100, 80)).toBe(undefined);
});

test('what follows moves as little as it can', () => {
  expect(scrollInto(100, 200, 150, 174, 20)).toBe(100);
  expect(scrollInto(100, 200, 90, 114, 20)).toBe(70);
  expect(scrollInto(100, 200, 290, 314, 20)).toBe(134);
  expect(scrollInto(100, 30, 500, 524, 20)).toBe(497);
});

test('what is at the top stays there when rows come above it', () => {
  expect(heldTop(250, 20, (at) => at + 5)).toBe(350);
  expect(heldTop(250, 20, (at) => at)).toBe(250);
  expect(heldTop(250, 20, () => undefined)).toBe(250);
});
