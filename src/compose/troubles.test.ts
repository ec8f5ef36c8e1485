import { expect, test } from 'vitest';
import { FakeClock } from '../base/clock.ts';
import { createRefusals } from '../runtime/refusals.ts';
import { createSelfTelemetry } from '../runtime/self-telemetry.ts';
import { createTroubles } from './troubles.ts';

function setUp() {
  const clock = new FakeClock(1_000_000);
  const telemetry = createSelfTelemetry();
  const refusals = createRefusals(clock);
  return { telemetry, clock, refusals, read: createTroubles(telemetry, clock, refusals) };
}

test('what failed is told for a minute', () => {
  const { telemetry, clock, read } = setUp();
  telemetry.add('otelcol_receiver_failed_log_records', { receiver: 'otlp' }, 7);
  expect(read()).toEqual([]);
  clock.advance(10_000);
  telemetry.add('otelcol_receiver_failed_log_records', { receiver: 'otlp' }, 3);
  expect(read()).toMatchObject([
    { code: 'ingest-refused', message: expect.stringMatching(/^3 records/) as string },
  ]);
  clock.advance(61_000);
  expect(read()).toEqual([]);
});

test('what the store put off is told too, what it will never take is not', () => {
  const { refusals, read } = setUp();
  expect(read()).toEqual([]);
  refusals.note('spans', 'too much waits to be stored', 5, true);
  refusals.note('logs', 'too old', 9, false);
  expect(read()).toMatchObject([
    { code: 'ingest-refused', message: expect.stringMatching(/^5 records/) as string },
  ]);
});

test('a queue that is nearly full is told by its exporter', () => {
  const { telemetry, read } = setUp();
  const labels = { exporter: 'otlphttp/far', data_type: 'logs' };
  let size = 10;
  telemetry.gauge('otelcol_exporter_queue_size', labels, () => size);
  telemetry.gauge('otelcol_exporter_queue_capacity', labels, () => 100);
  expect(read()).toEqual([]);
  size = 90;
  expect(read().map(({ message }) => message)).toEqual([
    'The exporter otlphttp/far holds 90 of at most 100 requests with logs: its destination does not take them.',
  ]);
});
