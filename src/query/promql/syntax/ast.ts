// The PromQL expression tree. Nodes are plain and immutable; passes return new trees. Every node knows its
// place in the text.

import type { TextSpan } from '../../../base/errors.ts';
import type { LabelMatcher } from '../../language/matcher.ts';
import type { FunctionName } from './functions.ts';

export type ValueType = 'scalar' | 'vector' | 'matrix' | 'string';

export type SetOperator = 'and' | 'or' | 'unless';
export type ComparisonOperator = '==' | '!=' | '<' | '>' | '<=' | '>=';
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^' | 'atan2';
/** `</` keeps the observations of a histogram up to a value, `>/` those above it. */
export type TrimOperator = '</' | '>/';
export type BinaryOperator = SetOperator | ComparisonOperator | ArithmeticOperator | TrimOperator;

export type AggregateOperator =
  | 'sum'
  | 'avg'
  | 'count'
  | 'min'
  | 'max'
  | 'group'
  | 'stddev'
  | 'stdvar'
  | 'topk'
  | 'bottomk'
  | 'count_values'
  | 'quantile'
  | 'limitk'
  | 'limit_ratio';

/** Arithmetic on durations, as it stands inside `[...]` and behind `offset`. Numbers are seconds. */
export type DurationExpr =
  | {
      readonly kind: 'duration-number';
      readonly seconds: number;
      /** Written with units (`5m`) instead of as a number of seconds. */
      readonly units: boolean;
      readonly span: TextSpan;
    }
  | { readonly kind: 'duration-paren'; readonly inner: DurationExpr; readonly span: TextSpan }
  | {
      readonly kind: 'duration-unary';
      readonly operator: '+' | '-';
      readonly operand: DurationExpr;
      readonly span: TextSpan;
    }
  | {
      readonly kind: 'duration-binary';
      readonly operator: '+' | '-' | '*' | '/' | '%' | '^';
      readonly left: DurationExpr;
      readonly right: DurationExpr;
      readonly span: TextSpan;
    }
  | {
      readonly kind: 'duration-call';
      readonly name: 'step' | 'range' | 'min_of' | 'max_of';
      readonly operands: readonly DurationExpr[];
      readonly span: TextSpan;
    };

/** `@ 1700000000.123`, `@ start()`, `@ end()`. */
export type AtModifier =
  | { readonly kind: 'time'; readonly ms: number }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' };

export interface NumberLiteral {
  readonly kind: 'number';
  readonly value: number;
  /** Written as a duration (`5m` is 300). */
  readonly isDuration: boolean;
  readonly span: TextSpan;
}

export interface StringLiteral {
  readonly kind: 'string';
  readonly value: string;
  /** As written, when bytes that are no UTF-8 keep the value from being printed. */
  readonly written: string | undefined;
  readonly span: TextSpan;
}

export interface VectorSelector {
  readonly kind: 'vector-selector';
  /** The name before the braces; one inside the braces is only a matcher. */
  readonly name: string | undefined;
  /** All matchers, the one that `name` stands for included (last). */
  readonly matchers: readonly LabelMatcher[];
  readonly offset: DurationExpr | undefined;
  readonly at: AtModifier | undefined;
  readonly extension: 'anchored' | 'smoothed' | undefined;
  readonly span: TextSpan;
}

export interface MatrixSelector {
  readonly kind: 'matrix-selector';
  /** Carries offset, `@` and extension. */
  readonly selector: VectorSelector;
  readonly range: DurationExpr;
  readonly span: TextSpan;
}

export interface Subquery {
  readonly kind: 'subquery';
  readonly inner: Expr;
  readonly range: DurationExpr;
  /** Undefined: the engine's default step. */
  readonly step: DurationExpr | undefined;
  readonly offset: DurationExpr | undefined;
  readonly at: AtModifier | undefined;
  readonly span: TextSpan;
}

export interface Grouping {
  readonly without: boolean;
  readonly labels: readonly string[];
}

export interface Aggregate {
  readonly kind: 'aggregate';
  readonly operator: AggregateOperator;
  readonly grouping: Grouping;
  readonly parameter: Expr | undefined;
  readonly inner: Expr;
  readonly span: TextSpan;
}

export interface VectorMatching {
  readonly cardinality: 'one-to-one' | 'many-to-one' | 'one-to-many' | 'many-to-many';
  /** `on(labels)` or `ignoring(labels)`. */
  readonly on: boolean;
  readonly labels: readonly string[];
  /** Labels that `group_left(...)`/`group_right(...)` takes over from the one side. */
  readonly include: readonly string[];
  readonly fillLeft: number | undefined;
  readonly fillRight: number | undefined;
}

export interface Binary {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expr;
  readonly right: Expr;
  readonly returnBool: boolean;
  /** As written; without meaning unless both sides are vectors. */
  readonly matching: VectorMatching;
  /** Of the operator with its modifiers. */
  readonly operatorSpan: TextSpan;
  readonly span: TextSpan;
}

export interface Unary {
  readonly kind: 'unary';
  readonly operator: '+' | '-';
  readonly operand: Expr;
  readonly span: TextSpan;
}

export interface Paren {
  readonly kind: 'paren';
  readonly inner: Expr;
  readonly span: TextSpan;
}

export interface Call {
  readonly kind: 'call';
  readonly name: FunctionName;
  readonly operands: readonly Expr[];
  readonly span: TextSpan;
}

export type Expr =
  | NumberLiteral
  | StringLiteral
  | VectorSelector
  | MatrixSelector
  | Subquery
  | Aggregate
  | Binary
  | Unary
  | Paren
  | Call;

export const setOperators: ReadonlySet<BinaryOperator> = new Set<BinaryOperator>([
  'and',
  'or',
  'unless',
]);
export const comparisonOperators: ReadonlySet<BinaryOperator> = new Set<BinaryOperator>([
  '==',
  '!=',
  '<',
  '>',
  '<=',
  '>=',
]);
export const parameterizedAggregates: ReadonlySet<AggregateOperator> = new Set<AggregateOperator>([
  'topk',
  'bottomk',
  'count_values',
  'quantile',
  'limitk',
  'limit_ratio',
]);

/** The direct children of a node, in the order of the text. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'number':
    case 'string':
    case 'vector-selector':
      return [];
    case 'matrix-selector':
      return [expr.selector];
    case 'subquery':
    case 'paren':
      return [expr.inner];
    case 'aggregate':
      return expr.parameter === undefined ? [expr.inner] : [expr.parameter, expr.inner];
    case 'binary':
      return [expr.left, expr.right];
    case 'unary':
      return [expr.operand];
    case 'call':
      return expr.operands;
  }
}

/** The node without parentheses around it. */
export function unwrapParens(expr: Expr): Expr {
  let node = expr;
  while (node.kind === 'paren') node = node.inner;
  return node;
}
