// The tree of a LogQL query: plain read-only objects, each with the place in the text that it came from. Built by the
// parser, printed by `print.ts`, judged by `check.ts`.

import type { TextSpan } from '../../../base/errors.ts';
import type { EmbeddedQuery } from '../../language/embedded.ts';
import type { LabelMatcher } from '../../language/matcher.ts';
import type { RangeOperation, UnwrapConversion, VectorOperation } from './functions.ts';

export type { LabelMatcher } from '../../language/matcher.ts';

export type Expr = LogExpr | MetricExpr;

export type MetricExpr =
  | LiteralExpr
  | VectorExpr
  | RangeAggregationExpr
  | VectorAggregationExpr
  | BinaryExpr
  | LabelReplaceExpr;

/** A selector and the stages that its lines go through. */
export interface LogExpr {
  readonly kind: 'log';
  readonly span: TextSpan;
  readonly matchers: readonly LabelMatcher[];
  readonly stages: readonly Stage[];
}

export interface LiteralExpr {
  readonly kind: 'literal';
  readonly span: TextSpan;
  readonly value: number;
}

export interface VectorExpr {
  readonly kind: 'vector';
  readonly span: TextSpan;
  readonly value: number;
}

export interface Grouping {
  readonly without: boolean;
  readonly labels: readonly string[];
}

export interface Unwrap {
  readonly span: TextSpan;
  readonly label: string;
  readonly conversion: UnwrapConversion | undefined;
  /** Label filters behind the unwrap. */
  readonly filters: readonly LabelFilter[];
}

export interface LogRange {
  readonly span: TextSpan;
  readonly log: LogExpr;
  readonly unwrap: Unwrap | undefined;
  readonly rangeNs: bigint;
  readonly offsetNs: bigint;
}

export interface RangeAggregationExpr {
  readonly kind: 'range-aggregation';
  readonly span: TextSpan;
  readonly operation: RangeOperation;
  /** The quantile of `quantile_over_time`. */
  readonly parameter: number | undefined;
  readonly range: LogRange;
  readonly grouping: Grouping | undefined;
}

export interface VectorAggregationExpr {
  readonly kind: 'vector-aggregation';
  readonly span: TextSpan;
  readonly operation: VectorOperation;
  /** The k of `topk` and its kin. */
  readonly parameter: number | undefined;
  readonly grouping: Grouping | undefined;
  readonly operand: MetricExpr;
}

export type SetOperator = 'and' | 'or' | 'unless';
export type ComparisonOperator = '==' | '!=' | '>' | '>=' | '<' | '<=';
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^';
export type BinaryOperator = SetOperator | ComparisonOperator | ArithmeticOperator;

export interface VectorMatching {
  /** `on` when true, `ignoring` when false. */
  readonly on: boolean;
  readonly labels: readonly string[];
  readonly cardinality: 'one-to-one' | 'many-to-one' | 'one-to-many';
  /** Labels of the "one" side that the result takes over. */
  readonly include: readonly string[];
}

export interface BinaryExpr {
  readonly kind: 'binary';
  readonly span: TextSpan;
  readonly operator: BinaryOperator;
  readonly left: MetricExpr;
  readonly right: MetricExpr;
  readonly returnBool: boolean;
  /** Undefined when nothing was written: one-to-one on all labels. */
  readonly matching: VectorMatching | undefined;
}

export interface LabelReplaceExpr {
  readonly kind: 'label-replace';
  readonly span: TextSpan;
  readonly operand: MetricExpr;
  readonly target: string;
  readonly replacement: string;
  readonly source: string;
  readonly pattern: string;
}

export type LineFilterOperator = '|=' | '!=' | '|~' | '!~' | '|>' | '!>';

export interface LineFilterOperand {
  readonly kind: 'text' | 'ip';
  readonly value: string;
}

/** `name="expression"` of `json` and `logfmt`; a bare name is its own expression. */
export interface Extraction {
  readonly name: string;
  readonly expression: string;
}

export type LabelFormat =
  | { readonly kind: 'rename'; readonly target: string; readonly source: string }
  | { readonly kind: 'template'; readonly target: string; readonly template: string };

/** A label that `drop` or `keep` names, perhaps only where a matcher holds. */
export interface LabelChoice {
  readonly name: string;
  readonly matcher: LabelMatcher | undefined;
}

export type NumericOperator = '=' | '==' | '!=' | '>' | '>=' | '<' | '<=';

export type LabelFilter =
  | {
      readonly kind: 'and' | 'or';
      readonly span: TextSpan;
      readonly operands: readonly LabelFilter[];
    }
  | { readonly kind: 'string'; readonly span: TextSpan; readonly matcher: LabelMatcher }
  | {
      /** Numbers as they are, durations in nanoseconds, sizes in bytes. */
      readonly kind: 'number' | 'duration' | 'bytes';
      readonly span: TextSpan;
      readonly name: string;
      readonly operator: NumericOperator;
      readonly value: number;
    }
  | {
      readonly kind: 'ip';
      readonly span: TextSpan;
      readonly name: string;
      readonly negated: boolean;
      readonly pattern: string;
    };

export type Stage = { readonly span: TextSpan } & (
  | {
      readonly kind: 'line-filter';
      readonly operator: LineFilterOperator;
      /** More than one: an `or` chain. */
      readonly operands: readonly LineFilterOperand[];
    }
  | { readonly kind: 'json'; readonly extractions: readonly Extraction[] }
  | {
      readonly kind: 'logfmt';
      readonly strict: boolean;
      readonly keepEmpty: boolean;
      readonly extractions: readonly Extraction[];
    }
  | { readonly kind: 'regexp'; readonly pattern: string }
  | { readonly kind: 'pattern'; readonly pattern: string }
  | { readonly kind: 'unpack' }
  | { readonly kind: 'decolorize' }
  | { readonly kind: 'label-filter'; readonly filter: LabelFilter }
  | { readonly kind: 'line-format'; readonly template: string }
  | { readonly kind: 'label-format'; readonly formats: readonly LabelFormat[] }
  | { readonly kind: 'drop' | 'keep'; readonly choices: readonly LabelChoice[] }
  /** `trace(…)`, Clew's own: lines that name a trace which the query inside selects. */
  | { readonly kind: 'trace'; readonly query: EmbeddedQuery }
);
