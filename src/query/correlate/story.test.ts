import { describe, expect, test } from 'vitest';
import type { LogRecord } from '../../model/log-record.ts';
import { serviceName } from '../../model/resource.ts';
import type { SpanRecord } from '../../model/span-record.ts';
import type { CorrelationSource, ServiceLogEvidence, SpanSource } from '../sources.ts';
import { type TraceStory, readTraceStory } from './story.ts';
import {
  attributesOf,
  logOf,
  quickStart,
  resourceOf,
  secondNs,
  spanId,
  spanOf,
  startNs,
  traceId,
} from '../../../test/correlate-telemetry.ts';

interface Stored {
  readonly spans?: readonly SpanRecord[];
  readonly logs?: readonly LogRecord[];
  readonly evidence?: readonly ServiceLogEvidence[];
  readonly retainedSinceNs?: bigint;
  /** Bounds in the trace index; by default it knows the trace when something is stored of it. */
  readonly indexed?: boolean;
}

function sourcesOf(stored: Stored): { spans: SpanSource; correlation: CorrelationSource } {
  const spans = stored.spans ?? [];
  const logs = stored.logs ?? [];
  const known = stored.indexed ?? spans.length + logs.length > 0;
  const correlation: CorrelationSource = {
    findTraces: async (_tenants, ids) =>
      known && ids.some((id) => traceId.endsWith(id))
        ? [{ traceId, startNs, endNs: startNs + secondNs, services: ['cart'] }]
        : [],
    countTraces: async () => [
      { traceId, spans: spans.length, errorSpans: 0, logs: logs.length, exemplars: 0 },
    ],
    countExemplars: async () => 0,
    findSpan: async (_tenants, id) => (spans.some((span) => span.spanId === id) ? [traceId] : []),
    logsOfTrace: async ({ limit }) => ({ records: logs.slice(0, limit), total: logs.length }),
    countLogsBySpan: async () => new Map([[spanId, logs.length]]),
    logRecord: async () => undefined,
    logRecords: async () => [],
    serviceLogEvidence: async (_range, services) =>
      (stored.evidence ?? []).filter(({ service }) => services.includes(service)),
    retainedSinceNs: () => stored.retainedSinceNs ?? 0n,
  };
  const none = async function* (): AsyncIterable<never> {};
  return {
    correlation,
    spans: {
      spansOfTrace: async (_tenants, id) => (id === traceId ? spans : []),
      outlineOfTrace: async (_tenants, id) =>
        id === traceId ? spans.map((span) => ({ ...span, attributes: [] })) : [],
      searchTraces: none,
      scanSpans: none,
      tagNames: async () => [],
      tagValues: async () => [],
    },
  };
}

async function storyOf(stored: Stored, id: string = traceId, logsMax = 100): Promise<TraceStory> {
  const request = { tenants: ['t'], id, logsMax, datasources: quickStart };
  return readTraceStory(sourcesOf(stored), request, new AbortController().signal);
}

async function checkReasons(stored: Stored, expected: readonly string[]): Promise<void> {
  const { reasons } = await storyOf(stored);
  expect(reasons.map(({ code, message }) => `${code}: ${message}`)).toEqual(expected);
}

const span = spanOf();
const line = logOf({ traceId, spanId, traceIdSource: 'field' });

describe('the story of a trace', () => {
  test('spans and logs with counts, bounds and the root name', async () => {
    const late = { ...line, timeNs: startNs + 2n * secondNs, seq: 2n };
    const story = await storyOf({ spans: [span], logs: [line, late] });
    expect(story).toMatchObject({
      traceId,
      givenAs: 'hex32',
      bounds: { startNs, endNs: startNs + 2n * secondNs },
      services: ['cart'],
      counts: { spans: 1, logs: 2 },
      info: { name: 'cart: GET /cart' },
      nextLog: undefined,
      reasons: [],
    });
    expect(story.logCountBySpan).toEqual(new Map([[spanId, 2]]));
  });

  test('a page that is full says where to go on', async () => {
    const story = await storyOf({ spans: [span], logs: [line, { ...line, seq: 2n }] }, traceId, 1);
    expect(story).toMatchObject({ logsTotal: 2, nextLog: { timeNs: startNs, seq: 1n } });
    // A span's number is of all lines, not only of those on the page.
    expect(story.logCountBySpan).toEqual(new Map([[spanId, 2]]));
  });

  test('every form of the ID', async () => {
    const forms: readonly (readonly [string, string])[] = [
      [traceId.toUpperCase(), 'hex32'],
      [`00-${traceId}-${spanId}-01`, 'traceparent'],
      [traceId.slice(16), 'hex16'],
      [spanId, 'span'],
    ];
    for (const [text, form] of forms) {
      const story = await storyOf({ spans: [span] }, text);
      expect([story.traceId, story.givenAs]).toEqual([traceId, form]);
    }
    await expect(storyOf({}, 'not an id!')).rejects.toMatchObject({ code: 'invalid-data' });
  });
});

const retainedSinceNs = startNs - 7n * 86_400n * secondNs;
const cart = {
  service: 'cart',
  records: 1204,
  recordsWithTraceId: 0,
  lastRecordNs: startNs,
  versions: [],
};

describe('why something is missing', () => {
  test('nothing is known', () =>
    checkReasons({ retainedSinceNs }, [
      `trace-unknown: No span or log line with trace ID ${traceId} has been received (kept since 2023-11-07 22:13:20 UTC). It may still be under way, or its service does not send spans here.`,
    ]));

  test('only logs are known', () =>
    checkReasons({ logs: [line], retainedSinceNs }, [
      'trace-unknown: No span of this trace has been received, although 1 log line names it (kept since 2023-11-07 22:13:20 UTC). It may still be under way, or its service does not send spans here.',
    ]));

  test('the stored flags say unsampled, and only they', async () => {
    const flagged = { ...line, attributes: attributesOf({ trace_flags: '00' }) };
    await checkReasons({ logs: [flagged, line], retainedSinceNs }, [
      'trace-unsampled: No span of this trace has been received, and 1 of the 2 log lines that name it has trace flags without "sampled": the application most likely recorded no spans for it, or its logger leaves the flags out.',
    ]);
    const inBody = { ...line, body: '{"m":"x","trace_flags":"00","a":1}' };
    expect((await storyOf({ logs: [inBody] })).reasons[0]?.code).toBe('trace-unsampled');
    const sampled = { ...line, flags: 1 };
    expect((await storyOf({ logs: [sampled] })).reasons[0]?.code).toBe('trace-unknown');
  });

  test('past retention', async () => {
    const past = startNs + 10n * secondNs;
    await checkReasons({ indexed: true, retainedSinceNs: past }, [
      'trace-past-retention: The trace ended 2023-11-14 22:13:21 UTC; retention keeps what came since 2023-11-14 22:13:30 UTC.',
    ]);
    const { reasons } = await storyOf({ spans: [span], retainedSinceNs: past });
    expect(reasons[0]?.code).toBe('logs-past-retention');
  });

  test('the service sends logs without trace IDs, or none at all, or said nothing', async () => {
    await checkReasons({ spans: [span], evidence: [cart] }, [
      'logs-without-trace-id: cart sent 1,204 log records in these minutes, none with a trace ID. Its logger does not add one: add the OpenTelemetry instrumentation of its logging library.',
    ]);
    await checkReasons({ spans: [span], evidence: [{ ...cart, recordsWithTraceId: 3 }] }, [
      'logs-without-trace-id: cart sent 1,204 log records in these minutes, less than 1 % of them with a trace ID. What it logs outside of a span cannot be found by trace.',
    ]);
    await checkReasons(
      { spans: [span], evidence: [{ ...cart, records: 0, lastRecordNs: undefined }] },
      [
        'service-sends-no-logs: cart has never sent a log record that is still kept. Send its logs over OTLP, or start it with `clew run` to read its output.',
      ],
    );
    await checkReasons({ spans: [span], evidence: [{ ...cart, recordsWithTraceId: 1204 }] }, [
      'nothing-logged: cart sent 1,204 log records in these minutes, all with a trace ID, but none with this one: it logged nothing here.',
    ]);
  });

  test('a version that lost what others of the service have', async () => {
    const version = (name: string, records: number, recordsWithTraceId: number) => ({
      version: name,
      records,
      recordsWithTraceId,
    });
    const resource = resourceOf({ 'service.name': 'cart', 'service.version': '3.2.0' });
    const changed = {
      ...cart,
      recordsWithTraceId: 1100,
      versions: [version('3.1.4', 1107, 1100), version('3.2.0', 97, 0)],
    };
    const spans = [spanOf({ resource })];
    const lost =
      'logs-without-trace-id: cart 3.2.0 sent 97 log records in these minutes, none with a trace ID; of the 1,107 of other versions more than 99 % have one. Something in this version took it away: see that OpenTelemetry is loaded before the logger, and that lines are written while their span is active, not later.';
    await checkReasons({ spans, evidence: [changed] }, [lost]);
    // Even where others have lines.
    const pay = logOf({ traceId, service: 'pay', traceIdSource: 'field' });
    await checkReasons({ spans, logs: [pay], evidence: [changed] }, [lost]);
    // A version that has only said hello has lost nothing yet.
    const fresh = { ...changed, versions: [version('3.2.0', 1, 0)] };
    await checkReasons({ spans, logs: [pay], evidence: [fresh] }, []);
  });

  test('what can be mended stands before what needs no mending', async () => {
    const pay = spanOf({ spanId: 'b'.repeat(16), resource: resourceOf({ 'service.name': 'pay' }) });
    const { reasons } = await storyOf({
      spans: [span, pay],
      evidence: [
        { ...cart, recordsWithTraceId: 1204 },
        { ...cart, service: 'pay' },
      ],
    });
    expect(reasons.map(({ code }) => code)).toEqual(['logs-without-trace-id', 'nothing-logged']);
  });

  test('where others have logs, only a service that never links is named', async () => {
    const pay = spanOf({ spanId: 'b'.repeat(16), resource: resourceOf({ 'service.name': 'pay' }) });
    expect(serviceName(pay.resource)).toBe('pay');
    const evidence = { ...cart, service: 'pay' };
    const stored = { spans: [span, pay], logs: [line] };
    const partly = await storyOf({
      ...stored,
      evidence: [{ ...evidence, recordsWithTraceId: 900 }],
    });
    expect(partly.reasons).toEqual([]);
    const never = await storyOf({ ...stored, evidence: [evidence] });
    expect(never.reasons.map(({ code }) => code)).toEqual(['logs-without-trace-id']);
  });

  test('configured shifts that would hide lines in Grafana', () =>
    checkReasons(
      { spans: [span], logs: [line, { ...line, timeNs: startNs + 7_200_000_000n, seq: 2n }] },
      [
        'logs-outside-configured-window: Grafana would hide 1 of the 2 log lines: they lie up to 4.2 s outside of the window that the shifts of "Tempo" in datasources.yaml allow (-2 s to +2 s). They are shown here.',
      ],
    ));
});

test('of a trace of more spans than are wanted whole, the outline is read', async () => {
  const two = { spans: [span, spanOf({ spanId: 'b'.repeat(16) })], logs: [line] };
  const read = async (fullSpansMax: number | undefined): Promise<readonly unknown[]> => {
    const request = { tenants: ['t'], id: traceId, logsMax: 100, datasources: [], fullSpansMax };
    const story = await readTraceStory(sourcesOf(two), request, new AbortController().signal);
    return [story.isOutline, story.spans.length, story.spans[0]?.attributes.length];
  };
  const whole = [false, 2, span.attributes.length];
  expect(await read(undefined)).toEqual(whole);
  expect(await read(2)).toEqual(whole);
  expect(await read(1)).toEqual([true, 2, 0]);
});
