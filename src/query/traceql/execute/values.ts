// Values of spans at run time: how they compare (types that do not fit are never equal nor unequal), how they calculate,
// and how an answer shows them.

import { printGoDuration } from '../../../base/duration.ts';
import { type AttributeValue, printAttributeText } from '../../../model/attributes.ts';
import { compareUtf8 } from '../../../model/labels.ts';
import { compileAnchoredRegex } from '../../language/regex.ts';
import type { TraceqlValue } from '../engine.ts';
import type { ComparisonOperator, StaticValue } from '../syntax/ast.ts';
import { numberOf } from '../syntax/fold.ts';
import { printStatic } from '../syntax/print-static.ts';

/** Several values of one attribute; `!=` and `!~` must hold for all of them. */
export interface ArrayValue {
  readonly type: 'array';
  readonly values: readonly StaticValue[];
}

/** Values of several events or links; one that fits is enough. */
export interface ManyValue {
  readonly type: 'many';
  readonly values: readonly StaticValue[];
}

export type SpanValue = StaticValue | ArrayValue | ManyValue;

export const nilValue: StaticValue = { type: 'nil' };

function elementOf(value: AttributeValue): StaticValue {
  switch (value.kind) {
    case 'empty':
      return nilValue;
    case 'string':
      return { type: 'string', value: value.value };
    case 'int':
      return { type: 'int', value: value.value };
    case 'double':
      return { type: 'float', value: value.value };
    case 'bool':
      return { type: 'bool', value: value.value };
    case 'bytes':
    case 'list':
    case 'map':
      return { type: 'string', value: printAttributeText(value) };
  }
}

export function valueOfAttribute(value: AttributeValue | undefined): SpanValue {
  if (value === undefined) return nilValue;
  return value.kind === 'list'
    ? { type: 'array', values: value.values.map(elementOf) }
    : elementOf(value);
}

function holds(operator: ComparisonOperator, order: number): boolean {
  switch (operator) {
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    default:
      return false;
  }
}

function compareNumbers(operator: ComparisonOperator, a: StaticValue, b: StaticValue): boolean {
  const whole = (value: StaticValue): bigint | number | undefined =>
    value.type === 'int'
      ? value.value
      : value.type === 'duration'
        ? value.valueNs
        : numberOf(value);
  const x = whole(a);
  const y = whole(b);
  if (x === undefined || y === undefined) return false;
  // JavaScript compares a bigint and a number exactly. NaN is unequal to everything.
  if (x < y) return holds(operator, -1);
  if (x > y) return holds(operator, 1);
  return Number.isNaN(Number(x)) || Number.isNaN(Number(y))
    ? operator === '!='
    : holds(operator, 0);
}

function compareStatics(operator: ComparisonOperator, a: StaticValue, b: StaticValue): boolean {
  if (a.type === 'string' && b.type === 'string') {
    if (operator === '=~') return compileAnchoredRegex(b.value).matches(a.value);
    if (operator === '!~') return !compileAnchoredRegex(b.value).matches(a.value);
    if (operator === '=') return a.value === b.value;
    return operator === '!=' ? a.value !== b.value : holds(operator, compareUtf8(a.value, b.value));
  }
  const named = a.type === 'bool' || a.type === 'status' || a.type === 'kind';
  if (named && (operator === '=' || operator === '!=')) {
    return a.type === b.type && (a.value === b.value) === (operator === '=');
  }
  return compareNumbers(operator, a, b);
}

/** A missing value (nil) fits no comparison; `= nil` and `!= nil` are decided where the query says so. */
export function compareValues(operator: ComparisonOperator, a: SpanValue, b: SpanValue): boolean {
  if (a.type === 'array' || a.type === 'many') {
    const every = a.type === 'array' && (operator === '!=' || operator === '!~');
    return every
      ? a.values.length > 0 && a.values.every((value) => compareValues(operator, value, b))
      : a.values.some((value) => compareValues(operator, value, b));
  }
  if (b.type === 'array' || b.type === 'many') {
    const every = b.type === 'array' && (operator === '!=' || operator === '!~');
    return every
      ? b.values.length > 0 && b.values.every((value) => compareStatics(operator, a, value))
      : b.values.some((value) => compareStatics(operator, a, value));
  }
  return compareStatics(operator, a, b);
}

/** As `compareValues` with a pattern that does not change, which is looked up once. */
export function patternMatcher(
  operator: '=~' | '!~',
  pattern: StaticValue,
): (value: SpanValue) => boolean {
  if (pattern.type !== 'string') return () => false;
  const regex = compileAnchoredRegex(pattern.value);
  const wanted = operator === '=~';
  const fits = (value: StaticValue): boolean =>
    value.type === 'string' && regex.matches(value.value) === wanted;
  return (value) => {
    if (value.type === 'array')
      return wanted ? value.values.some(fits) : value.values.length > 0 && value.values.every(fits);
    return value.type === 'many' ? value.values.some(fits) : fits(value);
  };
}

/** Values one by one, without nil. */
export function elementsOf(value: SpanValue): readonly StaticValue[] {
  if (value.type === 'array' || value.type === 'many')
    return value.values.filter(({ type }) => type !== 'nil');
  return value.type === 'nil' ? [] : [value];
}

/** As Tempo's answers show it: durations as Go prints them, keywords as text, missing as `nil`. */
export function answerOf(value: SpanValue): TraceqlValue {
  switch (value.type) {
    case 'string':
    case 'status':
    case 'kind':
      return { kind: 'string', value: value.value };
    case 'int':
      return { kind: 'int', value: value.value };
    case 'float':
      return { kind: 'float', value: value.value };
    case 'bool':
      return { kind: 'bool', value: value.value };
    case 'duration':
      return { kind: 'string', value: printGoDuration(value.valueNs) };
    case 'nil':
      return { kind: 'string', value: 'nil' };
    case 'many':
      return answerOf(value.values[0] ?? nilValue);
    case 'array':
      return { kind: 'string', value: `[${value.values.map(printStatic).join(',')}]` };
  }
}

/** Equal for equal values of one type only. */
export function keyOf(value: SpanValue): string {
  if (value.type === 'array' || value.type === 'many')
    return `${value.type} ${value.values.map(keyOf).join('\u0000')}`;
  return `${value.type} ${printStatic(value)}`;
}
