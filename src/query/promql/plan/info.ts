// What `info()` reads besides its operand: the info series that its second operand (or the default,
// target_info) selects, at the times that the operand itself looks at.

import type { LabelMatcher } from '../../language/matcher.ts';
import { childrenOf, type Call, type Expr } from '../syntax/ast.ts';
import type { TimeSpan } from './selections.ts';
import { atMs, lengthMs, offsetMs, type QueryTimes } from './times.ts';

/** Info series that describe targets, when no other is named. */
export const targetInfo = 'target_info';

export interface InfoReference {
  /** Fixed by an `@`, else each step's own time. */
  readonly at: number | undefined;
  readonly offset: number;
}

/** The shift of the first selector below an expression, the subqueries on the way to it included. */
export function infoReference(expr: Expr, times: QueryTimes): InfoReference {
  const walk = (node: Expr, shift: InfoReference): InfoReference | undefined => {
    if (node.kind === 'vector-selector' || node.kind === 'subquery') {
      const at = atMs(node.at, times);
      const own = offsetMs(node.offset, times);
      const next =
        at === undefined ? { at: shift.at, offset: shift.offset + own } : { at, offset: own };
      return node.kind === 'subquery' ? walk(node.inner, next) : next;
    }
    for (const child of childrenOf(node)) {
      const found = walk(child, shift);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const none: InfoReference = { at: undefined, offset: 0 };
  return walk(expr, none) ?? none;
}

/** Matchers of the info series: those given, and what makes sure that only info series are meant. */
export function infoMatchers(call: Call): readonly LabelMatcher[] {
  const selector = call.operands[1];
  const given = selector?.kind === 'vector-selector' ? selector.matchers : [];
  const names = given.filter((matcher) => matcher.name === '__name__');
  if (names.length === 0) return [...given, { name: '__name__', operator: '=', value: targetInfo }];
  if (names.some(({ operator }) => operator === '=' || operator === '=~')) return given;
  // Only told what not to take, everything that is named like an info metric is taken.
  return [...given, { name: '__name__', operator: '=~', value: '.+_info' }];
}

export interface InfoSelection extends TimeSpan {
  readonly call: Call;
  readonly matchers: readonly LabelMatcher[];
}

/** For an `info` call that is evaluated at the times of `span`. */
export function infoSelection(call: Call, span: TimeSpan, times: QueryTimes): InfoSelection {
  const operand = call.operands[0];
  const { at, offset } =
    operand === undefined ? { at: undefined, offset: 0 } : infoReference(operand, times);
  return {
    call,
    matchers: infoMatchers(call),
    startMs: (at ?? span.startMs) - offset - times.lookbackMs + 1,
    endMs: (at ?? span.endMs) - offset,
  };
}

/** All `info` calls below an expression, with what they read. */
export function infoSelectionsOf(
  expr: Expr,
  times: QueryTimes,
  span: TimeSpan = { startMs: times.startMs, endMs: times.endMs },
): readonly InfoSelection[] {
  const own =
    expr.kind === 'call' && expr.name === 'info' ? [infoSelection(expr, span, times)] : [];
  let inner = span;
  if (expr.kind === 'subquery') {
    const at = atMs(expr.at, times);
    const offset = offsetMs(expr.offset, times);
    const startMs = (at ?? span.startMs) - offset - lengthMs(expr.range, times);
    inner = { startMs, endMs: (at ?? span.endMs) - offset };
  }
  return [...own, ...childrenOf(expr).flatMap((child) => infoSelectionsOf(child, times, inner))];
}
