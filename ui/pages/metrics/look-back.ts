// Which time a value of a query is made of: `rate(x[5m])` at 14:05 tells of 14:00 to 14:05. Whoever asks for the log lines
// behind such a value wants those of that time, not the ones beside the point.

import { childrenOf } from '../../../src/query/promql/syntax/ast.ts';
import type { DurationExpr, Expr } from '../../../src/query/promql/syntax/ast.ts';
import { parsePromql } from '../../../src/query/promql/syntax/parse.ts';

/** Milliseconds before the value's own time; `toMs` is zero unless the query has an offset. */
export interface LookBack {
  readonly fromMs: number;
  readonly toMs: number;
}

const none: LookBack = { fromMs: 0, toMs: 0 };

/** What is computed from the step or the range is not known here. */
function msOf(duration: DurationExpr | undefined): number {
  if (duration === undefined) return 0;
  if (duration.kind === 'duration-number') return duration.seconds * 1000;
  if (duration.kind === 'duration-paren') return msOf(duration.inner);
  if (duration.kind !== 'duration-unary') return 0;
  return (duration.operator === '-' ? -1 : 1) * msOf(duration.operand);
}

function moved({ fromMs, toMs }: LookBack, rangeMs: number, offsetMs: number): LookBack {
  return { fromMs: fromMs + rangeMs + offsetMs, toMs: toMs + offsetMs };
}

/** Of all selectors together; undefined: the expression reads none, or one of a fixed time. */
function ofExpr(expr: Expr): LookBack | undefined {
  if (expr.kind === 'vector-selector') {
    return expr.at === undefined ? moved(none, 0, msOf(expr.offset)) : undefined;
  }
  if (expr.kind === 'matrix-selector') {
    const { selector, range } = expr;
    return selector.at === undefined ? moved(none, msOf(range), msOf(selector.offset)) : undefined;
  }
  const found = childrenOf(expr).flatMap((child) => ofExpr(child) ?? []);
  if (found.length === 0) return undefined;
  const all = {
    fromMs: Math.max(...found.map(({ fromMs }) => fromMs)),
    toMs: Math.min(...found.map(({ toMs }) => toMs)),
  };
  if (expr.kind !== 'subquery') return all;
  return expr.at === undefined ? moved(all, msOf(expr.range), msOf(expr.offset)) : undefined;
}

export function lookBackOf(query: string): LookBack {
  try {
    return ofExpr(parsePromql(query)) ?? none;
  } catch {
    // A wrong query has no values.
    return none;
  }
}

/** Logs and spans are not where the sample is, but around it: a shorter time than this is widened. */
const behindMsMin = 60_000;

/** The time behind the values of `startMs` to `endMs`. */
export function timeBehind(
  { fromMs, toMs }: LookBack,
  startMs: number,
  endMs: number,
): { readonly startNs: bigint; readonly endNs: bigint } {
  const [start, end] = [startMs - fromMs, endMs - toMs];
  const spare = Math.max(0, behindMsMin - (end - start)) / 2;
  const ns = (ms: number): bigint => BigInt(Math.round(ms)) * 1_000_000n;
  return { startNs: ns(start - spare), endNs: ns(end + spare) };
}
