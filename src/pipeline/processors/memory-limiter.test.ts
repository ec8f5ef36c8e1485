import { expect, test, vi } from 'vitest';
import { accepted } from '../../model/consumers.ts';
import { testSettings } from '../../../test/pipeline-fixtures.ts';
import { createMemoryLimiterFactory, memoryLimiter } from './memory-limiter.ts';

function map(entries: Record<string, unknown>): unknown {
  return Object.assign(Object.create(null) as object, entries);
}

test('refuses above the soft limit and takes again below it', async () => {
  vi.useFakeTimers();
  try {
    let used = 0;
    const factory = createMemoryLimiterFactory(() => used);
    const config = factory.parseConfig(
      map({ check_interval: '1s', limit_mib: 100, spike_limit_mib: 30 }),
      () => undefined,
    );
    const settings = testSettings();
    const limiter = factory.create({ ...settings, id: 'memory_limiter' }, config, {
      metrics: { consumeMetrics: async () => accepted },
    });
    const consume = (): Promise<unknown> =>
      limiter.metrics!.consumeMetrics({ resources: [] }, { tenant: 't' });
    await limiter.start();
    expect(await consume()).toEqual(accepted);
    used = 71 * 1024 * 1024;
    expect(await consume()).toEqual(accepted);
    await vi.advanceTimersByTimeAsync(1000);
    await expect(consume()).rejects.toMatchObject({
      code: 'overloaded',
      message: 'data refused due to high memory usage',
      retryAfterMs: 1000,
    });
    used = 70 * 1024 * 1024;
    await vi.advanceTimersByTimeAsync(1000);
    expect(await consume()).toEqual(accepted);
    expect(settings.logged).toEqual([
      'warn: memory is above the soft limit; data is refused',
      'info: memory is below the soft limit again',
    ]);
    await limiter.stop(new AbortController().signal);
  } finally {
    vi.useRealTimers();
  }
});

test.each([
  [{ limit_mib: 1 }, ["'check_interval' must be greater than zero"]],
  [{ check_interval: '1s' }, ["'limit_mib' or 'limit_percentage' must be greater than zero"]],
  [
    { check_interval: '1s', limit_mib: 5, spike_limit_mib: 5 },
    ["'spike_limit_mib' must be smaller than 'limit_mib'"],
  ],
  [{ check_interval: '1s', limit_percentage: 80, spike_limit_percentage: 20 }, []],
])('%j', (raw, expected) => {
  const messages: string[] = [];
  memoryLimiter.parseConfig(map(raw), (_, message) => messages.push(message));
  expect(messages).toEqual(expected);
});
