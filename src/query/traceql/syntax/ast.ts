// The tree of a TraceQL query. Plain, read-only objects with the place in the text that they came from; built by the
// parser, read by check, print, plan and execute. Intrinsics carry one canonical name whatever the spelling.

import type { TextSpan } from '../../../base/errors.ts';
import type { EmbeddedQuery } from '../../language/embedded.ts';
import type { IntrinsicName } from './catalogue.ts';

// ------------------------------------------------------------------------------------ field expressions

export type AttributeScope = 'none' | 'resource' | 'span' | 'event' | 'link' | 'instrumentation';

export type StaticValue =
  | { readonly type: 'nil' }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'int'; readonly value: bigint }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'duration'; readonly valueNs: bigint }
  /** `ok`, `error`, `unset`. */
  | { readonly type: 'status'; readonly value: string }
  /** `server`, `client`, … */
  | { readonly type: 'kind'; readonly value: string };

export interface StaticField {
  readonly kind: 'static';
  readonly value: StaticValue;
  readonly span: TextSpan;
}

export interface AttributeField {
  readonly kind: 'attribute';
  readonly scope: AttributeScope;
  /** `parent.…`: of the parent span. */
  readonly parent: boolean;
  readonly name: string;
  readonly span: TextSpan;
}

export interface IntrinsicField {
  readonly kind: 'intrinsic';
  readonly name: IntrinsicName;
  readonly span: TextSpan;
}

/** What a span has: the arguments of `by`, `select` and the metrics functions. */
export type FieldReference = AttributeField | IntrinsicField;

export type ComparisonOperator = '=' | '!=' | '=~' | '!~' | '>' | '>=' | '<' | '<=';
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^';
export type FieldOperator = ComparisonOperator | ArithmeticOperator | '&&' | '||';

export interface UnaryField {
  readonly kind: 'unary';
  readonly operator: '-' | '!';
  readonly operand: FieldExpression;
  readonly span: TextSpan;
}

export interface BinaryField {
  readonly kind: 'binary';
  readonly operator: FieldOperator;
  readonly left: FieldExpression;
  readonly right: FieldExpression;
  readonly span: TextSpan;
}

export type FieldExpression = StaticField | FieldReference | UnaryField | BinaryField;

// --------------------------------------------------------------------------------------------- spansets

export type StructuralRelation = '>' | '<' | '>>' | '<<' | '~';
export type SpansetOperator =
  | '&&'
  | '||'
  | StructuralRelation
  | `!${StructuralRelation}`
  | `&${StructuralRelation}`;

export interface SpansetFilter {
  readonly kind: 'filter';
  /** `{ }` is `{ true }`. */
  readonly expression: FieldExpression;
  readonly span: TextSpan;
}

export interface SpansetOperation {
  readonly kind: 'operation';
  readonly operator: SpansetOperator;
  readonly left: SpansetExpression;
  readonly right: SpansetExpression;
  readonly span: TextSpan;
}

/** `( {…} | … )` as an operand. */
export interface WrappedPipeline {
  readonly kind: 'wrapped';
  readonly pipeline: Pipeline;
  readonly span: TextSpan;
}

export type SpansetExpression = SpansetFilter | SpansetOperation | WrappedPipeline;

// ---------------------------------------------------------------------------------------------- scalars

export type AggregateName = 'count' | 'avg' | 'max' | 'min' | 'sum';

export interface Aggregate {
  readonly kind: 'aggregate';
  readonly name: AggregateName;
  /** Undefined for `count()`. */
  readonly argument: FieldExpression | undefined;
  readonly span: TextSpan;
}

export interface ScalarStatic {
  readonly kind: 'scalar';
  readonly value: StaticValue;
  readonly span: TextSpan;
}

export interface ScalarOperation {
  readonly kind: 'scalar-operation';
  readonly operator: ArithmeticOperator;
  readonly left: ScalarExpression;
  readonly right: ScalarExpression;
  readonly span: TextSpan;
}

/** `( {…} | count() )` as an operand: a number for each trace. */
export interface ScalarPipeline {
  readonly kind: 'scalar-pipeline';
  readonly pipeline: Pipeline;
  readonly result: ScalarExpression;
  readonly span: TextSpan;
}

export type ScalarExpression = Aggregate | ScalarStatic | ScalarOperation | ScalarPipeline;

export type NumberComparison = '=' | '!=' | '>' | '>=' | '<' | '<=';

export interface ScalarFilter {
  readonly kind: 'scalar-filter';
  readonly operator: NumberComparison;
  readonly left: ScalarExpression;
  readonly right: ScalarExpression;
  readonly span: TextSpan;
}

// -------------------------------------------------------------------------------------------- pipelines

export interface Grouping {
  readonly kind: 'by';
  readonly expression: FieldExpression;
  readonly span: TextSpan;
}

export interface Coalesce {
  readonly kind: 'coalesce';
  readonly span: TextSpan;
}

export interface Select {
  readonly kind: 'select';
  readonly fields: readonly FieldReference[];
  readonly span: TextSpan;
}

/** `logs(…)`, Clew's own: traces that a line names which the query inside selects. */
export interface LogsFilter {
  readonly kind: 'logs';
  readonly query: EmbeddedQuery;
  readonly span: TextSpan;
}

export type Stage = SpansetExpression | ScalarFilter | Grouping | Coalesce | Select | LogsFilter;

export interface Pipeline {
  readonly kind: 'pipeline';
  readonly stages: readonly Stage[];
  readonly span: TextSpan;
}

// ---------------------------------------------------------------------------------------------- metrics

export type MetricsFunction =
  | 'rate'
  | 'count_over_time'
  | 'min_over_time'
  | 'max_over_time'
  | 'sum_over_time'
  | 'avg_over_time'
  | 'quantile_over_time'
  | 'histogram_over_time';

export interface MetricsAggregate {
  readonly kind: 'metrics-aggregate';
  readonly name: MetricsFunction;
  /** Undefined for `rate` and `count_over_time`. */
  readonly field: FieldReference | undefined;
  readonly quantiles: readonly number[];
  readonly by: readonly FieldReference[];
  readonly span: TextSpan;
}

export interface MetricsCompare {
  readonly kind: 'metrics-compare';
  readonly selection: SpansetFilter;
  readonly topN: number;
  /** Narrow the selection to a part of the range; 0n when not given. */
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly span: TextSpan;
}

export interface MetricsPipeline {
  readonly kind: 'metrics-pipeline';
  readonly pipeline: Pipeline;
  readonly aggregate: MetricsAggregate | MetricsCompare;
  readonly span: TextSpan;
}

export interface MetricsRank {
  readonly kind: 'metrics-rank';
  readonly name: 'topk' | 'bottomk';
  readonly limit: number;
  readonly input: MetricsExpression;
  readonly span: TextSpan;
}

export interface MetricsFilter {
  readonly kind: 'metrics-filter';
  readonly operator: NumberComparison;
  /** Seconds when written as a duration. */
  readonly value: StaticValue;
  readonly input: MetricsExpression;
  readonly span: TextSpan;
}

export interface MetricsScalar {
  readonly kind: 'metrics-scalar';
  readonly value: StaticValue;
  readonly span: TextSpan;
}

export type MetricsMathOperator = '+' | '-' | '*' | '/';

export interface MetricsMath {
  readonly kind: 'metrics-math';
  readonly operator: MetricsMathOperator;
  readonly left: MetricsExpression | MetricsScalar;
  readonly right: MetricsExpression | MetricsScalar;
  readonly span: TextSpan;
}

export type MetricsExpression = MetricsPipeline | MetricsRank | MetricsFilter | MetricsMath;

// ----------------------------------------------------------------------------------------------- query

export interface Hint {
  readonly name: string;
  readonly value: StaticValue;
  readonly span: TextSpan;
}

export type TraceqlQuery = (
  | { readonly kind: 'spansets'; readonly pipeline: Pipeline }
  | { readonly kind: 'metrics'; readonly metrics: MetricsExpression }
) & { readonly hints: readonly Hint[]; readonly span: TextSpan };
