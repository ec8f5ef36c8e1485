import { describe, expect, test } from 'vitest';
import { originNs, secondNs, spanOf, traceIdOf } from '../../../../test/traceql-spans.ts';
import { Failure } from '../../../base/errors.ts';
import {
  embeddedMarginNs,
  type EmbeddedEvaluator,
  type TraceQuestion,
} from '../../language/embedded.ts';
import type { TraceqlSearchRequest } from '../engine.ts';
import { createTraceqlEngine } from './engine.ts';
import { MemorySpanSource } from './memory-source.ts';

/** Traces 0 to 99, a second apart, of two seconds each; the even ones are slow. */
const names = Array.from({ length: 100 }, (_, at) => String(at));

function source(): MemorySpanSource {
  const spans = new MemorySpanSource();
  spans.add(
    't',
    names.map((trace, at) =>
      spanOf({
        id: 'A',
        trace,
        name: at % 2 === 0 ? 'slow' : 'fast',
        startMs: at * 1000,
        durationMs: 2000,
      }),
    ),
  );
  return spans;
}

/** `{3,5}`: lines of the traces 3 and 5. */
class NumberedLogs implements EmbeddedEvaluator {
  readonly questions: TraceQuestion[] = [];

  checkQuery(query: string): void {
    const at = query.indexOf('?');
    if (at < 0) return;
    throw new Failure('syntax', 'unexpected "?"', { position: { start: at, end: at + 1 } });
  }

  findTraces(question: TraceQuestion): ReturnType<EmbeddedEvaluator['findTraces']> {
    this.questions.push(question);
    const traceIds = [...question.query.matchAll(/\d+/g)].map(([name]) => traceIdOf(name));
    return Promise.resolve({ traceIds, complete: true });
  }
}

async function search(
  query: string,
  logs: EmbeddedEvaluator | undefined = new NumberedLogs(),
  changes: Partial<TraceqlSearchRequest> = {},
): Promise<string> {
  const { traces } = await createTraceqlEngine({ spans: source(), logs }).search(
    {
      query,
      tenants: ['t'],
      startNs: originNs,
      endNs: originNs + 3600n * secondNs,
      limit: 20,
      spansPerSpanset: 3,
      ...changes,
    },
    new AbortController().signal,
  );
  return traces.map(({ traceId }) => names.find((name) => traceIdOf(name) === traceId)).join(' ');
}

describe('traces with lines that the query inside selects', () => {
  test.each([
    ['{ } | logs({3,5,7})', '7 5 3'],
    ['{ name = "slow" } | logs({3,4,5,6})', '6 4'],
    ['logs({3}) | { name = "fast" }', '3'],
    ['{ } | logs({3,4,5}) | logs({4,5,6}) | { name = "slow" }', '4'],
    ['{ } | logs({100})', ''],
    ['{ name = "none" } | logs({3})', ''],
    ['{ name = "slow" } | logs({0,98}) | count() > 0', '98 0'],
  ])('%s', async (query, expected) => {
    expect(await search(query)).toBe(expected);
  });

  test('a limit counts traces that stay', async () => {
    const all = `{${names.join()}}`;
    expect(await search('{ } | logs({1,3,5})', undefined, { limit: 2 })).toBe('5 3');
    expect(await search(`{ name = "slow" } | logs(${all})`, undefined, { limit: 3 })).toBe(
      '98 96 94',
    );
  });
});

test('the question is about the traces that match so far, with a margin', async () => {
  const logs = new NumberedLogs();
  await search('{ name = "slow" && traceDuration > 1s } | logs({0})', logs, {
    endNs: originNs + 3n * secondNs,
  });
  expect(logs.questions).toEqual([
    {
      query: '{0}',
      tenants: ['t'],
      startNs: originNs - embeddedMarginNs,
      // Not behind what a search of this range may ever look at.
      endNs: originNs + 3n * secondNs + embeddedMarginNs,
      among: [traceIdOf('2'), traceIdOf('0')],
      tracesMax: 2,
    },
  ]);
});

describe('when pages go by', () => {
  const few = '{ } | logs({99,1,2})';

  test('all traces with such lines are asked for, and no page asks again', async () => {
    const logs = new NumberedLogs();
    expect(await search(few, logs)).toBe('99 2 1');
    expect(logs.questions.map(({ among }) => among?.length)).toEqual([20, 20, undefined]);
    expect(logs.questions.at(-1)).toMatchObject({
      startNs: originNs - embeddedMarginNs,
      endNs: originNs + 3600n * secondNs + embeddedMarginNs,
    });
  });

  test('and when there are too many, pages go on', async () => {
    class ManyLogs extends NumberedLogs {
      override async findTraces(question: TraceQuestion) {
        const answer = await super.findTraces(question);
        return question.among === undefined ? { traceIds: [], complete: false } : answer;
      }
    }
    const logs = new ManyLogs();
    expect(await search(few, logs)).toBe('99 2 1');
    expect(logs.questions.map(({ among }) => among?.length)).toEqual([
      20,
      20,
      undefined,
      20,
      20,
      20,
    ]);
  });
});

describe('failures', () => {
  async function check(query: string, expected: object): Promise<void> {
    await expect(search(query), query).rejects.toMatchObject(expected);
  }

  test('of the query inside have their place in the whole', () =>
    check('{ } | logs({?})', {
      code: 'syntax',
      message: 'in logs(…): unexpected "?"',
      position: { start: 12, end: 13 },
    }));

  test('no end, nothing inside, no parentheses', async () => {
    await check('{ } | logs({a="b"}', {
      code: 'syntax',
      message: expect.stringContaining('missing closing )') as string,
    });
    await check('{ } | logs( )', {
      code: 'syntax',
      message: 'logs(…) is empty: write a LogQL query inside',
    });
    await check('{ } | logs', { code: 'syntax', position: { start: 10, end: 10 } });
  });

  test.each(['({ } | logs({1})) && { }', '({ } | logs({1}) | count()) > 1'])(
    'inside of parentheses: %s',
    (query) => check(query, { code: 'semantics', position: expect.anything() as object }),
  );

  test('in metrics', async () => {
    const engine = createTraceqlEngine({ spans: source(), logs: new NumberedLogs() });
    const request = {
      query: '{ } | logs({1}) | rate()',
      tenants: ['t'],
      startNs: originNs,
      endNs: originNs + secondNs,
      stepNs: secondNs,
      instant: false,
      exemplarsMax: 0,
    };
    await expect(engine.metrics(request, new AbortController().signal)).rejects.toMatchObject({
      code: 'semantics',
      position: { start: 6, end: 15 },
    });
  });

  test('where there are no logs to ask', async () => {
    const engine = createTraceqlEngine({ spans: source() });
    const request = {
      query: '{ } | logs({1})',
      tenants: ['t'],
      startNs: originNs,
      endNs: originNs + secondNs,
      limit: 1,
      spansPerSpanset: 1,
    };
    await expect(engine.search(request, new AbortController().signal)).rejects.toMatchObject({
      code: 'unsupported',
    });
  });
});
