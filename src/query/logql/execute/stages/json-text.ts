// A scanner over JSON text that yields members without building a tree, keeps numbers as they are written, and bears
// what JSON.parse would not: it stops where the text breaks and says so.

import { jsonDepthMax } from '../../syntax/limits.ts';

/** Thrown inside the scanner alone; never leaves the stage. */
export class JsonTextError extends Error {}

const whitespace = /[ \t\r\n]*/y;

export type JsonKind = 'string' | 'number' | 'bool' | 'null' | 'object' | 'array';

export interface JsonSpan {
  readonly kind: JsonKind;
  readonly start: number;
  readonly end: number;
}

export function skipWhitespace(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return at;
  whitespace.lastIndex = at;
  return at + (whitespace.exec(text)?.[0].length ?? 0);
}

/** The end of the string that starts at `at`. */
function stringEnd(text: string, at: number): number {
  for (let from = at + 1; ;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) throw new JsonTextError('Unknown value type');
    let slashes = 0;
    while (text.charCodeAt(quote - 1 - slashes) === 92) slashes++;
    if (slashes % 2 === 0) return quote + 1;
    from = quote + 1;
  }
}

/** The end of the object or array that starts at `at`: only brackets and strings are looked at. */
function bracketEnd(text: string, at: number): number {
  let depth = 0;
  for (let here = at; here < text.length; here++) {
    const code = text.charCodeAt(here);
    if (code === 34) here = stringEnd(text, here) - 1;
    else if (code === 123 || code === 91) depth++;
    else if (code === 125 || code === 93) {
      depth--;
      if (depth === 0) return here + 1;
    }
  }
  throw new JsonTextError(
    text[at] === '{'
      ? "Value looks like object, but can't find closing '}' symbol"
      : "Value is array, but can't find closing ']' symbol",
  );
}

/** The value that starts at `at`. */
export function valueSpan(text: string, at: number): JsonSpan {
  const char = text[at];
  if (char === '"') return { kind: 'string', start: at, end: stringEnd(text, at) };
  if (char === '{') return { kind: 'object', start: at, end: bracketEnd(text, at) };
  if (char === '[') return { kind: 'array', start: at, end: bracketEnd(text, at) };
  return primitiveSpan(text, at);
}

/** Up to what may stand behind a value; numbers are not looked into. */
function primitiveSpan(text: string, at: number): JsonSpan {
  let end = at;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code === 44 || code === 125 || code === 93 || code <= 32) break;
  }
  const first = text.charCodeAt(at);
  if (first === 45 || (first >= 48 && first <= 57)) return { kind: 'number', start: at, end };
  const word = text.slice(at, end);
  if (word === 'true' || word === 'false') return { kind: 'bool', start: at, end };
  if (word === 'null') return { kind: 'null', start: at, end };
  throw new JsonTextError('Unknown value type');
}

/** The text of the string literal at a span, escapes resolved; as written when they are broken. */
export function stringText(text: string, span: JsonSpan): string {
  const inner = text.slice(span.start + 1, span.end - 1);
  if (!inner.includes('\\')) return inner;
  const literal = text.slice(span.start, span.end);
  try {
    const value: unknown = JSON.parse(literal);
    return typeof value === 'string' ? value : literal;
  } catch {
    return inner;
  }
}

/**
 * Visits the members of the object that starts at `at` and returns its end. The visitor gets the key and where the value
 * starts, and returns where it ends, or undefined to stop the whole walk.
 */
export function forEachMember(
  text: string,
  start: number,
  visit: (key: string, valueStart: number) => number | undefined,
): number | undefined {
  if (text[start] !== '{') throw new JsonTextError('expecting json object(6), but it is not');
  let at = skipWhitespace(text, start + 1);
  if (text[at] === '}') return at + 1;
  for (;;) {
    if (text[at] !== '"')
      throw new JsonTextError("Value looks like object, but can't find closing '}' symbol");
    const keyEnd = stringEnd(text, at);
    const key = stringText(text, { kind: 'string', start: at, end: keyEnd });
    at = skipWhitespace(text, keyEnd);
    if (text[at] !== ':') throw new JsonTextError('Malformed JSON error');
    const end = visit(key, skipWhitespace(text, at + 1));
    if (end === undefined) return undefined;
    at = skipWhitespace(text, end);
    if (text[at] === '}') return at + 1;
    if (text[at] !== ',') throw new JsonTextError('Malformed JSON error');
    at = skipWhitespace(text, at + 1);
  }
}

/** Calls back for each leaf with its path of keys; arrays count as leaves. False from the visitor stops. */
export function forEachLeaf(
  text: string,
  visit: (prefix: string, key: string, span: JsonSpan) => boolean,
  prefixOf: (prefix: string, key: string) => string,
): void {
  const walk = (start: number, prefix: string, depth: number): number | undefined => {
    if (depth > jsonDepthMax) throw new JsonTextError('too many nested objects');
    return forEachMember(text, start, (key, valueStart) => {
      if (text[valueStart] === '{') return walk(valueStart, prefixOf(prefix, key), depth + 1);
      const span = valueSpan(text, valueStart);
      return visit(prefix, key, span) ? span.end : undefined;
    });
  };
  walk(skipWhitespace(text, 0), '', 1);
}
