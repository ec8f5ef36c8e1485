import { expect, test } from 'vitest';
import { ratesOf, withSample } from './received-rates.ts';
import type { ReceivedSample } from './received-rates.ts';

function sample(atMs: number, logs: number): ReceivedSample {
  return { atMs, received: { logs, spans: 0, samples: 2 * logs } };
}

function check(given: readonly ReceivedSample[], expected: object | undefined): void {
  let samples: readonly ReceivedSample[] = [];
  for (const one of given) samples = withSample(samples, one);
  expect(ratesOf(samples)).toEqual(expected);
}

test('over the last minute, from the second look on', () => {
  check([], undefined);
  check([sample(0, 5)], undefined);
  check([sample(0, 5), sample(1000, 50)], undefined);
  check([sample(0, 0), sample(5000, 50)], { logs: 10, spans: 0, samples: 20, overMs: 5000 });
  check([sample(0, 0), sample(10_000, 9), sample(70_000, 69)], {
    logs: 1,
    spans: 0,
    samples: 2,
    overMs: 60_000,
  });
});

test('a restart begins again', () => {
  check([sample(0, 900), sample(5000, 10)], undefined);
  check([sample(0, 900), sample(5000, 10), sample(10_000, 15)], {
    logs: 1,
    spans: 0,
    samples: 2,
    overMs: 5000,
  });
});
