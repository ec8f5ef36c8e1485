// Both languages over ClickHouse, at sizes on either side of what is handed down to its indexes.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  openTelemetryDatabase,
  type TelemetryDatabase,
} from '../../test/storage/telemetry-database.ts';
import { FakeClock } from '../base/clock.ts';
import { createLogStore } from '../storage/logs/log-store.ts';
import { createSpanStore } from '../storage/spans/span-store.ts';
import { decodeLogsJson } from '../wire/otlp/decode-logs-json.ts';
import { decodeSpansJson } from '../wire/otlp/decode-spans-json.ts';
import { createLanguages, type Languages } from './languages.ts';

const nowMs = Date.UTC(2026, 5, 15, 12, 0, 0);
const nowNs = BigInt(nowMs) * 1_000_000n;
const second = 1_000_000_000n;
const traceCount = 3000;
const startNs = nowNs - BigInt(traceCount) * second;
const never = new AbortController().signal;
const tenants = ['t'];

let telemetry: TelemetryDatabase;
let languages: Languages;

function traceIdOf(at: number): string {
  return `4bf92f3577b34da6b${at.toString(16).padStart(15, '0')}`;
}

const text = (key: string, value: string) => ({ key, value: { stringValue: value } });
const resource = (service: string) => ({ attributes: [text('service.name', service)] });

/** Trace n, n seconds after the start, of ten groups; its span is `hot` in every thousandth. */
function spansJson(): string {
  const spans = Array.from({ length: traceCount }, (_, at) => ({
    traceId: traceIdOf(at),
    spanId: (at + 1).toString(16).padStart(16, '0'),
    name: at % 1000 === 0 ? 'hot' : 'cold',
    startTimeUnixNano: String(startNs + BigInt(at) * second),
    endTimeUnixNano: String(startNs + BigInt(at) * second + 1_000_000n),
    attributes: [text('group', String(at % 10))],
  }));
  return JSON.stringify({
    resourceSpans: [{ resource: resource('api'), scopeSpans: [{ spans }] }],
  });
}

/** A line of each trace, which names it in one of five ways; each fourth names the next trace as well. */
function logsJson(): string {
  const logRecords = Array.from({ length: traceCount }, (_, at) => {
    const traceId = traceIdOf(at);
    const next = at % 4 === 3 ? `, then ${traceIdOf(at + 1)}` : '';
    const body = [
      `field${next}`,
      `trace_id=${traceId}${next}`,
      `${JSON.stringify({ msg: 'json', traceId: traceId.toUpperCase() })}${next}`,
      `00-${traceId}-00f067aa0ba902b7-01${next}`,
      `dd.trace_id=${traceId.slice(16)}${next}`,
    ][at % 5];
    return {
      timeUnixNano: String(startNs + BigInt(at) * second + 500_000n),
      body: { stringValue: body },
      attributes: [text('n', String(at))],
      ...(at % 5 === 0 ? { traceId } : {}),
    };
  });
  return JSON.stringify({
    resourceLogs: [{ resource: resource('api'), scopeLogs: [{ logRecords }] }],
  });
}

beforeAll(async () => {
  telemetry = await openTelemetryDatabase();
  const clock = new FakeClock(nowMs);
  const settings = { ...telemetry, clock, retentionMs: 7 * 86_400_000 };
  const logs = createLogStore(settings);
  const spans = createSpanStore(settings);
  const context = { tenant: 't' };
  await spans.consumer.consumeSpans(decodeSpansJson(spansJson()).batch, context);
  await logs.consumer.consumeLogs(decodeLogsJson(logsJson()).batch, context);
  languages = createLanguages({ logs: logs.source, spans: spans.source, clock });
});
afterAll(() => telemetry.close());

/** The `n` of the lines that stay. */
async function linesOf(query: string): Promise<readonly number[]> {
  const { data, warnings } = await languages.logql.query(
    {
      query,
      tenants,
      startNs,
      endNs: nowNs,
      kind: 'range',
      stepNs: second,
      intervalNs: 0n,
      limit: 5000,
      direction: 'forward',
    },
    never,
  );
  expect(warnings).toEqual([]);
  if (data.kind !== 'streams') throw new Error(`expected streams, got ${data.kind}`);
  return data.streams
    .flatMap(({ entries }) => entries)
    .map(({ structuredMetadata }) =>
      Number(structuredMetadata.find(({ name }) => name === 'n')?.value),
    )
    .toSorted((a, b) => a - b);
}

/** Lines that name a trace of which this holds. */
function naming(holds: (trace: number) => boolean): readonly number[] {
  return Array.from({ length: traceCount }, (_, at) => at).filter(
    (at) => holds(at) || (at % 4 === 3 && at + 1 < traceCount && holds(at + 1)),
  );
}

describe('lines by their traces', () => {
  test('a few, by the index', async () => {
    expect(await linesOf('{service_name="api"} | trace({ name = "hot" })')).toEqual(
      naming((at) => at % 1000 === 0),
    );
  });

  test('hundreds, by the index', async () => {
    expect(await linesOf('{service_name="api"} | trace({ span.group = "3" })')).toEqual(
      naming((at) => at % 10 === 3),
    );
  });

  test('thousands, by the engine', async () => {
    expect(await linesOf('{service_name="api"} | trace({ span.group != "3" })')).toEqual(
      naming((at) => at % 10 !== 3),
    );
  });

  test('counted', async () => {
    const { data } = await languages.logql.query(
      {
        query: 'sum(count_over_time({service_name="api"} | trace({ span.group = "3" }) [1h]))',
        tenants,
        startNs,
        endNs: nowNs,
        kind: 'instant',
        stepNs: second,
        intervalNs: 0n,
        limit: 100,
        direction: 'forward',
      },
      never,
    );
    expect(data).toMatchObject({
      kind: 'vector',
      series: [{ values: Float64Array.of(naming((at) => at % 10 === 3).length) }],
    });
  });
});

describe('traces by their lines', () => {
  async function tracesOf(query: string): Promise<readonly string[]> {
    const request = { query, tenants, startNs, endNs: nowNs, limit: 5000, spansPerSpanset: 1 };
    const { traces } = await languages.traceql.search(request, never);
    return traces.map(({ traceId }) => traceId).toSorted();
  }

  test.each([
    // 8 names itself; 7 names 8 as well.
    ['{ } | logs({service_name="api"} | n="8")', [8]],
    ['{ } | logs({service_name="api"} | n="7")', [7, 8]],
    ['{ name = "hot" } | logs({service_name="api"} |= "then")', [1000, 2000]],
    ['{ name = "hot" } | logs({service_name="api"})', [0, 1000, 2000]],
    ['{ } | logs({service_name="api"} | n > 2995)', [2996, 2997, 2998, 2999]],
  ])('%s', async (query, expected) => {
    expect(await tracesOf(query)).toEqual(expected.map(traceIdOf).toSorted());
  });
});
