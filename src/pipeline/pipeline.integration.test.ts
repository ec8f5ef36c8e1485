// Whole pipelines over real sockets, in front of a store in memory.

import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { Failure } from '../base/errors.ts';
import { accepted, type ConsumeOutcome } from '../model/consumers.ts';
import { labelsToRecord } from '../model/labels.ts';
import {
  deferred,
  freeShift,
  sharedPath,
  type TestSettings,
  testSettings,
} from '../../test/pipeline-fixtures.ts';
import type { Component } from './component.ts';
import { createPipeline, readPipelineConfig } from './pipeline.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

interface Running {
  readonly settings: TestSettings;
  readonly pipeline: Component;
  readonly post: (path: string, body: unknown) => Promise<Response>;
}

const portShift = await freeShift([4317, 4318, 13_133, 13_134]);

async function start(yaml: string): Promise<Running> {
  const settings = testSettings({ portShift });
  const { config, problems } = readPipelineConfig({
    sources: [{ name: 'collector.yaml', text: yaml }],
    env: {},
  });
  expect(problems).toEqual([]);
  const pipeline = createPipeline(config!, settings);
  closers.push(() => pipeline.stop(AbortSignal.timeout(5000)));
  await pipeline.start();
  return {
    settings,
    pipeline,
    post: (path, body) =>
      fetch(`http://127.0.0.1:${4318 + portShift}${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      }),
  };
}

function attribute(key: string, value: string): unknown {
  return { key, value: { stringValue: value } };
}

function logsOf(service: string, ...bodies: readonly string[]): unknown {
  const logRecords = bodies.map((body) => ({
    timeUnixNano: '1700000000000000000',
    severityText: 'error',
    body: { stringValue: body },
    attributes: [attribute('http.route', '/cart')],
  }));
  const resource = { attributes: [attribute('service.name', service)] };
  return { resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] };
}

const quickStart = sharedPath('quickstart/otel-collector-config.yaml');

test.skipIf(quickStart === undefined)(
  'the quick-start: all three signals arrive, nothing lost',
  async () => {
    const { settings, post } = await start(readFileSync(quickStart!, 'utf8'));
    const resource = { attributes: [attribute('service.name', 'cart')] };
    const span = {
      traceId: '5b8efff798038103d269b633813fc60c',
      spanId: 'eee19b7ec3c1b174',
      name: 'GET /',
    };
    const gauge = { name: 'g', gauge: { dataPoints: [{ asDouble: 1, timeUnixNano: '1' }] } };
    const answers = await Promise.all([
      post('/v1/logs', logsOf('cart', 'a', 'b')),
      post('/v1/traces', { resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] }),
      post('/v1/metrics', {
        resourceMetrics: [{ resource, scopeMetrics: [{ metrics: [gauge] }] }],
      }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const { store } = settings;
    const [logs] = store.logsBatches;
    expect(store.bodies()).toEqual(['a', 'b']);
    expect(labelsToRecord(logs!.streams[logs!.stream.at(1)]!)).toEqual({
      level: 'error',
      service_name: 'cart',
    });
    expect(logs!.attributes.rowAt(0)).toEqual([
      { key: 'http.route', value: { kind: 'string', value: '/cart' } },
    ]);
    expect([
      store.spansBatches.length,
      store.metricsBatches.length,
      store.seriesBatches.length,
    ]).toEqual([1, 1, 0]);
    expect(settings.logged.filter((line) => line.startsWith('warn'))).toEqual([
      expect.stringMatching(
        /^warn: labels\.attributes: "service\.name", "severity" are looked for/,
      ),
    ]);
  },
);

test('the acknowledgement waits for the store, through a batch processor and a debug exporter beside', async () => {
  const { settings, post } = await start(`
receivers: {otlp: {protocols: {http: }}}
processors: {batch: {timeout: 10ms}, memory_limiter: {check_interval: 1s, limit_percentage: 90}}
exporters: {clew: , debug: {verbosity: detailed}}
service: {pipelines: {logs: {receivers: [otlp], processors: [memory_limiter, batch], exporters: [clew, debug]}}}
`);
  const answer = deferred<ConsumeOutcome>();
  const arrived = deferred<undefined>();
  settings.store.answer = () => {
    arrived.resolve(undefined);
    return answer.promise;
  };
  let isAnswered = false;
  const sent = post('/v1/logs', logsOf('cart', 'a')).finally(() => {
    isAnswered = true;
  });
  await arrived.promise;
  await new Promise(setImmediate);
  expect(isAnswered).toBe(false);
  answer.resolve(accepted);
  expect((await sent).status).toBe(200);
  expect(settings.lines).toContainEqual(
    expect.objectContaining({
      exporter: 'debug',
      message: 'logs',
      severity: 'error',
      body: 'a',
      attributes: 'http.route=/cart',
      resource: 'service.name=cart',
    }),
  );
  settings.store.answer = () =>
    Promise.reject(new Failure('overloaded', 'the writer is behind', { retryAfterMs: 3000 }));
  const refused = await post('/v1/logs', logsOf('cart', 'b'));
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '3']);
});

test('health_check answers while the pipelines run', async () => {
  const { pipeline } = await start(`
receivers: {otlp: {protocols: {http: }}}
exporters: {clew: }
extensions: {health_check: , health_check/2: {endpoint: "localhost:13134", path: /up, response_body: {healthy: fine}}}
service: {extensions: [health_check, health_check/2], pipelines: {logs: {receivers: [otlp], exporters: [clew]}}}
`);
  const url = `http://127.0.0.1:${13_133 + portShift}/`;
  const answer = await fetch(url);
  expect([answer.status, await answer.json()]).toMatchObject([200, { status: 'Server available' }]);
  const second = await fetch(`http://127.0.0.1:${13_134 + portShift}/up`);
  expect(await second.text()).toBe('fine');
  expect((await fetch(`${url}other`)).status).toBe(404);
  await pipeline.stop(AbortSignal.timeout(5000));
  await expect(fetch(url)).rejects.toThrow('fetch failed');
});
