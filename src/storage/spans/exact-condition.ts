// Span predicates as SQL that holds for exactly the spans for which the predicate does, for aggregates that nobody can
// check again. What SQL cannot say exactly is undefined. A missing attribute fits no comparison, not even `!=`.

import type { SpanPredicate, TenantRange } from '../../query/sources.ts';
import { spanKinds, spanStatuses } from '../../model/spans-batch.ts';
import { decodeHexInto } from '../../base/hex.ts';
import { attributeMap, type AttributeType } from '../attributes/attribute-maps.ts';
import { dayCondition, tenantCondition, timeCondition } from '../attributes/read-blocks.ts';
import type { KeyHolder } from '../attributes/sender-writer.ts';
import { and, or, type Sql, sql } from '../sql/sql.ts';
import type { KnownKeys } from './known-keys.ts';
import { compareNumbers, isRoot } from './span-conditions.ts';

type Condition = Extract<SpanPredicate, { kind: 'condition' }>;

interface ExactContext {
  readonly range: TenantRange;
  readonly keys: KnownKeys;
}

export function exactSpanCondition(
  predicate: SpanPredicate,
  context: ExactContext,
): Sql | undefined {
  switch (predicate.kind) {
    case 'true':
      return sql`1`;
    case 'and':
    case 'or': {
      const parts = predicate.operands.map((operand) => exactSpanCondition(operand, context));
      if (parts.includes(undefined)) return undefined;
      const known = parts.filter((part) => part !== undefined);
      return predicate.kind === 'and' ? and(known) : or(known);
    }
    case 'condition':
      return oneCondition(predicate, context);
  }
}

function oneCondition(condition: Condition, context: ExactContext): Sql | undefined {
  switch (condition.scope) {
    case 'span':
      return attributeCondition(condition, 'span', context);
    case 'resource':
      return resourceCondition(condition, context);
    case 'any': {
      // The span's own attribute hides the resource's.
      const own = attributeCondition(condition, 'span', context);
      const ofResource = resourceCondition(condition, context);
      if (own === undefined || ofResource === undefined) return undefined;
      const types = [...context.keys.types('span', condition.name)];
      if (types.length === 0) return ofResource;
      const has = or(
        types.map((type) => sql`mapContains(${attributeMap(type)}, ${condition.name})`),
      );
      return sql`if(${has}, ${own}, ${ofResource})`;
    }
    case 'intrinsic':
      return intrinsicCondition(condition, context);
    case 'event':
    case 'link':
    case 'instrumentation':
      return undefined;
  }
}

function textCondition(
  text: Sql,
  operator: Condition['operator'],
  wanted: string,
): Sql | undefined {
  switch (operator) {
    case '=':
      return sql`${text} = ${wanted}`;
    case '!=':
      return sql`${text} != ${wanted}`;
    // Whether the dot of a pattern matches a newline is the one question on which texts that hold one would part.
    case '=~':
      return sql`match(${text}, ${`^(?:${wanted})$`})`;
    case '!~':
      return sql`NOT match(${text}, ${`^(?:${wanted})$`})`;
    case '>':
    case '>=':
    case '<':
    case '<=':
      return undefined;
  }
}

function numberCondition(
  number: Sql,
  operator: Condition['operator'],
  wanted: bigint | number,
): Sql | undefined {
  if (typeof wanted === 'number' && !Number.isFinite(wanted)) return undefined;
  return compareNumbers(number, operator, wanted) ?? sql`0`;
}

function attributeCondition(
  { name, operator, value }: Condition,
  holder: KeyHolder,
  { keys }: ExactContext,
): Sql | undefined {
  const types = keys.types(holder, name);
  // Elements of lists are values of their own.
  if (types.has('json')) return undefined;
  const present = (type: AttributeType): Sql => sql`mapContains(${attributeMap(type)}, ${name})`;
  if (value.kind === 'nil') {
    const has = or([...types].map(present));
    return operator === '!=' ? has : sql`NOT (${has})`;
  }
  const inMaps = (
    wanted: readonly AttributeType[],
    test: (field: Sql) => Sql | undefined,
  ): Sql | undefined => {
    const either: Sql[] = [];
    for (const type of wanted) {
      if (!types.has(type)) continue;
      const holds = test(sql`${attributeMap(type)}[${name}]`);
      if (holds === undefined) return undefined;
      either.push(sql`${present(type)} AND ${holds}`);
    }
    return or(either);
  };
  switch (value.kind) {
    case 'string':
      return inMaps(['string'], (field) => textCondition(field, operator, value.value));
    case 'bool':
      if (operator !== '=' && operator !== '!=') return sql`0`;
      return inMaps(['bool'], (field) =>
        operator === '=' ? sql`${field} = ${value.value}` : sql`${field} != ${value.value}`,
      );
    case 'int':
    case 'float':
      return inMaps(['int', 'double'], (field) => numberCondition(field, operator, value.value));
    case 'duration':
      return inMaps(['int', 'double'], (field) => numberCondition(field, operator, value.valueNs));
    case 'keyword':
      return sql`0`;
  }
}

function resourceCondition(condition: Condition, context: ExactContext): Sql | undefined {
  const { name, operator, value } = condition;
  // A span whose sender has no name of its own stands under `unknown_service` here.
  if (name === 'service.name' && value.kind === 'string' && value.value !== '')
    return textCondition(sql`service`, operator, value.value);
  const holds = attributeCondition(condition, 'resource', context);
  if (holds === undefined) return undefined;
  const { tenants, startNs, endNs } = context.range;
  return sql`resource_id IN (SELECT resource_id FROM resources
    WHERE ${tenantCondition(tenants)} AND ${dayCondition(startNs, endNs)} AND ${holds})`;
}

function idCondition(column: Sql, condition: Condition, width: number): Sql | undefined {
  const { operator, value } = condition;
  if (value.kind !== 'string' || (operator !== '=' && operator !== '!=')) return undefined;
  const bytes = new Uint8Array(width);
  if (!decodeHexInto(value.value.toLowerCase().padStart(width * 2, '0'), bytes, 0, width))
    return operator === '=' ? sql`0` : sql`1`;
  return operator === '=' ? sql`${column} = ${bytes}` : sql`${column} != ${bytes}`;
}

function keywordCondition(
  column: Sql,
  { operator, value }: Condition,
  keywords: readonly string[],
): Sql | undefined {
  if (value.kind !== 'keyword') return undefined;
  const number = keywords.indexOf(value.value);
  if (number < 0) return undefined;
  // A number that OTLP does not define reads as the first.
  const shown = sql`if(${column} >= ${keywords.length}, 0, ${column})`;
  if (operator === '=') return sql`${shown} = ${number}`;
  return operator === '!=' ? sql`${shown} != ${number}` : undefined;
}

/** Spans of traces whose root, when it starts near the range, fulfils a condition. */
function ofRoots(
  condition: Sql | undefined,
  { tenants, startNs, endNs }: TenantRange,
): Sql | undefined {
  if (condition === undefined) return undefined;
  return sql`trace_id IN (SELECT trace_id FROM spans WHERE ${tenantCondition(tenants)}
    AND ${timeCondition(startNs - rootMarginNs, endNs)} AND ${isRoot} AND ${condition})`;
}

/** A root may start so long before a span of its trace. */
const rootMarginNs = 600_000_000_000n;

function intrinsicCondition(condition: Condition, { range }: ExactContext): Sql | undefined {
  const { name, operator, value } = condition;
  const text = (column: Sql): Sql | undefined =>
    value.kind === 'string' ? textCondition(column, operator, value.value) : undefined;
  switch (name) {
    case 'name':
    case 'span:name':
      return text(sql`name`);
    case 'statusMessage':
    case 'span:statusMessage':
      return text(sql`status_message`);
    case 'rootName':
    case 'trace:rootName':
      return ofRoots(text(sql`name`), range);
    case 'rootServiceName':
    case 'trace:rootService':
      return ofRoots(text(sql`service`), range);
    case 'duration':
    case 'span:duration': {
      const number =
        value.kind === 'duration'
          ? value.valueNs
          : value.kind === 'int' || value.kind === 'float'
            ? value.value
            : undefined;
      return number === undefined ? undefined : numberCondition(sql`duration_ns`, operator, number);
    }
    case 'status':
    case 'span:status':
      return keywordCondition(sql`status_code`, condition, spanStatuses);
    case 'kind':
    case 'span:kind':
      return keywordCondition(sql`kind`, condition, spanKinds);
    case 'nestedSetParent':
      // The one use that people make of it: roots are at -1.
      return operator === '<' && value.kind === 'int' && value.value === 0n ? isRoot : undefined;
    case 'trace:id':
      return idCondition(sql`trace_id`, condition, 16);
    case 'span:id':
      return idCondition(sql`span_id`, condition, 8);
    case 'span:parentID':
      return idCondition(sql`parent_span_id`, condition, 8);
    default:
      return undefined;
  }
}
