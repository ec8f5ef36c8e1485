// Field expressions, what stands between the braces of a spanset filter: precedence climbing from `&& ||` (one level,
// as in Tempo's grammar) over comparisons, `+ -`, prefix operators and `* / %` to `^`, which groups to the right.

import type {
  AggregateName,
  FieldExpression,
  FieldOperator,
  FieldReference,
  StaticValue,
} from './ast.ts';
import { type IntrinsicName, bareIntrinsics, kindNames, statusNames } from './catalogue.ts';
import type { Token } from './lexer.ts';
import type { TokenReader } from './token-reader.ts';

const int64Max = 9_223_372_036_854_775_807n;

export const precedences: Readonly<Record<FieldOperator, number>> = {
  '&&': 1,
  '||': 1,
  '=': 2,
  '!=': 2,
  '=~': 2,
  '!~': 2,
  '>': 2,
  '>=': 2,
  '<': 2,
  '<=': 2,
  '+': 3,
  '-': 3,
  '*': 5,
  '/': 5,
  '%': 5,
  '^': 6,
};
/** Of `-` and `!` in front: `-a * b` is `-(a * b)`, `!a = b` is `(!a) = b`. */
const prefixPrecedence = 4;

export const aggregateNames: ReadonlySet<string> = new Set<AggregateName>([
  'count',
  'avg',
  'max',
  'min',
  'sum',
]);

function isFieldOperator(mark: string | undefined): mark is FieldOperator {
  return mark !== undefined && Object.hasOwn(precedences, mark);
}

/** Value of a word that stands for one: `true`, `nil`, `error`, `server`, `minInt`. */
function wordValue(word: string): StaticValue | undefined {
  if (word === 'true' || word === 'false') return { type: 'bool', value: word === 'true' };
  if (word === 'nil') return { type: 'nil' };
  if (word === 'minInt') return { type: 'int', value: -int64Max - 1n };
  if (word === 'maxInt') return { type: 'int', value: int64Max };
  if (statusNames.has(word)) return { type: 'status', value: word };
  return kindNames.has(word) ? { type: 'kind', value: word } : undefined;
}

export function negateStatic(value: StaticValue): StaticValue | undefined {
  switch (value.type) {
    case 'int':
      return { type: 'int', value: -value.value };
    case 'float':
      return { type: 'float', value: -value.value };
    case 'duration':
      return { type: 'duration', valueNs: -value.valueNs };
    default:
      return undefined;
  }
}

function isTooLarge(value: StaticValue): boolean {
  return value.type === 'int' && value.value > int64Max;
}

/** A number directly behind a minus may be the smallest int; anywhere else the token must fit by itself. */
export function readNumber(reader: TokenReader, negative: boolean): StaticValue {
  const { token } = reader;
  if (token.kind !== 'static') throw reader.unexpected();
  const value = negative ? negateStatic(token.value) : token.value;
  if (value === undefined || value.type === 'string') throw reader.unexpected();
  if (isTooLarge(value)) throw reader.fail(token.span, 'syntax error: number is out of range');
  reader.next();
  return value;
}

function parsePrefix(reader: TokenReader, operator: '-' | '!'): FieldExpression {
  const { start } = reader.next().span;
  const { token } = reader;
  // `-1` is a number, while `-1 ^ 2` is the negative of a power.
  if (operator === '-' && token.kind === 'static' && token.value.type !== 'string') {
    const value = readNumber(reader, true);
    const literal: FieldExpression = { kind: 'static', value, span: reader.spanFrom(start) };
    if (reader.mark !== '^' && !'*/%'.includes(reader.mark ?? ' ')) return literal;
    const positive = negateStatic(value) ?? value;
    const operand = climb(reader, { ...literal, value: positive }, prefixPrecedence);
    return { kind: 'unary', operator, operand, span: reader.spanFrom(start) };
  }
  const operand = parseField(reader, prefixPrecedence);
  return { kind: 'unary', operator, operand, span: reader.spanFrom(start) };
}

function referenceOf(token: Token): FieldReference | undefined {
  switch (token.kind) {
    case 'attribute': {
      const { scope, parent, name, span } = token;
      return { kind: 'attribute', scope, parent, name, span };
    }
    case 'intrinsic':
      return { kind: 'intrinsic', name: token.name, span: token.span };
    case 'word':
      return bareIntrinsics.has(token.text)
        ? // The set holds canonical names only.
          { kind: 'intrinsic', name: token.text as IntrinsicName, span: token.span }
        : undefined;
    default:
      return undefined;
  }
}

/** An attribute or intrinsic, as `by`, `select` and the metrics functions take them. */
export function parseReference(reader: TokenReader): FieldReference {
  const reference = referenceOf(reader.token);
  if (reference === undefined) throw reader.unexpected('attribute');
  reader.count();
  reader.next();
  return reference;
}

function parseOperand(reader: TokenReader): FieldExpression {
  const { token } = reader;
  if (reader.mark === '(') {
    reader.next();
    const inner = reader.nested(() => parseField(reader));
    reader.expect(')');
    return inner;
  }
  if (reader.mark === '-' || reader.mark === '!') {
    const operator = reader.mark;
    return reader.nested(() => parsePrefix(reader, operator));
  }
  reader.count();
  const reference = referenceOf(token);
  if (reference !== undefined) {
    reader.next();
    return reference;
  }
  if (token.kind === 'static') {
    if (isTooLarge(token.value))
      throw reader.fail(token.span, 'syntax error: number is out of range');
    reader.next();
    return { kind: 'static', value: token.value, span: token.span };
  }
  const value = token.kind === 'word' ? wordValue(token.text) : undefined;
  if (value === undefined) throw reader.unexpected();
  reader.next();
  return { kind: 'static', value, span: token.span };
}

/** Continues an expression with every operator that binds at least as tightly as `least`. */
function climb(reader: TokenReader, first: FieldExpression, least: number): FieldExpression {
  let left = first;
  for (;;) {
    const operator = reader.mark;
    if (!isFieldOperator(operator)) return left;
    const precedence = precedences[operator];
    if (precedence < least) return left;
    reader.count();
    reader.next();
    const right =
      operator === '^'
        ? reader.nested(() => parseField(reader, precedence))
        : parseField(reader, precedence + 1);
    const span = { start: left.span.start, end: right.span.end };
    left = { kind: 'binary', operator, left, right, span };
  }
}

export function parseField(reader: TokenReader, least: number = 0): FieldExpression {
  return climb(reader, parseOperand(reader), least);
}
