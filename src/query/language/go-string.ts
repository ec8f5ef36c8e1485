// String literals of Go, which LogQL and PromQL share: double-quoted with escapes, single-quoted (PromQL), and raw in
// backticks; and the way back, as `strconv.Quote` writes them.

import { Failure } from '../../base/errors.ts';
import { hexDigitValue } from '../../base/hex.ts';

const simpleEscapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Digits of `\x41`, `\u00e9`, `\U0001f600` and `\101`. */
function digitsValue(digits: string, base: 8 | 16, length: number): number {
  if (digits.length !== length) return -1;
  let value = 0;
  for (let at = 0; at < length; at++) {
    const digit = hexDigitValue(digits.charCodeAt(at));
    if (digit < 0 || digit >= base) return -1;
    value = value * base + digit;
  }
  return value;
}

/**
 * The text of a literal that is given with its quotes. `\x` and octal escapes are bytes, as in Go: several of them
 * side by side form UTF-8. Fails with `syntax` and a message without a place.
 */
export function unquoteGo(literal: string): string {
  const quote = literal[0] ?? '';
  const bad = (): Failure => new Failure('syntax', 'invalid syntax');
  if (literal.length < 2 || literal.at(-1) !== quote || !['"', "'", '`'].includes(quote))
    throw bad();
  const inner = literal.slice(1, -1);
  if (quote === '`') {
    if (inner.includes('`')) throw bad();
    return inner.replaceAll('\r', '');
  }
  if (!inner.includes('\\')) {
    if (inner.includes('\n') || inner.includes(quote)) throw bad();
    return inner;
  }
  let text = '';
  let bytes: number[] = [];
  const flush = (): void => {
    if (bytes.length === 0) return;
    text += decoder.decode(new Uint8Array(bytes));
    bytes = [];
  };
  for (let at = 0; at < inner.length;) {
    const char = inner[at] ?? '';
    if (char !== '\\') {
      if (char === '\n' || char === quote) throw bad();
      flush();
      text += char;
      at++;
      continue;
    }
    const code = inner[at + 1] ?? '';
    const simple = simpleEscapes[code] ?? (code === quote ? quote : undefined);
    if (simple !== undefined) {
      flush();
      text += simple;
      at += 2;
    } else if (code === 'x' || (code >= '0' && code <= '7')) {
      const [start, base, length] = code === 'x' ? ([2, 16, 2] as const) : ([1, 8, 3] as const);
      const value = digitsValue(inner.slice(at + start, at + start + length), base, length);
      if (value < 0 || value > 255) throw bad();
      bytes.push(value);
      at += start + length;
    } else if (code === 'u' || code === 'U') {
      const length = code === 'u' ? 4 : 8;
      const value = digitsValue(inner.slice(at + 2, at + 2 + length), 16, length);
      if (value < 0 || value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) throw bad();
      flush();
      text += String.fromCodePoint(value);
      at += 2 + length;
    } else throw bad();
  }
  flush();
  return text;
}

const quotedEscapes: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};

function isPrintable(char: string): boolean {
  return char === ' ' || !/[\p{Z}\p{C}]/u.test(char);
}

/** The text in double quotes as Go's `strconv.Quote` writes it. */
export function quoteGo(text: string): string {
  if (/^[\x20\x21\x23-\x5b\x5d-\x7e]*$/.test(text)) return `"${text}"`;
  let quoted = '"';
  for (const char of text) {
    const escape = quotedEscapes[char];
    if (escape !== undefined) quoted += escape;
    else if (isPrintable(char)) quoted += char;
    else {
      const code = char.codePointAt(0) ?? 0;
      if (code < 0x80) quoted += `\\x${code.toString(16).padStart(2, '0')}`;
      else if (code >= 0xd800 && code < 0xe000) quoted += '\ufffd';
      else if (code < 0x10000) quoted += `\\u${code.toString(16).padStart(4, '0')}`;
      else quoted += `\\U${code.toString(16).padStart(8, '0')}`;
    }
  }
  return `${quoted}"`;
}
