// The values that Go templates work on, in JavaScript's clothes, and how Go judges and prints them. Go's ints are
// bigints, its floats numbers, nil is undefined.

import { Failure } from '../../../../base/errors.ts';
import { compareUtf8 } from '../../../../model/labels.ts';
import { formatGoFloat } from '../../../../base/float.ts';
import { GoTime } from './go-time.ts';

export type GoValue =
  | string
  | bigint
  | number
  | boolean
  | undefined
  | GoTime
  | readonly GoValue[]
  | ReadonlyMap<string, GoValue>;

/** A failing template: becomes `TemplateFormatErr`, never an answer to a client. */
export function templateError(message: string): Failure {
  return new Failure('invalid-data', message);
}

export function isList(value: GoValue): value is readonly GoValue[] {
  return Array.isArray(value);
}

export function isMap(value: GoValue): value is ReadonlyMap<string, GoValue> {
  return value instanceof Map;
}

/** Labels as a map of texts: what it does not have is empty, not nil. */
export class TextMap extends Map<string, GoValue> {
  override get(key: string): GoValue {
    return super.get(key) ?? '';
  }
}

/** What `if` and `and` ask: whether a value is not the zero or empty one of its type. */
export function isTrue(value: GoValue): boolean {
  if (value === undefined) return false;
  if (isMap(value)) return value.size > 0;
  if (isList(value)) return value.length > 0;
  if (value instanceof GoTime) return true;
  return value !== '' && value !== 0n && value !== 0 && value !== false;
}

export function typeName(value: GoValue): string {
  if (value === undefined) return '<nil>';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return 'float64';
  if (typeof value === 'boolean') return 'bool';
  if (value instanceof GoTime) return 'time.Time';
  return isList(value) ? '[]interface {}' : 'map[string]interface {}';
}

/** Go's `%v` of a float: shortest digits, an exponent below 1e-4 and from 1e6 on. */
export function printFloat(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value) || size === 0 || (size >= 1e-4 && size < 1e6))
    return formatGoFloat(value);
  const [mantissa = '', exponent = '+0'] = value.toExponential().split('e');
  return `${mantissa}e${exponent[0] ?? '+'}${exponent.slice(1).padStart(2, '0')}`;
}

export function sortedKeys(map: ReadonlyMap<string, GoValue>): readonly string[] {
  return [...map.keys()].sort(compareUtf8);
}

/** Go's `%v`. */
export function printValue(value: GoValue): string {
  if (value === undefined) return '<nil>';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return printFloat(value);
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (value instanceof GoTime) return value.toString();
  if (isList(value)) return `[${value.map(printValue).join(' ')}]`;
  const map = value;
  return `map[${sortedKeys(map)
    .map((key) => `${key}:${printValue(map.get(key))}`)
    .join(' ')}]`;
}

/** Go's `fmt.Sprint`: spaces between operands when neither is a string. */
export function sprint(values: readonly GoValue[]): string {
  let text = '';
  values.forEach((value, at) => {
    const before = values[at - 1];
    if (at > 0 && typeof value !== 'string' && typeof before !== 'string') text += ' ';
    text += printValue(value);
  });
  return text;
}

/** What an action prints: nil shows as `<no value>`. */
export function printAction(value: GoValue): string {
  return value === undefined ? '<no value>' : printValue(value);
}

/** As sprig's casts read a value: what cannot be read is 0. */
export function toInt(value: GoValue): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number')
    return Number.isFinite(value) ? BigInt.asIntN(64, BigInt(Math.trunc(value))) : 0n;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value !== 'string') return 0n;
  const text = value.replace(/\.0*$/, '');
  if (!/^[+-]?(?:\d{1,30}|0x[0-9a-fA-F]{1,16}|0b[01]{1,64}|0o[0-7]{1,22})$/.test(text)) return 0n;
  const negative = text.startsWith('-');
  const digits = text.replace(/^[+-]/, '');
  let size: bigint;
  try {
    size = BigInt(/^0\d+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  } catch {
    return 0n;
  }
  const whole = negative ? -size : size;
  return BigInt.asIntN(64, whole) === whole ? whole : 0n;
}

export function toFloat(value: GoValue): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string' || value.trim() === '') return 0;
  const number = Number(value);
  return Number.isNaN(number) ? 0 : number;
}
