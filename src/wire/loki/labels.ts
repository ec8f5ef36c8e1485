// A label set as Loki's push protocol writes it: `{app="cart", env="prod"}` with Go's quoting, and back.

import { Failure } from '../../base/errors.ts';
import { type Label, labelsFromEntries, type Labels } from '../../model/labels.ts';

const decoder: TextDecoder = new TextDecoder();

const simpleEscapes: ReadonlyMap<string, string> = new Map([
  ['a', '\u0007'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
]);

const escapePattern =
  /\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/gsu;
function malformed(text: string, at: number, expected: string): Failure {
  const got = at < text.length ? JSON.stringify(text.slice(at, at + 12)) : 'the end';
  return new Failure('invalid-data', `error parsing labels: expected ${expected}, got ${got}`);
}

/** The content of a Go string literal in double quotes; undefined when an escape is not Go's. */
function unquote(content: string): string | undefined {
  if (!content.includes('\\')) return content;
  let valid = true;
  const unescape = (
    _all: string,
    hex?: string,
    octal?: string,
    u4?: string,
    u8?: string,
    one?: string,
  ): string => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 255);
    const point = Number.parseInt(u4 ?? u8 ?? '', 16);
    if (u4 !== undefined || u8 !== undefined) {
      if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) valid = false;
      return valid ? String.fromCodePoint(point) : '';
    }
    const simple = simpleEscapes.get(one ?? '');
    if (simple === undefined) valid = false;
    return simple ?? '';
  };
  // Escapes of single bytes first: together they may be one character in UTF-8.
  const text = content.replaceAll(
    /(\\\\)|((?:\\x[0-9a-fA-F]{2}|\\[0-7]{3})+)/g,
    (all, slashes?: string) => {
      if (slashes !== undefined) return all;
      const bytes = all.replaceAll(escapePattern, unescape);
      const decoded = decoder.decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)));
      // What the bytes spell must not be read as an escape again.
      return decoded.replaceAll('\\', '\\\\');
    },
  );
  const result = text.replaceAll(escapePattern, unescape);
  return valid ? result : undefined;
}

/** Throws `invalid-data` for what is no label set, and for a name that comes twice. Empty values are dropped. */
export function parseLabels(text: string): Labels {
  let at = 0;
  const space = (): void => {
    while (at < text.length && ' \t\n\r'.includes(text[at] ?? '')) at++;
  };
  const match = (pattern: RegExp, expected: string): string => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found === undefined) throw malformed(text, at, expected);
    at += found.length;
    space();
    return found;
  };
  const entries = new Map<string, string>();
  space();
  match(/\{/y, '"{"');
  while (text[at] !== '}') {
    const name = match(/[a-zA-Z_][a-zA-Z0-9_]*/y, 'a label name');
    match(/=/y, '"="');
    const literal = match(/"(?:[^"\\\n]|\\[^])*"|`[^`]*`/y, 'a quoted value');
    const content = literal.slice(1, -1);
    const value = literal.startsWith('`') ? content : unquote(content);
    if (value === undefined) throw malformed(literal, 0, 'a Go string');
    if (entries.has(name)) {
      throw new Failure('invalid-data', `stream '${text}' has duplicate label name: '${name}'`);
    }
    entries.set(name, value);
    if (text[at] === ',') match(/,/y, '","');
    else if (text[at] !== '}') throw malformed(text, at, '"," or "}"');
  }
  at++;
  space();
  if (at < text.length) throw malformed(text, at, 'the end');
  return labelsFromEntries(entries);
}

function printLabel({ name, value }: Label): string {
  return `${name}=${JSON.stringify(value)}`;
}

/** As Loki writes a stream's labels. */
export function printLabels(labels: Labels): string {
  return `{${labels.map(printLabel).join(', ')}}`;
}
