// OTLP's AnyValue, KeyValue, Resource and InstrumentationScope in OTLP/JSON, both ways.

import { decodeBase64 } from '../../model/attribute-columns.ts';
import { type Attribute, type AttributeValue, encodeBase64 } from '../../model/attributes.ts';
import type { Resource, Scope } from '../../model/resource.ts';
import {
  asDouble,
  asInt64,
  asObject,
  boolOf,
  fieldOf,
  jsonProblem,
  type JsonObject,
  readObject,
  readObjects,
  textOf,
  uint32Of,
} from '../json/fields.ts';
import { anyValueDepthMax } from './any-value.ts';

const empty: AttributeValue = { kind: 'empty' };

export function readJsonValue(json: JsonObject, depth: number = 1): AttributeValue {
  if (depth > anyValueDepthMax) {
    throw jsonProblem('', `values nested more than ${anyValueDepthMax} deep`);
  }
  if (fieldOf(json, 'stringValue') !== undefined) {
    return { kind: 'string', value: textOf(json, 'stringValue') };
  }
  const int = fieldOf(json, 'intValue');
  if (int !== undefined) return { kind: 'int', value: asInt64(int, 'intValue') };
  if (fieldOf(json, 'boolValue') !== undefined) {
    return { kind: 'bool', value: boolOf(json, 'boolValue') };
  }
  const double = fieldOf(json, 'doubleValue');
  if (double !== undefined) return { kind: 'double', value: asDouble(double, 'doubleValue') };
  if (fieldOf(json, 'arrayValue') !== undefined) {
    const values: AttributeValue[] = [];
    readObject(json, 'arrayValue', (array) => {
      readObjects(array, 'values', (item) => values.push(readJsonValue(item, depth + 1)));
    });
    return { kind: 'list', values };
  }
  if (fieldOf(json, 'kvlistValue') !== undefined) {
    const entries =
      readObject(json, 'kvlistValue', (map) => readJsonAttributes(map, 'values', depth + 1)) ?? [];
    return { kind: 'map', entries };
  }
  if (fieldOf(json, 'bytesValue') !== undefined) {
    return { kind: 'bytes', value: decodeBase64(textOf(json, 'bytesValue')) };
  }
  return empty;
}

export function readJsonAttribute(json: JsonObject, depth: number = 1): Attribute {
  const value = readObject(json, 'value', (child) => readJsonValue(child, depth));
  return { key: textOf(json, 'key'), value: value ?? empty };
}

export function readJsonAttributes(json: JsonObject, name: string, depth: number = 1): Attribute[] {
  const attributes: Attribute[] = [];
  readObjects(json, name, (child) => attributes.push(readJsonAttribute(child, depth)));
  return attributes;
}

/** The field `resource` and the schema URL beside it. */
export function readJsonResource(outer: JsonObject): Resource {
  const json = asObject(fieldOf(outer, 'resource') ?? {}, 'resource');
  return {
    attributes: readJsonAttributes(json, 'attributes'),
    droppedAttributesCount: uint32Of(json, 'droppedAttributesCount'),
    schemaUrl: textOf(outer, 'schemaUrl'),
  };
}

/** The field `scope` and the schema URL beside it. */
export function readJsonScope(outer: JsonObject): Scope {
  const json = asObject(fieldOf(outer, 'scope') ?? {}, 'scope');
  return {
    name: textOf(json, 'name'),
    version: textOf(json, 'version'),
    attributes: readJsonAttributes(json, 'attributes'),
    droppedAttributesCount: uint32Of(json, 'droppedAttributesCount'),
    schemaUrl: textOf(outer, 'schemaUrl'),
  };
}

/** A double as JSON can hold it: a number, or a string for those that it has not. */
export function jsonDouble(value: number): number | string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0' : value;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}

export function jsonOfValue(value: AttributeValue): JsonObject {
  switch (value.kind) {
    case 'empty':
      return {};
    case 'string':
      return { stringValue: value.value };
    case 'bool':
      return { boolValue: value.value };
    case 'int':
      return { intValue: value.value.toString() };
    case 'double':
      return { doubleValue: jsonDouble(value.value) };
    case 'bytes':
      return { bytesValue: encodeBase64(value.value) };
    case 'list':
      return { arrayValue: { values: value.values.map(jsonOfValue) } };
    case 'map':
      return { kvlistValue: { values: jsonOfAttributes(value.entries) } };
  }
}

export function jsonOfAttributes(attributes: readonly Attribute[]): JsonObject[] {
  return attributes.map(({ key, value }) => ({ key, value: jsonOfValue(value) }));
}

/** Without what has its default value: "", 0, 0n, false, an empty list, undefined. Bigints become strings. */
export function withoutDefaults(fields: JsonObject): JsonObject {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    const isDefault =
      value === undefined ||
      value === '' ||
      value === 0 ||
      value === 0n ||
      value === false ||
      (Array.isArray(value) && value.length === 0);
    if (!isDefault) kept[name] = typeof value === 'bigint' ? value.toString() : value;
  }
  return kept;
}

export function jsonOfResource({ attributes, droppedAttributesCount }: Resource): JsonObject {
  return withoutDefaults({ attributes: jsonOfAttributes(attributes), droppedAttributesCount });
}

export function jsonOfScope(scope: Scope): JsonObject {
  return withoutDefaults({
    name: scope.name,
    version: scope.version,
    attributes: jsonOfAttributes(scope.attributes),
    droppedAttributesCount: scope.droppedAttributesCount,
  });
}
