import { expect, test } from 'vitest';
import type { StatusMetric } from '../../../src/api/explore/contract/status.ts';
import { exportersOf, receiversOf } from './flow.ts';

function metric(name: string, labels: Record<string, string>, value: number): StatusMetric {
  return { name, labels, value, kind: 'counter' };
}

test('one row a receiver, transport and kind of record', () => {
  const labels = { receiver: 'otlp', transport: 'http' };
  expect(
    receiversOf([
      metric('otelcol_receiver_accepted_log_records', labels, 5),
      metric('otelcol_receiver_refused_log_records', labels, 2),
      metric('otelcol_receiver_accepted_spans', { ...labels, transport: 'grpc' }, 7),
      metric('clew_uptime_seconds', {}, 1),
    ]),
  ).toEqual([
    {
      receiver: 'otlp',
      transport: 'http',
      items: 'log records',
      accepted: 5,
      refused: 2,
      failed: 0,
    },
    { receiver: 'otlp', transport: 'grpc', items: 'spans', accepted: 7, refused: 0, failed: 0 },
  ]);
});

test('an exporter with its queue', () => {
  const queue = { exporter: 'otlphttp/far', data_type: 'logs' };
  expect(
    exportersOf([
      metric('otelcol_exporter_queue_size', queue, 3),
      metric('otelcol_exporter_queue_capacity', queue, 1000),
      metric('otelcol_exporter_sent_log_records', { exporter: 'otlphttp/far' }, 40),
      metric('otelcol_exporter_send_failed_log_records', { exporter: 'otlphttp/far' }, 4),
    ]),
  ).toEqual([
    {
      exporter: 'otlphttp/far',
      items: 'log records',
      sent: 40,
      sendFailed: 4,
      enqueueFailed: 0,
      queueSize: 3,
      queueCapacity: 1000,
    },
  ]);
});
