// Lines that storage leaves out because no parser can find the wanted text in them: the answer is the same as when it
// returns all of them, over lines that hide a text in every way that the parsers know.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  openTelemetryDatabase,
  type TelemetryDatabase,
} from '../../test/storage/telemetry-database.ts';
import { FakeClock, seededRandom } from '../base/clock.ts';
import { asFailure } from '../base/errors.ts';
import { createLogqlEngine } from '../query/logql/execute/engine.ts';
import type { LogqlEngine } from '../query/logql/engine.ts';
import type { LogSource } from '../query/sources.ts';
import { createLogStore } from '../storage/logs/log-store.ts';
import { decodeLogsJson } from '../wire/otlp/decode-logs-json.ts';

const nowMs = Date.UTC(2026, 5, 15, 12, 0, 0);
const count = 2000;
const startNs = BigInt(nowMs - 3_600_000) * 1_000_000n;
const never = new AbortController().signal;

let telemetry: TelemetryDatabase;
/** The one with the hint, the other without. */
let hinted: LogqlEngine;
let plain: LogqlEngine;

const text = (key: string, value: string) => ({ key, value: { stringValue: value } });
const random = seededRandom(7);
const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!;

/** `402`, as itself, as escapes, nested, as part of another text, elsewhere; and lines without it. */
const bodies: readonly string[] = [
  '{"status":402,"user":"ada"}',
  '{"status":"402"}',
  '{"status":"\\u0034\\u0030\\u0032"}',
  '{"status":"4\\u00302","path":"a\\/b"}',
  '{"http":{"status":402},"path":"a/b"}',
  '{"status":4020}',
  '{"status":500,"note":"402"}',
  '{"st\\u0061tus":402}',
  '{"status":[402]}',
  '{"status":402.0}',
  '{"status":402',
  'status=402 user="ada" path=a/b',
  'status="4\\u00302" user=eve',
  'status="40\\x32"',
  'status=500 note=402',
  'plain text 402',
  'no number at all',
  '',
];

function logsJson(): string {
  const services = ['api', 'shop', 'mail'];
  const resourceLogs = services.map((service) => ({
    resource: {
      attributes: [
        text('service.name', service),
        // One sender has the field, and one stream has it as a label.
        ...(service === 'mail' ? [text('zone', '402')] : []),
        ...(service === 'shop' ? [text('k8s.pod.name', '402')] : []),
      ],
    },
    scopeLogs: [
      {
        logRecords: Array.from({ length: count / services.length }, (_, at) => ({
          timeUnixNano: String(startNs + BigInt(at) * 1_000_000_000n),
          body: { stringValue: pick(bodies) },
          attributes: pick([
            [],
            [],
            [],
            [text('status', '402')],
            [{ key: 'status', value: { intValue: '402' } }],
            [{ key: 'status', value: { doubleValue: 402 } }],
            [text('user', 'eve')],
            [{ key: 'http', value: { kvlistValue: { values: [text('status', '402')] } } }],
          ]),
        })),
      },
    ],
  }));
  return JSON.stringify({ resourceLogs });
}

/** Storage without the hint, as it may be. */
function withoutHint(logs: LogSource): LogSource {
  return {
    ...logs,
    readLogs: (request, signal) => logs.readLogs({ ...request, parsedFields: undefined }, signal),
  };
}

beforeAll(async () => {
  telemetry = await openTelemetryDatabase();
  const clock = new FakeClock(nowMs);
  const { consumer, source } = createLogStore({ ...telemetry, clock, retentionMs: 7 * 86_400_000 });
  await consumer.consumeLogs(decodeLogsJson(logsJson()).batch, { tenant: 't' });
  hinted = createLogqlEngine({ logs: source, clock });
  plain = createLogqlEngine({ logs: withoutHint(source), clock });
});

afterAll(async () => {
  await telemetry?.close();
});

async function ask(engine: LogqlEngine, query: string) {
  return await engine.query(
    {
      query,
      tenants: ['t'],
      kind: 'range',
      startNs,
      endNs: startNs + 3_600_000_000_000n,
      stepNs: 60_000_000_000n,
      intervalNs: 0n,
      limit: 5000,
      direction: 'forward',
    },
    never,
  );
}

/** The data, or why there is none: a line that cannot be parsed may fail a query of numbers. */
async function answerOf(engine: LogqlEngine, query: string): Promise<unknown> {
  try {
    return (await ask(engine, query)).data;
  } catch (error) {
    return asFailure(error).message;
  }
}

describe('the same answer, and fewer lines read', () => {
  const stages = [
    '| json | status="402"',
    '| logfmt | status="402"',
    '| json | http_status="402"',
    '| json s="status" | s="402"',
    '| json | logfmt | status="402" and user="ada"',
    '| logfmt | json | path="a/b"',
    '| regexp "(?P<found>[0-9]+)" | found="402"',
    '| json | drop user | status="402" | user!="eve"',
    '| logfmt | zone="402"',
    '| logfmt | k8s_pod_name="402"',
    '| json | detected_level="402"',
  ];
  test.each(
    stages.flatMap((stage) => [
      `{service_name=~".+"} ${stage}`,
      `{service_name="api"} ${stage} | __error__=""`,
      `sum by (service_name) (count_over_time({service_name=~".+"} ${stage} | drop __error__ [1m]))`,
    ]),
  )('%s', async (query) => {
    expect(await answerOf(hinted, query)).toEqual(await answerOf(plain, query));
  });

  test('lines that cannot have it are not read', async () => {
    const query = '{service_name="api"} | logfmt | user="ada"';
    const [a, b] = [await ask(hinted, query), await ask(plain, query)];
    expect(a.stats.linesReturned).toBeGreaterThan(10);
    expect(a.stats.linesRead).toBeLessThan(b.stats.linesRead / 2);
  });
});
