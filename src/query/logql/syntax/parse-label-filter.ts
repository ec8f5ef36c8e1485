// Label filters: comparisons joined by `or`, and by `and`, a comma or nothing at all, which bind tighter.

import { quoteGo } from '../../language/go-string.ts';
import { parseGoFloat } from '../../language/go-number.ts';
import type { LabelFilter, NumericOperator } from './ast.ts';
import type { TokenCursor } from './cursor.ts';
import { syntaxFailure } from './lexer.ts';

const numericOperators: ReadonlySet<string> = new Set<NumericOperator>([
  '=',
  '==',
  '!=',
  '>',
  '>=',
  '<',
  '<=',
]);

function isNumericOperator(text: string): text is NumericOperator {
  return numericOperators.has(text);
}

export function startsLabelFilter(cursor: TokenCursor): boolean {
  return cursor.isKind('identifier') || cursor.isText('(');
}

/** A number with an optional sign. */
export function parseNumber(cursor: TokenCursor): number {
  const sign = cursor.isText('-') ? -1 : 1;
  if (cursor.isText('-') || cursor.isText('+')) cursor.take();
  const token = cursor.demandKind('number');
  const value = parseGoFloat(token.text);
  if (value === undefined) {
    throw syntaxFailure(
      cursor.text,
      token.span,
      `unable to parse literal as a float: strconv.ParseFloat: parsing "${token.text}": invalid syntax`,
    );
  }
  return sign * value;
}

function parseComparison(cursor: TokenCursor): LabelFilter {
  const name = cursor.demandKind('identifier');
  const start = name.span.start;
  const operatorToken = cursor.peek();
  const operator = operatorToken.text;
  if (
    operatorToken.kind !== 'symbol' ||
    !(isNumericOperator(operator) || operator === '=~' || operator === '!~')
  )
    cursor.unexpected();
  cursor.take();
  const value = cursor.peek();
  if (operator === '=~' || operator === '!~') {
    const pattern = cursor.demandKind('string').text;
    const span = cursor.spanFrom(start);
    return { kind: 'string', span, matcher: { name: name.text, operator, value: pattern, span } };
  }
  const orText = operator === '=' || operator === '!=';
  if (value.kind === 'string' && orText) {
    cursor.take();
    const span = cursor.spanFrom(start);
    return {
      kind: 'string',
      span,
      matcher: { name: name.text, operator, value: value.text, span },
    };
  }
  if (cursor.isFunction('ip') && orText) {
    cursor.take();
    cursor.demand('(');
    const pattern = cursor.demandKind('string').text;
    cursor.demand(')');
    const negated = operator === '!=';
    return { kind: 'ip', span: cursor.spanFrom(start), name: name.text, negated, pattern };
  }
  if (value.kind === 'duration' || value.kind === 'bytes') {
    cursor.take();
    const span = cursor.spanFrom(start);
    return { kind: value.kind, span, name: name.text, operator, value: Number(value.quantity) };
  }
  if (value.kind !== 'number' && !cursor.isText('-') && !cursor.isText('+')) {
    const advice =
      value.kind === 'string' ? textComparisonAdvice(name.text, operator, value.text) : undefined;
    cursor.unexpected(['BYTES', 'DURATION', 'NUMBER'], advice);
  }
  const number = parseNumber(cursor);
  return { kind: 'number', span: cursor.spanFrom(start), name: name.text, operator, value: number };
}

/** A text behind an operator that compares numbers. */
function textComparisonAdvice(name: string, operator: string, text: string): string {
  if (operator === '==') return `texts are compared with a single =: ${name}=${quoteGo(text)}`;
  return /^[\d.]+\w*$/.test(text)
    ? `texts have no order; numbers, durations and sizes stand without quotes: ${name} ${operator} ${text}`
    : 'texts have no order: they are compared with =, !=, =~ and !~';
}

function parsePrimary(cursor: TokenCursor): LabelFilter {
  if (!cursor.isText('(')) return parseComparison(cursor);
  cursor.take();
  const inner = cursor.nested(() => parseLabelFilter(cursor));
  cursor.demand(')');
  return inner;
}

/** Nested lists of the same kind become one: `a and (b and c)` is `a and b and c`. */
function join(
  cursor: TokenCursor,
  kind: 'and' | 'or',
  start: number,
  operands: readonly LabelFilter[],
): LabelFilter {
  const flat = operands.flatMap((operand) =>
    operand.kind === kind ? operand.operands : [operand],
  );
  const [only] = flat;
  if (only !== undefined && flat.length === 1) return only;
  return { kind, operands: flat, span: cursor.spanFrom(start) };
}

function parseConjunction(cursor: TokenCursor): LabelFilter {
  const start = cursor.peek().span.start;
  const operands = [parsePrimary(cursor)];
  for (;;) {
    if (cursor.accept('and') || cursor.accept(',')) {
      if (!startsLabelFilter(cursor)) cursor.unexpected(['IDENTIFIER', '(']);
    } else if (!startsLabelFilter(cursor)) return join(cursor, 'and', start, operands);
    operands.push(parsePrimary(cursor));
  }
}

export function parseLabelFilter(cursor: TokenCursor): LabelFilter {
  const start = cursor.peek().span.start;
  const operands = [parseConjunction(cursor)];
  while (cursor.accept('or')) {
    if (!startsLabelFilter(cursor)) cursor.unexpected(['IDENTIFIER', '(']);
    operands.push(parseConjunction(cursor));
  }
  return join(cursor, 'or', start, operands);
}
