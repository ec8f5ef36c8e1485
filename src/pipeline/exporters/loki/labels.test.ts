import { expect, test } from 'vitest';
import { labelsToRecord } from '../../../model/labels.ts';
import type { LogsBatch } from '../../../model/logs-batch.ts';
import { silentLogger } from '../../../runtime/logger.ts';
import { decodeLogsJson } from '../../../wire/otlp/decode-logs-json.ts';
import { parseLokiConfig, type LokiExporterConfig } from './config.ts';
import { createLabeller, labelWarnings } from './labels.ts';
import { encodePush } from './sender.ts';
import { parseYamlValue } from '../../../config/yaml-documents.ts';

type Values = Readonly<Record<string, string | number>>;

function attributes(values: Values): unknown {
  return Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
  }));
}

function batchOf(
  resource: Values,
  ...records: readonly { readonly attributes?: Values; readonly [field: string]: unknown }[]
): LogsBatch {
  return decodeLogsJson(
    JSON.stringify({
      resourceLogs: [
        {
          resource: { attributes: attributes(resource) },
          scopeLogs: [
            {
              logRecords: records.map((record) => ({
                timeUnixNano: '5',
                body: { stringValue: 'line' },
                ...record,
                attributes: attributes(record.attributes ?? {}),
              })),
            },
          ],
        },
      ],
    }),
  ).batch;
}

function configOf(yaml: string): LokiExporterConfig {
  return parseLokiConfig(
    parseYamlValue(`endpoint: http://loki:3100/loki/api/v1/push\n${yaml}`),
    (path, message) => {
      throw new Error(`${path.join('::')}: ${message}`);
    },
  );
}

function check(
  name: string,
  yaml: string,
  batch: LogsBatch,
  expected: readonly Values[],
  withResourceLabels: boolean = true,
): void {
  test(name, () => {
    const config = configOf(yaml);
    createLabeller({ config, withResourceLabels, logger: silentLogger }).label(batch);
    const labels = Array.from({ length: batch.length }, (_, row) =>
      labelsToRecord(batch.streams[batch.stream.at(row)] ?? []),
    );
    expect(labels).toEqual(expected);
  });
}

const quickStart = `
labels:
  attributes:
    service.name: "service_name"
    severity: "level"
`;

check(
  'what the quick-start means: resource attribute and own field',
  quickStart,
  batchOf(
    { 'service.name': 'cart', 'k8s.pod.name': 'p1', other: 'x' },
    { severityText: 'INFO', severityNumber: 9 },
    { severityNumber: 18 },
    {},
    { attributes: { severity: 'loud', 'service.name': 'own' }, severityText: 'INFO' },
  ),
  [
    { service_name: 'cart', k8s_pod_name: 'p1', level: 'INFO' },
    { service_name: 'cart', k8s_pod_name: 'p1', level: 'error' },
    { service_name: 'cart', k8s_pod_name: 'p1' },
    { service_name: 'own', k8s_pod_name: 'p1', level: 'loud' },
  ],
);
check('a record that has none is kept', quickStart, batchOf({}, {}), [
  { service_name: 'unknown_service' },
]);
check(
  'each origin first, an empty name is the attribute itself, IDs are no labels',
  `
labels:
  attributes: {app: "", code: status}
  resource: {host.name: host}
  record: {severityN: number, traceID: traceid}
`,
  batchOf(
    { 'host.name': 'h1', app: 'from the resource' },
    {
      attributes: { 'host.name': 'h2', code: 404 },
      severityNumber: 9,
      traceId: '5b8efff798038103d269b633813fc60c',
    },
  ),
  [
    {
      service_name: 'unknown_service',
      app: 'from the resource',
      host: 'h1',
      number: '9',
      status: '404',
    },
  ],
);
check(
  'for a Loki elsewhere only what is configured',
  quickStart,
  batchOf({ 'service.name': 'cart', 'k8s.pod.name': 'p1' }, { severityText: 'INFO' }),
  [{ service_name: 'cart', level: 'INFO' }],
  false,
);
check(
  'the last generation: default labels and hints',
  '',
  batchOf(
    {
      'service.name': 'cart',
      'service.namespace': 'shop',
      'service.instance.id': 'i1',
      'loki.resource.labels': 'host.name',
      'host.name': 'h1',
    },
    {
      severityText: 'warn',
      attributes: { 'loki.attribute.labels': 'http.route, absent', 'http.route': '/x' },
    },
  ),
  [
    {
      exporter: 'OTLP',
      host_name: 'h1',
      http_route: '/x',
      instance: 'i1',
      job: 'shop/cart',
      level: 'warn',
    },
  ],
  false,
);
check(
  'the last generation: default labels switched off',
  'default_labels_enabled: {exporter: false, job: false, instance: false, level: false}',
  batchOf({ 'service.name': 'cart' }, { severityText: 'warn' }),
  [{ service_name: 'cart' }],
);

test('too many values of a record attribute are no labels any more', () => {
  const config = configOf('labels: {attributes: {user: user}}');
  const labeller = createLabeller({ config, withResourceLabels: true, logger: silentLogger });
  const batch = batchOf(
    {},
    ...Array.from({ length: 10_005 }, (_, at) => ({ attributes: { user: `u${at}` } })),
  );
  labeller.label(batch);
  expect(batch.streams.length).toBe(10_001);
  expect(labelsToRecord(batch.streams[batch.stream.at(10_004)]!)).toEqual({
    service_name: 'unknown_service',
  });
});

test('said once at the start', () => {
  expect(labelWarnings(configOf('labels: {record: {traceID: traceid}}'))).toEqual([
    'labels: "traceID" would make a stream of every trace; trace and span IDs are kept as fields, which are found as quickly',
  ]);
  expect(labelWarnings(configOf(quickStart))).toEqual([
    expect.stringMatching(/^labels\.attributes: "service\.name", "severity" are looked for among/),
  ]);
  expect(labelWarnings(configOf(''))).toEqual([]);
});

test.each([
  [
    'endpoint: loki:3100',
    'endpoint: expected a URL such as "http://host:port/path", got "loki:3100"',
  ],
  [
    '{}',
    'endpoint: "endpoint" must be the URL of the push API, such as "http://loki:3100/loki/api/v1/push"',
  ],
  [
    'endpoint: http://x\nlabels: {}',
    'labels: "labels.attributes", "labels.resource" or "labels.record" must be configured with at least one attribute',
  ],
  [
    'endpoint: http://x\nlabels: {attributes: {a: b-c}}',
    'labels::attributes::a: the label "b-c" is not a valid label name, expected ^[a-zA-Z_][a-zA-Z0-9_]*$',
  ],
  [
    'endpoint: http://x\ntenant: {source: context}',
    'tenant::source: the tenant source "context" is not supported yet',
  ],
  ['endpoint: http://x\nlabel: {}', 'label: invalid key "label"; did you mean "labels"?'],
])('refuses %j', (yaml, expected) => {
  const problems: string[] = [];
  parseLokiConfig(parseYamlValue(yaml), (path, message) =>
    problems.push(`${path.join('::')}: ${message}`),
  );
  expect(problems).toEqual([expected]);
});

function pushed(yaml: string, batch: LogsBatch): unknown {
  const config = configOf(yaml);
  createLabeller({ config, withResourceLabels: false, logger: silentLogger }).label(batch);
  return JSON.parse(encodePush(batch, config, 99n));
}

test('pushed elsewhere: the body, with the rest as structured metadata', () => {
  const batch = batchOf(
    { 'service.name': 'cart' },
    {
      severityText: 'INFO',
      severityNumber: 9,
      attributes: { 'http.route': '/x' },
      spanId: 'eee19b7ec3c1b174',
    },
    { timeUnixNano: '0', severityText: 'WARN' },
  );
  expect(pushed(quickStart, batch)).toEqual({
    streams: [
      {
        stream: { level: 'INFO', service_name: 'cart' },
        values: [
          [
            '5',
            'line',
            {
              service_name: 'cart',
              http_route: '/x',
              span_id: 'eee19b7ec3c1b174',
              severity_text: 'INFO',
              severity_number: '9',
            },
          ],
        ],
      },
      {
        stream: { level: 'WARN', service_name: 'cart' },
        values: [['99', 'line', { service_name: 'cart', severity_text: 'WARN' }]],
      },
    ],
  });
});

test('pushed elsewhere: JSON, logfmt and raw lines of the last generation', () => {
  const off = 'default_labels_enabled: {exporter: false, job: true, instance: false, level: false}';
  const record = { severityText: 'INFO', attributes: { n: 1 } };
  const batch = batchOf(
    { 'service.name': 'cart' },
    record,
    {
      ...record,
      attributes: { n: 1, 'loki.format': 'logfmt' },
    },
    { ...record, attributes: { 'loki.format': 'raw' } },
  );
  expect(pushed(off, batch)).toEqual({
    streams: [
      {
        stream: { job: 'cart' },
        values: [
          [
            '5',
            '{"body":"line","severity":"INFO","attributes":{"n":1},"resources":{"service.name":"cart"}}',
          ],
          ['5', 'msg=line severity=INFO attribute_n=1 resource_service.name=cart'],
          ['5', 'line'],
        ],
      },
    ],
  });
});
