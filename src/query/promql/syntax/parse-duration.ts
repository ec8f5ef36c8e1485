// Durations and arithmetic on them, as they stand in `[...]` and behind `offset`. In brackets a whole
// expression may stand; behind `offset` one operand with a sign, anything larger needs parentheses.

import type { TextSpan } from '../../../base/errors.ts';
import type { DurationExpr } from './ast.ts';
import { durationSeconds, numberValue } from './literals.ts';
import type { TokenReader } from './token-reader.ts';

/** Go keeps durations in int64 nanoseconds. */
const secondsMax = 2 ** 63 / 1e9;

const precedences: Readonly<Record<string, number>> = {
  '+': 1,
  '-': 1,
  '*': 2,
  '/': 2,
  '%': 2,
  '^': 4,
};
const unaryPrecedence = 3;

function spanFrom(start: number, reader: TokenReader): TextSpan {
  return { start, end: reader.lastEnd };
}

function parseNumber(reader: TokenReader, context: string, expected: string): DurationExpr {
  const token = reader.next;
  if (token.kind !== 'number' && token.kind !== 'duration') {
    throw reader.unexpected(context, expected);
  }
  reader.take();
  const units = token.kind === 'duration';
  const seconds = units ? durationSeconds(reader, token) : numberValue(token.text);
  // A NaN is out of range as well.
  if (!(seconds <= secondsMax)) throw reader.fail(token, 'duration out of range');
  return { kind: 'duration-number', seconds, units, span: token };
}

function parseCall(reader: TokenReader): DurationExpr | undefined {
  const token = reader.next;
  const name = token.text.toLowerCase();
  if (token.kind !== 'preprocessor' && token.kind !== 'identifier') return undefined;
  if (name !== 'step' && name !== 'range' && name !== 'min_of' && name !== 'max_of') {
    return undefined;
  }
  reader.take();
  reader.expect('(', 'duration expression');
  const operands: DurationExpr[] = [];
  if (name === 'min_of' || name === 'max_of') {
    operands.push(parseDurationExpr(reader));
    reader.expect(',', 'duration expression');
    operands.push(parseDurationExpr(reader));
  }
  reader.expect(')', 'duration expression');
  return { kind: 'duration-call', name, operands, span: spanFrom(token.start, reader) };
}

function parseOperand(reader: TokenReader, context: string, expected: string): DurationExpr {
  const start = reader.next.start;
  if (reader.accept('(') !== undefined) {
    const inner = parseDurationExpr(reader);
    reader.expect(')', context);
    return { kind: 'duration-paren', inner, span: spanFrom(start, reader) };
  }
  return parseCall(reader) ?? parseNumber(reader, context, expected);
}

function negate(operator: '+' | '-', operand: DurationExpr, start: number): DurationExpr {
  const span = { start, end: operand.span.end };
  if (operand.kind === 'duration-number') {
    return { ...operand, seconds: operator === '-' ? -operand.seconds : operand.seconds, span };
  }
  return { kind: 'duration-unary', operator, operand, span };
}

function acceptSign(reader: TokenReader): { sign: '+' | '-'; start: number } | undefined {
  const token = reader.next;
  if (token.kind !== 'operator' || (token.text !== '+' && token.text !== '-')) return undefined;
  reader.take();
  return { sign: token.text, start: token.start };
}

/** A whole duration expression. */
export function parseDurationExpr(
  reader: TokenReader,
  context: string = 'subquery or range selector',
  expected: string = 'number, duration, step(), or range()',
  floor: number = 0,
): DurationExpr {
  return reader.nested(() => {
    const signed = acceptSign(reader);
    let left =
      signed === undefined
        ? parseOperand(reader, context, expected)
        : negate(
            signed.sign,
            parseDurationExpr(reader, context, expected, unaryPrecedence),
            signed.start,
          );
    for (;;) {
      const token = reader.next;
      const precedence = token.kind === 'operator' ? (precedences[token.text] ?? -1) : -1;
      if (precedence <= floor) return left;
      reader.take();
      // `^` groups to the right, the others to the left.
      const right = parseDurationExpr(
        reader,
        context,
        expected,
        token.text === '^' ? precedence - 1 : precedence,
      );
      left = {
        kind: 'duration-binary',
        operator: token.text as '+',
        left,
        right,
        span: { start: left.span.start, end: right.span.end },
      };
    }
  });
}

/** What may follow `offset`. */
export function parseOffset(reader: TokenReader): DurationExpr {
  const expected = 'number, duration, step(), or range()';
  const signed = acceptSign(reader);
  const operand = parseOperand(reader, 'offset', expected);
  return signed === undefined ? operand : negate(signed.sign, operand, signed.start);
}
