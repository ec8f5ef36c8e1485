// Vector selectors and what may follow an expression: `[range]`, `[range:step]`, `offset`, `@`, `anchored`,
// `smoothed`.

import { asFailure } from '../../../base/errors.ts';
import type { TextSpan } from '../../../base/errors.ts';
import { formatGoFloat } from '../../../base/float.ts';
import type { LabelMatcher, MatchOperator } from '../../language/matcher.ts';
import { matcherPredicate } from '../../language/matcher.ts';
import type { AtModifier, DurationExpr, Expr, MatrixSelector, VectorSelector } from './ast.ts';
import { durationSeconds, numberValue, stringValue } from './literals.ts';
import { parseDurationExpr, parseOffset } from './parse-duration.ts';
import type { TokenReader } from './token-reader.ts';
import type { Token } from './tokens.ts';

const matchOperators: ReadonlySet<string> = new Set(['=', '!=', '=~', '!~']);

function matcher(
  reader: TokenReader,
  name: string,
  operator: MatchOperator,
  value: string,
  span: TextSpan,
): LabelMatcher {
  const made: LabelMatcher = { name, operator, value, span };
  try {
    matcherPredicate(made);
  } catch (error) {
    const message = asFailure(error).message;
    throw reader.fail(
      span,
      /^error parsing regexp|longer/.test(message) ? message : `error parsing regexp: ${message}`,
    );
  }
  return made;
}

function parseMatcher(reader: TokenReader): LabelMatcher {
  const token = reader.next;
  if (token.kind !== 'identifier' && token.kind !== 'string') {
    throw reader.unexpected('label matching', 'identifier or "}"');
  }
  reader.take();
  const name = token.kind === 'string' ? stringValue(reader, token) : token.text;
  const operator = reader.next;
  if (operator.kind !== 'punctuation' || !matchOperators.has(operator.text)) {
    // A quoted text alone is the metric's name.
    if (token.kind === 'string' && (reader.at(',') || reader.at('}'))) {
      return matcher(reader, '__name__', '=', name, token);
    }
    throw reader.unexpected('label matching', 'label matching operator');
  }
  reader.take();
  const value = reader.next;
  if (value.kind !== 'string') throw reader.unexpected('label matching', 'string');
  reader.take();
  return matcher(reader, name, operator.text as MatchOperator, stringValue(reader, value), {
    start: token.start,
    end: value.end,
  });
}

function parseMatchers(reader: TokenReader): LabelMatcher[] {
  const matchers: LabelMatcher[] = [];
  reader.expect('{');
  while (reader.accept('}') === undefined) {
    matchers.push(parseMatcher(reader));
    if (reader.accept(',') === undefined && !reader.at('}')) {
      throw reader.unexpected('label matching', '"," or "}"');
    }
  }
  return matchers;
}

/** A selector; `name` is the token before the braces, already taken. */
export function parseVectorSelector(reader: TokenReader, name: Token | undefined): VectorSelector {
  const start = name?.start ?? reader.next.start;
  const matchers = reader.at('{') ? parseMatchers(reader) : [];
  if (name !== undefined) {
    matchers.push({ name: '__name__', operator: '=', value: name.text, span: name });
  }
  return {
    kind: 'vector-selector',
    name: name?.text,
    matchers,
    offset: undefined,
    at: undefined,
    extension: undefined,
    span: { start, end: reader.lastEnd },
  };
}

/** A plain number must be positive; an expression is only known when the query runs. */
function positive(reader: TokenReader, duration: DurationExpr): DurationExpr {
  if (duration.kind === 'duration-number' && !(duration.seconds > 0)) {
    throw reader.fail(duration.span, 'duration must be greater than 0');
  }
  return duration;
}

function parseBrackets(reader: TokenReader, inner: Expr): Expr {
  const open = reader.expect('[');
  const range = positive(reader, parseDurationExpr(reader));
  if (reader.accept(':') !== undefined) {
    const step = reader.at(']')
      ? undefined
      : positive(
          reader,
          parseDurationExpr(
            reader,
            'subquery selector',
            'number, duration, step(), range(), or "]"',
          ),
        );
    reader.expect(']', 'subquery selector', '"]"');
    return {
      kind: 'subquery',
      inner,
      range,
      step,
      offset: undefined,
      at: undefined,
      span: { start: inner.span.start, end: reader.lastEnd },
    };
  }
  const close = reader.expect(']', 'subquery or range', '":" or "]"');
  const brackets = { start: open.start, end: close.end };
  if (inner.kind !== 'vector-selector') {
    throw reader.fail(brackets, 'ranges only allowed for vector selectors');
  }
  if (inner.offset !== undefined) {
    throw reader.fail(brackets, 'no offset modifiers allowed before range');
  }
  if (inner.at !== undefined) throw reader.fail(brackets, 'no @ modifiers allowed before range');
  return {
    kind: 'matrix-selector',
    selector: inner,
    range,
    span: { start: inner.span.start, end: close.end },
  };
}

/** Changes the selector that carries the modifiers of `expr`, and lets the expression end where the text now is. */
function withSelector(
  reader: TokenReader,
  expr: VectorSelector | MatrixSelector,
  change: Partial<VectorSelector>,
): VectorSelector | MatrixSelector {
  const span = { start: expr.span.start, end: reader.lastEnd };
  if (expr.kind === 'vector-selector') return { ...expr, ...change, span };
  return { ...expr, selector: { ...expr.selector, ...change }, span };
}

function applyOffset(reader: TokenReader, expr: Expr, offset: DurationExpr): Expr {
  const twice = (): never => {
    throw reader.fail(expr.span, 'offset may not be set multiple times');
  };
  switch (expr.kind) {
    case 'vector-selector':
      return expr.offset === undefined ? withSelector(reader, expr, { offset }) : twice();
    case 'matrix-selector':
      return expr.selector.offset === undefined ? withSelector(reader, expr, { offset }) : twice();
    case 'subquery':
      if (expr.offset !== undefined) return twice();
      return { ...expr, offset, span: { start: expr.span.start, end: reader.lastEnd } };
    default:
      throw reader.fail(
        expr.span,
        'offset modifier must be preceded by an instant vector selector or range vector selector or a subquery',
      );
  }
}

function parseAtModifier(reader: TokenReader, expr: Expr): AtModifier {
  const token = reader.next;
  if (token.kind === 'preprocessor' && (token.word === 'start' || token.word === 'end')) {
    reader.take();
    reader.expect('(', '@', 'timestamp');
    reader.expect(')', '@', 'timestamp');
    return { kind: token.word };
  }
  const signed = token.kind === 'operator' && (token.text === '-' || token.text === '+');
  if (signed) reader.take();
  const value = reader.next;
  if (value.kind !== 'number' && value.kind !== 'duration') {
    throw reader.unexpected('@', 'timestamp');
  }
  reader.take();
  const literal =
    value.kind === 'number' ? numberValue(value.text) : durationSeconds(reader, value);
  const seconds = signed && token.text === '-' ? -literal : literal;
  if (!Number.isFinite(seconds) || Math.abs(seconds) >= 2 ** 63) {
    throw reader.fail(
      expr.span,
      `timestamp out of bounds for @ modifier: ${Number.isFinite(seconds) ? seconds.toFixed(6) : formatGoFloat(seconds)}`,
    );
  }
  return { kind: 'time', ms: Math.round(seconds * 1000) };
}

function applyAt(reader: TokenReader, expr: Expr, at: AtModifier): Expr {
  const twice = (): never => {
    throw reader.fail(expr.span, '@ <timestamp> may not be set multiple times');
  };
  switch (expr.kind) {
    case 'vector-selector':
      return expr.at === undefined ? withSelector(reader, expr, { at }) : twice();
    case 'matrix-selector':
      return expr.selector.at === undefined ? withSelector(reader, expr, { at }) : twice();
    case 'subquery':
      if (expr.at !== undefined) return twice();
      return { ...expr, at, span: { start: expr.span.start, end: reader.lastEnd } };
    default:
      throw reader.fail(
        expr.span,
        '@ modifier must be preceded by an instant vector selector or range vector selector or a subquery',
      );
  }
}

function applyExtension(reader: TokenReader, expr: Expr, extension: 'anchored' | 'smoothed'): Expr {
  if (expr.kind === 'subquery') {
    throw reader.fail(expr.span, `${extension} modifier is not supported for subqueries`);
  }
  if (expr.kind !== 'vector-selector' && expr.kind !== 'matrix-selector') {
    throw reader.fail(expr.span, `${extension} modifier not implemented`);
  }
  const selector = expr.kind === 'vector-selector' ? expr : expr.selector;
  if (selector.extension !== undefined && selector.extension !== extension) {
    throw reader.fail(expr.span, 'anchored and smoothed modifiers cannot be used together');
  }
  return withSelector(reader, expr, { extension });
}

/** Ranges, subqueries and modifiers behind an expression; `bounded` refuses trees that grow too deep. */
export function parsePostfix(
  reader: TokenReader,
  first: Expr,
  bounded: (expr: Expr) => Expr,
): Expr {
  let expr = first;
  for (;;) {
    if (reader.at('[')) {
      expr = bounded(parseBrackets(reader, expr));
    } else if (reader.accept('offset') !== undefined) {
      expr = applyOffset(reader, expr, parseOffset(reader));
    } else if (reader.accept('@') !== undefined) {
      expr = applyAt(reader, expr, parseAtModifier(reader, expr));
    } else if (reader.accept('anchored') !== undefined) {
      expr = applyExtension(reader, expr, 'anchored');
    } else if (reader.accept('smoothed') !== undefined) {
      expr = applyExtension(reader, expr, 'smoothed');
    } else {
      return expr;
    }
  }
}
