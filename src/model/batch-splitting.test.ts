import { expect, test } from 'vitest';
import { cloneLogs, cloneSpans, concatLogs, concatSpans } from './batch-joining.ts';
import { splitLogs, splitMetrics, splitSpans } from './batch-splitting.ts';
import { LogsBatch } from './logs-batch.ts';
import type { MetricsBatch } from './metrics-batch.ts';
import { emptyResource, emptyScope } from './resource.ts';
import { SpansBatch } from './spans-batch.ts';

function logs(rows: number): LogsBatch {
  const batch = new LogsBatch();
  batch.resources.push(emptyResource, { ...emptyResource, schemaUrl: 'second' });
  batch.scopes.push(emptyScope);
  batch.streams.push([{ name: 'a', value: '0' }], [{ name: 'a', value: '1' }]);
  for (let row = 0; row < rows; row++) {
    batch.resource.push(row % 2);
    batch.scope.push(0);
    batch.timeNs.push(BigInt(row));
    batch.observedTimeNs.push(BigInt(row) << 40n);
    batch.severityNumber.push(row);
    batch.severityText.pushText(`s${row}`);
    batch.bodyKind.push(1);
    batch.body.pushText(`body ${row}`);
    batch.traceId.pushAbsent();
    batch.traceId.setHex(row, String(row).padStart(32, '0'));
    batch.spanId.pushAbsent();
    batch.flags.push(row);
    batch.eventName.pushText('');
    batch.droppedAttributesCount.push(row);
    batch.stream.push(row % 2);
    for (let at = 0; at < row; at++)
      batch.attributes.push(`k${at}`, { kind: 'int', value: BigInt(-at) });
    batch.attributes.push('text', { kind: 'string', value: `v${row}` });
    batch.attributes.endRow();
  }
  return batch;
}

function spans(rows: number): SpansBatch {
  const batch = new SpansBatch();
  batch.resources.push(emptyResource);
  batch.scopes.push(emptyScope);
  for (let row = 0; row < rows; row++) {
    batch.resource.push(0);
    batch.scope.push(0);
    for (const id of [batch.traceId, batch.spanId, batch.parentSpanId]) {
      id.pushAbsent();
      id.setHex(row, (row + 1).toString(16).padStart(id.width * 2, '0'));
    }
    batch.traceState.pushText('');
    batch.name.pushText(`span ${row}`);
    batch.kind.push(row % 6);
    batch.startNs.push(BigInt(row));
    batch.endNs.push(BigInt(row + 1));
    batch.statusCode.push(row % 3);
    batch.statusMessage.pushText('');
    for (const column of [
      batch.flags,
      batch.droppedAttributesCount,
      batch.droppedEventsCount,
      batch.droppedLinksCount,
    ])
      column.push(row);
    for (let at = 0; at < row % 3; at++) {
      batch.eventTimeNs.push(BigInt(at));
      batch.eventName.pushText(`event ${row}.${at}`);
      batch.eventAttributes.push('at', { kind: 'bool', value: at === 1 });
      batch.eventAttributes.endRow();
      batch.linkTraceId.pushAbsent();
      batch.linkSpanId.pushAbsent();
      batch.linkTraceState.pushText(`link ${row}.${at}`);
      batch.linkAttributes.endRow();
    }
    batch.eventOffsets.push(batch.eventTimeNs.length);
    batch.linkOffsets.push(batch.linkTraceId.length);
    batch.attributes.push('n', { kind: 'double', value: row / 2 });
    batch.attributes.endRow();
  }
  return batch;
}

function logRows(batch: LogsBatch): unknown[] {
  return Array.from({ length: batch.length }, (_, row) => [
    batch.resources[batch.resource.at(row)]?.schemaUrl,
    batch.timeNs.at(row),
    batch.observedTimeNs.at(row),
    batch.severityNumber.at(row),
    batch.severityText.textAt(row),
    batch.body.textAt(row),
    batch.traceId.hexAt(row),
    batch.flags.at(row),
    batch.droppedAttributesCount.at(row),
    batch.streams[batch.stream.at(row)],
    batch.attributes.rowAt(row),
  ]);
}

function spanRows(batch: SpansBatch): unknown[] {
  return Array.from({ length: batch.length }, (_, row) => [
    batch.traceId.hexAt(row),
    batch.spanId.hexAt(row),
    batch.parentSpanId.hexAt(row),
    batch.name.textAt(row),
    batch.kind.at(row),
    batch.startNs.at(row),
    batch.endNs.at(row),
    batch.statusCode.at(row),
    batch.droppedLinksCount.at(row),
    batch.attributes.rowAt(row),
    range(batch.eventOffsets.at(row), batch.eventOffsets.at(row + 1)).map((event) => [
      batch.eventTimeNs.at(event),
      batch.eventName.textAt(event),
      batch.eventAttributes.rowAt(event),
    ]),
    range(batch.linkOffsets.at(row), batch.linkOffsets.at(row + 1)).map((link) =>
      batch.linkTraceState.textAt(link),
    ),
  ]);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, at) => from + at);
}

test('logs: the parts together are the whole', () => {
  const batch = logs(7);
  const parts = splitLogs(batch, 3);
  expect(parts.map(({ length }) => length)).toEqual([3, 3, 1]);
  expect(parts.flatMap(logRows)).toEqual(logRows(batch));
  expect(logRows(concatLogs(parts.map(cloneLogs)))).toEqual(logRows(batch));
  expect(splitLogs(batch, 7)).toEqual([batch]);
});

test('spans: the parts together are the whole', () => {
  const batch = spans(8);
  const parts = splitSpans(batch, 3);
  expect(parts.map(({ length }) => length)).toEqual([3, 3, 2]);
  expect(parts.flatMap(spanRows)).toEqual(spanRows(batch));
  expect(spanRows(concatSpans(parts.map(cloneSpans)))).toEqual(spanRows(batch));
});

test('metrics: points are counted, and a metric may be cut', () => {
  const metric = (name: string, values: readonly number[]) => ({
    name,
    description: '',
    unit: '',
    metadata: [],
    data: {
      kind: 'gauge' as const,
      points: values.map((value) => ({
        attributes: [],
        startTimeNs: 0n,
        timeNs: 0n,
        flags: 0,
        exemplars: [],
        value,
      })),
    },
  });
  const batch: MetricsBatch = {
    resources: [
      {
        resource: emptyResource,
        scopes: [{ scope: emptyScope, metrics: [metric('a', [1, 2, 3]), metric('b', [4, 5])] }],
      },
    ],
  };
  const parts = splitMetrics(batch, 2).map(({ resources }) =>
    resources
      .flatMap(({ scopes }) => scopes)
      .flatMap(({ metrics }) => metrics)
      .map(({ name, data }) => [
        name,
        data.kind === 'gauge' && data.points.map(({ value }) => value),
      ]),
  );
  expect(parts).toEqual([
    [['a', [1, 2]]],
    [
      ['a', [3]],
      ['b', [4]],
    ],
    [['b', [5]]],
  ]);
});
