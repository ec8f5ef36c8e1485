// The record's own fields and attributes under Loki's names (`trace_id`, `http_route`), as SQL. A name may stand for a
// column, for attributes whose keys sanitise to it, for stream labels or for attributes of the sender; which of these
// there are is asked first, so that the statement on the rows reads only what it must.

import { decodeHexInto } from '../../base/hex.ts';
import { attributeKind } from '../../model/attribute-columns.ts';
import type { TenantRange } from '../../query/sources.ts';
import {
  attributeMap,
  type AttributeType,
  attributeTypeOfKind,
} from '../attributes/attribute-maps.ts';
import { dayCondition, tenantCondition } from '../attributes/read-blocks.ts';
import type { Database } from '../database.ts';
import { or, type Sql, sql } from '../sql/sql.ts';
import { metadataName, plainSpellings } from './structured-metadata.ts';

/** Fields that are columns, as text that is empty when the record has none. */
const fieldColumns: Readonly<Record<string, Sql>> = {
  detected_level: sql`toString(level)`,
  severity_text: sql`toString(severity_text)`,
  severity_number: sql`if(severity_number = 0, '', toString(severity_number))`,
  event_name: sql`toString(event_name)`,
  flags: sql`if(flags = 0, '', toString(flags))`,
  dropped_attributes_count: sql`if(dropped_attributes_count = 0, '', toString(dropped_attributes_count))`,
  trace_id: sql`if(trace_source = 1, lower(hex(trace_id)), '')`,
  span_id: sql`if(trace_source <= 1 AND span_id != toFixedString('', 8), lower(hex(span_id)), '')`,
  observed_timestamp: sql`if(toUnixTimestamp64Nano(observed_ts) = 0, '', toString(toUnixTimestamp64Nano(observed_ts)))`,
};

/** Everything that a name may stand for in a range. */
export interface FieldPlaces {
  readonly name: string;
  /** The column's text, when the name is a field of every record. */
  readonly column: Sql | undefined;
  /** Attribute keys of records that sanitise to the name, with the types they have been seen with. */
  readonly attributes: readonly { readonly key: string; readonly type: AttributeType }[];
  /** Keys of nested attributes out of which the name may be flattened. */
  readonly nested: readonly string[];
  /** Attribute keys of resources and scopes that sanitise to the name. */
  readonly resource: readonly { readonly key: string; readonly type: AttributeType }[];
  readonly scope: readonly { readonly key: string; readonly type: AttributeType }[];
  /** Whether the name may be flattened out of a nested attribute of a sender. */
  readonly nestedOnSender: boolean;
  /** The name is one of a scope's own fields. */
  readonly scopeField: Sql | undefined;
}

interface KeyRow {
  readonly holder: string;
  readonly key: string;
  readonly kind: number;
}

/** Names that scopes have beside their attributes, on the `scopes` table. */
const scopeFields: Readonly<Record<string, Sql>> = {
  scope_name: sql`name`,
  scope_version: sql`version`,
  scope_dropped_attributes_count: sql`if(dropped_attributes_count = 0, '', toString(dropped_attributes_count))`,
};

export async function findFieldPlaces(
  database: Database,
  range: TenantRange,
  names: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, FieldPlaces>> {
  const places = new Map<string, FieldPlaces>();
  if (names.length === 0) return places;
  const spellings = [...new Set(names.flatMap(plainSpellings))];
  const sanitized = sql`replaceRegexpAll(key, '[^a-zA-Z0-9_]', '_')`;
  const found = await database.rows<KeyRow>(
    sql`SELECT DISTINCT holder, key, kind FROM attribute_keys
      WHERE ${tenantCondition(range.tenants)} AND ${dayCondition(range.startNs, range.endNs)} AND signal = 'logs'
        AND (${sanitized} IN (${spellings})
          OR kind = ${attributeKind.json} AND arrayExists(name -> startsWith(name, concat(${sanitized}, '_')), ${spellings}))
      ORDER BY key, kind`,
    { signal },
  );
  for (const name of names) {
    const exact = found.filter(({ key }) => metadataName(key) === name);
    const nested = found.filter(
      ({ key, kind }) => kind === attributeKind.json && name.startsWith(`${metadataName(key)}_`),
    );
    const keysOf = (wanted: string): { key: string; type: AttributeType }[] =>
      exact
        .filter(({ holder, kind }) => holder === wanted && kind !== attributeKind.empty)
        .map(({ key, kind }) => ({ key, type: attributeTypeOfKind(kind) }));
    places.set(name, {
      name,
      column: Object.hasOwn(fieldColumns, name) ? fieldColumns[name] : undefined,
      attributes: keysOf('log'),
      nested: nested.filter(({ holder }) => holder === 'log').map(({ key }) => key),
      resource: keysOf('resource'),
      scope: keysOf('scope'),
      nestedOnSender: nested.some(({ holder }) => holder !== 'log'),
      scopeField: Object.hasOwn(scopeFields, name) ? scopeFields[name] : undefined,
    });
  }
  return places;
}

/** The hex of an ID as bytes, when it has that width. */
function idBytes(hex: string, width: number): Uint8Array | undefined {
  const bytes = new Uint8Array(width);
  // An ID is stored as bytes: text in another case is not equal to what Loki would show.
  if (hex !== hex.toLowerCase()) return undefined;
  return decodeHexInto(hex, bytes, 0, width) ? bytes : undefined;
}

/**
 * Holds for every row whose field has this value, and for few others: indices serve where they can. Undefined when
 * nothing narrows the rows down. `value` must not be empty.
 */
export function narrowByField(places: FieldPlaces, value: string): Sql | undefined {
  // A sender's attributes are not in the rows.
  if (isOnSender(places)) return undefined;
  const either: Sql[] = [];
  if (places.name === 'trace_id' || places.name === 'span_id') {
    const bytes = idBytes(value, places.name === 'trace_id' ? 16 : 8);
    if (bytes !== undefined)
      either.push(places.name === 'trace_id' ? sql`trace_id = ${bytes}` : sql`span_id = ${bytes}`);
  } else if (places.column !== undefined) {
    either.push(sql`${places.column} = ${value}`);
  }
  for (const { key, type } of places.attributes) {
    const map = attributeMap(type);
    switch (type) {
      case 'string':
        either.push(sql`${map}[${key}] = ${value}`);
        break;
      case 'int':
        if (/^-?\d{1,19}$/.test(value))
          either.push(sql`mapContains(${map}, ${key}) AND toString(${map}[${key}]) = ${value}`);
        break;
      case 'bool':
      case 'double':
      case 'json':
        either.push(sql`mapContains(${map}, ${key})`);
        break;
    }
  }
  for (const key of places.nested) either.push(sql`mapContains(${attributeMap('json')}, ${key})`);
  return or(either);
}

/** Whether resources or scopes may give records the name. */
export function isOnSender(places: FieldPlaces): boolean {
  return (
    places.resource.length > 0 ||
    places.scope.length > 0 ||
    places.nestedOnSender ||
    places.scopeField !== undefined
  );
}

/**
 * Attributes as the text that Loki shows, empty when absent; undefined when SQL cannot say it exactly. Doubles and JSON
 * have texts of their own in JavaScript, and of two keys with one name the later counts, which the maps do not know.
 */
function exactAttributes(attributes: FieldPlaces['attributes']): Sql | undefined {
  if (new Set(attributes.map(({ key }) => key)).size > 1) return undefined;
  let text: Sql = sql`''`;
  for (const { key, type } of attributes) {
    const map = attributeMap(type);
    switch (type) {
      case 'string':
        text = sql`if(mapContains(${map}, ${key}), ${map}[${key}], ${text})`;
        break;
      case 'int':
        text = sql`if(mapContains(${map}, ${key}), toString(${map}[${key}]), ${text})`;
        break;
      case 'bool':
        text = sql`if(mapContains(${map}, ${key}), if(${map}[${key}], 'true', 'false'), ${text})`;
        break;
      case 'double':
      case 'json':
        return undefined;
    }
  }
  return text;
}

function firstNotEmpty(first: Sql | undefined, second: Sql): Sql {
  return first === undefined ? second : sql`if(${first} != '', ${first}, ${second})`;
}

/** A name's text by where it stands; each is undefined where it never stands. The first that is not empty counts. */
export interface ExactField {
  readonly own: Sql | undefined;
  /** On the `scopes` table. */
  readonly scope: Sql | undefined;
  /** On the `resources` table; counts behind stream labels, as an attribute that is a label is not shown twice. */
  readonly resource: Sql | undefined;
}

export function exactField(places: FieldPlaces): ExactField | undefined {
  if (places.nested.length > 0 || places.nestedOnSender) return undefined;
  const own = exactAttributes(places.attributes);
  const scope = exactAttributes(places.scope);
  const resource = exactAttributes(places.resource);
  if (own === undefined || scope === undefined || resource === undefined) return undefined;
  const hasOwn = places.column !== undefined || places.attributes.length > 0;
  const hasScope = places.scopeField !== undefined || places.scope.length > 0;
  return {
    own: hasOwn ? firstNotEmpty(places.column, own) : undefined,
    scope: hasScope ? firstNotEmpty(places.scopeField, scope) : undefined,
    resource: places.resource.length > 0 ? resource : undefined,
  };
}
