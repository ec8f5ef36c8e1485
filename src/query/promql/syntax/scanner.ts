// Text to tokens. Inside braces words are label names, inside brackets they are parts of duration
// expressions; everywhere else keywords are case-insensitive. A bad character becomes one `error` token,
// which ends the list: the parser reports it when it gets there.

import { quoteGo } from '../../language/go-string.ts';
import {
  aggregators,
  keywords,
  preprocessors,
  wordOperators,
  type Token,
  type TokenKind,
} from './tokens.ts';

const space = /[ \t\n\r]*(?:#[^\n\r]*[ \t\n\r]*)*/y;
const word = /[A-Za-z_][A-Za-z0-9_]*/y;
const wordWithColon = /[A-Za-z_:][A-Za-z0-9_:]*/y;
const operator = /==|!=|<=|>=|<\/|>\/|[-+*/%^<>]/y;
const braceOperator = /=~|!~|!=|=/y;
const number =
  /(?:0[xX]_?[0-9a-fA-F](?:_?[0-9a-fA-F])*|(?:\d(?:_?\d)*(?:\.(?:\d(?:_?\d)*)?)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?)(?![A-Za-z0-9_.])/y;
const duration = /\d+(?:ms|[smhdwy])(?:\d+(?:ms|[smhdw]))*(?![A-Za-z0-9_])/y;
const badNumber = /[0-9.][A-Za-z0-9_.]*/y;
const escape = /\\(?:[abfnrtv\\]|[0-7]{3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|(["']))/y;

/** A character as Go's `%q` writes it. */
function quoteChar(text: string, at: number): string {
  const char = String.fromCodePoint(text.codePointAt(at) ?? 0xfffd);
  if (char === "'") return String.raw`'\''`;
  if (char === '"') return `'"'`;
  return `'${quoteGo(char).slice(1, -1)}'`;
}

class Scanner {
  readonly #text: string;
  readonly tokens: Token[] = [];
  #at: number = 0;
  #parens: number = 0;
  #braces: boolean = false;
  #brackets: boolean = false;
  #gotColon: boolean = false;

  constructor(text: string) {
    this.#text = text;
  }

  run(): void {
    while (this.#next());
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text)?.[0];
  }

  #push(kind: TokenKind, length: number, lowerCase: boolean = false): true {
    const text = this.#text.slice(this.#at, this.#at + length);
    const word = lowerCase ? text.toLowerCase() : text;
    this.tokens.push({ kind, text, word, start: this.#at, end: this.#at + length });
    this.#at += length;
    return true;
  }

  #fail(message: string, start: number = this.#at): false {
    this.tokens.push({ kind: 'error', text: message, word: '', start, end: this.#text.length });
    return false;
  }

  /** False when the text ends, well or badly. */
  #next(): boolean {
    this.#at += this.#match(space)?.length ?? 0;
    if (this.#at >= this.#text.length) return this.#finish();
    if (this.#braces) return this.#inBraces();
    const char = this.#text[this.#at] ?? '';
    if (char === '"' || char === "'" || char === '`') return this.#string(char);
    if (/[0-9]/.test(char) || /^\.[0-9]/.test(this.#text.slice(this.#at, this.#at + 2))) {
      return this.#number();
    }
    if (this.#brackets) return this.#inBrackets(char);
    return this.#statement(char);
  }

  #finish(): false {
    if (this.#braces) return this.#fail('unexpected end of input inside braces');
    if (this.#brackets) return this.#fail('unclosed left bracket');
    if (this.#parens > 0) return this.#fail('unclosed left parenthesis');
    this.#push('end', 0);
    return false;
  }

  #statement(char: string): boolean {
    const name = this.#match(wordWithColon);
    if (name !== undefined) return this.#word(name);
    const found = this.#match(operator);
    if (found !== undefined) return this.#push('operator', found.length);
    switch (char) {
      case '(':
      case ')':
        return this.#paren(char);
      case '{':
        this.#braces = true;
        return this.#push('punctuation', 1);
      case '[':
        this.#brackets = true;
        this.#gotColon = false;
        return this.#push('punctuation', 1);
      case ']':
        return this.#fail("unexpected right bracket ']'");
      case ',':
      case '@':
        return this.#push('punctuation', 1);
      case '=':
        if (this.#text[this.#at + 1] === '~') {
          return this.#fail("unexpected character after '=': '~'");
        }
        return this.#push('punctuation', 1);
      case '!':
        return this.#fail(
          `unexpected character after '!': ${this.#at + 1 < this.#text.length ? quoteChar(this.#text, this.#at + 1) : "'\ufffd'"}`,
        );
      default:
        return this.#fail(`unexpected character: ${quoteChar(this.#text, this.#at)}`);
    }
  }

  #paren(char: '(' | ')'): boolean {
    this.#parens += char === '(' ? 1 : -1;
    if (this.#parens < 0) return this.#fail("unexpected right parenthesis ')'");
    return this.#push('punctuation', 1);
  }

  #word(name: string): boolean {
    const lower = name.toLowerCase();
    if (lower === 'inf' || lower === 'nan') return this.#push('number', name.length, true);
    if (aggregators.has(lower)) return this.#push('aggregator', name.length, true);
    if (wordOperators.has(lower)) return this.#push('operator', name.length, true);
    if (preprocessors.has(lower)) return this.#push('preprocessor', name.length, true);
    if (keywords.has(lower)) {
      // `fill` and friends are modifiers only in front of a parenthesis, so that metrics may have these names.
      const isFill = lower.startsWith('fill');
      if (!isFill || /^\s*\(/.test(this.#text.slice(this.#at + name.length))) {
        return this.#push('keyword', name.length, true);
      }
    }
    return this.#push(name.includes(':') ? 'metric-identifier' : 'identifier', name.length);
  }

  #inBraces(): boolean {
    const char = this.#text[this.#at] ?? '';
    if (char === '"' || char === "'" || char === '`') return this.#string(char);
    const name = this.#match(word);
    if (name !== undefined) return this.#push('identifier', name.length);
    const found = this.#match(braceOperator);
    if (found !== undefined) return this.#push('punctuation', found.length);
    switch (char) {
      case ',':
        return this.#push('punctuation', 1);
      case '}':
        this.#braces = false;
        return this.#push('punctuation', 1);
      case '{':
        return this.#fail("unexpected left brace '{'");
      case '!':
        return this.#fail(
          `unexpected character after '!' inside braces: ${quoteChar(this.#text, this.#at + 1)}`,
        );
      default:
        return this.#fail(`unexpected character inside braces: ${quoteChar(this.#text, this.#at)}`);
    }
  }

  #inBrackets(char: string): boolean {
    const name = this.#match(word);
    if (name !== undefined) {
      if (/^(?:step|range|min_of|max_of)$/i.test(name)) {
        return this.#push('preprocessor', name.length, true);
      }
      return this.#fail(
        `unexpected character in duration expression: ${quoteChar(this.#text, this.#at)}`,
      );
    }
    switch (char) {
      case ']':
        this.#brackets = false;
        return this.#push('punctuation', 1);
      case ':':
        if (this.#gotColon) {
          return this.#fail('unexpected repeated colon in duration expression');
        }
        if (this.tokens.at(-1)?.text === '[') {
          return this.#fail('unexpected colon before duration in duration expression');
        }
        this.#gotColon = true;
        return this.#push('punctuation', 1);
      case '(':
      case ')':
        return this.#paren(char);
      case ',':
        return this.#push('punctuation', 1);
      case '+':
      case '-':
      case '*':
      case '/':
      case '%':
      case '^':
        return this.#push('operator', 1);
      case '[':
        return this.#fail("unexpected left bracket '['");
      default:
        return this.#fail(
          `unexpected character in duration expression: ${quoteChar(this.#text, this.#at)}`,
        );
    }
  }

  #number(): boolean {
    const plain = this.#match(number);
    if (plain !== undefined) return this.#push('number', plain.length, true);
    const units = this.#match(duration);
    if (units !== undefined) return this.#push('duration', units.length);
    const bad = this.#match(badNumber) ?? '';
    return this.#fail(`bad number or duration syntax: ${quoteGo(bad)}`);
  }

  #string(quote: string): boolean {
    if (quote === '`') {
      const end = this.#text.indexOf('`', this.#at + 1);
      if (end < 0) return this.#fail('unterminated raw string');
      return this.#push('string', end + 1 - this.#at);
    }
    let at = this.#at + 1;
    for (; at < this.#text.length; at++) {
      const char = this.#text[at];
      if (char === quote) return this.#push('string', at + 1 - this.#at);
      if (char === '\n') break;
      if (char !== '\\') continue;
      escape.lastIndex = at;
      const found = escape.exec(this.#text);
      const wrongQuote = found?.[1] !== undefined && found[1] !== quote;
      if (found === null || wrongQuote) return this.#badEscape(at + 1);
      at += found[0].length - 1;
    }
    return this.#fail('unterminated quoted string');
  }

  #badEscape(at: number): false {
    if (at >= this.#text.length) return this.#fail('escape sequence not terminated');
    const char = String.fromCodePoint(this.#text.codePointAt(at) ?? 0xfffd);
    if (/[0-7xuU]/.test(char)) return this.#fail('illegal character in escape sequence');
    const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return this.#fail(`unknown escape sequence U+${code} '${char}'`);
  }
}

/** The tokens of a query; the last one is `end` or `error`. */
export function scanPromql(text: string): readonly Token[] {
  const scanner = new Scanner(text);
  scanner.run();
  return scanner.tokens;
}
