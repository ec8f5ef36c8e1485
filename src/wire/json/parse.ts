// JSON as senders write protobuf in it: 64-bit integers come as strings or as bare numbers, and `JSON.parse` would
// round the latter. So long bare integers are put in quotes first; the readers of fields take both.

import { Failure } from '../../base/errors.ts';

const [quote, backslash, minus, zero, nine] = [0x22, 0x5c, 0x2d, 0x30, 0x39];

/** Integers of fewer digits are exact as doubles. */
const digitsMin = 16;

function isDigit(code: number): boolean {
  return code >= zero && code <= nine;
}

function stringEnd(text: string, start: number): number {
  for (let at = start + 1; ; at++) {
    const end = text.indexOf('"', at);
    if (end < 0) return text.length;
    let escapes = 0;
    for (let back = end - 1; text.charCodeAt(back) === backslash; back--) escapes++;
    if (escapes % 2 === 0) return end + 1;
    at = end;
  }
}

/** The same JSON with integers of 16 or more digits as strings. */
export function quoteLongIntegers(text: string): string {
  // A string of digits is no reason; a long bare integer is rare, so most texts are left alone.
  if (!/[[:,\s-]\d{16}/.test(text)) return text;
  const parts: string[] = [];
  let copied = 0;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      at = stringEnd(text, at);
      continue;
    }
    if (code !== minus && !isDigit(code)) {
      at++;
      continue;
    }
    const start = at;
    at++;
    while (isDigit(text.charCodeAt(at))) at++;
    const next = text[at] ?? '';
    if (next === '.' || next === 'e' || next === 'E') {
      while (at < text.length && /[0-9.eE+-]/.test(text[at] ?? '')) at++;
    } else if (at - start >= digitsMin) {
      parts.push(text.slice(copied, start), '"', text.slice(start, at), '"');
      copied = at;
    }
  }
  parts.push(text.slice(copied));
  return parts.join('');
}

/** Throws `invalid-data` when the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(quoteLongIntegers(text));
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'not JSON';
    throw new Failure('invalid-data', `malformed JSON: ${reason}`, { cause: error });
  }
}
