import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shopTrace } from '../../../../test/traceql-spans.ts';
import type { SpanPredicate } from '../../sources.ts';
import { predicateFilter } from '../execute/predicate-filter.ts';
import { pipelineRunner } from '../execute/spansets.ts';
import { TraceView } from '../execute/trace-view.ts';
import { traceqlOfTags } from '../syntax/legacy-tags.ts';
import { checkTraceql } from '../syntax/check.ts';
import { parseTraceql } from '../syntax/parse.ts';
import { lenientPredicate } from './lenient.ts';
import { explainPlan, planSearch, printPredicate } from './plan.ts';
import { requiredOfPipeline } from './predicates.ts';

function requiredOf(query: string): readonly SpanPredicate[] {
  const tree = parseTraceql(query);
  if (tree.kind !== 'spansets') throw new Error('not a search');
  checkTraceql(tree);
  return requiredOfPipeline(tree.pipeline);
}

describe('what storage is asked for', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['{ }', 'true'],
    ['{ false }', 'false'],
    ['{ .a = 1 }', 'any "a" = 1'],
    ['{ 500ms < duration }', 'duration > 500000000ns'],
    ['{ span.a =~ "x.*" && resource.b != 2.5 }', '(span "a" =~ "x.*" and resource "b" != 2.5)'],
    ['{ status = error || kind = server }', '(status = error or kind = server)'],
    ['{ .a && !.b }', '(any "a" = true and any "b" = false)'],
    ['{ !(.a = 1) }', 'true'],
    ['{ .a + 1 = 2 && name = "x" }', 'name = "x"'],
    ['{ .a + 1 = 2 || name = "x" }', 'true'],
    ['{ .a = nil }', 'any "a" = nil'],
    ['{ trace:id = "ABC" }', `trace:id = "${'abc'.padStart(32, '0')}"`],
    ['{ .a = 1 } && { .b = 2 }', 'any "a" = 1; any "b" = 2'],
    ['{ .a = 1 } || { .b = 2 }', '(any "a" = 1 or any "b" = 2)'],
    ['{ .a = 1 } >> { .b = 2 }', 'any "a" = 1; any "b" = 2'],
    ['{ .a = 1 } !>> { .b = 2 }', 'any "b" = 2'],
    ['{ .a = 1 } | { .b = 2 } | { .c = 3 }', '(any "a" = 1 and any "b" = 2 and any "c" = 3)'],
    ['{ .a = 1 } | count() > 2 | { .b = 2 }', 'any "a" = 1; any "b" = 2'],
    ['count() > 2', 'true'],
    ['({ .a = 1 } | count() > 2) && { }', 'any "a" = 1'],
  ];
  test.each(cases)('%s', (query, expected) => {
    expect(requiredOf(query).map(printPredicate).join('; ')).toBe(expected);
  });

  test('a plan explains itself', () => {
    const tree = parseTraceql('{ .a = 1 } >> { status = error } | select(.b)');
    if (tree.kind !== 'spansets') throw new Error('not a search');
    expect(explainPlan(planSearch(tree.pipeline))).toBe(
      [
        'search  { .a = 1 } >> { status = error } | select(.b)',
        'show    .a, status, .b',
        'storage has a span with any "a" = 1',
        'storage has a span with status = error',
      ].join('\n'),
    );
  });
});

const conditions = [
  '.region = "us"',
  '.region != "eu"',
  '.items > 2',
  '.items = nil',
  '.items != nil',
  '.retried',
  '!.retried',
  'status = error',
  'kind != client',
  'duration > 100ms',
  '4 < .rows',
  '.tags != "b"',
  '.tags = "b"',
  'event:name = "log"',
  'event:name != "log"',
  '.items + 1 = 4',
  'name =~ "G.*"',
  'name !~ "G.*"',
  'true',
  'false',
  'nestedSetParent < 0',
  'resource.region = "eu"',
  'event.exception.type != nil',
  '.total >= 19',
];

const { filter } = fc.letrec<{ filter: string }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...conditions),
    fc
      .tuple(tie('filter'), fc.constantFrom('&&', '||'), tie('filter'))
      .map(([a, operator, b]) => `(${a} ${operator} ${b})`),
    tie('filter').map((inner) => `!(${inner})`),
  ),
}));
const spansets = fc
  .array(
    fc.tuple(filter, fc.constantFrom('&&', '||', '>', '>>', '<<', '~', '!>', '!>>', '&>', '|')),
    {
      minLength: 1,
      maxLength: 3,
    },
  )
  .map((parts) =>
    parts
      .map(([inner, operator], at) => (at === 0 ? '' : ` ${operator} `) + `{ ${inner} }`)
      .join(''),
  );

test('a trace that matches has a span for each required predicate', () => {
  const trace = new TraceView('T', shopTrace);
  fc.assert(
    fc.property(spansets, (query) => {
      const tree = parseTraceql(query);
      if (tree.kind !== 'spansets') throw new Error('not a search');
      if (pipelineRunner(tree.pipeline)(trace.spans).length === 0) return;
      for (const predicate of requiredOfPipeline(tree.pipeline)) {
        expect(trace.spans.some(predicateFilter(predicate)), printPredicate(predicate)).toBe(true);
      }
    }),
    { numRuns: 2000 },
  );
});

describe('filters while somebody types', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['', 'true'],
    ['{', 'true'],
    ['{}', 'true'],
    ['{ .a = 1 }', 'any "a" = 1'],
    ['{ .a = 1', 'any "a" = 1'],
    ['{ .a = 1 && .b = }', 'any "a" = 1'],
    ['{ .a = "x && y" && name = && status = error }', '(any "a" = "x && y" and status = error)'],
    ['{ .a = 1 || .b = 2 }', '(any "a" = 1 or any "b" = 2)'],
    ['{ .a = 1 || .b = }', 'true'],
    ['{ .a = 1 && "', 'any "a" = 1'],
    ['{ .a = 1 } && { .b = 2 }', 'true'],
    ['{ } | rate()', 'true'],
    ['nonsense', 'true'],
    // Too long to be looked at, and no reason to think long.
    [`{ ."${'\\"'.repeat(50_000)}`, 'true'],
    [`{ .a = 1 ${'&&'.repeat(5000)}`, 'true'],
  ];
  test.each(cases)('%.40s', (text, expected) => {
    expect(printPredicate(lenientPredicate(text))).toBe(expected);
  });
});

describe('tags of the search before TraceQL', () => {
  const cases: readonly (readonly [string, bigint | undefined, bigint | undefined, string])[] = [
    ['', undefined, undefined, '{ }'],
    ['', 100_000_000n, 5_000_000_000n, '{ traceDuration >= 100ms } && { traceDuration <= 5s }'],
    ['service.name=cart', undefined, undefined, '{ resource.service.name =~ "(?i).*cart.*" }'],
    [
      'name="GET /a.b" error=true',
      undefined,
      undefined,
      '{ name =~ "(?i).*GET /a\\\\.b.*" } && { status = error }',
    ],
    [
      'status.code=ok root.name=x',
      undefined,
      undefined,
      '{ status = ok } && { rootName =~ "(?i).*x.*" }',
    ],
    [
      'http.status=500',
      undefined,
      undefined,
      '{ (.http.status =~ "(?i).*500.*" || .http.status = 500) }',
    ],
    ['flag', undefined, undefined, '{ .flag =~ "(?i).*.*" }'],
  ];
  test.each(cases)('%s', (tags, min, max, expected) => {
    const query = traceqlOfTags(tags, min, max);
    expect(query).toBe(expected);
    checkTraceql(parseTraceql(query));
  });

  test('what is not logfmt', () => {
    expect(() => traceqlOfTags('a="b', undefined, undefined)).toThrow(/invalid tags at "a=\\"b"/);
  });
});
