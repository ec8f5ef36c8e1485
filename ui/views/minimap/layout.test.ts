import { expect, test } from 'vitest';
import type { StoryLine } from '../trace-model/story-model.ts';
import type { StorySpan } from '../trace-model/story-span.ts';
import { buildSpanTree } from '../waterfall/tree.ts';
import { layoutMinimap } from './layout.ts';

function span(spanId: string, startMs: number, endMs: number, isError = false): StorySpan {
  return {
    spanId,
    parentSpanId: '',
    service: 's',
    name: spanId,
    kind: 'internal',
    host: 'h',
    startMs,
    endMs,
    isError,
    statusMessage: '',
    logCount: 0,
    events: [],
    links: [],
    full: null,
  };
}

function line(timeMs: number, level: string): StoryLine {
  return {
    line: {
      id: `${timeMs}-1`,
      timeNs: '0',
      service: 's',
      level,
      body: '',
      labels: {},
      attributes: [],
      resource: [],
      traceId: '',
      spanId: '',
      linkSource: '',
      links: [],
    },
    timeMs,
    skewMs: 0,
  };
}

const size = { width: 200, height: 21 } as const;

test('spans from top to bottom, failures where they ended, lines once a pixel', () => {
  const { nodes } = buildSpanTree([
    span('a', 0, 100),
    span('b', 50, 60, true),
    span('c', 99.9, 99.9),
  ]);
  const layout = layoutMinimap({
    nodes,
    lines: [line(10, 'info'), line(10.1, 'error'), line(80, 'info')],
    lengthMs: 100,
    ...size,
  });
  expect(layout.bars.map(({ x, y, width }) => [x, y, Math.round(width)])).toEqual([
    [0, 0, 200],
    [100, 10, 20],
    [199, 20, 1],
  ]);
  expect(layout.errors).toEqual([120]);
  expect(layout.logs).toEqual([
    { x: 20, isError: true },
    { x: 160, isError: false },
  ]);
});

test('of very many spans some are drawn, but no failure is left out', () => {
  const spans = Array.from({ length: 50_000 }, (_, at) =>
    span(`s${at}`, at, at + 1, at === 33_333),
  );
  const { bars, errors } = layoutMinimap({
    nodes: buildSpanTree(spans).nodes,
    lines: [],
    lengthMs: 50_000,
    ...size,
  });
  expect(bars.length).toBeLessThanOrEqual(4000);
  expect(errors).toEqual([133]);
});

test('a trace of no time', () => {
  const { nodes } = buildSpanTree([span('a', 0, 0)]);
  expect(layoutMinimap({ nodes, lines: [], lengthMs: 0, ...size }).bars).toEqual([
    { x: 0, y: 0, width: 1, service: 's', kind: 'internal' },
  ]);
});
