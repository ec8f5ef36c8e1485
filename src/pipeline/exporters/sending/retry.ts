// Sending with retries: exponential backoff with jitter, never sooner than the other side asked for, until the time is up.

import { type Clock, type Random } from '../../../base/clock.ts';
import { asFailure, Failure, type FailureCode } from '../../../base/errors.ts';
import { sleep } from '../../../runtime/waiting.ts';
import type { RetryConfig } from './config.ts';

const retryable: ReadonlySet<FailureCode> = new Set(['overloaded', 'unavailable', 'timeout']);

export function isRetryable(failure: Failure): boolean {
  return retryable.has(failure.code);
}

export interface RetryOptions {
  readonly config: RetryConfig;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly random: Random;
  /** Fires when waiting for another attempt is over; the running attempt goes on. */
  readonly stopping: AbortSignal;
  /** Fires when the running attempt must end. */
  readonly abort: AbortSignal;
  /** Told before each wait for another attempt. */
  readonly onRetry?: ((failure: Failure, delayMs: number) => void) | undefined;
}

/** Throws the last attempt's failure when there is no further one. */
export async function sendWithRetries<T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  options: RetryOptions,
): Promise<T> {
  const { config, clock, random, stopping, abort } = options;
  const startMs = clock.monotonicMs();
  let intervalMs = config.initialIntervalMs;
  for (;;) {
    const failure = await attemptOnce(attempt, options.timeoutMs, abort);
    if (!(failure instanceof Failure)) return failure.value;
    if (!config.enabled || !isRetryable(failure) || abort.aborted) throw failure;
    const spread = config.randomizationFactor * intervalMs;
    const backoffMs = intervalMs - spread + random() * 2 * spread;
    const delayMs = Math.max(backoffMs, failure.retryAfterMs ?? 0);
    const elapsedMs = clock.monotonicMs() - startMs;
    if (config.maxElapsedTimeMs > 0 && elapsedMs + delayMs > config.maxElapsedTimeMs)
      throw failure.within('no more retries left');
    options.onRetry?.(failure, delayMs);
    if (!stopping.aborted) await sleep(delayMs, stopping);
    if (stopping.aborted) throw failure.within('stopped before the next attempt');
    intervalMs = Math.min(intervalMs * config.multiplier, config.maxIntervalMs);
  }
}

async function attemptOnce<T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  timeoutMs: number,
  abort: AbortSignal,
): Promise<{ readonly value: T } | Failure> {
  const timeout = timeoutMs > 0 ? AbortSignal.timeout(timeoutMs) : undefined;
  try {
    return {
      value: await attempt(timeout === undefined ? abort : AbortSignal.any([abort, timeout])),
    };
  } catch (thrown) {
    if (timeout?.aborted === true && !abort.aborted)
      return new Failure('timeout', `no answer within ${timeoutMs} ms`, { cause: thrown });
    return asFailure(thrown);
  }
}
