import { describe, expect, test } from 'vitest';
import { FakeClock } from '../../../base/clock.ts';
import { labelsFromEntries } from '../../../model/labels.ts';
import type { TraceQuestion } from '../../language/embedded.ts';
import { createLogFinder } from './log-finder.ts';
import { MemoryLogSource } from './memory-source.ts';

function traceIdOf(at: number): string {
  return `4bf92f3577b34da6b${at.toString(16).padStart(15, '0')}`;
}

const lineCount = 1200;

/** Line n at second n names trace n; the last one names trace 7 by its low half. */
function finder() {
  const logs = new MemoryLogSource();
  for (let at = 0; at < lineCount; at++) {
    const traceId = at === lineCount - 1 ? traceIdOf(7).slice(16) : traceIdOf(at);
    logs.add({
      tenant: 't',
      timeNs: BigInt(at) * 1_000_000_000n,
      labels: labelsFromEntries([['app', 'a']]),
      line: `line ${at}.`,
      metadata: labelsFromEntries([['trace_id', traceId]]),
    });
  }
  return createLogFinder({ logs, clock: new FakeClock(0) });
}

/** Numbers of the traces, and whether these are all. */
async function check(
  question: Partial<TraceQuestion>,
  expected: readonly string[],
  complete: boolean,
): Promise<void> {
  const answer = await finder().findTraces(
    {
      query: '{app="a"}',
      tenants: ['t'],
      startNs: 0n,
      endNs: 3_600_000_000_000n,
      tracesMax: 10_000,
      ...question,
    },
    new AbortController().signal,
  );
  expect(answer).toEqual({ traceIds: expected, complete });
}

describe('traces that lines name', () => {
  test('newest first, as they are spelled', () =>
    check(
      { query: '{app="a"} |~ "line (5|1198|1199)[.]"' },
      [`0000000000000000${traceIdOf(7).slice(16)}`, traceIdOf(1198), traceIdOf(5)],
      true,
    ));

  test('among some, by any spelling', async () => {
    const among = [3, 7, 9999].map(traceIdOf);
    await check({ among, tracesMax: 3 }, [traceIdOf(7), traceIdOf(3)], true);
    await check({ among, tracesMax: 3, query: '{app="a"} |= "line 1199."' }, [traceIdOf(7)], true);
    await check({ among: [], tracesMax: 0 }, [], true);
  });

  test('no more than wanted', () =>
    check({ tracesMax: 2, endNs: 10_000_000_000n }, [traceIdOf(9), traceIdOf(8)], false));

  test('from no more lines than wanted', async () => {
    await check({ query: '{app="a"} | json | x="1"', linesMax: 600 }, [], false);
    await check({ query: '{app="a"} | json | x="1"', linesMax: 5000 }, [], true);
    await check({ tracesMax: 1, linesMax: 600, endNs: 1n }, [traceIdOf(0)], true);
  });
});
