import { expect, test } from 'vitest';
import { FakeClock } from '../base/clock.ts';
import { Failure } from '../base/errors.ts';
import { accepted, type SeriesConsumer } from '../model/consumers.ts';
import { labelValue } from '../model/labels.ts';
import { decodeMetricsJson } from '../wire/otlp/decode-metrics-json.ts';
import { metricsInto } from './metrics-into.ts';

/** A delta sum of one point, times in milliseconds. */
function delta(startMs: number, timeMs: number, value: number): string {
  const point = {
    startTimeUnixNano: `${startMs}000000`,
    timeUnixNano: `${timeMs}000000`,
    asInt: String(value),
  };
  const sum = { aggregationTemporality: 1, isMonotonic: true, dataPoints: [point] };
  return JSON.stringify({
    resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'jobs', sum }] }] }],
  });
}

test('deltas are stored as a counter; what the store refuses for a while is counted once', async () => {
  const stored: [string, number, number][] = [];
  let isAway = false;
  const store: SeriesConsumer = {
    consumeSeries: async ({ series }) => {
      if (isAway) throw new Failure('unavailable', 'the store is away');
      for (const { labels, timestampsMs, values } of series)
        timestampsMs.forEach((time, at) =>
          stored.push([labelValue(labels, '__name__') ?? '', time, values[at] ?? 0]),
        );
      return accepted;
    },
  };
  const consumer = metricsInto(store, new FakeClock(1_000_000));
  const send = (text: string): Promise<unknown> =>
    consumer.consumeMetrics(decodeMetricsJson(text).batch, { tenant: 'default' });
  await send(delta(1000, 2000, 5));
  isAway = true;
  await expect(send(delta(2000, 3000, 2))).rejects.toThrow('the store is away');
  isAway = false;
  expect(await send(delta(2000, 3000, 2))).toEqual(accepted);
  expect(await send(delta(1500, 2500, 1))).toEqual({
    rejected: 1,
    message: 'delta point of metric "jobs" is out of order',
  });
  expect(stored).toEqual([
    ['jobs_total', 1001, 0],
    ['jobs_total', 2000, 5],
    ['jobs_total', 3000, 7],
  ]);
});
