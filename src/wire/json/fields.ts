// Reads the fields of parsed JSON by the rules of protobuf's JSON form: a missing or null field is the default, numbers
// may be strings, an enum is a number or a name, names are lowerCamelCase or as in the proto file. What does not fit
// throws a `JsonProblem` that collects its path on the way up.

import { Failure } from '../../base/errors.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Becomes `invalid-data` with the path of the offender: see `withJsonPath`. */
class JsonProblem extends Error {
  path: string;

  constructor(path: string, problem: string) {
    super(problem);
    this.path = path;
  }
}

/** Never the whole of it: it may be as large, and as deep, as a body. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(typeof value === 'string' ? value.slice(0, 41) : value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

function unexpected(key: string, expected: string, value: unknown): JsonProblem {
  return new JsonProblem(key, `expected ${expected}, got ${shown(value)}`);
}

function within(error: unknown, prefix: string): unknown {
  if (!(error instanceof JsonProblem)) return error;
  const joint = error.path === '' || error.path.startsWith('[') ? '' : '.';
  error.path = `${prefix}${joint}${error.path}`;
  return error;
}

/** Runs a decoder and turns its `JsonProblem` into `invalid-data`, path first. */
export function withJsonPath<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error;
    throw new Failure('invalid-data', `${error.path === '' ? '$' : error.path}: ${error.message}`, {
      cause: error,
    });
  }
}

/** A problem with a field's content, for readers that know more than its JSON type. */
export function jsonProblem(key: string, problem: string): Error {
  return new JsonProblem(key, problem);
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
}

const snakeNames: Map<string, string> = new Map();

/** The field, or undefined when it is missing or null. `name` in lowerCamelCase; the proto file's spelling is taken too. */
export function fieldOf(object: JsonObject, name: string): unknown {
  const value = object[name];
  if (value !== undefined && value !== null) return value;
  let snake = snakeNames.get(name);
  if (snake === undefined) snakeNames.set(name, (snake = snakeCase(name)));
  return snake === name ? undefined : (object[snake] ?? undefined);
}

export function asObject(value: unknown, key: string = ''): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw unexpected(key, 'an object', value);
  }
  // Narrowed to a record: any object's own properties can be read by name.
  return value as JsonObject;
}

/** Calls `read` with the object, if there is one. */
export function readObject<T>(
  object: JsonObject,
  name: string,
  read: (child: JsonObject) => T,
): T | undefined {
  const value = fieldOf(object, name);
  if (value === undefined) return undefined;
  const child = asObject(value, name);
  try {
    return read(child);
  } catch (error) {
    throw within(error, name);
  }
}

/** Calls `read` with each item of a list of objects; a missing list is an empty one. */
export function readObjects(
  object: JsonObject,
  name: string,
  read: (child: JsonObject) => void,
): void {
  const list = listOf(object, name);
  let at = 0;
  try {
    for (; at < list.length; at++) read(asObject(list[at]));
  } catch (error) {
    throw within(error, `${name}[${at}]`);
  }
}

export function listOf(object: JsonObject, name: string): readonly unknown[] {
  const value = fieldOf(object, name);
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw unexpected(name, 'a list', value);
  return value;
}

export function textOf(object: JsonObject, name: string): string {
  const value = fieldOf(object, name);
  if (value === undefined) return '';
  if (typeof value !== 'string') throw unexpected(name, 'a string', value);
  return value;
}

export function boolOf(object: JsonObject, name: string): boolean {
  const value = fieldOf(object, name);
  if (value === undefined) return false;
  if (value === 'true' || value === 'false') return value === 'true';
  if (typeof value !== 'boolean') throw unexpected(name, 'true or false', value);
  return value;
}

/** An integer from a number or a string; undefined when it is neither. */
function integer(value: unknown): bigint | undefined {
  if (typeof value === 'string') return /^-?\d{1,20}$/.test(value) ? BigInt(value) : undefined;
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : undefined;
}

export function uint64Of(object: JsonObject, name: string): bigint {
  const value = fieldOf(object, name);
  if (value === undefined) return 0n;
  const found = integer(value);
  if (found === undefined || found < 0n || found >= 1n << 64n) {
    throw unexpected(name, 'an unsigned 64-bit integer', value);
  }
  return found;
}

export function asInt64(value: unknown, key: string): bigint {
  const found = integer(value);
  if (found === undefined || BigInt.asIntN(64, found) !== found) {
    throw unexpected(key, 'a 64-bit integer', value);
  }
  return found;
}

/** As a number, precise up to 2^53. */
export function countOf(object: JsonObject, name: string): number {
  return Number(uint64Of(object, name));
}

export function uint32Of(object: JsonObject, name: string): number {
  const value = uint64Of(object, name);
  if (value > 0xffff_ffffn) throw unexpected(name, 'an unsigned 32-bit integer', value.toString());
  return Number(value);
}

export function int32Of(object: JsonObject, name: string): number {
  const value = fieldOf(object, name);
  if (value === undefined) return 0;
  const found = integer(value);
  if (found === undefined || BigInt.asIntN(32, found) !== found) {
    throw unexpected(name, 'a 32-bit integer', value);
  }
  return Number(found);
}

export function asDouble(value: unknown, key: string): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string') {
    if (value === 'NaN') return Number.NaN;
    if (value === 'Infinity' || value === '+Infinity') return Number.POSITIVE_INFINITY;
    if (value === '-Infinity') return Number.NEGATIVE_INFINITY;
    if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value)) return Number(value);
  }
  throw unexpected(key, 'a number', value);
}

/** Undefined when the field is missing. */
export function doubleOf(object: JsonObject, name: string): number | undefined {
  const value = fieldOf(object, name);
  return value === undefined ? undefined : asDouble(value, name);
}

/** Number of an enum given as a number or as one of the names; a name that is not known is 0, as a later version's would be. */
export function enumOf(
  object: JsonObject,
  name: string,
  names: ReadonlyMap<string, number>,
): number {
  const value = fieldOf(object, name);
  if (value === undefined) return 0;
  if (typeof value === 'string' && !/^-?\d+$/.test(value)) return names.get(value) ?? 0;
  return int32Of(object, name);
}
