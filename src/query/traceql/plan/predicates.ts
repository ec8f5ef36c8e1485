// What storage may use to find candidates: predicates that every wanted trace's spans fulfil, taken from a query. What a
// predicate cannot express becomes `true`: it may let too much through, never too little.

import { assertNever } from '../../../base/assert.ts';
import type { SpanPredicate, SpanScope, SpanStatic } from '../../sources.ts';
import type {
  BinaryField,
  ComparisonOperator,
  FieldExpression,
  FieldReference,
  Pipeline,
  SpansetExpression,
  Stage,
  StaticValue,
} from '../syntax/ast.ts';

type Condition = Extract<SpanPredicate, { kind: 'condition' }>;

export const anySpan: SpanPredicate = { kind: 'true' };
/** A disjunction of nothing. */
export const noSpan: SpanPredicate = { kind: 'or', operands: [] };

function isNone(predicate: SpanPredicate): boolean {
  return predicate.kind === 'or' && predicate.operands.length === 0;
}

export function conjunction(operands: readonly SpanPredicate[]): SpanPredicate {
  if (operands.some(isNone)) return noSpan;
  const flat = operands.flatMap((operand) =>
    operand.kind === 'and' ? operand.operands : [operand],
  );
  const parts = flat.filter(({ kind }) => kind !== 'true');
  const [first] = parts;
  if (first === undefined) return anySpan;
  return parts.length === 1 ? first : { kind: 'and', operands: parts };
}

export function disjunction(operands: readonly SpanPredicate[]): SpanPredicate {
  if (operands.some(({ kind }) => kind === 'true')) return anySpan;
  const parts = operands.flatMap((operand) =>
    operand.kind === 'or' ? operand.operands : [operand],
  );
  const [first] = parts;
  return first !== undefined && parts.length === 1 ? first : { kind: 'or', operands: parts };
}

const flipped: Readonly<Record<string, ComparisonOperator>> = {
  '=': '=',
  '!=': '!=',
  '>': '<',
  '>=': '<=',
  '<': '>',
  '<=': '>=',
};

function isComparison(operator: string): operator is ComparisonOperator {
  return Object.hasOwn(flipped, operator) || operator === '=~' || operator === '!~';
}

export function staticOf(value: StaticValue): SpanStatic {
  switch (value.type) {
    case 'nil':
      return { kind: 'nil' };
    case 'string':
      return { kind: 'string', value: value.value };
    case 'int':
      return { kind: 'int', value: value.value };
    case 'float':
      return { kind: 'float', value: value.value };
    case 'bool':
      return { kind: 'bool', value: value.value };
    case 'duration':
      return { kind: 'duration', valueNs: value.valueNs };
    case 'status':
    case 'kind':
      return { kind: 'keyword', value: value.value };
    default:
      return assertNever(value);
  }
}

/** Where storage finds a field. */
export function placeOf(field: FieldReference): {
  readonly scope: SpanScope;
  readonly name: string;
} {
  if (field.kind === 'intrinsic') return { scope: 'intrinsic', name: field.name };
  return { scope: field.scope === 'none' ? 'any' : field.scope, name: field.name };
}

function condition(
  field: FieldReference,
  operator: ComparisonOperator,
  value: StaticValue,
): Condition {
  return { kind: 'condition', ...placeOf(field), operator, value: staticOf(value) };
}

const idWidths: Readonly<Record<string, number>> = {
  'trace:id': 32,
  'link:traceID': 32,
  'span:id': 16,
  'span:parentID': 16,
  'link:spanID': 16,
};

/**
 * IDs are compared in their full width and in lower case, however they were written. For an ordering they stay as
 * they are.
 */
export function normalizeIdValue(
  field: FieldExpression,
  operator: string,
  value: StaticValue,
): StaticValue {
  const width = field.kind === 'intrinsic' ? idWidths[field.name] : undefined;
  if (width === undefined || value.type !== 'string' || value.value === '') return value;
  if (operator !== '=' && operator !== '!=') return value;
  return { type: 'string', value: value.value.toLowerCase().padStart(width, '0') };
}

function isField(expression: FieldExpression): expression is FieldReference {
  return expression.kind === 'attribute' || expression.kind === 'intrinsic';
}

function comparisonPredicate(expression: BinaryField): SpanPredicate {
  const { operator, left, right } = expression;
  if (!isComparison(operator)) return anySpan;
  if (isField(left) && right.kind === 'static') {
    return condition(left, operator, normalizeIdValue(left, operator, right.value));
  }
  const flip = flipped[operator];
  if (isField(right) && left.kind === 'static' && flip !== undefined) {
    return condition(right, flip, normalizeIdValue(right, operator, left.value));
  }
  return anySpan;
}

const trueValue: StaticValue = { type: 'bool', value: true };
const falseValue: StaticValue = { type: 'bool', value: false };

/** Operands of a chain of one operator, `a && b && c`, which leans to the left and may be long. */
function chainOf(expression: BinaryField): readonly FieldExpression[] {
  const operands: FieldExpression[] = [];
  let rest: FieldExpression = expression;
  while (rest.kind === 'binary' && rest.operator === expression.operator) {
    operands.push(rest.right);
    rest = rest.left;
  }
  operands.push(rest);
  return operands.reverse();
}

/** Holds for every span for which the expression is true. */
export function predicateOf(expression: FieldExpression): SpanPredicate {
  switch (expression.kind) {
    case 'static':
      return expression.value.type === 'bool' && expression.value.value ? anySpan : noSpan;
    case 'attribute':
    case 'intrinsic':
      return condition(expression, '=', trueValue);
    case 'unary': {
      const { operand } = expression;
      return expression.operator === '!' && operand.kind === 'attribute'
        ? condition(operand, '=', falseValue)
        : anySpan;
    }
    case 'binary': {
      const { operator } = expression;
      if (operator === '&&') return conjunction(chainOf(expression).map(predicateOf));
      if (operator === '||') return disjunction(chainOf(expression).map(predicateOf));
      return comparisonPredicate(expression);
    }
    default:
      return assertNever(expression);
  }
}

/** For each of these, a trace that yields anything has a span for which it holds. Never empty. */
function requiredOfSpansets(expression: SpansetExpression): readonly SpanPredicate[] {
  switch (expression.kind) {
    case 'filter':
      return [predicateOf(expression.expression)];
    case 'wrapped':
      return requiredOfPipeline(expression.pipeline);
    case 'operation': {
      const left = requiredOfSpansets(expression.left);
      const right = requiredOfSpansets(expression.right);
      if (expression.operator === '||') {
        // One of the two sides holds, so at least one of each side's predicates.
        return [disjunction([left[0] ?? anySpan, right[0] ?? anySpan])];
      }
      return expression.operator.startsWith('!') ? right : [...left, ...right];
    }
    default:
      return assertNever(expression);
  }
}

function requiredOfStage(stage: Stage): readonly SpanPredicate[] {
  switch (stage.kind) {
    case 'filter':
    case 'operation':
    case 'wrapped':
      return requiredOfSpansets(stage);
    case 'scalar-filter':
    case 'by':
    case 'coalesce':
    case 'select':
    case 'logs':
      return [];
    default:
      return assertNever(stage);
  }
}

/** Duplicates and `true` are left out, unless nothing else is left. */
export function requiredOfPipeline(pipeline: Pipeline): readonly SpanPredicate[] {
  const stages = pipeline.stages.map(requiredOfStage);
  // Filters in a row look at the same spans: one span fulfils them all.
  const filters = pipeline.stages.every(({ kind }) => kind === 'filter' || kind === 'logs');
  const all = filters ? [conjunction(stages.flat())] : stages.flat();
  const useful = all.filter(({ kind }) => kind !== 'true');
  return useful.length === 0 ? [anySpan] : useful;
}
