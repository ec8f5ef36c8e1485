import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createEmbeddedNames } from '../config/embedded-names.ts';
import { loadDatasources } from '../config/datasources/load.ts';
import { printProblem } from '../config/problem.ts';
import { sharedPath, testSettings } from '../../test/pipeline-fixtures.ts';
import type { CollectorConfig } from '../config/collector/load.ts';
import { createPipeline, defaultPipelineConfig, readPipelineConfig } from './pipeline.ts';

function read(text: string): CollectorConfig {
  const { config, problems } = readPipelineConfig({ sources: [{ name: 'c.yaml', text }], env: {} });
  if (config === undefined) throw new Error(problems.map(printProblem).join('\n'));
  return config;
}

test('the built-in pipelines', () => {
  const config = defaultPipelineConfig();
  expect(config.pipelines.map(({ id }) => id)).toEqual(['traces', 'metrics', 'logs']);
  createPipeline(config, testSettings());
});

const quickStart = sharedPath('quickstart');

test.skipIf(quickStart === undefined)('the quick-start files, byte for byte', () => {
  const config = read(readFileSync(`${quickStart}/otel-collector-config.yaml`, 'utf8'));
  createPipeline(config, testSettings());
  const { datasources, problems, warnings } = loadDatasources({
    sources: [
      { name: 'datasources.yaml', text: readFileSync(`${quickStart}/datasources.yaml`, 'utf8') },
    ],
    env: {},
    embedded: createEmbeddedNames({ overrides: {}, portShift: 0 }),
  });
  expect([problems, warnings]).toEqual([[], []]);
  expect(datasources).toMatchObject([
    {
      uid: 'tempo',
      embedded: true,
      tracesToLogs: {
        datasourceUid: 'loki',
        startShiftMs: -2000,
        endShiftMs: 2000,
        filterByTraceId: true,
        filterBySpanId: false,
        customQuery: undefined,
      },
    },
    {
      uid: 'loki',
      embedded: true,
      derivedFields: [
        { name: 'TraceID', url: '${__value.raw}', datasourceUid: 'tempo', matcherType: 'regex' },
      ],
    },
  ]);
});

function pipelineTo(exporter: string, otlp: string = '{grpc: , http: }'): string {
  return `receivers: {otlp: {protocols: ${otlp}}}
exporters: ${exporter}
service: {pipelines: {logs: {receivers: [otlp], exporters: [otlphttp]}}}`;
}

const loop = (address: string): string =>
  `exporters::otlphttp: "${address}" is this Clew's own OTLP receiver: telemetry would go round in a loop; name "tempo", "loki" or "mimir", or use the exporter "clew", to store it here`;

test.each([
  ['the host name of the Collector', 'http://otel-collector:4318', 0, undefined],
  ['the default port', 'http://localhost:4318', 0, undefined],
  ['a shifted port', 'http://127.0.0.1:4418', 100, undefined],
  ['a port of its own', 'http://localhost:5318', 0, '{http: {endpoint: "localhost:5318"}}'],
])('a loop is an error: %s', (_, endpoint, portShift, otlp) => {
  const config = read(pipelineTo(`{otlphttp: {endpoint: "${endpoint}"}}`, otlp));
  expect(() => createPipeline(config, testSettings({ portShift }))).toThrow(
    loop(`${endpoint}/v1/logs`),
  );
});

test.each([
  ['another port', 'http://localhost:5318', 0],
  ['the default port when it is shifted away', 'http://localhost:4318', 100],
  ['an embedded name', 'http://loki:3100/otlp', 0],
])('no loop: %s', (_, endpoint, portShift) => {
  const config = read(pipelineTo(`{otlphttp: {endpoint: "${endpoint}"}}`));
  createPipeline(config, testSettings({ portShift }));
});

test('misspelt and foreign components are named', () => {
  const { problems } = readPipelineConfig({
    sources: [
      {
        name: 'c.yaml',
        text: 'receivers: {otpl: }\nprocessors: {tail_sampling: }\nexporters: {loki/1: {endpoint: "http://loki"}}\nservice: {pipelines: {}}',
      },
    ],
    env: {},
  });
  expect(problems.map(printProblem)).toEqual([
    'c.yaml:1:13: receivers::otpl: unknown type: "otpl" for id: "otpl" (valid values: [otlp]); did you mean "otlp"?',
    'c.yaml:2:14: processors::tail_sampling: unknown type: "tail_sampling" for id: "tail_sampling" (valid values: [batch memory_limiter]); the OpenTelemetry Collector has such a component, Clew does not support it yet',
    'c.yaml:4:11: service::pipelines: service must have at least one pipeline',
  ]);
});

test('an embedded name that leads to a real server as well is told', async () => {
  const asked: string[] = [];
  const settings = testSettings({
    lookup: async (host) => {
      asked.push(host);
      if (host !== 'loki') throw new Error('ENOTFOUND');
    },
  });
  const config = read(
    pipelineTo('{otlphttp: {endpoint: "http://loki:3100/otlp"}}').replace(
      '{grpc: , http: }',
      '{http: {endpoint: "localhost:0"}}',
    ),
  );
  const pipeline = createPipeline(config, settings);
  await pipeline.start();
  await pipeline.stop(AbortSignal.timeout(2000));
  expect(asked).toEqual(['loki']);
  expect(settings.lines).toContainEqual(
    expect.objectContaining({
      host: 'loki',
      instead: 'embedded: {loki: false} in clew.yaml sends to that server',
    }),
  );
});
