import { expect, test } from 'vitest';
import type { FailureCode } from '../../base/errors.ts';
import { clickHouseCode, failureFromClickHouse, isDiskFull } from './clickhouse-failures.ts';

test('numbers become codes, and words of ClickHouse stay inside', () => {
  const check = (message: string, code: FailureCode, canRetry: boolean): void => {
    const failure = failureFromClickHouse(clickHouseCode(message), message);
    expect([failure.code, failure.retryAfterMs !== undefined]).toEqual([code, canRetry]);
    expect(failure.message).not.toContain('secret');
    expect(failure.cause).toMatchObject({ message });
  };
  check('Code: 159. DB::Exception: Timeout exceeded: SELECT secret', 'timeout', false);
  check('Code: 394. DB::Exception: Query was cancelled', 'canceled', false);
  check('Code: 241. DB::Exception: (total) memory limit exceeded', 'limit', false);
  check('Code: 427. DB::Exception: OptimizedRegularExpression: secret', 'syntax', false);
  check('Code: 252. DB::Exception: Too many parts (3001)', 'overloaded', true);
  check('Code: 243. DB::Exception: Cannot reserve 3.24 MiB', 'unavailable', true);
  check(
    'Code: 75. DB::Exception: Cannot write: errno: 28, strerror: No space',
    'unavailable',
    true,
  );
  check('Code: 47. DB::Exception: Unknown identifier secret', 'internal', false);
  check('no number at all: secret', 'internal', false);
});

test('a full disk is told from other failures', () => {
  expect(isDiskFull('Code: 243. DB::Exception: Cannot reserve 3.24 MiB')).toBe(true);
  expect(isDiskFull('Code: 1001. std::exception: No space left on device')).toBe(true);
  expect(isDiskFull('Code: 241. DB::Exception: memory limit, errno: 281')).toBe(false);
});
