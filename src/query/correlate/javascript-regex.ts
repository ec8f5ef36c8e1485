// Patterns written for JavaScript's RegExp (`derivedFields`), translated to what RE2 runs in linear time. Where both
// dialects mean the same, the text stays; what RE2 cannot run (look-around, back-references) is reported in words.

import { Failure } from '../../base/errors.ts';
import { type UserRegex, compileUnanchoredRegex } from '../language/regex.ts';

/** JavaScript's `\s` counts every Unicode blank. */
const blankClass = '\\s\\v\\x{feff}\\p{Z}';

function unsupported(what: string): Failure {
  return new Failure('unsupported', `${what} in a regular expression cannot be run by RE2`);
}

function translateEscape(source: string, at: number, inClass: boolean): [string, number] {
  const letter = source[at + 1];
  if (letter === undefined) throw new Failure('syntax', '\\ at end of pattern');
  const hex = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\})/.exec(
    source.slice(at + 1, at + 10),
  );
  if (hex !== null) return [`\\x{${hex[1] ?? hex[2] ?? hex[3]}}`, at + 1 + hex[0].length];
  if (/[1-9]/.test(letter) || (letter === 'k' && source[at + 2] === '<'))
    throw unsupported('a back-reference');
  if (letter === 's') return [inClass ? blankClass : `[${blankClass}]`, at + 2];
  if (letter === 'S') {
    if (inClass) return ['\\S', at + 2];
    return [`[^${blankClass}]`, at + 2];
  }
  if (letter === '0') return ['\\x00', at + 2];
  if (letter === 'c' && /[A-Za-z]/.test(source[at + 2] ?? '')) {
    const code = (source.charCodeAt(at + 2) % 32).toString(16).padStart(2, '0');
    return [`\\x${code}`, at + 3];
  }
  if (letter === 'b') return [inClass ? '\\x08' : '\\b', at + 2];
  if (/[dDwWBnrtvf]/.test(letter)) return [`\\${letter}`, at + 2];
  // Any other letter stands for itself in JavaScript, while RE2 gives some of them (`\z`, `\Q`) a meaning.
  if (/[A-Za-z]/.test(letter)) return [letter, at + 2];
  return [`\\${letter}`, at + 2];
}

/** The pattern in RE2's dialect. Fails with `unsupported` naming the construct that RE2 lacks. */
export function translateJavascriptRegex(source: string): string {
  let out = '';
  let at = 0;
  let inClass = false;
  while (at < source.length) {
    const letter = source[at] ?? '';
    if (letter === '\\') {
      const [text, next] = translateEscape(source, at, inClass);
      out += text;
      at = next;
    } else if (inClass) {
      // `[` inside a class is plain in JavaScript and could start `[:alpha:]` in RE2.
      out += letter === '[' ? '\\[' : letter;
      if (letter === ']') inClass = false;
      at++;
    } else if (letter === '[') {
      const special = /^\[\^?\]/.exec(source.slice(at, at + 3))?.[0];
      if (special !== undefined) {
        out += special === '[]' ? '[^\\x00-\\x{10ffff}]' : '(?s:.)';
        at += special.length;
      } else {
        inClass = true;
        out += letter;
        at++;
      }
    } else if (letter === '(' && /^\(\?<?[=!]/.test(source.slice(at, at + 4))) {
      throw unsupported(source[at + 2] === '<' ? 'a look-behind' : 'a look-ahead');
    } else {
      out += letter;
      at++;
    }
  }
  return out;
}

export function compileJavascriptRegex(source: string): UserRegex {
  return compileUnanchoredRegex(translateJavascriptRegex(source));
}
