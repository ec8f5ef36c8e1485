// Laws that hold for any traces, and a fuzzer: `&&` and `||` in braces are what spansets have in common and together,
// stages are conditions one behind the other, negated relations are what is left, a metrics query counts what a search
// finds, and an instant is one step. Whatever a query asks for, it answers or fails with a `Failure`.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { originNs, secondNs, spanOf } from '../../../../test/traceql-spans.ts';
import { Failure } from '../../../base/errors.ts';
import type { SpanRecord } from '../../../model/span-record.ts';
import { functions, intrinsicNames } from '../syntax/catalogue.ts';
import { createTraceqlEngine } from './engine.ts';
import { MemorySpanSource } from './memory-source.ts';

/** Small trees; a parent may be missing, or come later, or be the span itself. */
const spans = fc
  .array(
    fc.record({
      trace: fc.constantFrom('T', 'U', 'V'),
      parent: fc.option(fc.nat(11), { nil: undefined }),
      name: fc.constantFrom('a', 'b', 'c'),
      service: fc.constantFrom('x', 'y'),
      kind: fc.constantFrom('server' as const, 'client' as const),
      status: fc.constantFrom('ok' as const, 'error' as const, 'unset' as const),
      startMs: fc.nat(59_000),
      durationMs: fc.nat(500),
      attributes: fc.record(
        {
          n: fc.bigInt({ min: -3n, max: 3n }),
          f: fc.constantFrom(0.5, -1, 1e300, Number.NaN),
          s: fc.constantFrom('a', 'b', '', '500'),
          l: fc.constantFrom<readonly string[]>(['a'], ['a', 'b'], []),
        },
        { requiredKeys: [] },
      ),
    }),
    { maxLength: 12 },
  )
  .map((sketches) =>
    sketches.map(({ parent, attributes, ...sketch }, at): SpanRecord => {
      // What is absent stays absent.
      const present = Object.entries(attributes).filter(([, value]) => value !== undefined);
      return spanOf({
        ...sketch,
        id: `s${at}`,
        ...(parent === undefined ? {} : { parent: `s${parent}` }),
        attributes: Object.fromEntries(present),
      });
    }),
  );

const condition = fc.constantFrom(
  'name = "a"',
  'name =~ "a|b"',
  'kind = server',
  'status != ok',
  'duration > 250ms',
  '.n > 0',

  '.n <= 1',
  '.f < 1',
  '.s = "a"',
  '.s != "b"',
  '.l = "a"',
  '.n = nil',
  'resource.service.name = "x"',
  'nestedSetParent < 0',
  'span:childCount > 0',
  'true',
);

const { signal } = new AbortController();
const range = { tenants: ['t'], startNs: originNs, endNs: originNs + 60n * secondNs };

function engineOf(records: readonly SpanRecord[]): ReturnType<typeof createTraceqlEngine> {
  const source = new MemorySpanSource();
  source.add('t', records);
  return createTraceqlEngine({ spans: source });
}

/** Spans that a search finds. */
async function found(records: readonly SpanRecord[], query: string): Promise<readonly string[]> {
  const request = { ...range, query, limit: 100, spansPerSpanset: 100 };
  const { traces } = await engineOf(records).search(request, signal);
  return traces
    .flatMap(({ traceId, spansets }) =>
      spansets.flatMap((spanset) => spanset.spans.map(({ span }) => `${traceId} ${span.spanId}`)),
    )
    .sort();
}

test('conditions combine as sets do', async () => {
  await fc.assert(
    fc.asyncProperty(spans, condition, condition, async (records, a, b) => {
      const [one, other] = [await found(records, `{ ${a} }`), await found(records, `{ ${b} }`)];
      const both = one.filter((span) => other.includes(span));
      expect(await found(records, `{ ${a} && ${b} }`)).toEqual(both);
      expect(await found(records, `{ ${a} } | { ${b} }`)).toEqual(both);
      expect(await found(records, `{ (${a}) || (${b}) }`)).toEqual(
        [...new Set([...one, ...other])].sort(),
      );
      expect(await found(records, `{ ${a} } || { ${b} }`)).toEqual(
        [...new Set([...one, ...other])].sort(),
      );
    }),
    { numRuns: 100 },
  );
});

test('a relation and its negation share the right side between them', async () => {
  const relation = fc.constantFrom('>', '>>', '<', '<<', '~');
  await fc.assert(
    fc.asyncProperty(spans, condition, condition, relation, async (records, a, b, sign) => {
      const related = await found(records, `{ ${a} } ${sign} { ${b} }`);
      const others = await found(records, `{ ${a} } !${sign} { ${b} }`);
      expect(related.filter((span) => others.includes(span))).toEqual([]);
      expect([...related, ...others].sort()).toEqual(await found(records, `{ ${b} }`));
      const union = await found(records, `{ ${a} } &${sign} { ${b} }`);
      expect(related.every((span) => union.includes(span))).toBe(true);
    }),
    { numRuns: 100 },
  );
});

/** The last value of each series, or of all together. */
async function counted(
  records: readonly SpanRecord[],
  query: string,
  stepNs: bigint,
  instant: boolean,
): Promise<readonly number[]> {
  const request = { ...range, query, stepNs, instant, exemplarsMax: 0 };
  const series = await engineOf(records).metrics(request, signal);
  return series.map(({ values }) => values.reduce((sum, value) => sum + value, 0));
}

test('metrics count what a search finds, an instant is one step', async () => {
  await fc.assert(
    fc.asyncProperty(spans, condition, async (records, a) => {
      const query = `{ ${a} } | count_over_time()`;
      const [instant = 0] = await counted(records, query, 0n, true);
      expect(instant).toBe((await found(records, `{ ${a} }`)).length);
      expect(await counted(records, query, 60n * secondNs, false)).toEqual([instant]);
      expect(await counted(records, query, 7n * secondNs, false)).toEqual([instant]);
      const groups = await counted(records, `${query} by (name, .n)`, 60n * secondNs, false);
      expect(groups.reduce((sum, value) => sum + value, 0)).toBe(instant);
    }),
    { numRuns: 100 },
  );
});

const word = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...intrinsicNames, '.n', '.f', '.s', '.l', 'span.n') },
  fc.constantFrom(
    '1',
    '0',
    '-2.5',
    '1h',
    '9223372036854775807',
    '"a"',
    '".*"',
    'nil',
    'true',
    'error',
  ),
);
const operator = fc.constantFrom(
  '=',
  '!=',
  '=~',
  '!~',
  '>',
  '>=',
  '<',
  '<=',
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
  '&&',
  '||',
);
const field = fc
  .tuple(word, fc.array(fc.tuple(operator, word), { maxLength: 4 }))
  .map(([first, more]) => [first, ...more.flat()].join(' '));
const stage = fc.oneof(
  field.map((text) => `{ ${text} }`),
  field.map((text) => `by(${text})`),
  fc
    .tuple(fc.constantFrom('avg', 'min', 'max', 'sum'), field)
    .map(([name, text]) => `${name}(${text}) > 1`),
  fc.constantFrom('count() = 2', 'coalesce()', 'select(.n, name)', '{ } >> { kind = client }'),
);
const metrics = fc
  .tuple(
    fc.constantFrom(...Object.keys(functions), 'topk'),
    fc.constantFrom('', 'duration', '.n', 'duration, 0.5, 1', '{ .n > 0 }', '3'),
    fc.constantFrom('', ' by (.s)', ' by (name, .l)', ' | topk(2)', ' > 1', ' * 2'),
  )
  .map(([name, argument, rest]) => `${name}(${argument})${rest}`);
const anyQuery = fc
  .tuple(field, fc.array(stage, { maxLength: 3 }), fc.option(metrics, { nil: '' }))
  .map(([text, stages, last]) =>
    [`{ ${text} }`, ...stages, ...(last === '' ? [] : [last])].join(' | '),
  );

test('whatever a query asks for, it answers or fails with a Failure that is no defect', async () => {
  await fc.assert(
    fc.asyncProperty(spans, anyQuery, async (records, query) => {
      const engine = engineOf(records);
      const asked = [
        () => engine.search({ ...range, query, limit: 5, spansPerSpanset: 2 }, signal),
        () =>
          engine.metrics(
            { ...range, query, stepNs: 10n * secondNs, instant: false, exemplarsMax: 3 },
            signal,
          ),
      ];
      for (const ask of asked) {
        try {
          await ask();
        } catch (error) {
          expect(error, query).toBeInstanceOf(Failure);
          expect((error as Failure).code, query).not.toBe('internal');
        }
      }
    }),
    { numRuns: 700 },
  );
});
