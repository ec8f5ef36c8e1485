// The logical plan of a query: the tree with constants folded, with groupings moved down to where samples are made, with
// the stages nobody needs removed, and with each scan split into what storage applies and what stays for the engine.

import { assertNever } from '../../../base/assert.ts';
import type { EmbeddedQuery } from '../../language/embedded.ts';
import type { LabelMatcher } from '../../language/matcher.ts';
import type { LineFilter, ParsedField } from '../../sources.ts';
import type {
  BinaryExpr,
  Expr,
  Grouping,
  LabelReplaceExpr,
  LogExpr,
  MetricExpr,
  RangeAggregationExpr,
  Stage,
  Unwrap,
  VectorMatching,
} from '../syntax/ast.ts';
import type { RangeOperation, VectorOperation } from '../syntax/functions.ts';
import { foldBinary } from './fold.ts';
import { neededLabels, withoutIdleFormats, type NeededLabels } from './needed-labels.ts';
import { pushdownOf, type Pushdown } from './pushdown.ts';

/** Lines that are read, and what happens to each. */
export interface Scan {
  readonly matchers: readonly LabelMatcher[];
  /** Applied by storage as far as it can. */
  readonly lineFilters: readonly (readonly LineFilter[])[];
  readonly metadataMatchers: readonly LabelMatcher[];
  /** Lets storage leave out lines in which a parser cannot find what is wanted. */
  readonly parsedFields: readonly ParsedField[];
  /** All run in the engine, the pushed ones again. */
  readonly stages: readonly Stage[];
  /** Traces are found first; a line stays when it names one of each query's. */
  readonly traces: readonly EmbeddedQuery[];
  /** What parsers must extract; an empty set lets them rest. */
  readonly needed: NeededLabels;
}

/** Which labels make a sample's series: all but some, or only some. */
export type SampleGrouping =
  | { readonly kind: 'all-but'; readonly labels: readonly string[] }
  | { readonly kind: 'only'; readonly labels: readonly string[] };

export type MetricPlan =
  | { readonly kind: 'scalar'; readonly value: number }
  | { readonly kind: 'vector'; readonly value: number }
  | RangePlan
  | {
      readonly kind: 'aggregate';
      readonly operation: VectorOperation;
      readonly parameter: number;
      readonly grouping: Grouping | undefined;
      readonly operand: MetricPlan;
    }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryExpr['operator'];
      readonly left: MetricPlan;
      readonly right: MetricPlan;
      readonly returnBool: boolean;
      readonly matching: VectorMatching | undefined;
    }
  | ({ readonly kind: 'label-replace'; readonly operand: MetricPlan } & Pick<
      LabelReplaceExpr,
      'target' | 'replacement' | 'source' | 'pattern'
    >);

export interface RangePlan {
  readonly kind: 'range';
  readonly operation: RangeOperation;
  readonly parameter: number | undefined;
  readonly scan: Scan;
  readonly unwrap: Unwrap | undefined;
  readonly rangeNs: bigint;
  readonly offsetNs: bigint;
  readonly grouping: SampleGrouping;
  /** Set when storage may count by itself, as long as windows do not overlap or leave gaps. */
  readonly counting:
    | { readonly groupBy: readonly string[]; readonly measure: 'lines' | 'bytes' }
    | undefined;
}

export type Plan = { readonly kind: 'log'; readonly scan: Scan } | MetricPlan;

function planScan(
  log: LogExpr,
  stages: readonly Stage[],
  needed: NeededLabels,
  pushdown: Pushdown,
): Scan {
  const { lineFilters, metadataMatchers, parsedFields } = pushdown;
  const lineStages: Stage[] = [];
  const traces: EmbeddedQuery[] = [];
  // What trace a record belongs to is the same wherever in the pipeline it is asked.
  for (const stage of stages) {
    if (stage.kind === 'trace') traces.push(stage.query);
    else lineStages.push(stage);
  }
  const { matchers } = log;
  return {
    matchers,
    lineFilters,
    metadataMatchers,
    parsedFields,
    stages: lineStages,
    traces,
    needed,
  };
}

const additive: ReadonlySet<RangeOperation> = new Set<RangeOperation>([
  'count_over_time',
  'rate',
  'bytes_over_time',
  'bytes_rate',
  'sum_over_time',
]);

function sampleGrouping(
  grouping: Grouping | undefined,
  unwrap: Unwrap | undefined,
): SampleGrouping {
  if (grouping !== undefined && !grouping.without) return { kind: 'only', labels: grouping.labels };
  const without = grouping?.labels ?? [];
  return { kind: 'all-but', labels: unwrap === undefined ? without : [...without, unwrap.label] };
}

function isBytes(operation: RangeOperation): boolean {
  return operation === 'bytes_over_time' || operation === 'bytes_rate';
}

function countingOf(
  expr: RangeAggregationExpr,
  grouping: SampleGrouping,
  pushdown: Pushdown,
): RangePlan['counting'] {
  const counts =
    expr.operation === 'count_over_time' || expr.operation === 'rate' || isBytes(expr.operation);
  if (!counts || expr.range.unwrap !== undefined || !pushdown.exact || grouping.kind !== 'only')
    return undefined;
  const sound = grouping.labels.every(
    (label) =>
      !pushdown.dropped.has(label) && !label.endsWith('_extracted') && !label.startsWith('__'),
  );
  if (!sound) return undefined;
  return { groupBy: grouping.labels, measure: isBytes(expr.operation) ? 'bytes' : 'lines' };
}

/** `outer` is the grouping of a `sum` right around the aggregation, which can be taken over. */
function planRange(expr: RangeAggregationExpr, outer: Grouping | undefined): RangePlan {
  const { log, unwrap, rangeNs, offsetNs } = expr.range;
  const taken = outer !== undefined && additive.has(expr.operation) ? outer : undefined;
  const grouping = sampleGrouping(expr.grouping ?? taken, unwrap);
  const readsLines = isBytes(expr.operation);
  const stages = readsLines ? log.stages : withoutIdleFormats(log.stages);
  const needed = neededLabels(
    stages,
    unwrap,
    grouping.kind === 'only' ? grouping.labels : undefined,
  );
  const pushdown = pushdownOf(log, stages);
  return {
    kind: 'range',
    operation: expr.operation,
    parameter: expr.parameter,
    scan: planScan(log, stages, needed, pushdown),
    unwrap,
    rangeNs,
    offsetNs,
    grouping,
    counting: countingOf(expr, grouping, pushdown),
  };
}

const noLabels: Grouping = { without: false, labels: [] };

function planMetric(expr: MetricExpr): MetricPlan {
  switch (expr.kind) {
    case 'literal':
      return { kind: 'scalar', value: expr.value };
    case 'vector':
      return { kind: 'vector', value: expr.value };
    case 'range-aggregation':
      return planRange(expr, undefined);
    case 'vector-aggregation': {
      const { operation, parameter = 0, grouping, operand } = expr;
      const plan =
        operation === 'sum' && operand.kind === 'range-aggregation'
          ? planRange(operand, grouping ?? noLabels)
          : planMetric(operand);
      return { kind: 'aggregate', operation, parameter, grouping, operand: plan };
    }
    case 'binary': {
      const left = planMetric(expr.left);
      const right = planMetric(expr.right);
      const { operator, returnBool, matching } = expr;
      if (left.kind === 'scalar' && right.kind === 'scalar') {
        const value = foldBinary(operator, left.value, right.value);
        if (value !== undefined) return { kind: 'scalar', value };
      }
      return { kind: 'binary', operator, left, right, returnBool, matching };
    }
    case 'label-replace': {
      const { target, replacement, source, pattern } = expr;
      const operand = planMetric(expr.operand);
      return { kind: 'label-replace', operand, target, replacement, source, pattern };
    }
    default:
      return assertNever(expr);
  }
}

/** Every query in another language that the plan holds, in the order of the text. */
export function embeddedQueries(plan: Plan): readonly EmbeddedQuery[] {
  switch (plan.kind) {
    case 'log':
    case 'range':
      return plan.scan.traces;
    case 'aggregate':
    case 'label-replace':
      return embeddedQueries(plan.operand);
    case 'binary':
      return [...embeddedQueries(plan.left), ...embeddedQueries(plan.right)];
    case 'scalar':
    case 'vector':
      return [];
    default:
      return assertNever(plan);
  }
}

export function planLogql(expr: Expr): Plan {
  if (expr.kind !== 'log') return planMetric(expr);
  return {
    kind: 'log',
    scan: planScan(expr, expr.stages, undefined, pushdownOf(expr, expr.stages)),
  };
}
