// Any tree that the parser can make is printed as text that reads back as the same tree, and no text whatever gets
// anything but a `Failure` out of the parser.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Failure } from '../../../base/errors.ts';
import type {
  Aggregate,
  FieldExpression,
  FieldReference,
  MetricsExpression,
  SpansetExpression,
  Stage,
  StaticValue,
  TraceqlQuery,
} from './ast.ts';
import { bareIntrinsics, functions, intrinsicNames, scopedIntrinsics } from './catalogue.ts';
import { checkTraceql } from './check.ts';
import { parseTraceql } from './parse.ts';
import { prettyTraceql } from './pretty.ts';
import { printTraceql } from './print.ts';

const span = { start: 0, end: 0 };
const int64 = fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n });
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

const staticValue: fc.Arbitrary<StaticValue> = fc.oneof(
  fc.constant<StaticValue>({ type: 'nil' }),
  fc.string({ unit: 'grapheme' }).map((value): StaticValue => ({ type: 'string', value })),
  int64.map((value): StaticValue => ({ type: 'int', value })),
  finite
    .filter((value) => !Object.is(value, -0))
    .map((value): StaticValue => ({ type: 'float', value })),
  fc.boolean().map((value): StaticValue => ({ type: 'bool', value })),
  fc
    .bigInt({ min: -(1n << 63n) + 1n, max: (1n << 63n) - 1n })
    .map((valueNs): StaticValue => ({ type: 'duration', valueNs })),
  fc.constantFrom('ok', 'error', 'unset').map((value): StaticValue => ({ type: 'status', value })),
  fc.constantFrom('server', 'client').map((value): StaticValue => ({ type: 'kind', value })),
);

const reference: fc.Arbitrary<FieldReference> = fc.oneof(
  fc
    .constantFrom(...intrinsicNames)
    .map((name): FieldReference => ({ kind: 'intrinsic', name, span })),
  fc.record({
    kind: fc.constant('attribute' as const),
    scope: fc.constantFrom('none' as const, 'resource' as const, 'span' as const, 'event' as const),
    parent: fc.constant(false),
    name: fc.string({ unit: 'grapheme', minLength: 1 }),
    span: fc.constant(span),
  }),
  fc.record({
    kind: fc.constant('attribute' as const),
    scope: fc.constantFrom('none' as const, 'resource' as const, 'span' as const),
    parent: fc.constant(true),
    name: fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('span.x', 'resource.y')),
    span: fc.constant(span),
  }),
);

const { field } = fc.letrec<{ field: FieldExpression }>((tie) => ({
  field: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    staticValue.map((value): FieldExpression => ({ kind: 'static', value, span })),
    reference,
    fc.record({
      kind: fc.constant('unary' as const),
      operator: fc.constantFrom('-' as const, '!' as const),
      operand: tie('field'),
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant('binary' as const),
      operator: fc.constantFrom(
        '&&',
        '||',
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
      ),
      left: tie('field'),
      right: tie('field'),
      span: fc.constant(span),
    }),
  ),
}));

const filter = field.map((expression) => ({ kind: 'filter' as const, expression, span }));

const { spansets } = fc.letrec<{ spansets: SpansetExpression }>((tie) => ({
  spansets: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    filter,
    fc.record({
      kind: fc.constant('operation' as const),
      operator: fc.constantFrom(
        '&&',
        '||',
        '>',
        '<',
        '>>',
        '<<',
        '~',
        '!>',
        '!<',
        '!>>',
        '!<<',
        '!~',
        '&>',
        '&<',
        '&>>',
        '&<<',
        '&~',
      ),
      left: tie('spansets'),
      right: tie('spansets'),
      span: fc.constant(span),
    }),
  ),
}));

const aggregate: fc.Arbitrary<Aggregate> = fc.oneof(
  fc.constant<Aggregate>({ kind: 'aggregate', name: 'count', argument: undefined, span }),
  fc.record({
    kind: fc.constant('aggregate' as const),
    name: fc.constantFrom('avg' as const, 'sum' as const),
    argument: field,
    span: fc.constant(span),
  }),
);

const laterStage: fc.Arbitrary<Stage> = fc.oneof(
  spansets,
  fc.record({
    kind: fc.constant('scalar-filter' as const),
    operator: fc.constantFrom('=' as const, '>' as const),
    left: aggregate,
    right: int64.map((value) => ({
      kind: 'scalar' as const,
      value: { type: 'int' as const, value },
      span,
    })),
    span: fc.constant(span),
  }),
  field.map((expression): Stage => ({ kind: 'by', expression, span })),
  fc.constant<Stage>({ kind: 'coalesce', span }),
  fc
    .constantFrom('{a="b"}', ' {a="b"} |= ":)" ', '{a="b"} | (x="1" or y="2") # )\n', '')
    .map((text): Stage => ({ kind: 'logs', query: { language: 'logql', text, span }, span })),
  fc
    .array(reference, { minLength: 1, maxLength: 3 })
    .map((fields): Stage => ({ kind: 'select', fields, span })),
);

const pipeline = fc
  .tuple(spansets, fc.array(laterStage, { maxLength: 3 }))
  .map(([first, rest]) => ({ kind: 'pipeline' as const, stages: [first, ...rest], span }));

const { metrics } = fc.letrec<{ metrics: MetricsExpression }>((tie) => ({
  metrics: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({
      kind: fc.constant('metrics-pipeline' as const),
      pipeline,
      aggregate: fc.oneof(
        fc.record({
          kind: fc.constant('metrics-aggregate' as const),
          name: fc.constant('quantile_over_time' as const),
          field: reference,
          quantiles: fc.array(
            fc.double({ min: 0, max: 1, noNaN: true }).map((q) => q + 0),
            { minLength: 1, maxLength: 3 },
          ),
          by: fc.array(reference, { maxLength: 2 }),
          span: fc.constant(span),
        }),
        fc.record({
          kind: fc.constant('metrics-compare' as const),
          selection: filter,
          topN: fc.nat(100),
          startNs: fc.nat().map(BigInt),
          endNs: fc.nat().map(BigInt),
          span: fc.constant(span),
        }),
      ),
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant('metrics-rank' as const),
      name: fc.constantFrom('topk' as const, 'bottomk' as const),
      limit: fc.nat(100),
      input: tie('metrics'),
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant('metrics-filter' as const),
      operator: fc.constantFrom('>' as const, '!=' as const),
      value: int64.map((value): StaticValue => ({ type: 'int', value })),
      input: tie('metrics'),
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant('metrics-math' as const),
      operator: fc.constantFrom('+' as const, '/' as const),
      left: tie('metrics'),
      right: fc.oneof(
        tie('metrics'),
        int64.map((value) => ({
          kind: 'metrics-scalar' as const,
          value: { type: 'int' as const, value },
          span,
        })),
      ),
      span: fc.constant(span),
    }),
  ),
}));

const query: fc.Arbitrary<TraceqlQuery> = fc.oneof(
  pipeline.map((value): TraceqlQuery => ({ kind: 'spansets', pipeline: value, hints: [], span })),
  metrics.map((value): TraceqlQuery => ({ kind: 'metrics', metrics: value, hints: [], span })),
);

/** The tree without places, and with bigints that can be compared. */
function bare(tree: unknown): string {
  return JSON.stringify(tree, (key, value: unknown) =>
    key === 'span' ? undefined : typeof value === 'bigint' ? `${value}n` : value,
  );
}

test('print, then parse: the same tree', () => {
  fc.assert(
    fc.property(query, (tree) => {
      const text = printTraceql(tree);
      const again = parseTraceql(text);
      expect(printTraceql(again)).toBe(text);
      expect(bare(again)).toBe(bare(tree));
    }),
    { numRuns: 1000 },
  );
});

test('pretty, then parse: the same tree', () => {
  fc.assert(
    fc.property(query, (tree) => {
      const text = prettyTraceql(tree);
      const again = parseTraceql(text);
      expect(bare(again)).toBe(bare(tree));
      expect(prettyTraceql(again)).toBe(text);
    }),
    { numRuns: 1000 },
  );
});

const pieces = [
  '{',
  '}',
  '(',
  ')',
  '|',
  ',',
  '=',
  '!=',
  '=~',
  '!~',
  '>',
  '<',
  '>>',
  '!>>',
  '&<',
  '&&',
  '||',
  '~',
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
  '!',
  '.a',
  'span.b',
  'resource."c d"',
  'parent.x',
  '"s"',
  '`r`',
  '"',
  '1',
  '2.5',
  '1h',
  '9223372036854775808',
  '1e400',
  'true',
  'nil',
  'ok',
  'server',
  'with',
  '//',
  '/*',
  '\\',
  '\u0000',
  ...Object.keys(functions),
  ...bareIntrinsics,
  ...scopedIntrinsics.keys(),
];

test('any text gives a tree or a failure', () => {
  const soup = fc.array(
    fc.oneof({ weight: 20, arbitrary: fc.constantFrom(...pieces) }, fc.string()),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(soup, fc.constantFrom('', ' '), (words, glue) => {
      const text = words.join(glue);
      try {
        const tree = parseTraceql(text);
        checkTraceql(tree);
        expect(bare(parseTraceql(printTraceql(tree)))).toBe(bare(tree));
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        expect(['syntax', 'semantics', 'unsupported', 'limit', 'execution']).toContain(error.code);
      }
    }),
    { numRuns: 5000 },
  );
});
