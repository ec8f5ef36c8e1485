// The logical plan of a query: what storage reads, for which times and with which labels, and what the engine
// does with it. The plan explains and prepares pushing work down; the engine evaluates the tree itself.

import type { LabelMatcher } from '../../language/matcher.ts';
import {
  setOperators,
  unwrapParens,
  type Aggregate,
  type Binary,
  type Call,
  type Expr,
  type MatrixSelector,
  type Subquery,
  type VectorSelector,
} from '../syntax/ast.ts';
import { valueTypeOf } from '../syntax/check.ts';
import {
  printAggregateHead,
  printMatrixSelector,
  printOperator,
  printPromql,
  printSubquerySuffix,
  printVectorSelector,
} from '../syntax/print.ts';
import { infoSelection } from './info.ts';
import { selectionsOf, shiftedSpan, type TimeSpan } from './selections.ts';
import { atMs, lengthMs, offsetMs, type QueryTimes } from './times.ts';

/** Labels that an operation above still looks at; undefined: all of them. */
export type NeededLabels = ReadonlySet<string> | undefined;

export type PlanNode =
  | {
      /** Storage reads raw samples. */
      readonly kind: 'read';
      readonly selector: string;
      readonly matchers: readonly LabelMatcher[];
      readonly span: TimeSpan;
      readonly labels: NeededLabels;
      /** The same windows at each step, which storage could reduce to one sample a step. */
      readonly windows: WindowShape | undefined;
    }
  | { readonly kind: 'constant'; readonly text: string }
  | {
      /** The engine computes. */
      readonly kind: 'compute';
      readonly operation: string;
      readonly inputs: readonly PlanNode[];
    };

export interface WindowShape {
  readonly function: string;
  readonly rangeMs: number;
}

/** Functions of a window of floats whose results storage can compute in the same way. */
const reducible: ReadonlySet<string> = new Set([
  'rate',
  'increase',
  'delta',
  'irate',
  'idelta',
  'last_over_time',
  'count_over_time',
  'min_over_time',
  'max_over_time',
  'sum_over_time',
]);

function union(needed: NeededLabels, names: readonly string[]): NeededLabels {
  return needed === undefined ? undefined : new Set([...needed, ...names]);
}

/** What an aggregation needs of its operand when `above` is needed of its result. */
function belowAggregate(expr: Aggregate, above: NeededLabels): NeededLabels {
  const { without, labels } = expr.grouping;
  const keepsSeries = ['topk', 'bottomk', 'limitk', 'limit_ratio'].includes(expr.operator);
  if (without || expr.operator === 'limit_ratio') return undefined;
  return keepsSeries ? union(above, labels) : new Set(labels);
}

/** What a binary operation needs of its left and of its right side. */
function belowBinary(expr: Binary, above: NeededLabels): readonly [NeededLabels, NeededLabels] {
  const { matching, operator } = expr;
  const vectors = valueTypeOf(expr.left) === 'vector' && valueTypeOf(expr.right) === 'vector';
  if (!vectors) return [above, above];
  if (!matching.on) return [undefined, undefined];
  // Series whose labels make it into the result need what is asked of that, the others only what is matched.
  const matched: NeededLabels = new Set([...matching.labels, ...matching.include]);
  const kept = union(above, [...matched]);
  if (operator === 'or') return [kept, kept];
  if (setOperators.has(operator) || matching.cardinality === 'many-to-one') return [kept, matched];
  return matching.cardinality === 'one-to-many' ? [matched, kept] : [matched, matched];
}

function belowCall(call: Call, above: NeededLabels): NeededLabels {
  switch (call.name) {
    case 'label_replace':
    case 'label_join':
    case 'info':
    case 'sort_by_label':
    case 'sort_by_label_desc':
      return undefined;
    case 'histogram_quantile':
    case 'histogram_quantiles':
    case 'histogram_fraction':
      return union(above, ['le']);
    case 'absent':
    case 'absent_over_time':
    case 'scalar':
      return new Set();
    default:
      return above;
  }
}

class Planner {
  readonly #times: QueryTimes;

  constructor(times: QueryTimes) {
    this.#times = times;
  }

  plan(expr: Expr, span: TimeSpan, needed: NeededLabels): PlanNode {
    switch (expr.kind) {
      case 'number':
      case 'string':
        return { kind: 'constant', text: printPromql(expr) };
      case 'paren':
        return this.plan(expr.inner, span, needed);
      case 'vector-selector':
        return this.#read(expr, expr, printVectorSelector(expr), span, needed, undefined);
      case 'matrix-selector':
        return this.#matrix(expr, span, needed, undefined);
      case 'subquery':
        return this.#subquery(expr, span, needed);
      case 'unary':
        return this.#compute(`unary ${expr.operator}`, [this.plan(expr.operand, span, needed)]);
      case 'aggregate': {
        const inputs =
          expr.parameter === undefined ? [] : [this.plan(expr.parameter, span, undefined)];
        const below = belowAggregate(expr, needed);
        return this.#compute(printAggregateHead(expr).trim(), [
          ...inputs,
          this.plan(expr.inner, span, below),
        ]);
      }
      case 'binary': {
        const [left, right] = belowBinary(expr, needed);
        const sides = [this.plan(expr.left, span, left), this.plan(expr.right, span, right)];
        return this.#compute(printOperator(expr), sides);
      }
      case 'call':
        return this.#call(expr, span, needed);
    }
  }

  #compute(operation: string, inputs: readonly PlanNode[]): PlanNode {
    return { kind: 'compute', operation, inputs };
  }

  #read(
    node: VectorSelector | MatrixSelector,
    selector: VectorSelector,
    text: string,
    span: TimeSpan,
    labels: NeededLabels,
    windows: WindowShape | undefined,
  ): PlanNode {
    const [selection] = selectionsOf(node, this.#times, span);
    return {
      kind: 'read',
      selector: text,
      matchers: selector.matchers,
      span: selection ?? span,
      labels,
      windows,
    };
  }

  #matrix(
    expr: MatrixSelector,
    span: TimeSpan,
    needed: NeededLabels,
    name: string | undefined,
  ): PlanNode {
    const isPlain = expr.selector.extension === undefined;
    const windows =
      name !== undefined && isPlain && reducible.has(name)
        ? { function: name, rangeMs: lengthMs(expr.range, this.#times) }
        : undefined;
    return this.#read(expr, expr.selector, printMatrixSelector(expr), span, needed, windows);
  }

  #subquery(expr: Subquery, span: TimeSpan, needed: NeededLabels): PlanNode {
    const times = this.#times;
    const shifted = shiftedSpan(span, atMs(expr.at, times), offsetMs(expr.offset, times));
    const inner = { ...shifted, startMs: shifted.startMs - lengthMs(expr.range, times) };
    return this.#compute(`subquery ${printSubquerySuffix(expr)}`, [
      this.plan(expr.inner, inner, needed),
    ]);
  }

  #call(call: Call, span: TimeSpan, needed: NeededLabels): PlanNode {
    const below = belowCall(call, needed);
    const inputs = call.operands.map((operand, at): PlanNode => {
      const node = unwrapParens(operand);
      if (call.name === 'info' && at === 1) return { kind: 'constant', text: printPromql(node) };
      if (node.kind === 'matrix-selector') return this.#matrix(node, span, below, call.name);
      return this.plan(node, span, below);
    });
    if (call.name === 'info') {
      const { matchers, startMs, endMs } = infoSelection(call, span, this.#times);
      inputs.push({
        kind: 'read',
        selector: 'info series',
        matchers,
        span: { startMs, endMs },
        labels: undefined,
        windows: undefined,
      });
    }
    return this.#compute(call.name, inputs);
  }
}

export function planPromql(expr: Expr, times: QueryTimes): PlanNode {
  const span = { startMs: times.startMs, endMs: times.endMs };
  return new Planner(times).plan(expr, span, undefined);
}
