import { expect, test, vi } from 'vitest';
import type { Clock } from '../../../base/clock.ts';
import { Failure } from '../../../base/errors.ts';
import { readRetry, type RetryConfig } from './config.ts';
import { sendWithRetries } from './retry.ts';
import { Section } from '../../../config/collector/section.ts';

const defaults: RetryConfig = readRetry(new Section(null, () => undefined));
const busy = new Failure('unavailable', 'busy');

interface Expected {
  /** Milliseconds after the start at which attempts were made. */
  readonly attempts: readonly number[];
  readonly result: string;
}

function check(
  name: string,
  config: Partial<RetryConfig>,
  results: readonly (Failure | string)[],
  expected: Expected,
): void {
  test(name, async () => {
    vi.useFakeTimers();
    try {
      const start = Date.now();
      const now = (): number => Date.now() - start;
      const clock: Clock = {
        nowMs: now,
        nowNs: () => BigInt(now()) * 1_000_000n,
        monotonicMs: now,
      };
      const attempts: number[] = [];
      const running = sendWithRetries(
        async () => {
          const result = results[attempts.length] ?? busy;
          attempts.push(now());
          if (result instanceof Failure) throw result;
          return result;
        },
        {
          config: { ...defaults, randomizationFactor: 0, ...config },
          timeoutMs: 0,
          clock,
          random: () => 0.5,
          stopping: new AbortController().signal,
          abort: new AbortController().signal,
        },
      ).catch((thrown: unknown) => (thrown as Failure).message);
      await vi.runAllTimersAsync();
      expect({ attempts, result: await running }).toEqual(expected);
    } finally {
      vi.useRealTimers();
    }
  });
}

check('first try', {}, ['done'], { attempts: [0], result: 'done' });
check(
  'grows by the multiplier up to the longest interval',
  { maxIntervalMs: 10_000 },
  [busy, busy, busy, busy, 'done'],
  {
    attempts: [0, 5000, 12_500, 22_500, 32_500],
    result: 'done',
  },
);
check(
  'waits as long as the server asks',
  {},
  [new Failure('overloaded', 'slow down', { retryAfterMs: 20_000 }), 'done'],
  {
    attempts: [0, 20_000],
    result: 'done',
  },
);
check('jitter', { randomizationFactor: 1 }, [busy, 'done'], {
  attempts: [0, 5000],
  result: 'done',
});
check('no retry of what will never be taken', {}, [new Failure('invalid-data', 'bad')], {
  attempts: [0],
  result: 'bad',
});
check('switched off', { enabled: false }, [busy], { attempts: [0], result: 'busy' });
check('gives up when the time is up', { maxElapsedTimeMs: 13_000 }, [], {
  attempts: [0, 5000, 12_500],
  result: 'no more retries left: busy',
});
