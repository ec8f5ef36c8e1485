// Laws that hold for any lines: an instant query is one step of a range query, filters commute, what a filter keeps and
// what its negation keeps are all there is, and sums do not depend on how they are grouped.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FakeClock } from '../../../base/clock.ts';
import { labelsFromEntries, labelsKey } from '../../../model/labels.ts';
import { createLogqlEngine } from './engine.ts';
import { MemoryLogSource } from './memory-source.ts';

const secondNs = 1_000_000_000n;

interface Line {
  readonly at: number;
  readonly app: string;
  readonly pod: string;
  readonly text: string;
}

const lines = fc.array(
  fc.record({
    at: fc.integer({ min: 1, max: 60 }),
    app: fc.constantFrom('a', 'b'),
    pod: fc.constantFrom('', 'p', 'q'),
    text: fc
      .tuple(
        fc.constantFrom('level=info', 'level=error', 'odd', ''),
        fc.integer({ min: 0, max: 9 }),
      )
      .map(([word, v]) => `${word} v=${v}`),
  }),
  { maxLength: 25 },
);

function sourceOf(rows: readonly Line[]): MemoryLogSource {
  const source = new MemoryLogSource();
  for (const { at, app, pod, text } of rows.toSorted((a, b) => a.at - b.at))
    source.add({
      tenant: 't',
      timeNs: BigInt(at) * secondNs,
      labels: labelsFromEntries([['app', app]]),
      line: text,
      metadata: labelsFromEntries(pod === '' ? [] : [['pod', pod]]),
    });
  return source;
}

type Values = Readonly<Record<string, number>>;

/** Values at 60 s by labels, with the answer of a range query or of an instant one. */
async function valuesOf(
  rows: readonly Line[],
  query: string,
  kind: 'instant' | 'range' = 'instant',
): Promise<Values> {
  const engine = createLogqlEngine({ logs: sourceOf(rows), clock: new FakeClock(0) });
  const { data } = await engine.query(
    {
      query,
      tenants: ['t'],
      kind,
      startNs: kind === 'instant' ? 60n * secondNs : 20n * secondNs,
      endNs: kind === 'instant' ? 60n * secondNs : 80n * secondNs,
      stepNs: kind === 'instant' ? 0n : 20n * secondNs,
      intervalNs: 0n,
      limit: 100,
      direction: 'forward',
    },
    new AbortController().signal,
  );
  if (data.kind !== 'vector' && data.kind !== 'matrix') throw new Error(data.kind);
  const values: Record<string, number> = {};
  for (const series of data.series)
    series.timestampsMs.forEach((time, at) => {
      if (time === 60_000) values[labelsKey(series.labels)] = series.values[at] ?? Number.NaN;
    });
  return values;
}

async function checkEqual(rows: readonly Line[], one: string, other: string): Promise<void> {
  expect(await valuesOf(rows, one), `${one} = ${other}`).toEqual(await valuesOf(rows, other));
}

const queries = fc.constantFrom(
  'count_over_time({app=~".+"} [30s])',
  'sum by (level) (count_over_time({app=~".+"} | logfmt [25s]))',
  'rate({app="a"} |= "level" [1m])',
  'bytes_rate({app="a"} [17s] offset 10s)',
  'sum_over_time({app=~".+"} | logfmt | unwrap v [40s])',
  'quantile_over_time(0.7, {app=~".+"} | logfmt | unwrap v [40s]) by (app)',
  'first_over_time({app=~".+"} | logfmt | unwrap v [33s])',
  'stddev_over_time({app=~".+"} | logfmt | unwrap v [1m]) by ()',
  'rate_counter({app=~".+"} | logfmt | unwrap v [1m])',
  'absent_over_time({app="a"} |= "odd" [9s])',
  'topk(1, sum by (app, pod) (count_over_time({app=~".+"} [1m])))',
  'sum(count_over_time({app="a"}[1m])) / sum(count_over_time({app="b"}[1m])) > bool 1 or vector(0)',
  'label_replace(max_over_time({app=~".+"} | logfmt | unwrap v [1m]), "x", "$1", "app", "(.)")',
);

test('an instant query is a step of a range query', async () => {
  await fc.assert(
    fc.asyncProperty(lines, queries, async (rows, query) => {
      const range = await valuesOf(rows, query, 'range');
      const instant = await valuesOf(rows, query);
      expect(Object.keys(range).sort(), query).toEqual(Object.keys(instant).sort());
      for (const [key, value] of Object.entries(instant)) expect(range[key]).toBeCloseTo(value, 9);
    }),
    { numRuns: 300 },
  );
});

const filter = fc.constantFrom(
  '|= "error"',
  '|~ "v=[0-4]"',
  '|> "<_> v=<_>"',
  '| pod="p"',
  '| logfmt | v > 4',
);

test('filters commute', async () => {
  await fc.assert(
    fc.asyncProperty(lines, filter, filter, async (rows, a, b) => {
      const counted = (stages: string): string =>
        `sum by (app) (count_over_time({app=~".+"} ${stages} [1m]))`;
      await checkEqual(rows, counted(`${a} ${b}`), counted(`${b} ${a}`));
    }),
    { numRuns: 100 },
  );
});

test('a filter and its negation share all lines between them', async () => {
  await fc.assert(
    fc.asyncProperty(
      lines,
      fc.constantFrom(
        ['|= "error"', '!= "error"'],
        ['|~ "v=[0-4]"', '!~ "v=[0-4]"'],
        ['|> "<_> v=<_>"', '!> "<_> v=<_>"'],
        ['| pod="p"', '| pod!="p"'],
        ['| pod=~"p|"', '| pod!~"p|"'],
      ),
      async (rows, [yes = '', no = '']) => {
        const count = (stages: string): string =>
          `(sum(count_over_time({app=~".+"} ${stages} [1m])) or vector(0))`;
        await checkEqual(rows, `${count(yes)} + ${count(no)}`, count(''));
      },
    ),
    { numRuns: 100 },
  );
});

test('sums do not depend on their grouping; rates are counts a second', async () => {
  await fc.assert(
    fc.asyncProperty(lines, async (rows) => {
      const all = 'count_over_time({app=~".+"}[1m])';
      await checkEqual(rows, `sum(sum by (app) (${all}))`, `sum(${all})`);
      await checkEqual(rows, `sum(sum without (pod) (${all}))`, `sum(${all})`);
      await checkEqual(rows, `max(max by (pod) (${all}))`, `max(${all})`);
      await checkEqual(rows, 'rate({app=~".+"}[1m]) * 60', all);
      await checkEqual(rows, `${all} or ${all}`, all);
      await checkEqual(rows, `${all} unless ${all}`, `${all} > 1e9`);
    }),
    { numRuns: 50 },
  );
});
