import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  openTelemetryDatabase,
  type TelemetryDatabase,
} from '../../../test/storage/telemetry-database.ts';
import { FakeClock } from '../../base/clock.ts';
import type { Attribute } from '../../model/attributes.ts';
import { bodyKind, LogsBatch } from '../../model/logs-batch.ts';
import { emptyScope, type Resource } from '../../model/resource.ts';
import { SpansBatch } from '../../model/spans-batch.ts';
import type { CorrelationSource } from '../../query/sources.ts';
import { SenderCatalog } from '../attributes/sender-catalog.ts';
import { createLogStore } from '../logs/log-store.ts';
import { sql } from '../sql/sql.ts';
import { createSpanStore } from '../spans/span-store.ts';
import { createCorrelationSource } from './correlation-source.ts';

const nowMs = Date.UTC(2026, 5, 15, 12, 0, 0);
const nowNs = BigInt(nowMs) * 1_000_000n;
const second = 1_000_000_000n;
const hour = 3600n * second;
const day = 24n * hour;
const never = new AbortController().signal;
const tenants = ['t'];

const whole = '4bf92f3577b34da6a3ce929d0e0e4736';
const low = whole.slice(16);
const other = '0af7651916cd43dd8448eb211c80319c';
const shared = `00f067aa0ba902b7${low}`;
const unknown = 'ffffffffffffffffffffffffffffffff';
const named = '99999999999999999999999999999998';

let telemetry: TelemetryDatabase;
let correlation: CorrelationSource;

function resource(service: string): Resource {
  const text = (key: string, value: string): Attribute => ({
    key,
    value: { kind: 'string', value },
  });
  return {
    attributes: [
      text('service.name', service),
      ...(service === 'loner' ? [text('service.version', '2.0')] : []),
    ],
    droppedAttributesCount: 0,
    schemaUrl: '',
  };
}

function logsOf(
  service: string,
  lines: readonly (readonly [bigint, string, string?])[],
): LogsBatch {
  const batch = new LogsBatch();
  batch.resources.push(resource(service));
  batch.scopes.push(emptyScope);
  for (const [timeNs, body, traceId] of lines) {
    batch.resource.push(0);
    batch.scope.push(0);
    batch.stream.push(0);
    batch.timeNs.push(timeNs);
    batch.observedTimeNs.push(0n);
    batch.severityNumber.push(9);
    batch.severityText.pushText('');
    batch.bodyKind.push(bodyKind.text);
    batch.body.pushText(body);
    batch.traceId.pushAbsent();
    if (traceId !== undefined) batch.traceId.setHex(batch.traceId.length - 1, traceId);
    batch.spanId.pushAbsent();
    batch.flags.push(1);
    batch.eventName.pushText('');
    batch.droppedAttributesCount.push(0);
    batch.attributes.endRow();
  }
  return batch;
}

function spansOf(
  service: string,
  spans: readonly (readonly [string, string, bigint, number?])[],
): SpansBatch {
  const batch = new SpansBatch();
  batch.resources.push(resource(service));
  batch.scopes.push(emptyScope);
  for (const [traceId, spanId, startNs, status] of spans) {
    batch.resource.push(0);
    batch.scope.push(0);
    batch.traceId.pushAbsent();
    batch.traceId.setHex(batch.traceId.length - 1, traceId);
    batch.spanId.pushAbsent();
    batch.spanId.setHex(batch.spanId.length - 1, spanId);
    batch.parentSpanId.pushAbsent();
    batch.traceState.pushText('');
    batch.name.pushText('work');
    batch.kind.push(1);
    batch.startNs.push(startNs);
    batch.endNs.push(startNs + second);
    batch.statusCode.push(status ?? 0);
    batch.statusMessage.pushText('');
    batch.flags.push(0);
    batch.droppedAttributesCount.push(0);
    batch.droppedEventsCount.push(0);
    batch.droppedLinksCount.push(0);
    batch.attributes.endRow();
    batch.eventOffsets.push(0);
    batch.linkOffsets.push(0);
  }
  return batch;
}

beforeAll(async () => {
  telemetry = await openTelemetryDatabase();
  const clock = new FakeClock(nowMs);
  const { database } = telemetry;
  const catalog = new SenderCatalog(database);
  const settings = { ...telemetry, clock, retentionMs: 7 * 86_400_000, catalog };
  const logs = createLogStore(settings).consumer;
  const spans = createSpanStore(settings).consumer;
  correlation = createCorrelationSource({ database, catalog, clock, retentionMs: 7 * 86_400_000 });
  const context = { tenant: 't' };
  const spanBatch = (): SpansBatch =>
    spansOf('cart', [
      [whole, '00f067aa0ba902b7', nowNs - hour],
      [whole, '00f067aa0ba902b8', nowNs - hour + second, 2],
    ]);
  await spans.consumeSpans(spanBatch(), context);
  await spans.consumeSpans(spanBatch(), context);
  await spans.consumeSpans(
    spansOf('pay', [[whole, '00f067aa0ba902b9', nowNs - hour - second]]),
    context,
  );
  await spans.consumeSpans(
    spansOf('pay', [[shared, '1111111111111111', nowNs - 2n * hour]]),
    context,
  );
  const logBatch = (): LogsBatch =>
    logsOf('cart', [
      [nowNs - hour + 5n * second, 'by field', whole],
      [nowNs - hour + 4n * second, `trace_id=${whole} by key`],
      [nowNs - hour + 3n * second, `{"traceparent":"00-${whole}-00f067aa0ba902b7-01"}`],
      [nowNs - hour + 2n * second, `handled ${whole.toUpperCase()} in text`],
      [nowNs - hour + 1n * second, `{"dd.trace_id":"${BigInt(`0x${low}`)}"}`],
      [nowNs - hour, `both ${other} and`, whole],
      [nowNs - 3n * day, 'no trace at all'],
    ]);
  await logs.consumeLogs(logBatch(), context);
  await logs.consumeLogs(logBatch(), context);
  await logs.consumeLogs(
    logsOf('loner', [
      [nowNs - hour, `trace_id=${other}`],
      [nowNs - hour, 'plain'],
      [nowNs - hour, `sum ${unknown}`],
      [nowNs - hour, `trace_id=${named} of another`, other],
    ]),
    context,
  );
});
afterAll(() => telemetry.close());

describe('finding traces', () => {
  test('by the whole ID: bounds and services over all signals', async () => {
    expect(await correlation.findTraces(tenants, [whole, other, unknown], never)).toEqual([
      { traceId: other, startNs: nowNs - hour, endNs: nowNs - hour, services: ['loner'] },
      {
        traceId: whole,
        startNs: nowNs - hour - second,
        endNs: nowNs - hour + 5n * second,
        services: ['cart', 'pay'],
      },
    ]);
  });

  test('by the low half', async () => {
    const found = await correlation.findTraces(tenants, [low], never);
    // The log that names the half alone counts as a trace of its own until somebody knows better.
    expect(found.map(({ traceId }) => traceId).toSorted()).toEqual(
      [low.padStart(32, '0'), shared, whole].toSorted(),
    );
  });

  test('a text alone is no trace, nor is anything that is not an ID', async () => {
    expect(await correlation.findTraces(tenants, [unknown], never)).toEqual([]);
    expect(await correlation.findTraces(tenants, ["' OR 1=1", '', 'zz'.repeat(16)], never)).toEqual(
      [],
    );
    expect(await correlation.findTraces(['another'], [whole], never)).toEqual([]);
  });

  test('a second ID that a record names by key', async () => {
    const [entry] = await correlation.findTraces(tenants, [named], never);
    expect(entry).toMatchObject({ traceId: named, services: ['loner'] });
  });

  test('by a span', async () => {
    expect(await correlation.findSpan(tenants, '00f067aa0ba902b8', never)).toEqual([whole]);
    expect(await correlation.findSpan(tenants, "'; DROP", never)).toEqual([]);
  });
});

test('a trace that an exemplar names is known', async () => {
  const traceId = 'e'.repeat(32);
  await telemetry.database.execute(
    sql`INSERT INTO exemplars (tenant, series_id, ts, value, trace_id)
      SELECT 't', 1, ${'2026-06-15 11:00:00.000'}, 2, unhex(${traceId}) FROM numbers(2)`,
  );
  expect(await correlation.findTraces(tenants, [traceId], never)).toEqual([
    { traceId, startNs: nowNs - hour, endNs: nowNs - hour, services: [] },
  ]);
  const [counts] = await correlation.countTraces(tenants, [traceId], never);
  expect(counts).toEqual({ traceId, spans: 0, errorSpans: 0, logs: 0, exemplars: 1 });
});

test('counts are of what there is, however often it was sent', async () => {
  expect(await correlation.countTraces(tenants, [whole, other, unknown, 'x'], never)).toEqual([
    { traceId: whole, spans: 3, errorSpans: 1, logs: 6, exemplars: 0 },
    { traceId: other, spans: 0, errorSpans: 0, logs: 3, exemplars: 0 },
    { traceId: unknown, spans: 0, errorSpans: 0, logs: 1, exemplars: 0 },
    { traceId: 'x', spans: 0, errorSpans: 0, logs: 0, exemplars: 0 },
  ]);
});

test('logs of a trace in every spelling, page by page', async () => {
  const first = await correlation.logsOfTrace({ tenants, traceId: whole, limit: 4 }, never);
  expect(first.total).toBe(6);
  expect(first.records.map((record) => [record.traceIdSource, record.traceId])).toEqual(
    [
      ['field', whole],
      ['key', low.padStart(32, '0')],
      ['text', whole],
      ['key', whole],
    ].map(([source, traceId]) => [
      source === 'key' && traceId === whole ? expect.stringMatching(/key|traceparent/) : source,
      traceId,
    ]),
  );
  const last = first.records.at(-1);
  const rest = await correlation.logsOfTrace(
    {
      tenants,
      traceId: whole,
      limit: 4,
      after: { timeNs: last?.timeNs ?? 0n, seq: last?.seq ?? 0n },
    },
    never,
  );
  expect(rest.total).toBe(6);
  expect(rest.records.map(({ body }) => body)).toEqual([`trace_id=${whole} by key`, 'by field']);
  const [record] = rest.records;
  expect(record).toMatchObject({ service: 'cart', level: 'info', flags: 1, traceIdSource: 'key' });
});

test('lines of a trace by the span that they name', async () => {
  expect(await correlation.countLogsBySpan(tenants, whole, never)).toEqual(
    new Map([['00f067aa0ba902b7', 1]]),
  );
});

test('records by their cursors', async () => {
  const { records } = await correlation.logsOfTrace({ tenants, traceId: whole, limit: 10 }, never);
  const cursors = records.map(({ timeNs, seq }) => ({ timeNs, seq })).toReversed();
  const read = await correlation.logRecords(tenants, [{ timeNs: 1n, seq: 1n }, ...cursors], never);
  expect(read).toEqual(records.toReversed());
  expect(await correlation.logRecord(tenants, { timeNs: nowNs, seq: 0n }, never)).toBeUndefined();
});

test('how the records of services look', async () => {
  expect(
    await correlation.serviceLogEvidence(
      { tenants, startNs: nowNs - day, endNs: nowNs },
      ['cart', 'loner', "it's"],
      never,
    ),
  ).toEqual([
    {
      service: 'cart',
      records: 12,
      recordsWithTraceId: 12,
      lastRecordNs: nowNs - hour + 5n * second,
      versions: [],
    },
    {
      service: 'loner',
      records: 4,
      recordsWithTraceId: 2,
      lastRecordNs: nowNs - hour,
      versions: [{ version: '2.0', records: 4, recordsWithTraceId: 2 }],
    },
    {
      service: "it's",
      records: 0,
      recordsWithTraceId: 0,
      lastRecordNs: undefined,
      versions: [],
    },
  ]);
  expect(correlation.retainedSinceNs()).toBe(nowNs - 7n * day);
});
