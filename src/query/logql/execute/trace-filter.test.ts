import { describe, expect, test } from 'vitest';
import { FakeClock } from '../../../base/clock.ts';
import { Failure } from '../../../base/errors.ts';
import { labelsFromEntries, labelsToRecord } from '../../../model/labels.ts';
import {
  embeddedMarginNs,
  type EmbeddedEvaluator,
  type TraceQuestion,
} from '../../language/embedded.ts';
import type { LogqlRequest, LogqlResult } from '../engine.ts';
import { createLogqlEngine } from './engine.ts';
import type { LogqlLimits } from './limits.ts';
import { MemoryLogSource } from './memory-source.ts';

const second = 1_000_000_000n;
const startNs = 1_700_000_000n * second;

function traceIdOf(letter: string): string {
  return letter.charCodeAt(0).toString(16).repeat(16);
}

/** Answers `{ a b }` with the traces of these letters. */
class LetterTraces implements EmbeddedEvaluator {
  readonly questions: TraceQuestion[] = [];

  checkQuery(query: string): void {
    const at = query.indexOf('?');
    if (at >= 0)
      throw new Failure('syntax', `unexpected "?" at ${at}`, {
        position: { start: at, end: at + 1 },
      });
  }

  findTraces(question: TraceQuestion): ReturnType<EmbeddedEvaluator['findTraces']> {
    this.questions.push(question);
    const all = [...question.query.matchAll(/[a-z]/g)].map(([letter]) => traceIdOf(letter));
    const traceIds = all.slice(0, question.tracesMax);
    return Promise.resolve({ traceIds, complete: all.length <= question.tracesMax });
  }
}

/** Line `x` of trace x at each second; `-` has none, `s` has its ID in its stream, `p` a padded half in upper case. */
function source(): MemoryLogSource {
  const logs = new MemoryLogSource();
  'abc-spab'.split('').forEach((letter, at) => {
    const id = traceIdOf(letter);
    const metadata =
      letter === '-' || letter === 's'
        ? []
        : [['trace_id', letter === 'p' ? id.slice(16).toUpperCase() : id] as const];
    logs.add({
      tenant: 't',
      timeNs: startNs + BigInt(at) * second,
      labels: labelsFromEntries([
        ['app', 'a'],
        ...(letter === 's' ? [['trace_id', id] as const] : []),
      ]),
      line: `${letter}${at}`,
      metadata: labelsFromEntries(metadata),
    });
  });
  return logs;
}

async function run(
  query: string,
  {
    evaluator = new LetterTraces(),
    limits = {},
    ...request
  }: Partial<LogqlRequest> & {
    evaluator?: EmbeddedEvaluator;
    limits?: Partial<LogqlLimits>;
  } = {},
): Promise<LogqlResult> {
  const engine = createLogqlEngine({
    logs: source(),
    clock: new FakeClock(0),
    traces: evaluator,
    limits,
  });
  return engine.query(
    {
      query,
      tenants: ['t'],
      kind: 'range',
      startNs,
      endNs: startNs + 100n * second,
      stepNs: 100n * second,
      intervalNs: 0n,
      limit: 100,
      direction: 'forward',
      ...request,
    },
    new AbortController().signal,
  );
}

function linesOf({ data }: LogqlResult): string {
  if (data.kind !== 'streams') throw new Error(`expected streams, got ${data.kind}`);
  const entries = data.streams.flatMap((stream) => stream.entries);
  return entries
    .toSorted((a, b) => Number(a.timeNs - b.timeNs))
    .map((entry) => entry.line)
    .join(' ');
}

describe('lines whose trace the query inside selects', () => {
  test.each([
    ['{app="a"} | trace({ a })', 'a0 a6'],
    ['{app="a"} | trace({ a b })', 'a0 b1 a6 b7'],
    ['{app="a"} | trace({ z })', ''],
    ['{app="a"} | trace({ s })', 's4'],
    ['{app="a"} | trace({ p })', 'p5'],
    ['{app="a"} |= "6" | trace({ a b })', 'a6'],
    ['{app="a"} | trace({ a b }) | TRACE ({ b c })', 'b1 b7'],
    ['{app="a"} | drop trace_id | trace({ a })', 'a0 a6'],
    ['{app="a"} | trace({ a }) | trace_id=""', ''],
    // Labels of the name keep their meaning.
    ['{app="a"} | trace=""', 'a0 b1 c2 -3 s4 p5 a6 b7'],
    ['{app="a"} | (trace="x")', ''],
  ])('%s', async (query, expected) => {
    expect(linesOf(await run(query))).toBe(expected);
    // Too many traces to hand down: the engine picks the lines alone.
    expect(linesOf(await run(query, { limits: { tracesPushedMax: 0 } }))).toBe(expected);
  });

  test('a limit counts lines that stay', async () => {
    expect(linesOf(await run('{app="a"} | trace({ b })', { limit: 1 }))).toBe('b1');
  });
});

describe('inside aggregations', () => {
  async function value(query: string): Promise<unknown> {
    const { data } = await run(query, { kind: 'instant', endNs: startNs + 50n * second });
    if (data.kind !== 'vector') throw new Error(`expected a vector, got ${data.kind}`);
    return data.series.map(({ labels, values }) => [labelsToRecord(labels), values[0]]);
  }

  test.each([
    ['sum(count_over_time({app="a"} | trace({ a b }) [1m]))', [[{}, 4]]],
    ['sum(count_over_time({app="a"} [1m]))', [[{}, 8]]],
    ['sum(count_over_time({app="a"} | trace({ z }) [1m]))', []],
    [
      'sum(count_over_time({app="a"} | trace({ a }) [1m])) / sum(count_over_time({app="a"}[1m]))',
      [[{}, 0.25]],
    ],
    ['absent_over_time({app="a"} | trace({ z }) [1m])', [[{ app: 'a' }, 1]]],
  ])('%s', async (query, expected) => {
    expect(await value(query)).toEqual(expected);
  });
});

describe('the question', () => {
  test('reaches beyond the range, and is asked once', async () => {
    const evaluator = new LetterTraces();
    const query =
      'sum(rate({app="a"} | trace({ a })[1m])) + sum(rate({app="a"} | trace({ a })[1m]))';
    await run(query, { evaluator, kind: 'instant', endNs: startNs });
    expect(evaluator.questions).toEqual([
      {
        query: '{ a }',
        tenants: ['t'],
        startNs: startNs - 60n * second + 1n - embeddedMarginNs,
        endNs: startNs + 1n + embeddedMarginNs,
        tracesMax: 10_000,
      },
    ]);
  });

  test('a limit that bites is said', async () => {
    const result = await run('{app="a"} | trace({ a b })', { limits: { tracesMax: 1 } });
    expect(linesOf(result)).toBe('a0 a6');
    expect(result.warnings).toEqual([expect.stringContaining('more than 1 traces')]);
  });
});

describe('failures', () => {
  async function failure(query: string, evaluator?: EmbeddedEvaluator): Promise<unknown> {
    return run(query, evaluator === undefined ? {} : { evaluator }).catch(
      (error: unknown) => error,
    );
  }

  test('of the query inside have their place in the whole', async () => {
    const query = '{app="a"} | trace({ ? })';
    const start = query.indexOf('?');
    expect(await failure(query)).toMatchObject({
      code: 'syntax',
      message: `in trace(…): unexpected "?" at ${start}`,
      position: { start, end: start + 1 },
    });
  });

  test('of its execution name it', async () => {
    class Failing extends LetterTraces {
      override findTraces(): Promise<never> {
        return Promise.reject(new Failure('timeout', 'took too long'));
      }
    }
    expect(await failure('{app="a"} | trace({ a })', new Failing())).toMatchObject({
      code: 'timeout',
      message: 'in trace(…): took too long',
    });
  });

  test('no end, and nothing inside', async () => {
    expect(await failure('{app="a"} | trace({ a }')).toMatchObject({
      code: 'syntax',
      message: "parse error at line 1, col 18: missing closing ')' of trace(…)",
    });
    expect(await failure('{app="a"} | trace()')).toMatchObject({ code: 'syntax' });
  });

  test('tailing', async () => {
    const engine = createLogqlEngine({
      logs: source(),
      clock: new FakeClock(0),
      traces: new LetterTraces(),
    });
    const request = { query: '{app="a"} | trace({ a })', tenants: ['t'], startNs };
    const tail = engine.tail(request, new AbortController().signal)[Symbol.asyncIterator]();
    await expect(tail.next()).rejects.toMatchObject({ code: 'semantics' });
  });
});
