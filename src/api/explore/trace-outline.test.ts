import { expect, test } from 'vitest';
import type { SpanRecord } from '../../model/span-record.ts';
import { emptyResource, emptyScope } from '../../model/resource.ts';
import { outlineSpans } from './trace-outline.ts';

const resource = {
  ...emptyResource,
  attributes: [
    { key: 'service.name', value: { kind: 'string', value: 'pay' } },
    { key: 'host.name', value: { kind: 'string', value: 'node-1' } },
  ],
} as const;

function span(spanId: string, parentSpanId: string, startNs: bigint, endNs: bigint): SpanRecord {
  return {
    traceId: 't',
    spanId,
    parentSpanId,
    traceState: '',
    flags: 0,
    name: `op ${spanId}`,
    kind: 'server',
    startNs,
    endNs,
    status: 'unset',
    statusMessage: '',
    resource,
    scope: emptyScope,
    attributes: [],
    events: [],
    links: [],
  };
}

test('columns with each text once, parents by place', () => {
  const outline = outlineSpans(
    [
      span('a', '', 1000n, 5000n),
      {
        ...span('b', 'a', 2000n, 1500n),
        status: 'error',
        events: [{ timeNs: 2100n, name: 'exception', attributes: [] }],
      },
      {
        ...span('c', 'x', 3000n, 3000n),
        links: [{ traceId: 'u', spanId: 'v', traceState: '', attributes: [] }],
      },
    ],
    new Map([['b', 2]]),
  );
  expect(outline).toEqual({
    startNs: '1000',
    spanIds: ['a', 'b', 'c'],
    parents: [-1, 0, -1],
    absentParents: { 2: 'x' },
    startsNs: [0, 1000, 2000],
    durationsNs: [4000, -500, 0],
    texts: ['pay', 'node-1', 'op a', 'server', 'op b', 'op c'],
    services: [0, 0, 0],
    hosts: [1, 1, 1],
    names: [2, 4, 5],
    kinds: [3, 3, 3],
    errors: { 1: '' },
    logCounts: { 1: 2 },
    events: [{ span: 1, atNs: 1100, name: 'exception' }],
    links: [{ span: 2, traceId: 'u', spanId: 'v' }],
  });
});

test('no spans', () => {
  expect(outlineSpans([], new Map()).spanIds).toEqual([]);
});

test('a sender without a name stands under the name that its lines have', () => {
  const nameless = { ...span('a', '', 1000n, 2000n), resource: emptyResource };
  expect(outlineSpans([nameless], new Map()).texts).toContain('unknown_service');
});
