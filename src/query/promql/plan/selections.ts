// Which series a query reads and between which times: one selection for each selector of the tree.

import type { LabelMatcher } from '../../language/matcher.ts';
import { childrenOf, type Expr, type VectorSelector } from '../syntax/ast.ts';
import { atMs, lengthMs, offsetMs, type QueryTimes } from './times.ts';

/** Milliseconds, both inclusive. */
export interface TimeSpan {
  readonly startMs: number;
  readonly endMs: number;
}

export interface Selection extends TimeSpan {
  /** Identity of the node whose data this is. */
  readonly selector: VectorSelector;
  readonly matchers: readonly LabelMatcher[];
  /** Of histograms only count and sum are wanted, in the end. */
  readonly statsOnly: boolean;
}

const statsFunctions: ReadonlySet<string> = new Set([
  'histogram_count',
  'histogram_sum',
  'histogram_avg',
]);
const bucketFunctions: ReadonlySet<string> = new Set([
  'histogram_quantile',
  'histogram_quantiles',
  'histogram_fraction',
  'histogram_stddev',
  'histogram_stdvar',
]);

/** The times that an operand is evaluated at, after `@` and `offset`. */
export function shiftedSpan(span: TimeSpan, at: number | undefined, offset: number): TimeSpan {
  const base = at === undefined ? span : { startMs: at, endMs: at };
  return { startMs: base.startMs - offset, endMs: base.endMs - offset };
}

function selectorSpan(
  selector: VectorSelector,
  span: TimeSpan,
  rangeMs: number | undefined,
  times: QueryTimes,
): TimeSpan {
  const shifted = shiftedSpan(span, atMs(selector.at, times), offsetMs(selector.offset, times));
  const extended = selector.extension !== undefined;
  const before =
    rangeMs === undefined ? times.lookbackMs : rangeMs + (extended ? times.lookbackMs : 0);
  // Windows are open at the left.
  return {
    startMs: shifted.startMs - before + 1,
    endMs: shifted.endMs + (selector.extension === 'smoothed' ? times.lookbackMs : 0),
  };
}

/** All selections below `expr` when it is evaluated at the times of `span`. */
export function selectionsOf(
  expr: Expr,
  times: QueryTimes,
  span: TimeSpan = { startMs: times.startMs, endMs: times.endMs },
  statsOnly: boolean = false,
): readonly Selection[] {
  switch (expr.kind) {
    case 'vector-selector':
      return [
        {
          selector: expr,
          matchers: expr.matchers,
          statsOnly,
          ...selectorSpan(expr, span, undefined, times),
        },
      ];
    case 'matrix-selector': {
      const { selector } = expr;
      const rangeMs = lengthMs(expr.range, times);
      return [
        {
          selector,
          matchers: selector.matchers,
          statsOnly,
          ...selectorSpan(selector, span, rangeMs, times),
        },
      ];
    }
    case 'subquery': {
      const shifted = shiftedSpan(span, atMs(expr.at, times), offsetMs(expr.offset, times));
      const inner = { ...shifted, startMs: shifted.startMs - lengthMs(expr.range, times) };
      return selectionsOf(expr.inner, times, inner, false);
    }
    case 'call': {
      let stats = statsOnly;
      if (statsFunctions.has(expr.name)) stats = true;
      if (bucketFunctions.has(expr.name)) stats = false;
      // The second operand of `info` describes labels; its series are selected by the function itself.
      const operands = expr.name === 'info' ? expr.operands.slice(0, 1) : expr.operands;
      return operands.flatMap((operand) => selectionsOf(operand, times, span, stats));
    }
    default:
      return childrenOf(expr).flatMap((child) => selectionsOf(child, times, span, statsOnly));
  }
}
