import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Failure } from '../../base/errors.ts';
import { accepted, type ConsumeOutcome } from '../../model/consumers.ts';
import type { MetricsBatch } from '../../model/metrics-batch.ts';
import { emptyResource, emptyScope } from '../../model/resource.ts';
import { deferred, testSettings } from '../../../test/pipeline-fixtures.ts';
import type { Component, NextConsumers } from '../component.ts';
import { batchProcessor } from './batch.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A batch of so many points. */
function metrics(points: number): MetricsBatch {
  const point = {
    attributes: [],
    startTimeNs: 0n,
    timeNs: 1n,
    flags: 0,
    exemplars: [],
    value: 1,
  };
  return {
    resources: [
      {
        resource: emptyResource,
        scopes: [
          {
            scope: emptyScope,
            metrics: [
              {
                name: 'm',
                description: '',
                unit: '',
                metadata: [],
                data: { kind: 'gauge', points: Array.from({ length: points }, () => point) },
              },
            ],
          },
        ],
      },
    ],
  };
}

function pointsOf(batch: MetricsBatch): number {
  return batch.resources
    .flatMap(({ scopes }) => scopes)
    .flatMap((scope) => scope.metrics)
    .reduce((sum, metric) => sum + metric.data.points.length, 0);
}

interface Setup {
  readonly processor: Component & NextConsumers;
  readonly received: { readonly points: number; readonly tenant: string }[];
}

function setUp(
  raw: unknown,
  answer: () => Promise<ConsumeOutcome> = async () => accepted,
  gathers: boolean = false,
): Setup {
  const received: Setup['received'] = [];
  const config = batchProcessor.parseConfig(raw, (path, message) => {
    throw new Error(`${path.join('::')}: ${message}`);
  });
  const processor = batchProcessor.create({ ...testSettings(), id: 'batch' }, config, {
    gathers,
    metrics: {
      consumeMetrics: (batch, { tenant }) => {
        received.push({ points: pointsOf(batch), tenant });
        return answer();
      },
    },
  });
  return { processor, received };
}

function consume(
  { processor }: Setup,
  points: number,
  tenant: string = 't',
): Promise<ConsumeOutcome> {
  const consumer = processor.metrics;
  if (consumer === undefined) throw new Error('no consumer');
  return consumer.consumeMetrics(metrics(points), { tenant });
}

function map(entries: Record<string, unknown>): unknown {
  return Object.assign(Object.create(null) as object, entries);
}

test('waits for the time, and every sender waits for the answer', async () => {
  const answer = deferred<ConsumeOutcome>();
  const setup = setUp(null, () => answer.promise);
  const settled: string[] = [];
  const first = consume(setup, 1).then(() => settled.push('first'));
  const second = consume(setup, 2).then(() => settled.push('second'));
  await vi.advanceTimersByTimeAsync(199);
  expect(setup.received).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(setup.received).toEqual([{ points: 3, tenant: 't' }]);
  expect(settled).toEqual([]);
  answer.resolve(accepted);
  await Promise.all([first, second]);
  expect(settled).toEqual(['first', 'second']);
});

test('sends at once when the size is reached, and never mixes tenants', async () => {
  const setup = setUp(map({ send_batch_size: 5 }));
  const waiting = [consume(setup, 2, 'a'), consume(setup, 4, 'b'), consume(setup, 3, 'a')];
  expect(setup.received).toEqual([{ points: 5, tenant: 'a' }]);
  await vi.advanceTimersByTimeAsync(200);
  expect(setup.received).toEqual([
    { points: 5, tenant: 'a' },
    { points: 4, tenant: 'b' },
  ]);
  await Promise.all(waiting);
});

test('splits at the largest size', async () => {
  const setup = setUp(map({ send_batch_size: 3, send_batch_max_size: 4 }));
  await consume(setup, 10);
  expect(setup.received.map(({ points }) => points)).toEqual([4, 4, 2]);
});

test('passes at once when what follows gathers, or nothing may wait', async () => {
  const gathered = setUp(null, undefined, true);
  await consume(gathered, 1);
  const immediate = setUp(map({ timeout: 0 }));
  await consume(immediate, 1);
  expect([gathered.received.length, immediate.received.length]).toEqual([1, 1]);
});

test('stopping sends what waits', async () => {
  const setup = setUp(null);
  const waiting = consume(setup, 1);
  await setup.processor.stop(new AbortController().signal);
  expect(setup.received.length).toBe(1);
  expect(await waiting).toEqual(accepted);
});

test('every sender learns of a failure', async () => {
  const failure = new Failure('unavailable', 'the store is restarting');
  const setup = setUp(map({ send_batch_size: 2 }), () => Promise.reject(failure));
  const first = consume(setup, 1);
  const second = consume(setup, 1);
  await expect(first).rejects.toBe(failure);
  await expect(second).rejects.toBe(failure);
});

test('rejections are shared out, and nobody is told of more than he sent', async () => {
  const setup = setUp(map({ send_batch_size: 6 }), async () => ({
    rejected: 3,
    message: 'too old',
  }));
  expect(await Promise.all([consume(setup, 2), consume(setup, 2), consume(setup, 2)])).toEqual([
    { rejected: 2, message: 'too old' },
    { rejected: 1, message: 'too old' },
    { rejected: 0, message: '' },
  ]);
});

test.each([
  [{ send_batch_max_size: 5 }, ': send_batch_max_size must be greater or equal to send_batch_size'],
  [{ timeout: '-1s' }, 'timeout: timeout must be greater or equal to 0'],
  [{ tiemout: '1s' }, 'tiemout: invalid key "tiemout"; did you mean "timeout"?'],
])('refuses %j', (raw, message) => {
  expect(() => setUp(map(raw))).toThrow(message);
});
