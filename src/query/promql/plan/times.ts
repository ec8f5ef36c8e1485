// What durations, offsets and `@` mean for one query: `step()` and `range()` are known, `start()` and `end()`
// are times.

import { Failure } from '../../../base/errors.ts';
import type { AtModifier, DurationExpr } from '../syntax/ast.ts';

/** The query as the clock sees it. */
export interface QueryTimes {
  readonly startMs: number;
  readonly endMs: number;
  /** 0 for an instant query. */
  readonly stepMs: number;
  readonly lookbackMs: number;
  /** Step of subqueries that name none. */
  readonly subqueryStepMs: number;
}

const durationMsMax = 2 ** 63 / 1e6;

function seconds(expr: DurationExpr, times: QueryTimes): number {
  const fail = (message: string): Failure =>
    new Failure('syntax', message, { position: expr.span });
  switch (expr.kind) {
    case 'duration-number':
      return expr.seconds;
    case 'duration-paren':
      return seconds(expr.inner, times);
    case 'duration-unary':
      return (expr.operator === '-' ? -1 : 1) * seconds(expr.operand, times);
    case 'duration-call': {
      if (expr.name === 'step') return times.stepMs / 1000;
      if (expr.name === 'range') return (times.endMs - times.startMs) / 1000;
      const operands = expr.operands.map((operand) => seconds(operand, times));
      return expr.name === 'min_of' ? Math.min(...operands) : Math.max(...operands);
    }
    case 'duration-binary': {
      const left = seconds(expr.left, times);
      const right = seconds(expr.right, times);
      switch (expr.operator) {
        case '+':
          return left + right;
        case '-':
          return left - right;
        case '*':
          return left * right;
        case '/':
          if (right === 0) throw fail('division by zero');
          return left / right;
        case '%':
          if (right === 0) throw fail('modulo by zero');
          return left % right;
        case '^':
          return left ** right;
      }
    }
  }
}

function milliseconds(expr: DurationExpr, times: QueryTimes): number {
  const ms = Math.trunc(Number((seconds(expr, times) * 1000).toFixed(6)));
  if (!(Math.abs(ms) <= durationMsMax)) {
    throw new Failure('syntax', 'duration is out of range', { position: expr.span });
  }
  return ms;
}

/** 0 when there is none; may be negative. */
export function offsetMs(expr: DurationExpr | undefined, times: QueryTimes): number {
  return expr === undefined ? 0 : milliseconds(expr, times);
}

/** A range or a step, which must be positive. */
export function lengthMs(expr: DurationExpr, times: QueryTimes): number {
  const ms = milliseconds(expr, times);
  if (ms <= 0) {
    throw new Failure('syntax', 'duration must be greater than 0', { position: expr.span });
  }
  return ms;
}

/** The fixed time of an `@`, or undefined without one. */
export function atMs(at: AtModifier | undefined, times: QueryTimes): number | undefined {
  if (at === undefined) return undefined;
  if (at.kind === 'time') return at.ms;
  return at.kind === 'start' ? times.startMs : times.endMs;
}
