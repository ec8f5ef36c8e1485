// In which unit the values of a PromQL query are, as far as its shape and the names of its metrics tell: the axis of a
// chart says ms instead of 0.25. What is not known is a bare number, never a guess.

import { promqlFunctions } from '../../../src/query/promql/syntax/functions.ts';
import { comparisonOperators, unwrapParens } from '../../../src/query/promql/syntax/ast.ts';
import type { Binary, Call, Expr } from '../../../src/query/promql/syntax/ast.ts';
import { parsePromql } from '../../../src/query/promql/syntax/parse.ts';
import type { Unit } from '../../views/words/unit.ts';

/** A base unit, and how often "per second" it is. */
interface Quantity {
  readonly base: 'count' | 's' | 'ms' | 'bytes' | 'percent' | 'none';
  readonly perSecond: number;
}

const bare: Quantity = { base: 'none', perSecond: 0 };
const count: Quantity = { base: 'count', perSecond: 0 };

const named: readonly (readonly [RegExp, Quantity['base']])[] = [
  [/(?:_count|_bucket)$/, 'count'],
  [/_(?:seconds|duration_seconds|time_seconds)(?:_|$)/, 's'],
  [/_(?:milliseconds|ms)(?:_|$)/, 'ms'],
  [/_bytes(?:_|$)/, 'bytes'],
  [/_percent(?:_|$)/, 'percent'],
  [/_total$/, 'count'],
];

export function baseOfMetric(name: string): Quantity['base'] {
  return named.find(([pattern]) => pattern.test(name))?.[1] ?? 'none';
}

/** The unit of what a histogram's buckets are bounds of. */
function observedBase(expr: Expr): Quantity {
  if (expr.kind === 'vector-selector') {
    const name = (expr.name ?? '').replace(/_bucket$/, '');
    return { base: baseOfMetric(name), perSecond: 0 };
  }
  const inner = innerOf(expr);
  return inner === undefined ? bare : observedBase(inner);
}

function innerOf(expr: Expr): Expr | undefined {
  switch (expr.kind) {
    case 'matrix-selector':
      return expr.selector;
    case 'subquery':
    case 'aggregate':
    case 'paren':
      return expr.inner;
    case 'unary':
      return expr.operand;
    case 'call':
      return expr.operands.find(
        (operand) => operand.kind !== 'number' && operand.kind !== 'string',
      );
    default:
      return undefined;
  }
}

const rates = new Set(['rate', 'irate', 'deriv']);
const observed = new Set([
  'histogram_quantile',
  'histogram_quantiles',
  'histogram_avg',
  'histogram_stddev',
]);
const countings = new Set(['count_over_time', 'changes', 'resets', 'absent']);
const unitless = new Set(['stdvar_over_time', 'histogram_stdvar', 'histogram_fraction', 'sgn']);

function ofCall(call: Call): Quantity {
  const { name } = call;
  const inner = innerOf(call);
  if (observed.has(name) && inner !== undefined) return observedBase(inner);
  if (countings.has(name)) return count;
  if (unitless.has(name) || inner === undefined)
    return name === 'time' ? { base: 's', perSecond: 0 } : bare;
  const operand = quantityOf(inner);
  // Of a rate of histograms it is what was observed a second.
  if (name === 'histogram_count') return { ...count, perSecond: operand.perSecond };
  if (rates.has(name)) return { ...operand, perSecond: operand.perSecond + 1 };
  // Functions of angles, logarithms and dates leave no unit behind.
  const keeps =
    name.endsWith('_over_time') ||
    ['increase', 'delta', 'idelta', 'abs', 'ceil', 'floor', 'round', 'sort', 'sort_desc'].includes(
      name,
    ) ||
    name.startsWith('clamp') ||
    name.startsWith('label_') ||
    name.startsWith('sort_by') ||
    name === 'histogram_sum' ||
    name === 'predict_linear';
  return keeps && promqlFunctions[name].returns === 'vector' ? operand : bare;
}

function isNumber(expr: Expr): number | undefined {
  const plain = unwrapParens(expr);
  return plain.kind === 'number' ? plain.value : undefined;
}

/** `100 * a / b`, as percentages are written. */
function isTimesHundred(expr: Expr): boolean {
  const plain = unwrapParens(expr);
  if (plain.kind !== 'binary' || plain.operator !== '*') return false;
  return isNumber(plain.left) === 100 || isNumber(plain.right) === 100;
}

function ofBinary({ operator, left, right, returnBool }: Binary): Quantity {
  const a = quantityOf(left);
  const b = quantityOf(right);
  const isLeftNumber = isNumber(left) !== undefined;
  if (comparisonOperators.has(operator)) return returnBool ? bare : isLeftNumber ? b : a;
  switch (operator) {
    case '/':
      if (isNumber(right) !== undefined) return a;
      if (a.base === b.base || b.base === 'count' || b.base === 'none') {
        const base = a.base !== b.base ? a.base : isTimesHundred(left) ? 'percent' : 'none';
        const perSecond = a.perSecond - b.perSecond;
        return perSecond < 0 ? bare : { base, perSecond };
      }
      return bare;
    case '*': {
      const factor = isNumber(left) ?? isNumber(right);
      const other = isLeftNumber ? b : a;
      if (factor === undefined) return bare;
      if (factor === 100 && other.base === 'none' && other.perSecond === 0) {
        return { base: 'percent', perSecond: 0 };
      }
      return factor === 1000 && other.base === 's' ? { ...other, base: 'ms' } : other;
    }
    case '^':
    case 'atan2':
      return bare;
    default:
      return isLeftNumber ? b : a;
  }
}

function quantityOf(expr: Expr): Quantity {
  switch (expr.kind) {
    case 'vector-selector':
      return { base: baseOfMetric(expr.name ?? ''), perSecond: 0 };
    case 'aggregate':
      if (expr.operator === 'count' || expr.operator === 'count_values') return count;
      return expr.operator === 'group' || expr.operator === 'stdvar'
        ? bare
        : quantityOf(expr.inner);
    case 'call':
      return ofCall(expr);
    case 'binary':
      return ofBinary(expr);
    case 'number':
    case 'string':
      return bare;
    default: {
      const inner = innerOf(expr);
      return inner === undefined ? bare : quantityOf(inner);
    }
  }
}

function unitOf({ base, perSecond }: Quantity): Unit {
  if (perSecond === 0) return base;
  if (perSecond > 1) return 'none';
  // Seconds per second are a share of time.
  if (base === 'count' || base === 'none') return 'perSecond';
  return base === 'bytes' ? 'bytesPerSecond' : 'none';
}

export interface QueryShape {
  readonly unit: Unit;
  /** Values are those of single observations, as exemplars are. */
  readonly showsObservations: boolean;
  /** Values are something per second, whatever their unit. */
  readonly isRate: boolean;
}

export function shapeOfQuery(query: string): QueryShape {
  try {
    const expr = parsePromql(query);
    const quantity = quantityOf(expr);
    const unit = unitOf(quantity);
    const showsObservations = unit === 's' || unit === 'ms' || unit === 'bytes';
    return { unit, showsObservations, isRate: quantity.perSecond === 1 };
  } catch {
    // A wrong query has no values either.
    return { unit: 'none', showsObservations: false, isRate: false };
  }
}
