import { expect, test } from 'vitest';
import { parseYamlValue } from '../../config/yaml-documents.ts';
import { labelsToRecord, labelValue } from '../../model/labels.ts';
import type { MetricsBatch } from '../../model/metrics-batch.ts';
import { decodeMetricsJson } from '../../wire/otlp/decode-metrics-json.ts';
import { decodeRemoteWrite } from '../../wire/prometheus/remote-write.ts';
import { testSettings } from '../../../test/pipeline-fixtures.ts';
import {
  encodeParts,
  prometheusRemoteWriteExporter,
  translate,
} from './prometheus-remote-write.ts';
import {
  parseRemoteWriteConfig,
  type RemoteWriteConfig,
} from './prometheus-remote-write-config.ts';

function configOf(yaml: string): RemoteWriteConfig {
  return parseRemoteWriteConfig(
    parseYamlValue(`endpoint: http://mimir:9009/api/v1/push\n${yaml}`),
    (path, message) => {
      throw new Error(`${path.join('::')}: ${message}`);
    },
  );
}

function metrics(count: number = 1): MetricsBatch {
  const attribute = (key: string, value: string): unknown => ({
    key,
    value: { stringValue: value },
  });
  return decodeMetricsJson(
    JSON.stringify({
      resourceMetrics: [
        {
          resource: { attributes: [attribute('service.name', 'cart'), attribute('zone', 'a')] },
          scopeMetrics: [
            {
              metrics: [
                {
                  name: 'requests',
                  sum: {
                    isMonotonic: true,
                    aggregationTemporality: 2,
                    dataPoints: Array.from({ length: count }, (_, at) => ({
                      asInt: String(at),
                      timeUnixNano: '1700000000000000000',
                      attributes: [attribute('n', `n${at}`)],
                    })),
                  },
                },
              ],
            },
          ],
        },
      ],
    }),
  ).batch;
}

function check(yaml: string, expected: readonly Readonly<Record<string, string>>[]): void {
  test(`labels with ${JSON.stringify(yaml)}`, () => {
    const { series } = translate(metrics(), configOf(yaml).translation, 0);
    expect(series.series.map(({ labels }) => labelsToRecord(labels))).toEqual(expected);
  });
}

const info = { __name__: 'target_info', job: 'cart', zone: 'a' };
check('', [{ __name__: 'requests_total', job: 'cart', n: 'n0' }, info]);
check('target_info: {enabled: false}\nadd_metric_suffixes: false', [
  { __name__: 'requests', job: 'cart', n: 'n0' },
]);
check('namespace: shop\nexternal_labels: {cluster: c1, n: external}', [
  { __name__: 'shop_requests_total', cluster: 'c1', job: 'cart', n: 'n0' },
  { ...info, __name__: 'shop_target_info', cluster: 'c1', n: 'external' },
]);
check('resource_to_telemetry_conversion: {enabled: true}\ntarget_info: {enabled: false}', [
  { __name__: 'requests_total', job: 'cart', n: 'n0', service_name: 'cart', zone: 'a' },
]);

test('large requests are split, and every series is in one of them', () => {
  const { series } = translate(
    metrics(100),
    configOf('target_info: {enabled: false}').translation,
    0,
  );
  const parts = encodeParts(series, 1000).map(decodeRemoteWrite);
  expect(parts.length).toBeGreaterThan(5);
  expect(parts.flatMap((part) => part.series.map(({ labels }) => labelValue(labels, 'n')))).toEqual(
    series.series.map(({ labels }) => labelValue(labels, 'n')),
  );
});

test.each([
  ['', 1, 0],
  ['send_metadata: true', 1, 0],
  ['namespace: shop', 0, 1],
])('into the embedded store with %j', async (yaml, metricsBatches, seriesBatches) => {
  const settings = testSettings();
  const exporter = prometheusRemoteWriteExporter.create(
    { ...settings, id: 'prometheusremotewrite' },
    configOf(yaml),
    'metrics',
  );
  await exporter.metrics!.consumeMetrics(metrics(), { tenant: 't' });
  const { store } = settings;
  expect([store.metricsBatches.length, store.seriesBatches.length]).toEqual([
    metricsBatches,
    seriesBatches,
  ]);
});

test('the newest form has the client in a block of its own', () => {
  const config = parseRemoteWriteConfig(
    parseYamlValue(
      'http: {endpoint: "http://mimir/api/v1/push", headers: {X-Scope-OrgID: t}}\nnamespace: a',
    ),
    (path, message) => {
      throw new Error(`${path.join('::')}: ${message}`);
    },
  );
  expect(config).toMatchObject({
    endpoint: 'http://mimir/api/v1/push',
    headers: { 'X-Scope-OrgID': 't' },
  });
});

test.each([
  ['endpoint: mimir', ['endpoint: expected a URL such as "http://host:port/path", got "mimir"']],
  [
    'namespace: a',
    [
      'endpoint: "endpoint" must be the URL of a remote write API, such as "http://mimir:9009/api/v1/push"',
    ],
  ],
  ['endpoint: http://x\ncompression: gzip', ['compression: compression type must be snappy']],
  ['endpoint: http://x\nsending_queue: {}', ['sending_queue: invalid key "sending_queue"']],
  [
    'endpoint: http://x\nremote_write_queue: {queue_size: 0}',
    ['remote_write_queue::queue_size: must be at least 1, got 0'],
  ],
])('%j', (yaml, expected) => {
  const problems: string[] = [];
  parseRemoteWriteConfig(parseYamlValue(yaml), (path, message) =>
    problems.push(`${path.join('::')}: ${message}`),
  );
  expect(problems).toEqual(expected);
});
