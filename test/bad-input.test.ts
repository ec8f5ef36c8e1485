// Input that is meant to hurt, in all three languages: what is right answers, what is wrong says so, and how far anyone
// got is bounded by the named limits, which the tests read from the place that a failure names, from what sources were
// asked for and from what results hold.

import { describe, expect, test } from 'vitest';
import { FakeClock } from '../src/base/clock.ts';
import { asFailure, type Failure } from '../src/base/errors.ts';
import { labelsFromEntries } from '../src/model/labels.ts';
import { createLogqlEngine } from '../src/query/logql/execute/engine.ts';
import { MemoryLogSource } from '../src/query/logql/execute/memory-source.ts';
import type { LogqlResult } from '../src/query/logql/engine.ts';
import { templateOutputMax } from '../src/query/logql/syntax/limits.ts';
import { parseLogql } from '../src/query/logql/syntax/parse.ts';
import { prettyLogql } from '../src/query/logql/syntax/pretty.ts';
import { createPromqlEngine } from '../src/query/promql/execute/create-engine.ts';
import { MemorySeriesSource } from '../src/query/promql/execute/memory-source.ts';
import type { PromqlResult } from '../src/query/promql/engine.ts';
import { parsePromql } from '../src/query/promql/syntax/parse.ts';
import { prettyPromql } from '../src/query/promql/syntax/pretty.ts';
import { compileAnchoredRegex, compileUnanchoredRegex } from '../src/query/language/regex.ts';
import { createTraceqlEngine } from '../src/query/traceql/execute/engine.ts';
import { MemorySpanSource } from '../src/query/traceql/execute/memory-source.ts';
import { parseTraceql } from '../src/query/traceql/syntax/parse.ts';
import { prettyTraceql } from '../src/query/traceql/syntax/pretty.ts';
import { originNs, secondNs, spanOf } from './traceql-spans.ts';

const { signal } = new AbortController();
const million = 1_000_000;

function failureOf(work: () => unknown): Failure {
  try {
    work();
  } catch (error) {
    return asFailure(error);
  }
  throw new Error('did not fail');
}

const parsers: Readonly<Record<string, (query: string) => unknown>> = {
  logql: parseLogql,
  promql: parsePromql,
  traceql: parseTraceql,
};

describe('queries of a million characters are refused before they are read', () => {
  const queries: Readonly<Record<string, readonly string[]>> = {
    logql: [`1${'+1'.repeat(million)}`, `{a="${'x'.repeat(million)}"}`, '('.repeat(million)],
    promql: [`1${'+1'.repeat(million)}`, `{a="${'x'.repeat(million)}"}`, '-'.repeat(million)],
    traceql: [`{ 1${'+1'.repeat(million)} }`, `{}${'|{}'.repeat(million)}`, '('.repeat(million)],
  };
  test.each(Object.keys(parsers))('%s', (language) => {
    for (const query of queries[language] ?? []) {
      const { code, message, position } = failureOf(() => parsers[language]?.(query));
      expect(code, message).toBe('limit');
      // No token was looked at, so there is no place.
      expect(position === undefined || position.start === 0).toBe(true);
    }
  });
});

describe('10,000 levels are refused at the limit, not at the end', () => {
  const deep = (open: string, inner: string, close: string): string =>
    `${open.repeat(10_000)}${inner}${close.repeat(10_000)}`;
  const queries: Readonly<Record<string, readonly string[]>> = {
    logql: [
      deep('(', 'vector(1)', ')'),
      `{a="b"} | ${deep('(', 'a="b"', ')')}`,
      deep('sum(', '1', ')'),
    ],
    promql: [deep('(', '1', ')'), deep('abs(', 'up', ')'), `${'-'.repeat(10_000)}1`],
    traceql: [
      deep('(', '{}', ')'),
      `{ ${deep('(', 'true', ')')} }`,
      `{ ${'!'.repeat(10_000)}true }`,
    ],
  };
  test.each(Object.keys(parsers))('%s', (language) => {
    for (const query of queries[language] ?? []) {
      const { code, message, position } = failureOf(() => parsers[language]?.(query));
      expect(code, message).toBe('limit');
      // Levels are at most 500 and the longest opening has four characters.
      expect(position?.start ?? 0, query.slice(0, 40)).toBeLessThan(2500);
    }
  });

  test('what is below the limits is printed over several lines and read again', () => {
    const sum = `${'sum('.repeat(90)}x${')'.repeat(90)}`;
    expect(prettyPromql(parsePromql(prettyPromql(parsePromql(sum))))).toBe(
      prettyPromql(parsePromql(sum)),
    );
    const spans = `${'('.repeat(90)}{ .a = 1 }${')'.repeat(90)}`;
    expect(prettyTraceql(parseTraceql(spans))).toBe('{ .a = 1 }');
    expect(prettyLogql(parseLogql(`${'('.repeat(90)}vector(1)${')'.repeat(90)}`))).toContain(
      'vector',
    );
  });
});

test('patterns that take others forever are linear here: this test would never end', () => {
  const text = 'a'.repeat(100_000);
  for (const pattern of [
    '(a*)*b',
    '(a|a)*b',
    '(a|aa)+b',
    '(.*a){12}b',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
  ]) {
    expect(compileAnchoredRegex(pattern).matches(text)).toBe(false);
    expect(compileUnanchoredRegex(pattern).matches(text.slice(0, 20_000))).toBe(false);
  }
  // Too large a program, too long a pattern.
  expect(failureOf(() => compileAnchoredRegex('((a{1,1000}){1,1000}){1,1000}')).code).toBe(
    'syntax',
  );
  expect(failureOf(() => compileAnchoredRegex('a.'.repeat(10_000))).code).toBe('limit');
});

test('a long list of values is no pattern to be searched with', () => {
  const list = Array.from({ length: 5000 }, (_, at) => String.raw`10\.0\.${at}\.1`).join('|');
  expect(compileAnchoredRegex(list).matches('10.0.4711.1')).toBe(true);
  expect(compileAnchoredRegex(`(${list})`).matches('10x0.4711.1')).toBe(false);
  expect(compileAnchoredRegex('(a|b|)').matches('')).toBe(true);
  expect(failureOf(() => compileAnchoredRegex(`${list}|`.repeat(3))).code).toBe('limit');
});

// ------------------------------------------------------------------------------------------------ LogQL

async function logql(query: string, lines: readonly string[], changes = {}): Promise<LogqlResult> {
  const logs = new MemoryLogSource();
  lines.forEach((line, at) =>
    logs.add({
      tenant: 't',
      timeNs: BigInt(at + 1) * secondNs,
      labels: labelsFromEntries([['app', 'a']]),
      line,
      metadata: [],
    }),
  );
  const request = {
    query,
    tenants: ['t'],
    kind: 'range',
    startNs: 0n,
    endNs: 60n * secondNs,
  } as const;
  const rest = { stepNs: 60n * secondNs, intervalNs: 0n, limit: 10, direction: 'forward' } as const;
  return createLogqlEngine({ logs, clock: new FakeClock(0) }).query(
    { ...request, ...rest, ...changes },
    signal,
  );
}

async function firstLine(query: string, line: string): Promise<{ line: string; error: string }> {
  const { data } = await logql(query, [line]);
  const entry = data.kind === 'streams' ? data.streams[0]?.entries[0] : undefined;
  const error = entry?.parsed.find(({ name }) => name === '__error__')?.value ?? '';
  return { line: entry?.line ?? '', error };
}

describe('templates', () => {
  test.each([
    ['that loop without end', '{{define "t"}}{{template "t"}}{{end}}{{template "t"}}'],
    ['that loop in loops', `${'{{range fromJson .list}}'.repeat(12)}x${'{{end}}'.repeat(12)}`],
    ['that print without end', '{{repeat 1000000000 "x"}}'],
    [
      'that grow what they print',
      '{{printf "%999999d" 1}}{{printf "%999999d" 1}}{{printf "%999999d" 1}}',
    ],
    ['that indent without end', '{{indent 2000000000 "x"}}'],
  ])('%s stop', async (_, template) => {
    const list = JSON.stringify(Array.from({ length: 50 }, (__, at) => at));
    const query = `{app="a"} | json | line_format \`${template}\``;
    const { line, error } = await firstLine(query, JSON.stringify({ list }));
    expect(error).toBe('TemplateFormatErr');
    expect(line.length).toBeLessThanOrEqual(templateOutputMax);
  });

  test('division by zero is an error of its line', async () => {
    for (const template of ['{{div 1 0}}', '{{mod 1 0}}', '{{divf 1 0}}'])
      expect(await firstLine(`{app="a"} | line_format "${template}"`, 'x')).toEqual({
        line: 'x',
        error: 'TemplateFormatErr',
      });
  });
});

test('labels of a million characters pass through', async () => {
  const huge = 'v'.repeat(million);
  const line = JSON.stringify({ huge, [huge]: 1 });
  for (const query of [
    '{app="a"} | json | huge=~"v+" | line_format "{{len .huge}}"',
    '{app="a"} | json | label_format n="{{len .huge}}" | line_format "{{.n}}"',
    `{app="a"} | regexp "(?P<huge>v+)" | line_format "{{len .huge}}"`,
    '{app="a"} | pattern `<_>:"<huge>"<_>` | line_format "{{len .huge}}"',
  ])
    expect((await firstLine(query, line)).line, query).toBe(String(million));
  expect(
    (await firstLine('{app="a"} | logfmt | line_format "{{len .huge}}"', `huge=${huge}`)).line,
  ).toBe(String(million));
});

test('nested JSON beyond its limit is an error of its line', async () => {
  const deep = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;
  expect((await firstLine('{app="a"} | json', deep)).error).toBe('JSONParserErr');
});

test('durations and sizes that overflow are refused or out of range', async () => {
  expect(failureOf(() => parseLogql('rate({a="b"}[99999999y])')).code).toBe('syntax');
  expect(failureOf(() => parseLogql('{a="b"} | x > 99999999999999y')).code).toBe('syntax');
  expect((await firstLine('{app="a"} | logfmt | t > 1s', 't=99999999999999y')).error).toBe(
    'LabelFilterErr',
  );
});

test('NaN and infinity have their place in aggregations', async () => {
  const instant = { kind: 'instant', startNs: 60n * secondNs, endNs: 60n * secondNs, stepNs: 0n };
  const value = async (query: string): Promise<string> => {
    const { data } = await logql(query, ['v=NaN', 'v=1', 'v=+Inf', 'v=-2'], instant);
    return data.kind === 'vector'
      ? data.series.map(({ values }) => String(values[0])).join()
      : data.kind;
  };
  const over = (name: string): string => `${name}({app="a"} | logfmt | unwrap v [1m])`;
  expect(await value(over('sum_over_time'))).toBe('NaN');
  expect(await value(over('max_over_time'))).toBe('Infinity');
  expect(await value(over('min_over_time'))).toBe('-2');
  // Unlike in PromQL.
  expect(await value('sum(count_over_time({app="a"}[1m])) / 0')).toBe('NaN');
  expect(await value('sum(count_over_time({app="a"}[1m])) % 0')).toBe('NaN');
});

// ----------------------------------------------------------------------------------------------- PromQL

async function promql(
  query: string,
  options: Parameters<typeof createPromqlEngine>[0]['options'] = {},
): Promise<PromqlResult> {
  const series = new MemorySeriesSource();
  for (const [name, value] of [
    ['a', Number.NaN],
    ['b', 1],
    ['c', -Infinity],
    ['d', 2],
  ] as const)
    series.append(
      labelsFromEntries([
        ['__name__', 'm'],
        ['l', name],
      ]),
      {
        timestampMs: 0,
        sample: { kind: 'float', value },
      },
    );
  return createPromqlEngine({ series, options }).query(
    { query, tenants: ['t'], kind: 'instant', startMs: 0, endMs: 0, stepMs: 0 },
    signal,
  );
}

async function values(query: string): Promise<string> {
  const { data } = await promql(query);
  if (data.kind === 'scalar') return String(data.value);
  return data.kind === 'vector'
    ? data.series.map((one) => String(one.values[0])).join(' ')
    : data.kind;
}

test('numbers at their edges', async () => {
  expect(await values('1 / 0')).toBe('Infinity');
  expect(await values('0 / 0')).toBe('NaN');
  expect(await values('-1 % 0')).toBe('NaN');
  expect(await values('sort(m)')).toBe('-Infinity 1 2 NaN');
  expect(await values('sort_desc(m)')).toBe('2 1 -Infinity NaN');
  expect(await values('topk(2, m)')).toBe('2 1');
  expect(await values('max(m)')).toBe('2');
  expect(await values('quantile(2, m)')).toBe('Infinity');
  expect(await values('9223372036854775807 + 1')).toBe('9223372036854776000');
  await expect(values('topk(1e300, m)')).rejects.toMatchObject({ code: 'execution' });
  expect(failureOf(() => parsePromql('m[999999999999y]')).code).toBe('syntax');
  expect(failureOf(() => parsePromql('m offset 999999999999y')).code).toBe('syntax');
});

test('the limit of samples has a name and bites before memory does', async () => {
  await expect(promql('m', { samplesMax: 3 })).rejects.toMatchObject({ code: 'limit' });
  await expect(promql('max_over_time(vector(1)[30d:1ms])')).rejects.toMatchObject({
    code: 'limit',
  });
});

// ---------------------------------------------------------------------------------------------- TraceQL

async function traceql(query: string): Promise<number> {
  const spans = new MemorySpanSource();
  const attributes = {
    big: 9_223_372_036_854_775_807n,
    nan: Number.NaN,
    huge: 'v'.repeat(million),
  };
  spans.add('t', [
    spanOf({ id: 'a', attributes }),
    spanOf({ id: 'b', trace: 'U', attributes: { big: 1n } }),
  ]);
  const request = { tenants: ['t'], startNs: originNs, endNs: originNs + secondNs };
  const { traces } = await createTraceqlEngine({ spans }).search(
    { ...request, query, limit: 10, spansPerSpanset: 1 },
    signal,
  );
  return traces.length;
}

test('values of spans at their edges', async () => {
  expect(await traceql('{ .huge =~ "v+" }')).toBe(1);
  expect(await traceql('{ .huge = "v" }')).toBe(0);
  expect(await traceql('{ .big = 9223372036854775807 }')).toBe(1);
  expect(await traceql('{ .nan = .nan }')).toBe(0);
  expect(await traceql('{ .nan != .nan }')).toBe(1);
  expect(await traceql('{ .nan > 0 || .nan <= 0 }')).toBe(0);
  await expect(traceql('{ .big / 0 = 1 }')).rejects.toMatchObject({ code: 'execution' });
  expect(failureOf(() => parseTraceql('{ .a = 9223372036854775808 }')).code).toBe('syntax');
  expect(failureOf(() => parseTraceql('{ duration > 999999999999y }')).code).toBe('syntax');
});

test('a canceled query reads nothing and fails as canceled', async () => {
  const aborted = AbortSignal.abort();
  const reads: string[] = [];
  const watch = <T extends object>(name: string, source: T): T =>
    new Proxy(source, {
      get: (target, property) => {
        reads.push(`${name}.${String(property)}`);
        const value: unknown = Reflect.get(target, property);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  const range = { tenants: ['t'], startNs: originNs, endNs: originNs + secondNs };
  const asked: Readonly<Record<string, () => Promise<unknown>>> = {
    logql: () =>
      createLogqlEngine({
        logs: watch('logs', new MemoryLogSource()),
        clock: new FakeClock(0),
      }).query(
        {
          ...range,
          query: '{app="a"}',
          kind: 'range',
          stepNs: secondNs,
          intervalNs: 0n,
          limit: 1,
          direction: 'forward',
        },
        aborted,
      ),
    promql: () =>
      createPromqlEngine({ series: new MemorySeriesSource() }).query(
        { query: 'm', tenants: ['t'], kind: 'instant', startMs: 0, endMs: 0, stepMs: 0 },
        aborted,
      ),
    traceql: () =>
      createTraceqlEngine({ spans: new MemorySpanSource() }).metrics(
        { ...range, query: '{ } | rate()', stepNs: secondNs, instant: false, exemplarsMax: 0 },
        aborted,
      ),
  };
  for (const [language, ask] of Object.entries(asked)) {
    const failure = await ask().then(() => undefined, asFailure);
    expect(failure?.code, language).toBe('canceled');
  }
  expect(reads).toEqual([]);
});
