// Which attributes spans have, and with which values: what an editor offers while a query is written.

import { type AttributeValue, printAttributeText } from '../../model/attributes.ts';
import { parseAttributeJson } from '../../model/attribute-columns.ts';
import { spanKinds, spanStatuses } from '../../model/spans-batch.ts';
import type { SpanScan, SpanScope, TagNames, TagValue, TenantRange } from '../../query/sources.ts';
import { attributeMap, type AttributeType } from '../attributes/attribute-maps.ts';
import { dayCondition, tenantCondition, timeCondition } from '../attributes/read-blocks.ts';
import type { KeyHolder } from '../attributes/sender-writer.ts';
import type { Database } from '../database.ts';
import { identifier, type Sql, sql } from '../sql/sql.ts';
import { isRoot } from './span-conditions.ts';
import { findKnownKeys, type KnownKeys, predicateKeys } from './known-keys.ts';
import { conditionSql, spanCondition } from './span-conditions.ts';

const holders: readonly (readonly [KeyHolder, TagNames['scope']])[] = [
  ['resource', 'resource'],
  ['span', 'span'],
  ['event', 'event'],
  ['link', 'link'],
  ['scope', 'instrumentation'],
];

/** Names a scope that are offered. */
export const tagNamesMax: number = 5000;

export async function readTagNames(
  database: Database,
  range: TenantRange,
  signal: AbortSignal,
): Promise<readonly TagNames[]> {
  const rows = await database.rows<{ holder: string; keys: string[] }>(
    sql`SELECT holder, arraySort(groupUniqArray(${tagNamesMax})(key)) AS keys FROM attribute_keys
      WHERE ${tenantCondition(range.tenants)} AND ${dayCondition(range.startNs, range.endNs)} AND signal = 'spans'
      GROUP BY holder`,
    { signal },
  );
  const byHolder = new Map(rows.map(({ holder, keys }) => [holder, keys]));
  return holders.map(([holder, scope]) => ({ scope, names: byHolder.get(holder) ?? [] }));
}

export type TagValuesRequest = SpanScan & {
  readonly scope: SpanScope;
  readonly name: string;
  readonly limit: number;
};

/** Distinct texts of an expression, with the type under which they are shown. */
interface ValueQuery {
  readonly type: TagValue['type'];
  readonly statement: Sql;
  /** What a text of the result is shown as. */
  readonly show?: ((text: string) => readonly TagValue[]) | undefined;
}

const shownTypes: Readonly<Record<AttributeType, TagValue['type']>> = {
  string: 'string',
  int: 'int',
  double: 'float',
  bool: 'bool',
  json: 'string',
};

/** The maps in which a key stands, as selects of text from rows of `from`. */
function mapQueries(
  name: string,
  types: ReadonlySet<AttributeType>,
  from: Sql,
  limit: number,
): ValueQuery[] {
  return [...types].map((type) => {
    const map = attributeMap(type);
    return {
      type: shownTypes[type],
      statement: sql`SELECT DISTINCT toString(${map}[${name}]) AS text ${from} AND mapContains(${map}, ${name}) LIMIT ${limit}`,
      show:
        type === 'json' || type === 'double'
          ? (shown) => shownValues(readText(type, shown))
          : undefined,
    };
  });
}

/** A text that ClickHouse made of a value. */
function readText(type: 'json' | 'double', shown: string): AttributeValue {
  if (type === 'json') return parseAttributeJson(shown);
  const value = shown.endsWith('inf') ? Number(shown.replace('inf', 'Infinity')) : Number(shown);
  return { kind: 'double', value };
}

/** Of a list each element is a value. */
function shownValues(value: AttributeValue): TagValue[] {
  switch (value.kind) {
    case 'empty':
      return [];
    case 'list':
      return value.values.flatMap(shownValues);
    case 'int':
    case 'bool':
      return [{ type: value.kind, value: printAttributeText(value) }];
    case 'double':
      return [{ type: 'float', value: printAttributeText(value) }];
    case 'string':
    case 'bytes':
    case 'map':
      return [{ type: 'string', value: printAttributeText(value) }];
  }
}

function keywordQuery(column: Sql, keywords: readonly string[], from: Sql): ValueQuery {
  return {
    type: 'keyword',
    statement: sql`SELECT DISTINCT toString(${column}) AS text ${from}`,
    show: (text) => [{ type: 'keyword', value: keywords[Number(text)] ?? keywords[0] ?? '' }],
  };
}

function textQuery(text: Sql, from: Sql, limit: number): ValueQuery {
  return {
    type: 'string',
    statement: sql`SELECT DISTINCT ${text} AS text ${from} AND ${text} != '' LIMIT ${limit}`,
  };
}

function senderRows(table: 'resources' | 'scopes', range: TenantRange, spans: Sql): Sql {
  const id = identifier(table === 'resources' ? 'resource_id' : 'scope_id');
  return sql`FROM ${identifier(table)} WHERE ${tenantCondition(range.tenants)}
    AND ${dayCondition(range.startNs, range.endNs)} AND ${id} IN (SELECT ${id} ${spans})`;
}

function intrinsicQueries(request: TagValuesRequest, spans: Sql): ValueQuery[] {
  const { limit } = request;
  switch (request.name) {
    case 'name':
    case 'span:name':
      return [textQuery(sql`toString(name)`, spans, limit)];
    case 'statusMessage':
    case 'span:statusMessage':
      return [textQuery(sql`status_message`, spans, limit)];
    case 'status':
    case 'span:status':
      return [keywordQuery(sql`status_code`, spanStatuses, spans)];
    case 'kind':
    case 'span:kind':
      return [keywordQuery(sql`kind`, spanKinds, spans)];
    case 'rootName':
    case 'trace:rootName':
      return [textQuery(sql`toString(name)`, sql`${spans} AND ${isRoot}`, limit)];
    case 'rootServiceName':
    case 'trace:rootService':
      return [textQuery(sql`toString(service)`, sql`${spans} AND ${isRoot}`, limit)];
    case 'event:name':
      return [
        {
          type: 'string',
          statement: sql`SELECT DISTINCT toString(arrayJoin(event_names)) AS text ${spans} LIMIT ${limit}`,
        },
      ];
    case 'instrumentation:name':
      return [textQuery(sql`name`, senderRows('scopes', request, spans), limit)];
    case 'instrumentation:version':
      return [textQuery(sql`version`, senderRows('scopes', request, spans), limit)];
    default:
      return [];
  }
}

/** Attributes of events and links: their JSON text, value by value. `JSONExtractRaw` would make `5.0` an int. */
function jsonQuery(name: string, texts: Sql, spans: Sql, limit: number): ValueQuery {
  return {
    type: 'string',
    statement: sql`SELECT DISTINCT if(JSONType(json, ${name}) IN ('Double', 'Array'), simpleJSONExtractRaw(json, ${name}), JSONExtractRaw(json, ${name})) AS text
      FROM (SELECT arrayJoin(${texts}) AS json ${spans}) WHERE JSONHas(json, ${name}) LIMIT ${limit}`,
    // Wrapped, because a bare string would be read as bytes.
    show: (json) => shownValues(parseAttributeJson(`[${json}]`)),
  };
}

function valueQueries(request: TagValuesRequest, keys: KnownKeys, spans: Sql): ValueQuery[] {
  const { name, limit, scope } = request;
  const ofSpan = (): ValueQuery[] => mapQueries(name, keys.types('span', name), spans, limit);
  const ofResource = (): ValueQuery[] =>
    mapQueries(name, keys.types('resource', name), senderRows('resources', request, spans), limit);
  switch (scope) {
    case 'span':
      return ofSpan();
    case 'resource':
      return ofResource();
    case 'any':
      return [...ofSpan(), ...ofResource()];
    case 'instrumentation':
      return mapQueries(
        name,
        keys.types('scope', name),
        senderRows('scopes', request, spans),
        limit,
      );
    case 'event':
      return [jsonQuery(name, sql`event_attributes`, spans, limit)];
    case 'link':
      return [jsonQuery(name, sql`link_attributes`, spans, limit)];
    case 'intrinsic':
      return intrinsicQueries(request, spans);
  }
}

export async function readTagValues(
  database: Database,
  request: TagValuesRequest,
  signal: AbortSignal,
): Promise<readonly TagValue[]> {
  const names = [...predicateKeys(request.predicate), request.name];
  const keys = await findKnownKeys(database, request, names, signal);
  const condition = conditionSql(spanCondition(request.predicate, { range: request, keys }));
  const spans = sql`FROM spans WHERE ${tenantCondition(request.tenants)}
    AND ${timeCondition(request.startNs, request.endNs)} AND (${condition})`;
  const values = new Map<string, TagValue>();
  for (const { type, statement, show } of valueQueries(request, keys, spans)) {
    for (const { text } of await database.rows<{ text: string }>(statement, { signal })) {
      for (const value of show === undefined ? [{ type, value: text }] : show(text))
        if (values.size < request.limit) values.set(`${value.type} ${value.value}`, value);
    }
  }
  return [...values.values()];
}
