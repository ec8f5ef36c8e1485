// Template functions on texts.

import { compileUnanchoredRegex } from '../../../language/regex.ts';
import { encodeBase64 } from '../../../../model/attributes.ts';
import { printValue, templateError, type GoValue } from './go-values.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The first `count` characters, or the last ones when it is negative. */
export function truncate(count: number, text: string): string {
  const chars = Array.from(text);
  if (count < 0 && chars.length + count > 0) return chars.slice(chars.length + count).join('');
  if (count >= 0 && chars.length > count) return chars.slice(0, count).join('');
  return text;
}

export function substring(start: number, end: number, text: string): string {
  const chars = Array.from(text);
  if (start < 0) return end < 0 ? '' : chars.slice(0, end).join('');
  return end < 0 ? chars.slice(start).join('') : chars.slice(start, end).join('');
}

export function align(width: number, text: string, left: boolean): string {
  if (width < 0) return text;
  const chars = Array.from(text);
  if (chars.length > width)
    return (left ? chars.slice(0, width) : chars.slice(chars.length - width)).join('');
  const fill = ' '.repeat(width - chars.length);
  return left ? text + fill : fill + text;
}

export function trimSet(text: string, cutset: string, start: boolean, end: boolean): string {
  const set = new Set(cutset);
  const chars = Array.from(text);
  let from = 0;
  let to = chars.length;
  while (start && from < to && set.has(chars[from] ?? '')) from++;
  while (end && to > from && set.has(chars[to - 1] ?? '')) to--;
  return chars.slice(from, to).join('');
}

export function trimPrefix(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}

export function trimSuffix(text: string, suffix: string): string {
  return suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
}

/** At most `count` replacements; all when it is negative. */
export function replaceSome(text: string, old: string, replacement: string, count: number): string {
  if (count < 0) return text.split(old).join(replacement);
  const parts = text.split(old);
  if (parts.length - 1 <= count) return parts.join(replacement);
  return [parts.slice(0, count + 1).join(replacement), ...parts.slice(count + 1)].join(old);
}

/** Go's `strings.Title`: words begin behind ASCII that is no letter, digit or underscore, and behind other white space. */
export function title(text: string): string {
  return text.replaceAll(
    /(^|[^\w\u0080-\u{10ffff}]|\s)(\p{Ll})/gu,
    (_, before: string, letter: string) => before + letter.toUpperCase(),
  );
}

export function indent(count: number, text: string): string {
  const pad = ' '.repeat(Math.max(count, 0));
  return pad + text.replaceAll('\n', `\n${pad}`);
}

export function queryEscape(text: string): string {
  return encodeURIComponent(decoder.decode(encoder.encode(text)))
    .replaceAll('%20', '+')
    .replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

export function queryUnescape(text: string): string {
  const bad = /%(?![0-9a-fA-F]{2}).{0,2}/s.exec(text);
  if (bad !== null) throw templateError(`invalid URL escape ${JSON.stringify(bad[0])}`);
  const bytes: number[] = [];
  for (const part of text.replaceAll('+', ' ').split(/(%[0-9a-fA-F]{2})/)) {
    if (part.startsWith('%')) bytes.push(Number.parseInt(part.slice(1), 16));
    else for (const byte of encoder.encode(part)) bytes.push(byte);
  }
  return decoder.decode(new Uint8Array(bytes));
}

export function toBase64(text: string): string {
  return encodeBase64(encoder.encode(text));
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function fromBase64(text: string): string {
  const digits = text
    .replaceAll(/[\r\n]/g, '')
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replace(/=+$/, '');
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (let at = 0; at < digits.length; at++) {
    const value = alphabet.indexOf(digits[at] ?? '=');
    if (value < 0) throw templateError(`illegal base64 data at input byte ${at}`);
    held = (held << 6) | value;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >> bits) & 255);
    held &= (1 << bits) - 1;
  }
  return decoder.decode(new Uint8Array(bytes));
}

const htmlEscapes: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  "'": '&#39;',
  '"': '&#34;',
  '\0': '\ufffd',
};

export function escapeHtml(text: string): string {
  return text.replaceAll(/[<>&'"\0]/g, (char) => htmlEscapes[char] ?? char);
}

const jsEscapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '<': '\\u003C',
  '>': '\\u003E',
  '&': '\\u0026',
  '=': '\\u003D',
};

export function escapeJs(text: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what must be escaped
  return text.replaceAll(/[\\'"<>&=\u0000-\u001f]/g, (char) => {
    const code = char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    return jsEscapes[char] ?? `\\u${code}`;
  });
}

export function countMatches(pattern: string, text: string): bigint {
  return BigInt(compileUnanchoredRegex(pattern).count(text));
}

export function replaceMatches(
  pattern: string,
  text: string,
  replacement: string,
  literal: boolean,
): string {
  return compileUnanchoredRegex(pattern).replaceAll(text, replacement, literal);
}

function valueOfJson(value: unknown): GoValue {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  if (Array.isArray(value)) return value.map(valueOfJson);
  if (typeof value === 'object')
    return new Map(Object.entries(value).map(([key, item]) => [key, valueOfJson(item)]));
  return printValue(undefined);
}

/** Broken JSON is nil, as sprig has it. */
export function readJson(text: string): GoValue {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  return valueOfJson(parsed);
}
