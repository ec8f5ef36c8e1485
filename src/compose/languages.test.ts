import { describe, expect, test } from 'vitest';
import { originNs, secondNs, spanOf, traceIdOf } from '../../test/traceql-spans.ts';
import { FakeClock } from '../base/clock.ts';
import { labelsFromEntries } from '../model/labels.ts';
import { MemoryLogSource } from '../query/logql/execute/memory-source.ts';
import { MemorySpanSource } from '../query/traceql/execute/memory-source.ts';
import { createLanguages } from './languages.ts';

const never = new AbortController().signal;
const range = { tenants: ['t'], startNs: originNs, endNs: originNs + 60n * secondNs };

/** Trace x with a span of service x and a line that says so; `B` failed, `L` names its trace by the low half alone. */
function languages() {
  const spans = new MemorySpanSource();
  const logs = new MemoryLogSource();
  'ABL'.split('').forEach((trace, at) => {
    spans.add('t', [
      spanOf({
        id: trace,
        trace,
        service: trace.toLowerCase(),
        startMs: at * 1000,
        status: trace === 'B' ? 'error' : 'ok',
      }),
    ]);
    logs.add({
      tenant: 't',
      timeNs: originNs + BigInt(at) * secondNs,
      labels: labelsFromEntries([['app', 'shop']]),
      line: `line=${trace}`,
      metadata: labelsFromEntries([
        ['trace_id', trace === 'L' ? traceIdOf(trace).slice(16) : traceIdOf(trace)],
      ]),
    });
  });
  return createLanguages({ logs, spans, clock: new FakeClock(0) });
}

async function linesOf(query: string): Promise<string> {
  const { data } = await languages().logql.query(
    {
      query,
      ...range,
      kind: 'range',
      stepNs: secondNs,
      intervalNs: 0n,
      limit: 10,
      direction: 'forward',
    },
    never,
  );
  if (data.kind !== 'streams') throw new Error(`expected streams, got ${data.kind}`);
  return data.streams.flatMap(({ entries }) => entries.map(({ line }) => line)).join(' ');
}

async function tracesOf(query: string): Promise<string> {
  const request = { query, ...range, limit: 10, spansPerSpanset: 1 };
  const { traces } = await languages().traceql.search(request, never);
  return traces.map(({ rootServiceName }) => rootServiceName).join(' ');
}

describe('each language asks the other', () => {
  test.each([
    ['{app="shop"} | trace({ status = error })', 'line=B'],
    ['{app="shop"} | trace({ resource.service.name =~ "a|l" })', 'line=A line=L'],
    ['{app="shop"} | trace({ } | count() > 1)', ''],
  ])('%s', async (query, expected) => {
    expect(await linesOf(query)).toBe(expected);
  });

  test.each([
    ['{ } | logs({app="shop"} |= "B")', 'b'],
    ['{ } | logs({app="shop"} | logfmt | line=~"A|L")', 'l a'],
    ['{ status = ok } | logs({app="shop"})', 'l a'],
    ['{ } | logs({app="other"})', ''],
  ])('%s', async (query, expected) => {
    expect(await tracesOf(query)).toBe(expected);
  });
});

describe('faults inside have their place in the whole query', () => {
  async function check(answer: Promise<unknown>, expected: object): Promise<void> {
    await expect(answer).rejects.toMatchObject(expected);
  }

  test('TraceQL in LogQL', () =>
    check(linesOf('{app="shop"}\n| trace({ status = })'), {
      code: 'syntax',
      message: expect.stringMatching(/^in trace\(…\): .*line 2, col 20/) as string,
      position: { start: 32, end: 33 },
    }));

  test('LogQL in TraceQL', () =>
    check(tracesOf('{ } | logs({app=shop})'), {
      code: 'syntax',
      message: expect.stringMatching(/^in logs\(…\): parse error at line 1, col 17: /) as string,
      position: { start: 16, end: 20 },
    }));

  test('a query that selects no traces', async () => {
    await check(tracesOf('{ } | logs(rate({app="shop"}[1m]))'), { code: 'semantics' });
    await check(linesOf('{app="shop"} | trace({ } | rate())'), { code: 'semantics' });
  });

  test('a third query', async () => {
    await check(linesOf('{app="shop"} | trace({ } | logs({app="shop"}))'), {
      code: 'unsupported',
      position: { start: 32, end: 44 },
    });
    await check(tracesOf('{ } | logs({app="shop"} | trace({ }))'), {
      code: 'unsupported',
      position: { start: 32, end: 35 },
    });
  });
});
