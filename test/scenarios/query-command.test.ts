// `clew query` against a running Clew: found by its data folder or named by its address, in all three languages.

import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { parseArguments } from '../../src/cli/arguments.ts';
import { query } from '../../src/compose/query/query.ts';
import { type ClewProcess, removeFolder, root, startClew } from '../clew-process.ts';

const traceId = '5b8efff798038103d269b633813fc60c';
const sentNs = BigInt(Date.now() - 60_000) * 1_000_000n;

const resource = {
  attributes: [{ key: 'service.name', value: { stringValue: 'kiosk' } }],
};

const telemetry: Readonly<Record<string, unknown>> = {
  logs: {
    resourceLogs: [
      {
        resource,
        scopeLogs: [
          {
            logRecords: ['key cut', 'key broken'].map((text, at) => ({
              timeUnixNano: String(sentNs + BigInt(at) * 1_000_000_000n),
              severityText: 'INFO',
              body: { stringValue: `msg="${text}" blade=${at}` },
            })),
          },
        ],
      },
    ],
  },
  traces: {
    resourceSpans: [
      {
        resource,
        scopeSpans: [
          {
            spans: [
              {
                traceId,
                spanId: 'eee19b7ec3c1b173',
                name: 'cut key',
                kind: 2,
                startTimeUnixNano: String(sentNs),
                endTimeUnixNano: String(sentNs + 30_000_000n),
              },
            ],
          },
        ],
      },
    ],
  },
  metrics: {
    resourceMetrics: [
      {
        resource,
        scopeMetrics: [
          {
            metrics: [
              {
                name: 'keys_in_stock',
                gauge: { dataPoints: [{ timeUnixNano: String(sentNs), asDouble: 41 }] },
              },
            ],
          },
        ],
      },
    ],
  },
};

let clew: ClewProcess;

beforeAll(async () => {
  clew = await startClew();
  for (const [signal, body] of Object.entries(telemetry)) {
    const answer = await fetch(clew.url(4318, `/v1/${signal}`), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(answer.status, signal).toBe(200);
  }
});

afterAll(async () => {
  await clew.stop();
  removeFolder(clew.data);
});

interface Outcome {
  readonly code: number;
  readonly printed: string;
  readonly told: string;
}

async function run(...words: readonly string[]): Promise<Outcome> {
  let printed = '';
  let told = '';
  const code = await query(parseArguments(['query', ...words]), {
    env: {},
    folder: clew.data,
    clock: systemClock,
    print: (text) => void (printed += text),
    tell: (message) => void (told += `${message}\n`),
  });
  return { code, printed, told };
}

test('a Clew that is named by its address', async () => {
  const ask = (...words: readonly string[]): Promise<Outcome> =>
    run(...words, '--url', clew.url(3000));
  const time = (offsetMs: number): string =>
    new Date(Number(sentNs / 1_000_000n) + offsetMs).toISOString();
  expect(await ask('logql', '{service_name="kiosk"} | logfmt | blade = 1')).toEqual({
    code: 0,
    printed: `all have {service_name="kiosk", blade="1", msg="key broken"}\n\n${time(1000)}  msg="key broken" blade=1\n`,
    told: '',
  });
  expect(await ask('logql', 'sum(count_over_time({service_name="kiosk"}[7m]))')).toMatchObject({
    printed: '{}  2\n',
  });
  expect(await ask('promql', 'max(keys_in_stock)')).toMatchObject({ printed: '{}  41\n' });
  const range = await ask('promql', 'max(keys_in_stock)', '--from', 'now-5m', '--step', '1m');
  expect(range.printed).toMatch(/^\{\}\n(?: {2}\S+Z {2}41\n)+$/);
  const traces = await ask('traceql', '{ name = "cut key" }');
  expect(traces.printed.split('\n')[1]).toBe(
    `${traceId}  ${time(0)}  30 ms     1 span   kiosk cut key`,
  );
  expect(await ask('traceql', '{ } | count_over_time() by (name)')).toMatchObject({
    printed: '{name="cut key"}  1\n',
  });
  const json = await ask('logql', '{service_name="kiosk"}', '--json', '--limit', '1');
  expect(JSON.parse(json.printed)).toMatchObject({ data: { resultType: 'streams' } });
});

test('what the server refuses is told in its words', async () => {
  const { code, printed, told } = await run(
    'promql',
    'up',
    '--from',
    '0',
    '--to',
    'now',
    '--step',
    '1s',
    '--url',
    clew.url(3000),
  );
  expect({ code, printed }).toEqual({ code: 1, printed: '' });
  expect(told).toMatch(/^clew query: exceeded maximum resolution of 11,000 points/);
});

test('the program finds a Clew by its data folder, and ends with 1 for a wrong query', () => {
  const clewQuery = (...words: readonly string[]): SpawnSyncReturns<string> =>
    spawnSync(
      process.execPath,
      process.env['CLEW_TEST_BUILT'] === '1'
        ? [join(root, 'dist/main.js'), 'query', ...words]
        : ['--import', import.meta.resolve('tsx'), join(root, 'src/main.ts'), 'query', ...words],
      { encoding: 'utf8' },
    );
  const right = clewQuery('promql', 'max(keys_in_stock)', '--data', clew.data);
  expect({ status: right.status, stdout: right.stdout, stderr: right.stderr }).toEqual({
    status: 0,
    stdout: '{}  41\n',
    stderr: '',
  });
  const wrong = clewQuery('promql', 'max(keys_in_stock', '--data', clew.data);
  expect({ status: wrong.status, stdout: wrong.stdout }).toEqual({ status: 1, stdout: '' });
  expect(wrong.stderr).toBe(
    'clew query: 1:18: parse error: unclosed left parenthesis\n  max(keys_in_stock\n                   ^\n',
  );
});
