// Span predicates as SQL that holds for every span for which the predicate does, and for few others. What SQL cannot
// say, or not surely, counts as true: the engine checks each span again.

import { decodeHexInto } from '../../base/hex.ts';
import type { SpanPredicate, SpanStatic, TenantRange } from '../../query/sources.ts';
import { spanKinds, spanStatuses } from '../../model/spans-batch.ts';
import { attributeMap, type AttributeType } from '../attributes/attribute-maps.ts';
import { dayCondition, tenantCondition } from '../attributes/read-blocks.ts';
import type { KeyHolder } from '../attributes/sender-writer.ts';
import { and, identifier, or, type Sql, sql } from '../sql/sql.ts';
import type { KnownKeys } from './known-keys.ts';

/** A span without a parent's ID. */
export const isRoot: Sql = sql`parent_span_id = toFixedString('', 8)`;

type Condition = Extract<SpanPredicate, { kind: 'condition' }>;
type Operator = Condition['operator'];

/** `all` and `none` are kept apart from SQL, so that a reader knows when there is nothing to narrow down. */
export type SpanCondition = Sql | 'all' | 'none';

export interface SpanConditionContext {
  readonly range: TenantRange;
  readonly keys: KnownKeys;
}

export function conditionSql(condition: SpanCondition): Sql {
  if (condition === 'all') return sql`1`;
  return condition === 'none' ? sql`0` : condition;
}

export function allOf(conditions: readonly SpanCondition[]): SpanCondition {
  if (conditions.includes('none')) return 'none';
  const some = conditions.filter((condition) => condition !== 'all' && condition !== 'none');
  return some.length === 0 ? 'all' : and(some);
}

export function anyOf(conditions: readonly SpanCondition[]): SpanCondition {
  if (conditions.includes('all')) return 'all';
  const some = conditions.filter((condition) => condition !== 'all' && condition !== 'none');
  return some.length === 0 ? 'none' : or(some);
}

export function spanCondition(
  predicate: SpanPredicate,
  context: SpanConditionContext,
): SpanCondition {
  switch (predicate.kind) {
    case 'true':
      return 'all';
    case 'and':
      return allOf(predicate.operands.map((operand) => spanCondition(operand, context)));
    case 'or':
      return anyOf(predicate.operands.map((operand) => spanCondition(operand, context)));
    case 'condition':
      return oneCondition(predicate, context);
  }
}

function oneCondition(condition: Condition, context: SpanConditionContext): SpanCondition {
  switch (condition.scope) {
    case 'span':
      return attributeCondition(condition, 'span', context);
    case 'resource':
      return resourceCondition(condition, context);
    case 'any':
      return anyOf([
        attributeCondition(condition, 'span', context),
        resourceCondition(condition, context),
      ]);
    case 'instrumentation':
      return fromSenders('scopes', attributeCondition(condition, 'scope', context), context);
    case 'event':
      return jsonCondition(condition, 'event', sql`event_attributes`, context);
    case 'link':
      return jsonCondition(condition, 'link', sql`link_attributes`, context);
    case 'intrinsic':
      return intrinsicCondition(condition, context);
  }
}

/** Whether a span without the attribute, or with one of another type, may satisfy the operator. */
function isNegative(operator: Operator): boolean {
  return operator === '!=' || operator === '!~';
}

/** Exact on texts, but for patterns whose dot could or could not match a newline: then the wider reading. */
function textCondition(text: Sql, operator: Operator, wanted: string): SpanCondition {
  switch (operator) {
    case '=':
      return sql`${text} = ${wanted}`;
    case '!=':
      return sql`${text} != ${wanted}`;
    case '=~':
      return sql`match(${text}, ${`^(?s:${wanted})$`})`;
    case '!~':
      return sql`NOT match(${text}, ${`^(?-s:${wanted})$`})`;
    case '>':
      return sql`${text} > ${wanted}`;
    case '>=':
      return sql`${text} >= ${wanted}`;
    case '<':
      return sql`${text} < ${wanted}`;
    case '<=':
      return sql`${text} <= ${wanted}`;
  }
}

/** Undefined for a regex, which is no comparison of numbers. */
export function compareNumbers(
  number: Sql,
  operator: Operator,
  wanted: bigint | number,
): Sql | undefined {
  switch (operator) {
    case '=':
      return sql`${number} = ${wanted}`;
    case '!=':
      return sql`${number} != ${wanted}`;
    case '>':
      return sql`${number} > ${wanted}`;
    case '>=':
      return sql`${number} >= ${wanted}`;
    case '<':
      return sql`${number} < ${wanted}`;
    case '<=':
      return sql`${number} <= ${wanted}`;
    case '=~':
    case '!~':
      return undefined;
  }
}

function numberCondition(number: Sql, operator: Operator, wanted: bigint | number): SpanCondition {
  if (typeof wanted === 'number' && Number.isNaN(wanted)) return 'all';
  return compareNumbers(number, operator, wanted) ?? 'all';
}

function numberOf(wanted: SpanStatic): bigint | number | undefined {
  switch (wanted.kind) {
    case 'int':
    case 'float':
      return wanted.value;
    case 'duration':
      return wanted.valueNs;
    case 'string':
    case 'bool':
    case 'keyword':
    case 'nil':
      return undefined;
  }
}

/** On the maps of the table that holds the attribute. */
function attributeCondition(
  condition: Condition,
  holder: KeyHolder,
  context: SpanConditionContext,
): SpanCondition {
  const { name, operator, value } = condition;
  const types = context.keys.types(holder, name);
  const present = (type: AttributeType): SpanCondition =>
    types.has(type) ? sql`mapContains(${attributeMap(type)}, ${name})` : 'none';
  const existing = anyOf([...types].map(present));
  if (value.kind === 'nil') {
    if (operator === '!=') return existing;
    // An attribute that is there without a value is stored as JSON, and is nil.
    const valued = anyOf(
      [...types].map((type) =>
        type === 'json' ? sql`${attributeMap('json')}[${name}] NOT IN ('', 'null')` : present(type),
      ),
    );
    return valued === 'none' ? 'all' : sql`NOT (${conditionSql(valued)})`;
  }
  if (isNegative(operator)) return 'all';
  // Of an array any element may satisfy the operator.
  const inArray = present('json');
  const inMap = (type: AttributeType, test: (field: Sql) => SpanCondition): SpanCondition =>
    types.has(type) ? allOf([present(type), test(sql`${attributeMap(type)}[${name}]`)]) : 'none';
  const number = numberOf(value);
  if (number !== undefined) {
    return anyOf([
      inMap('int', (field) => numberCondition(field, operator, number)),
      inMap('double', (field) => numberCondition(field, operator, number)),
      inArray,
    ]);
  }
  if (value.kind === 'string')
    return anyOf([
      inMap('string', (field) => textCondition(field, operator, value.value)),
      inArray,
    ]);
  if (value.kind === 'bool') {
    const equal =
      operator === '=' ? inMap('bool', (field) => sql`${field} = ${value.value}`) : present('bool');
    return anyOf([equal, inArray]);
  }
  return existing;
}

/** Rows whose resource or scope satisfies a condition on its own table. */
function fromSenders(
  table: 'resources' | 'scopes',
  condition: SpanCondition,
  { range }: SpanConditionContext,
): SpanCondition {
  if (condition === 'all' || condition === 'none') return condition;
  const id = identifier(table === 'resources' ? 'resource_id' : 'scope_id');
  return sql`${id} IN (SELECT ${id} FROM ${identifier(table)}
    WHERE ${tenantCondition(range.tenants)} AND ${dayCondition(range.startNs, range.endNs)} AND ${condition})`;
}

function resourceCondition(condition: Condition, context: SpanConditionContext): SpanCondition {
  const { name, operator, value } = condition;
  // The service stands in the row.
  if (
    name === 'service.name' &&
    value.kind === 'string' &&
    value.value !== '' &&
    !isNegative(operator)
  )
    return textCondition(sql`service`, operator, value.value);
  return fromSenders('resources', attributeCondition(condition, 'resource', context), context);
}

/** Attributes of events and links are one JSON text each. */
function jsonCondition(
  condition: Condition,
  holder: KeyHolder,
  texts: Sql,
  context: SpanConditionContext,
): SpanCondition {
  const { name, operator, value } = condition;
  if (isNegative(operator) || value.kind === 'nil') return 'all';
  if (context.keys.types(holder, name).size === 0) return 'none';
  const has = sql`JSONHas(json, ${name})`;
  let test: SpanCondition = 'all';
  if (value.kind === 'string') {
    const text = conditionSql(
      textCondition(sql`JSONExtractString(json, ${name})`, operator, value.value),
    );
    test = sql`JSONType(json, ${name}) != 'String' OR ${text}`;
  } else {
    const number = numberOf(value);
    // Beyond 2^53 a double cannot tell neighbours apart.
    if (number !== undefined && Math.abs(Number(number)) < 2 ** 53) {
      const field = sql`JSONExtractFloat(json, ${name})`;
      const holds = conditionSql(numberCondition(field, operator, number));
      test = sql`abs(${field}) >= 9007199254740992 OR JSONType(json, ${name}) IN ('Array', 'Object') OR ${holds}`;
    }
  }
  return sql`arrayExists(json -> ${has} AND (${conditionSql(test)}), ${texts})`;
}

function idBytes(hex: string, width: number): Uint8Array | undefined {
  const bytes = new Uint8Array(width);
  const padded = hex.toLowerCase().padStart(width * 2, '0');
  return decodeHexInto(padded, bytes, 0, width) ? bytes : undefined;
}

function idCondition(
  condition: Condition,
  width: number,
  holds: (id: Uint8Array) => Sql,
): SpanCondition {
  const { operator, value } = condition;
  if (operator !== '=' || value.kind !== 'string') return 'all';
  const id = idBytes(value.value, width);
  return id === undefined ? 'all' : holds(id);
}

function keywordCondition(
  condition: Condition,
  column: Sql,
  keywords: readonly string[],
): SpanCondition {
  const { operator, value } = condition;
  if (value.kind !== 'keyword') return 'all';
  const number = keywords.indexOf(value.value);
  if (number < 0) return 'all';
  if (operator === '=') {
    // A number that OTLP does not define reads as the first.
    return number === 0
      ? sql`${column} = 0 OR ${column} >= ${keywords.length}`
      : sql`${column} = ${number}`;
  }
  return operator === '!=' && number !== 0 ? sql`${column} != ${number}` : 'all';
}

function intrinsicCondition(condition: Condition, context: SpanConditionContext): SpanCondition {
  const { name, operator, value } = condition;
  const text = (column: Sql): SpanCondition =>
    value.kind === 'string' ? textCondition(column, operator, value.value) : 'all';
  switch (name) {
    case 'name':
    case 'span:name':
      return text(sql`name`);
    case 'statusMessage':
    case 'span:statusMessage':
      return text(sql`status_message`);
    case 'duration':
    case 'span:duration': {
      const number = numberOf(value);
      return number === undefined ? 'all' : numberCondition(sql`duration_ns`, operator, number);
    }
    case 'status':
    case 'span:status':
      return keywordCondition(condition, sql`status_code`, spanStatuses);
    case 'kind':
    case 'span:kind':
      return keywordCondition(condition, sql`kind`, spanKinds);
    case 'nestedSetParent':
      // The one use that people make of it: roots are at -1.
      return operator === '<' && value.kind === 'int' && value.value === 0n ? isRoot : 'all';
    case 'trace:id':
      return idCondition(condition, 16, (id) => sql`trace_id = ${id}`);
    case 'span:id':
      return idCondition(condition, 8, (id) => sql`span_id = ${id}`);
    case 'span:parentID':
      return idCondition(condition, 8, (id) => sql`parent_span_id = ${id}`);
    case 'link:traceID':
      return idCondition(condition, 16, (id) => sql`has(link_trace_ids, toFixedString(${id}, 16))`);
    case 'link:spanID':
      return idCondition(condition, 8, (id) => sql`has(link_span_ids, toFixedString(${id}, 8))`);
    case 'event:name': {
      if (isNegative(operator)) return 'all';
      const one = text(sql`event`);
      return one === 'all' ? 'all' : sql`arrayExists(event -> ${conditionSql(one)}, event_names)`;
    }
    case 'instrumentation:name':
      return fromSenders('scopes', text(sql`name`), context);
    case 'instrumentation:version':
      return fromSenders('scopes', text(sql`version`), context);
    default:
      return 'all';
  }
}
