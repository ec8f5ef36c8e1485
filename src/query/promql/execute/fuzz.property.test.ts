import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Failure } from '../../../base/errors.ts';
import { labelsFromEntries } from '../../../model/labels.ts';
import { emptyHistogram } from '../histogram/arithmetic.ts';
import { promqlFunctions } from '../syntax/functions.ts';
import { aggregators } from '../syntax/tokens.ts';
import { createPromqlEngine } from './create-engine.ts';
import { MemorySeriesSource } from './memory-source.ts';

/** Floats, histograms of several layouts and both in one series. */
function awkwardSource(): MemorySeriesSource {
  const source = new MemorySeriesSource();
  const exponential = {
    ...emptyHistogram,
    count: 6,
    sum: Number.NaN,
    zeroThreshold: 0.01,
    zeroCount: 1,
    positiveSpans: [{ offset: -1, length: 2 }],
    positiveBuckets: [2, 3],
  };
  const custom = {
    ...emptyHistogram,
    schema: -53,
    count: 3,
    sum: 5,
    positiveSpans: [{ offset: 0, length: 2 }],
    positiveBuckets: [1, 2],
    customValues: [1, 2],
  };
  const values = [1, -1, Number.NaN, Number.POSITIVE_INFINITY, 0, 1e308, -1e308, 5e-324];
  for (const [at, series] of ['a', 'b', 'c', 'd'].entries()) {
    const labels = labelsFromEntries([
      ['__name__', at < 2 ? 'x' : 'y_bucket'],
      ['l', series],
      ['le', at === 3 ? '+Inf' : '1'],
    ]);
    for (let step = 0; step < 30; step++) {
      const timestampMs = step * 30_000;
      const kind = (step + at) % 7;
      if (kind === 6) source.append(labels, { timestampMs, sample: { kind: 'stale' } });
      else if (at === 1 || (at === 2 && kind > 3)) {
        const histogram =
          kind % 2 === 0 ? exponential : { ...custom, customValues: [1, 2 + (step % 3)] };
        source.append(labels, { timestampMs, sample: { kind: 'histogram', histogram } });
      } else {
        const value = values[(step * (at + 1)) % values.length] ?? 0;
        const startTimestampMs = at === 0 ? timestampMs - 10_000 : 0;
        source.append(labels, { timestampMs, startTimestampMs, sample: { kind: 'float', value } });
      }
    }
  }
  return source;
}

const engine = createPromqlEngine({ series: awkwardSource(), options: { samplesMax: 200_000 } });

const leaf = fc.constantFrom(
  'x',
  'y_bucket',
  '{l=~".+"}',
  'x offset -1m',
  'x @ 300',
  'missing',
  'x smoothed',
);
const rangeLeaf = fc.constantFrom(
  'x[2m]',
  '{l=~".+"}[5m]',
  'x[3m] anchored',
  'y_bucket[90s] offset 1m',
  '{l=~".+"}[3m] smoothed',
  'x[1ms]',
);
const scalarLeaf = fc.constantFrom(
  '0',
  '1',
  '-1',
  '0.5',
  'NaN',
  'Inf',
  '1e30',
  'time()',
  'scalar(x)',
);

const { vector } = fc.letrec<{ vector: string }>((tie) => ({
  vector: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.constantFrom(...Object.entries(promqlFunctions)).chain(([name, { parameters, returns }]) =>
      fc
        .tuple(
          ...parameters.map((type) => {
            if (type === 'vector') return name === 'info' ? leaf : tie('vector');
            if (type === 'scalar') return scalarLeaf;
            if (type === 'string') return fc.constantFrom('"l"', '"$1"', '"(.*)"', '"le"', '""');
            return fc.oneof(
              rangeLeaf,
              fc
                .tuple(tie('vector'), fc.constantFrom('5m:1m', '2m:', '90s:7s'))
                .map(([inner, brackets]) => `(${inner})[${brackets}]`),
            );
          }),
        )
        .map((operands) =>
          returns === 'scalar'
            ? `vector(${name}(${operands.join(', ')}))`
            : `${name}(${operands.join(', ')})`,
        ),
    ),
    fc
      .tuple(
        fc.constantFrom(...aggregators),
        fc.constantFrom('', ' by (l)', ' without (l)', ' by (__name__)'),
        scalarLeaf,
        tie('vector'),
      )
      .map(([name, grouping, k, inner]) => {
        const parameter =
          name === 'count_values'
            ? '"v", '
            : /topk|bottomk|quantile|limit/.test(name)
              ? `${k}, `
              : '';
        return `${name}${grouping}(${parameter}${inner})`;
      }),
    fc
      .tuple(
        tie('vector'),
        fc.constantFrom(
          '+',
          '-',
          '*',
          '/',
          '%',
          '^',
          'atan2',
          '==',
          '> bool',
          '</',
          '>/',
          'and',
          'or',
          'unless on (l)',
          '+ on (l)',
          '- on (l) group_left (le)',
          '* on (le) group_right ()',
          '+ fill (1)',
        ),
        tie('vector'),
      )
      .map((parts) => `(${parts.join(' ')})`),
    fc
      .tuple(tie('vector'), fc.constantFrom('+', '>', '</', '>/', '=='), scalarLeaf)
      .map((parts) => `(${parts.join(' ')})`),
    tie('vector').map((inner) => `-${inner}`),
  ),
}));

test('whatever a query asks for, it answers or fails with a Failure that is no defect', async () => {
  await fc.assert(
    fc.asyncProperty(vector, fc.boolean(), async (query, isRange) => {
      try {
        const { data } = await engine.query(
          {
            query,
            tenants: ['t'],
            kind: isRange ? 'range' : 'instant',
            startMs: 60_000,
            endMs: isRange ? 600_000 : 60_000,
            stepMs: 45_000,
          },
          new AbortController().signal,
        );
        expect(['vector', 'matrix']).toContain(data.kind);
      } catch (error) {
        expect(error, query).toBeInstanceOf(Failure);
        expect((error as Failure).code, `${query}: ${(error as Failure).message}`).not.toBe(
          'internal',
        );
      }
    }),
    { numRuns: 1500, endOnFailure: true },
  );
});

test('any text is parsed or refused', async () => {
  const words = fc.constantFrom(
    'sum',
    'by',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    'x',
    '5m',
    '1',
    '"s"',
    '=',
    '=~',
    ',',
    ':',
    'offset',
    '@',
    'on',
    'group_left',
    '+',
    '-',
    '^',
    '</',
    'bool',
    'fill',
    '\\',
    '`',
    '#',
    '\n',
    'é',
    '\ud800',
  );
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.string({ maxLength: 60 }),
        fc.array(words, { maxLength: 25 }).map((all) => all.join(' ')),
      ),
      async (query) => {
        try {
          await engine.query(
            { query, tenants: ['t'], kind: 'instant', startMs: 0, endMs: 0, stepMs: 0 },
            new AbortController().signal,
          );
        } catch (error) {
          expect(error, query).toBeInstanceOf(Failure);
          expect((error as Failure).code, query).not.toBe('internal');
        }
      },
    ),
    { numRuns: 2000, endOnFailure: true },
  );
});

test('instant queries equal the steps of a range query', async () => {
  await fc.assert(
    fc.asyncProperty(vector, async (query) => {
      const signal = new AbortController().signal;
      const run = async (
        kind: 'instant' | 'range',
        startMs: number,
        endMs: number,
      ): Promise<Map<string, string> | undefined> => {
        try {
          const { data } = await engine.query(
            { query, tenants: ['t'], kind, startMs, endMs, stepMs: 60_000 },
            signal,
          );
          if (data.kind !== 'vector' && data.kind !== 'matrix') return undefined;
          const values = new Map<string, string>();
          for (const series of data.series) {
            for (const [at, time] of series.timestampsMs.entries()) {
              if (time === 300_000)
                values.set(JSON.stringify(series.labels), String(series.values[at]));
            }
          }
          return values;
        } catch {
          return undefined;
        }
      };
      if (/\b(?:start|end|step|range)\(\)/.test(query)) return;
      // Whether a group by name loses it is decided for all steps at once, as in Prometheus.
      if (query.includes('by (__name__)')) return;
      const instant = await run('instant', 300_000, 300_000);
      const range = await run('range', 240_000, 360_000);
      // One of them may fail for what happens at another step.
      if (instant === undefined || range === undefined) return;
      expect(Object.fromEntries(range), query).toEqual(Object.fromEntries(instant));
    }),
    { numRuns: 500, endOnFailure: true },
  );
});

test('a query that would take too much fails before it does', async () => {
  const check = (query: string): Promise<unknown> =>
    expect(
      engine.query(
        { query, tenants: ['t'], kind: 'instant', startMs: 0, endMs: 0, stepMs: 0 },
        new AbortController().signal,
      ),
    ).rejects.toMatchObject({ code: 'limit' });
  await check('sum_over_time(vector(1)[100y:1ms])');
  await check('max_over_time(vector(time())[1000d:1s])');
  await expect(
    engine.query(
      { query: '1', tenants: ['t'], kind: 'range', startMs: 0, endMs: 1e15, stepMs: 1 },
      new AbortController().signal,
    ),
  ).rejects.toMatchObject({ code: 'limit' });
});
