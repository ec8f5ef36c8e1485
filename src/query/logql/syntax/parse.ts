// LogQL text to a tree: metric expressions by precedence climbing, log expressions by `parse-pipeline.ts`. What is said
// of arity and grouping here is said by Loki's parser too; what needs regexes or templates compiled is in `check.ts`.

import { Failure } from '../../../base/errors.ts';
import { taught } from '../../language/teach.ts';
import type {
  BinaryExpr,
  BinaryOperator,
  Expr,
  Grouping,
  LabelReplaceExpr,
  LogExpr,
  LogRange,
  MetricExpr,
  RangeAggregationExpr,
  Stage,
  Unwrap,
  VectorAggregationExpr,
  VectorMatching,
} from './ast.ts';
import { TokenCursor } from './cursor.ts';
import {
  isRangeOperation,
  isVectorOperation,
  rangeOperations,
  vectorOperations,
  type RangeOperation,
  type VectorOperation,
} from './functions.ts';
import { logqlLessons } from './lessons.ts';
import type { Token } from './lexer.ts';
import { parseNumber } from './parse-label-filter.ts';
import { parseLog, parseStages, parseUnwrap } from './parse-pipeline.ts';

const precedences: Readonly<Record<BinaryOperator, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '>': 3,
  '>=': 3,
  '<': 3,
  '<=': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  '^': 6,
};

function isBinaryOperator(text: string): text is BinaryOperator {
  return Object.hasOwn(precedences, text);
}

/** How tightly an operator binds; printing needs it to know where parentheses belong. */
export function precedenceOf(operator: BinaryOperator): number {
  return precedences[operator];
}

export function isSetOperator(operator: BinaryOperator): operator is 'and' | 'or' | 'unless' {
  return operator === 'and' || operator === 'or' || operator === 'unless';
}

function meaningFailure(message: string, span: { start: number; end: number }): Failure {
  return new Failure('syntax', `parse error : ${message}`, { position: span });
}

function parseNames(cursor: TokenCursor): readonly string[] {
  cursor.demand('(');
  const names: string[] = [];
  if (cursor.accept(')')) return names;
  do names.push(cursor.demandKind('identifier').text);
  while (cursor.accept(','));
  if (!cursor.isText(')')) cursor.unexpected([',', ')']);
  cursor.take();
  return names;
}

function parseGrouping(cursor: TokenCursor): Grouping | undefined {
  if (!cursor.isText('by') && !cursor.isText('without')) return undefined;
  const without = cursor.take().text === 'without';
  return { without, labels: parseNames(cursor) };
}

// ------------------------------------------------------------------------------------------ log ranges

interface LogRangeParts {
  readonly log: LogExpr;
  readonly unwrap: Unwrap | undefined;
  readonly range: { readonly rangeNs: bigint; readonly offsetNs: bigint } | undefined;
}

function parseRangeAndOffset(cursor: TokenCursor): LogRangeParts['range'] {
  if (!cursor.isKind('range')) return undefined;
  const rangeNs = cursor.take().quantity;
  if (!cursor.accept('offset')) return { rangeNs, offsetNs: 0n };
  const negative = cursor.accept('-');
  const offset = cursor.demandKind('duration').quantity;
  return { rangeNs, offsetNs: negative ? -offset : offset };
}

function withStages(log: LogExpr, stages: readonly Stage[], end: number): LogExpr {
  if (stages.length === 0) return log;
  return { ...log, stages: [...log.stages, ...stages], span: { start: log.span.start, end } };
}

/** Selector, stages, unwrap and range in each of the orders that LogQL has, parentheses included. */
function parseLogRangeParts(cursor: TokenCursor): LogRangeParts {
  let parts: LogRangeParts;
  if (cursor.accept('(')) {
    parts = cursor.nested(() => parseLogRangeParts(cursor));
    cursor.demand(')');
  } else {
    if (!cursor.isText('{')) cursor.unexpected(['{', '(']);
    const log = parseLog(cursor);
    parts = { log, unwrap: parseUnwrap(cursor), range: undefined };
  }
  if (parts.range !== undefined) return parts;
  const range = parseRangeAndOffset(cursor);
  if (range === undefined || parts.unwrap !== undefined) return { ...parts, range };
  // The pipeline may also stand behind the range.
  const stages = parseStages(cursor);
  const log = withStages(parts.log, stages, cursor.spanFrom(parts.log.span.start).end);
  return { log, unwrap: parseUnwrap(cursor), range };
}

function parseLogRange(cursor: TokenCursor, operation: RangeOperation): LogRange {
  const start = cursor.peek().span.start;
  const { log, unwrap, range } = parseLogRangeParts(cursor);
  if (range === undefined)
    cursor.unexpected(['RANGE'], `${operation} needs a range behind its selector, such as [5m]`);
  return { log, unwrap, ...range, span: cursor.spanFrom(start) };
}

function parseRangeAggregation(
  cursor: TokenCursor,
  operation: RangeOperation,
): RangeAggregationExpr {
  const start = cursor.take().span.start;
  cursor.demand('(');
  let parameter: number | undefined;
  if (cursor.isKind('number')) {
    parameter = parseNumber(cursor);
    cursor.demand(',');
  }
  const range = parseLogRange(cursor, operation);
  cursor.demand(')');
  const grouping = parseGrouping(cursor);
  const span = cursor.spanFrom(start);
  const rules = rangeOperations[operation];
  if (grouping !== undefined && !rules.grouping)
    throw meaningFailure(`grouping not allowed for ${operation} aggregation`, span);
  if (range.unwrap !== undefined && rules.unwrap === 'forbidden')
    throw meaningFailure(`invalid aggregation ${operation} with unwrap`, span);
  if (range.unwrap === undefined && rules.unwrap === 'required')
    throw meaningFailure(`invalid aggregation ${operation} without unwrap`, span);
  if (parameter === undefined && rules.parameter)
    throw meaningFailure(`parameter required for operation ${operation}`, span);
  if (parameter !== undefined && !rules.parameter)
    throw meaningFailure(`parameter ${parameter} not supported for operation ${operation}`, span);
  return { kind: 'range-aggregation', operation, parameter, range, grouping, span };
}

// --------------------------------------------------------------------------------- vector aggregations

function checkVectorParameter(
  operation: VectorOperation,
  text: string | undefined,
  value: number | undefined,
  span: { start: number; end: number },
): void {
  if (vectorOperations[operation].parameter) {
    if (value === undefined || text === undefined)
      throw meaningFailure(`parameter required for operation ${operation}`, span);
    if (!Number.isInteger(value))
      throw meaningFailure(`invalid parameter ${operation}(${text},`, span);
    if (value <= 0)
      throw meaningFailure(`invalid parameter (must be greater than 0) ${operation}(${text}`, span);
  } else if (text !== undefined)
    throw meaningFailure(`unsupported parameter for operation ${operation}(${text},`, span);
}

function parseVectorAggregation(
  cursor: TokenCursor,
  operation: VectorOperation,
): VectorAggregationExpr {
  const start = cursor.take().span.start;
  let grouping = parseGrouping(cursor);
  cursor.demand('(');
  let parameterText: string | undefined;
  let parameter: number | undefined;
  if (cursor.isKind('number') && cursor.isText(',', 1)) {
    parameterText = cursor.peek().text;
    parameter = parseNumber(cursor);
    cursor.take();
  }
  const operand = parseMetricOperand(cursor, operation);
  cursor.demand(')');
  grouping ??= parseGrouping(cursor);
  const span = cursor.spanFrom(start);
  checkVectorParameter(operation, parameterText, parameter, span);
  if (grouping !== undefined && !vectorOperations[operation].grouping) {
    const message =
      operation === 'approx_topk'
        ? 'grouping not allowed for approx_topk aggregation'
        : "sort and sort_desc doesn't allow grouping by ";
    throw meaningFailure(message, span);
  }
  return { kind: 'vector-aggregation', operation, parameter, grouping, operand, span };
}

/** An argument that must be a metric expression. */
function parseMetricOperand(cursor: TokenCursor, of: string): MetricExpr {
  if (cursor.isText('{')) {
    const advice = `${of} works on samples: wrap the selector, such as count_over_time({…}[5m])`;
    cursor.unexpected([], advice);
  }
  const operand = cursor.nested(() => parseExpr(cursor, 0));
  if (operand.kind === 'log') {
    throw meaningFailure(`${of} works on samples, not on log lines`, operand.span);
  }
  return operand;
}

function parseLabelReplace(cursor: TokenCursor): LabelReplaceExpr {
  const start = cursor.take().span.start;
  cursor.demand('(');
  const operand = parseMetricOperand(cursor, 'label_replace');
  const texts: string[] = [];
  for (let at = 0; at < 4; at++) {
    cursor.demand(',');
    texts.push(cursor.demandKind('string').text);
  }
  cursor.demand(')');
  const [target = '', replacement = '', source = '', pattern = ''] = texts;
  const span = cursor.spanFrom(start);
  return { kind: 'label-replace', operand, target, replacement, source, pattern, span };
}

// --------------------------------------------------------------------------------- binary expressions

function parseMatching(cursor: TokenCursor): VectorMatching | undefined {
  if (!cursor.isText('on') && !cursor.isText('ignoring')) {
    if (cursor.isText('group_left') || cursor.isText('group_right')) cursor.unexpected();
    return undefined;
  }
  const on = cursor.take().text === 'on';
  const labels = parseNames(cursor);
  if (!cursor.isText('group_left') && !cursor.isText('group_right'))
    return { on, labels, cardinality: 'one-to-one', include: [] };
  const cardinality = cursor.take().text === 'group_left' ? 'many-to-one' : 'one-to-many';
  // A parenthesis is a list of labels only when names or nothing are in it; otherwise it is the right operand's.
  const isList =
    cursor.isText('(') &&
    (cursor.isText(')', 1) ||
      (cursor.isKind('identifier', 1) && (cursor.isText(',', 2) || cursor.isText(')', 2))));
  return { on, labels, cardinality, include: isList ? parseNames(cursor) : [] };
}

function checkSetOperand(
  operator: BinaryOperator,
  side: 'left' | 'right',
  operand: MetricExpr,
): void {
  if (operand.kind !== 'literal' || !isSetOperator(operator)) return;
  const value = operand.value.toFixed(6);
  throw meaningFailure(
    `unexpected literal for ${side} leg of logical/set binary operation (${operator}): ${value}`,
    operand.span,
  );
}

function buildBinary(
  cursor: TokenCursor,
  operator: Token,
  left: Expr,
  modifiers: Pick<BinaryExpr, 'returnBool' | 'matching'>,
  right: Expr,
): BinaryExpr {
  if (!isBinaryOperator(operator.text)) return cursor.unexpected();
  for (const [side, operand] of [
    ['left', left],
    ['right', right],
  ] as const) {
    if (operand.kind === 'log') {
      throw meaningFailure(
        `unexpected type for ${side} leg of binary operation (${operator.text}): a log query has no samples`,
        operand.span,
      );
    }
    checkSetOperand(operator.text, side, operand);
  }
  if (left.kind === 'log' || right.kind === 'log') return cursor.unexpected();
  const span = { start: left.span.start, end: right.span.end };
  return { kind: 'binary', operator: operator.text, left, right, ...modifiers, span };
}

function parseExpr(cursor: TokenCursor, precedenceMin: number): Expr {
  let left = parsePrimary(cursor);
  let levels = 0;
  for (;;) {
    const operator = cursor.peek();
    if (operator.kind !== 'symbol' && operator.kind !== 'keyword') break;
    if (!isBinaryOperator(operator.text) || left.kind === 'log') break;
    const precedence = precedences[operator.text];
    if (precedence < precedenceMin) break;
    cursor.take();
    cursor.deeper();
    levels++;
    const comparison = precedence === 3;
    const returnBool = comparison && cursor.accept('bool');
    const matching = parseMatching(cursor);
    // `^` associates to the right, everything else to the left.
    const next = operator.text === '^' ? precedence : precedence + 1;
    const right = cursor.nested(() => parseExpr(cursor, next));
    left = buildBinary(cursor, operator, left, { returnBool, matching }, right);
  }
  cursor.shallower(levels);
  return left;
}

function parseFunction(cursor: TokenCursor, token: Token): Expr {
  if (isRangeOperation(token.text)) return parseRangeAggregation(cursor, token.text);
  if (isVectorOperation(token.text)) return parseVectorAggregation(cursor, token.text);
  if (token.text === 'label_replace') return parseLabelReplace(cursor);
  if (token.text !== 'vector') return cursor.unexpected();
  cursor.take();
  cursor.demand('(');
  if (!cursor.isKind('number')) cursor.unexpected(['NUMBER']);
  const value = parseNumber(cursor);
  cursor.demand(')');
  return { kind: 'vector', value, span: cursor.spanFrom(token.span.start) };
}

function parsePrimary(cursor: TokenCursor): Expr {
  const token = cursor.peek();
  if (token.kind === 'function') return cursor.nested(() => parseFunction(cursor, token));
  if (cursor.isText('{')) return parseLog(cursor);
  if (cursor.accept('(')) {
    const inner = cursor.nested(() => parseExpr(cursor, 0));
    cursor.demand(')');
    return inner;
  }
  if (token.kind === 'number' || cursor.isText('-') || cursor.isText('+')) {
    const value = parseNumber(cursor);
    return { kind: 'literal', value, span: cursor.spanFrom(token.span.start) };
  }
  return cursor.unexpected();
}

/**
 * The tree of a query. Fails with `syntax` and Loki's message, which begins with the line and column where they are
 * known, or with `limit` for what is too long or too deep. `checkLogql` judges what is left.
 */
export function parseLogql(text: string): Expr {
  return taught(text, logqlLessons, () => {
    const cursor = new TokenCursor(text);
    const expr = parseExpr(cursor, 0);
    if (!cursor.isKind('end')) cursor.unexpected();
    return expr;
  });
}
