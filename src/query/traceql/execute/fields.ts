// Field expressions as functions of a span.

import { assertNever } from '../../../base/assert.ts';
import { findAttribute } from '../../../model/attributes.ts';
import { normalizeIdValue } from '../plan/predicates.ts';
import type {
  ArithmeticOperator,
  AttributeField,
  BinaryField,
  ComparisonOperator,
  FieldExpression,
  FieldReference,
  StaticValue,
} from '../syntax/ast.ts';
import type { IntrinsicName } from '../syntax/catalogue.ts';
import { foldArithmetic } from '../syntax/fold.ts';
import type { SpanView } from './trace-view.ts';
import {
  type SpanValue,
  compareValues,
  elementsOf,
  nilValue,
  patternMatcher,
  valueOfAttribute,
} from './values.ts';

/** `S` is where values are read from: a span of a trace, or a row of columns. */
export type ValueReader<S> = (source: S) => SpanValue;
export type FieldReader = ValueReader<SpanView>;
/** What a field means on such a source. */
export type References<S> = (field: FieldReference) => ValueReader<S>;

const trueValue: StaticValue = { type: 'bool', value: true };
const falseValue: StaticValue = { type: 'bool', value: false };

function bool(value: boolean): StaticValue {
  return value ? trueValue : falseValue;
}

function text(value: string): StaticValue {
  return { type: 'string', value };
}

function int(value: number): StaticValue {
  return { type: 'int', value: BigInt(value) };
}

function duration(valueNs: bigint): StaticValue {
  return { type: 'duration', valueNs };
}

export function several(values: readonly SpanValue[]): SpanValue {
  const flat = values.flatMap(elementsOf);
  return flat.length === 0 ? nilValue : { type: 'many', values: flat };
}

function attributeReader({ scope, name }: AttributeField): FieldReader {
  switch (scope) {
    case 'none':
      return ({ record }) =>
        valueOfAttribute(
          findAttribute(record.attributes, name) ?? findAttribute(record.resource.attributes, name),
        );
    case 'span':
      return ({ record }) => valueOfAttribute(findAttribute(record.attributes, name));
    case 'resource':
      return ({ record }) => valueOfAttribute(findAttribute(record.resource.attributes, name));
    case 'instrumentation':
      return ({ record }) => valueOfAttribute(findAttribute(record.scope.attributes, name));
    case 'event':
      return ({ record }) =>
        several(
          record.events.map(({ attributes }) => valueOfAttribute(findAttribute(attributes, name))),
        );
    case 'link':
      return ({ record }) =>
        several(
          record.links.map(({ attributes }) => valueOfAttribute(findAttribute(attributes, name))),
        );
    default:
      return assertNever(scope);
  }
}

const intrinsicReaders: Readonly<Record<IntrinsicName, FieldReader>> = {
  duration: ({ record }) => duration(record.endNs - record.startNs),
  name: ({ record }) => text(record.name),
  status: ({ record }) => ({ type: 'status', value: record.status }),
  statusMessage: ({ record }) => text(record.statusMessage),
  kind: ({ record }) => ({ type: 'kind', value: record.kind }),
  rootName: ({ trace }) => text(trace.rootName),
  rootServiceName: ({ trace }) => text(trace.rootServiceName),
  traceDuration: ({ trace }) => duration(trace.endNs - trace.startNs),
  nestedSetLeft: ({ nestedLeft }) => int(nestedLeft),
  nestedSetRight: ({ nestedRight }) => int(nestedRight),
  nestedSetParent: ({ nestedParent }) => int(nestedParent),
  parent: () => nilValue,
  'span:childCount': ({ children }) => int(children.length),
  'span:id': ({ record }) => text(record.spanId),
  'span:parentID': ({ record }) => text(record.parentSpanId),
  'trace:id': ({ record }) => text(record.traceId),
  'event:name': ({ record }) => several(record.events.map(({ name }) => text(name))),
  'event:timeSinceStart': ({ record }) =>
    several(record.events.map(({ timeNs }) => duration(timeNs - record.startNs))),
  'link:traceID': ({ record }) => several(record.links.map(({ traceId }) => text(traceId))),
  'link:spanID': ({ record }) => several(record.links.map(({ spanId }) => text(spanId))),
  'instrumentation:name': ({ record }) => text(record.scope.name),
  'instrumentation:version': ({ record }) => text(record.scope.version),
};

export function referenceReader(field: FieldReference): FieldReader {
  return field.kind === 'intrinsic' ? intrinsicReaders[field.name] : attributeReader(field);
}

function isNil(expression: FieldExpression): boolean {
  return expression.kind === 'static' && expression.value.type === 'nil';
}

/** A static operand, with an ID that the other side compares it with in its full form. */
function operandReader<S>(
  expression: FieldExpression,
  operator: string,
  other: FieldExpression,
  references: References<S>,
): ValueReader<S> {
  if (expression.kind !== 'static') return valueReader(expression, references);
  const value = normalizeIdValue(other, operator, expression.value);
  return () => value;
}

function comparisonReader<S>(
  expression: BinaryField,
  operator: ComparisonOperator,
  references: References<S>,
): ValueReader<S> {
  const { left, right } = expression;
  const a = operandReader(left, operator, right, references);
  const b = operandReader(right, operator, left, references);
  if ((isNil(left) || isNil(right)) && (operator === '=' || operator === '!=')) {
    const equal = operator === '=';
    return (span) => bool((a(span).type === b(span).type) === equal);
  }
  if ((operator === '=~' || operator === '!~') && right.kind === 'static') {
    const match = patternMatcher(operator, right.value);
    return (span) => bool(match(a(span)));
  }
  return (span) => bool(compareValues(operator, a(span), b(span)));
}

function arithmeticReader<S>(
  expression: BinaryField,
  operator: ArithmeticOperator,
  references: References<S>,
): ValueReader<S> {
  const a = valueReader(expression.left, references);
  const b = valueReader(expression.right, references);
  return (span) => {
    const [x] = elementsOf(a(span));
    const [y] = elementsOf(b(span));
    return x === undefined || y === undefined
      ? nilValue
      : (foldArithmetic(operator, x, y) ?? nilValue);
  };
}

export function isTrue(value: SpanValue): boolean {
  return value.type === 'bool' && value.value;
}

function binaryReader<S>(expression: BinaryField, references: References<S>): ValueReader<S> {
  const { operator } = expression;
  switch (operator) {
    case '&&': {
      const a = valueReader(expression.left, references);
      const b = valueReader(expression.right, references);
      return (span) => bool(isTrue(a(span)) && isTrue(b(span)));
    }
    case '||': {
      const a = valueReader(expression.left, references);
      const b = valueReader(expression.right, references);
      return (span) => bool(isTrue(a(span)) || isTrue(b(span)));
    }
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
    case '^':
      return arithmeticReader(expression, operator, references);
    default:
      return comparisonReader(expression, operator, references);
  }
}

const zero: StaticValue = { type: 'int', value: 0n };

/** Values that do not fit an operator give nil, which no filter takes for true. */
export function valueReader<S>(
  expression: FieldExpression,
  references: References<S>,
): ValueReader<S> {
  switch (expression.kind) {
    case 'static': {
      const { value } = expression;
      return () => value;
    }
    case 'attribute':
    case 'intrinsic':
      return references(expression);
    case 'unary': {
      const operand = valueReader(expression.operand, references);
      if (expression.operator === '!') {
        return (span) => {
          const value = operand(span);
          return value.type === 'bool' ? bool(!value.value) : nilValue;
        };
      }
      return (span) => {
        const [value] = elementsOf(operand(span));
        if (value === undefined) return nilValue;
        if (value.type === 'duration') return duration(-value.valueNs);
        return foldArithmetic('-', zero, value) ?? nilValue;
      };
    }
    case 'binary':
      return binaryReader(expression, references);
    default:
      return assertNever(expression);
  }
}

export function fieldReader(expression: FieldExpression): FieldReader {
  return valueReader(expression, referenceReader);
}

export function spanFilter(expression: FieldExpression): (span: SpanView) => boolean {
  const read = fieldReader(expression);
  return (span) => isTrue(read(span));
}
