// Laws of the printers: what they print parses to the same tree.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Expr, LabelFilter, LogExpr, MetricExpr, Stage, Unwrap } from './ast.ts';
import {
  rangeOperations,
  vectorOperations,
  type RangeOperation,
  type VectorOperation,
} from './functions.ts';
import { parseLogql } from './parse.ts';
import { prettyLogql } from './pretty.ts';
import { printLogql } from './print.ts';

const span = { start: 0, end: 0 };
const name = fc.constantFrom(
  'a',
  'level',
  'trace_id',
  'count',
  'ip',
  'bytes',
  'größe',
  '__error__',
);
const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom('"', '`', '\\', '\n', 'é😀', '{{.a}}'),
);

const matcher = fc.record({
  name,
  operator: fc.constantFrom('=', '!=', '=~', '!~'),
  value: text,
});

const numeric = fc.constantFrom('=', '==', '!=', '>', '>=', '<', '<=');

const comparison: fc.Arbitrary<LabelFilter> = fc.oneof(
  matcher.map((value): LabelFilter => ({ kind: 'string', span, matcher: value })),
  fc.record({
    kind: fc.constant('number' as const),
    span: fc.constant(span),
    name,
    operator: numeric,
    value: fc.double({ noNaN: true, noDefaultInfinity: true }),
  }),
  fc.record({
    kind: fc.constantFrom('duration' as const, 'bytes' as const),
    span: fc.constant(span),
    name,
    operator: numeric,
    value: fc.integer({ min: 0, max: 2 ** 50 }),
  }),
  fc.record({
    kind: fc.constant('ip' as const),
    span: fc.constant(span),
    name,
    negated: fc.boolean(),
    pattern: text,
  }),
);

const operands = (inner: fc.Arbitrary<LabelFilter>): fc.Arbitrary<LabelFilter[]> =>
  fc.array(inner, { minLength: 2, maxLength: 3 });
const conjunction = operands(comparison).map((list): LabelFilter => ({
  kind: 'and',
  span,
  operands: list,
}));
const disjunction = operands(fc.oneof(comparison, conjunction)).map((list): LabelFilter => ({
  kind: 'or',
  span,
  operands: list,
}));
const mixed = fc
  .tuple(comparison, disjunction)
  .map((list): LabelFilter => ({ kind: 'and', span, operands: list }));
const labelFilter = fc.oneof(comparison, conjunction, disjunction, mixed);

const extractions = fc.array(fc.record({ name, expression: text }), { maxLength: 2 });

const stage: fc.Arbitrary<Stage> = fc.oneof(
  fc.record({
    kind: fc.constant('line-filter' as const),
    span: fc.constant(span),
    operator: fc.constantFrom('|=', '!=', '|~', '!~', '|>', '!>'),
    operands: fc.array(
      fc.record({ kind: fc.constantFrom('text' as const, 'ip' as const), value: text }),
      {
        minLength: 1,
        maxLength: 3,
      },
    ),
  }),
  fc.record({ kind: fc.constant('json' as const), span: fc.constant(span), extractions }),
  fc.record({
    kind: fc.constant('logfmt' as const),
    span: fc.constant(span),
    strict: fc.boolean(),
    keepEmpty: fc.boolean(),
    extractions,
  }),
  fc.record({
    kind: fc.constantFrom('regexp' as const, 'pattern' as const),
    span: fc.constant(span),
    pattern: text,
  }),
  fc.record({
    kind: fc.constantFrom('unpack' as const, 'decolorize' as const),
    span: fc.constant(span),
  }),
  labelFilter.map((filter): Stage => ({ kind: 'label-filter', span, filter })),
  fc.record({
    kind: fc.constant('line-format' as const),
    span: fc.constant(span),
    template: text,
  }),
  fc.record({
    kind: fc.constant('label-format' as const),
    span: fc.constant(span),
    formats: fc.array(
      fc.oneof(
        fc.record({ kind: fc.constant('rename' as const), target: name, source: name }),
        fc.record({ kind: fc.constant('template' as const), target: name, template: text }),
      ),
      { minLength: 1, maxLength: 2 },
    ),
  }),
  fc.record({
    kind: fc.constantFrom('drop' as const, 'keep' as const),
    span: fc.constant(span),
    choices: fc.array(
      fc.oneof(
        name.map((label) => ({ name: label, matcher: undefined })),
        matcher.map((value) => ({ name: value.name, matcher: value })),
      ),
      { minLength: 1, maxLength: 2 },
    ),
  }),
);

const embedded = fc
  .constantFrom(
    '{ }',
    ' { a } ',
    '{ .a = ")" }',
    '({ a } | count() > 1) && { b }',
    '{ a } // )\n',
    '',
  )
  .map((inner): Stage => {
    const query = { language: 'traceql' as const, text: inner, span };
    return { kind: 'trace', span, query };
  });

/** A bare name at the end of `drop` takes `!=` behind it for its own: no text says the two apart. */
function writable(stages: readonly Stage[]): readonly Stage[] {
  const kept: Stage[] = [];
  for (const one of stages) {
    const before = kept.at(-1);
    const bare =
      (before?.kind === 'drop' || before?.kind === 'keep') &&
      before.choices.at(-1)?.matcher === undefined;
    if (!(bare && one.kind === 'line-filter' && /^![=~]/.test(one.operator))) kept.push(one);
  }
  return kept;
}

const log: fc.Arbitrary<LogExpr> = fc.record({
  kind: fc.constant('log' as const),
  span: fc.constant(span),
  matchers: fc.array(matcher, { maxLength: 3 }),
  stages: fc.array(fc.oneof(stage, embedded), { maxLength: 4 }).map(writable),
});

const grouping = fc.record({ without: fc.boolean(), labels: fc.array(name, { maxLength: 2 }) });
const unwrap: fc.Arbitrary<Unwrap> = fc.record({
  span: fc.constant(span),
  label: name,
  conversion: fc.constantFrom(
    undefined,
    'bytes' as const,
    'duration' as const,
    'duration_seconds' as const,
  ),
  filters: fc.array(labelFilter, { maxLength: 2 }),
});

const rangeAggregation = fc
  .record({
    operation: fc.constantFrom(...(Object.keys(rangeOperations) as RangeOperation[])),
    log,
    unwrap,
    withUnwrap: fc.boolean(),
    grouping,
    withGrouping: fc.boolean(),
    rangeMs: fc.integer({ min: 1, max: 2 ** 40 }),
    offsetNs: fc.bigInt({ min: -(2n ** 50n), max: 2n ** 50n }),
    quantile: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map((given): MetricExpr => {
    const rules = rangeOperations[given.operation];
    const unwraps =
      rules.unwrap === 'required' || (rules.unwrap === 'optional' && given.withUnwrap);
    return {
      kind: 'range-aggregation',
      span,
      operation: given.operation,
      parameter: rules.parameter ? Math.abs(given.quantile) : undefined,
      range: {
        span,
        log: given.log,
        unwrap: unwraps ? given.unwrap : undefined,
        rangeNs: BigInt(given.rangeMs) * 1_000_000n,
        offsetNs: given.offsetNs,
      },
      grouping: rules.grouping && given.withGrouping ? given.grouping : undefined,
    };
  });

const { metric } = fc.letrec<{ metric: MetricExpr }>((tie) => ({
  metric: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    rangeAggregation,
    fc.nat().map((value): MetricExpr => ({ kind: 'vector', span, value })),
    fc
      .record({
        operation: fc.constantFrom(...(Object.keys(vectorOperations) as VectorOperation[])),
        k: fc.integer({ min: 1, max: 100 }),
        grouping,
        withGrouping: fc.boolean(),
        operand: tie('metric'),
      })
      .map(({ operation, k, grouping: groups, withGrouping, operand }): MetricExpr => {
        const rules = vectorOperations[operation];
        return {
          kind: 'vector-aggregation',
          span,
          operation,
          parameter: rules.parameter ? k : undefined,
          grouping: rules.grouping && withGrouping ? groups : undefined,
          operand,
        };
      }),
    fc
      .record({
        operator: fc.constantFrom(
          '+',
          '-',
          '*',
          '/',
          '%',
          '^',
          '==',
          '!=',
          '>',
          '>=',
          '<',
          '<=',
          'and',
          'or',
          'unless',
        ),
        left: tie('metric'),
        right: tie('metric'),
        returnBool: fc.boolean(),
        matching: fc.option(
          fc.record({
            on: fc.boolean(),
            labels: fc.array(name, { maxLength: 2 }),
            cardinality: fc.constantFrom('one-to-one', 'many-to-one', 'one-to-many'),
            include: fc.array(name, { maxLength: 2 }),
          }),
          { nil: undefined },
        ),
      })
      .map(({ operator, left, right, returnBool, matching }): MetricExpr => {
        const comparison = ['==', '!=', '>', '>=', '<', '<='].includes(operator);
        const include = matching?.cardinality === 'one-to-one' ? [] : (matching?.include ?? []);
        return {
          kind: 'binary',
          span,
          operator,
          left,
          right,
          returnBool: returnBool && comparison,
          matching: matching === undefined ? undefined : { ...matching, include },
        };
      }),
    fc
      .tuple(tie('metric'), name, text, name, text)
      .map(([operand, target, replacement, source, pattern]): MetricExpr => ({
        kind: 'label-replace',
        span,
        operand,
        target,
        replacement,
        source,
        pattern,
      })),
  ),
}));

function withoutSpans(expr: Expr): unknown {
  return JSON.parse(
    JSON.stringify(expr, (key, value: unknown) =>
      key === 'span' ? undefined : typeof value === 'bigint' ? `${value}n` : value,
    ),
  );
}

test('print and pretty lead back to the same tree', () => {
  fc.assert(
    fc.property(fc.oneof(log, metric), (expr) => {
      expect(withoutSpans(parseLogql(printLogql(expr)))).toEqual(withoutSpans(expr));
      expect(withoutSpans(parseLogql(prettyLogql(expr)))).toEqual(withoutSpans(expr));
    }),
    { numRuns: 500 },
  );
});
