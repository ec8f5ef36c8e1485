// Characters to tokens. An attribute is one token, whatever its name holds: it runs until white space or one of
// `{}()=~!<>&|^,`, and parts in quotes may hold those too. Comments (`//…`, `/*…*/`) are skipped.

import { durationUnitsNs } from '../../../base/duration.ts';
import { Failure, type TextSpan } from '../../../base/errors.ts';
import { embeddedEnd, type EmbeddedQuery } from '../../language/embedded.ts';
import { unquoteGo } from '../../language/go-string.ts';
import { lineColumnAt } from '../../language/position.ts';
import type { AttributeScope, StaticValue } from './ast.ts';
import { type IntrinsicName, scopedIntrinsics } from './catalogue.ts';

/** Named limit: a longer query is refused. */
export const queryLengthMax = 131_072;

export type Token = { readonly span: TextSpan } & (
  | { readonly kind: 'end' }
  /** Operators and brackets. */
  | { readonly kind: 'mark'; readonly text: string }
  | { readonly kind: 'word'; readonly text: string }
  | {
      readonly kind: 'attribute';
      readonly scope: AttributeScope;
      readonly parent: boolean;
      readonly name: string;
    }
  | { readonly kind: 'intrinsic'; readonly name: IntrinsicName }
  | { readonly kind: 'static'; readonly value: StaticValue }
);

/** Longest first. */
const marks: readonly string[] = (
  '&>> &<< !>> !<< && || &> &< &~ !> !< !~ != =~ >= <= >> << ' + '{ } ( ) = ~ ! < > | + - * / % ^ ,'
).split(' ');

const nameStop = /[\s{}()=~!<>&|^,]/;
const int64Max = 9_223_372_036_854_775_807n;
/** One more than the largest int, for `-9223372036854775808`. */
const int64Limit = int64Max + 1n;

/** A failure of the parser's kind, with its place in words as Tempo has it. */
export function syntaxFailure(query: string, span: TextSpan, message: string): Failure {
  const { line, column } = lineColumnAt(query, span.start);
  return new Failure('syntax', `parse error at line ${line}, col ${column}: ${message}`, {
    position: span,
  });
}

function durationNs(text: string): bigint | undefined {
  let total = 0n;
  for (const [, whole = '0', fraction = '', unit = ''] of text.matchAll(
    /(\d+)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h|d|w|y)/g,
  )) {
    const scale = durationUnitsNs[unit] ?? 0n;
    total += BigInt(whole) * scale;
    const digits = fraction.slice(0, 18);
    if (digits !== '') total += (BigInt(digits) * scale) / 10n ** BigInt(digits.length);
  }
  return total > int64Max ? undefined : total;
}

export class Lexer {
  readonly #query: string;
  #at: number = 0;

  constructor(query: string) {
    if (query.length > queryLengthMax) {
      throw new Failure('limit', `query is longer than ${queryLengthMax} characters`);
    }
    this.#query = query;
  }

  #span(start: number): TextSpan {
    return { start, end: this.#at };
  }

  #fail(start: number, message: string): Failure {
    const end = Math.max(this.#at, start + 1);
    return syntaxFailure(this.#query, { start, end }, `syntax error: ${message}`);
  }

  /** White space and comments. */
  #skip(): void {
    const blank = /(?:\s+|\/\/[^\n]*|\/\*[^]*?\*\/)*/y;
    blank.lastIndex = this.#at;
    this.#at += blank.exec(this.#query)?.[0].length ?? 0;
  }

  /** LogQL between the parentheses that come next; undefined when none do. */
  embedded(): EmbeddedQuery | undefined {
    this.#skip();
    const open = this.#at;
    if (this.#query[open] !== '(') return undefined;
    const start = open + 1;
    const end = embeddedEnd(this.#query, start, 'logql');
    if (end < 0) throw this.#fail(open, 'missing closing ) of logs(…)');
    this.#at = end + 1;
    return { language: 'logql', text: this.#query.slice(start, end), span: { start, end } };
  }

  next(): Token {
    this.#skip();
    const start = this.#at;
    const first = this.#query[start];
    if (first === undefined) return { kind: 'end', span: { start, end: start } };
    if (first === '"' || first === '`') return this.#string(first);
    // `.5` is a number; an attribute of such a name is written in quotes.
    if (/^(?:\d|\.\d+(?:[eE][+-]?\d+)?(?![\w.]))/.test(this.#query.slice(start, start + 400)))
      return this.#number();
    if (first === '.') {
      this.#at++;
      return this.#attribute(start, 'none', false);
    }
    if (/[A-Za-z_]/.test(first)) return this.#word();
    const mark = marks.find((candidate) => this.#query.startsWith(candidate, start));
    if (mark === undefined) {
      this.#at++;
      throw this.#fail(start, `unexpected character ${JSON.stringify(first)}`);
    }
    this.#at += mark.length;
    return { kind: 'mark', text: mark, span: this.#span(start) };
  }

  #string(quote: string): Token {
    const start = this.#at;
    this.#at++;
    for (; this.#query[this.#at] !== quote; this.#at++) {
      const char = this.#query[this.#at];
      if (char === undefined || (char === '\n' && quote === '"'))
        throw this.#fail(start, 'literal not terminated');
      if (char === '\\' && quote === '"') this.#at++;
    }
    this.#at++;
    const literal = this.#query.slice(start, this.#at);
    try {
      const value = unquoteGo(literal);
      return { kind: 'static', value: { type: 'string', value }, span: this.#span(start) };
    } catch {
      throw this.#fail(start, `invalid string ${literal.slice(0, 100)}`);
    }
  }

  #number(): Token {
    const start = this.#at;
    const shape =
      /(?:(?:\d+(?:\.\d*)?(?:ns|us|µs|μs|ms|[smhdwy]))+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)(?![\w.µμ])/y;
    shape.lastIndex = start;
    const text = shape.exec(this.#query)?.[0];
    if (text === undefined) throw this.#fail(start, 'invalid number');
    this.#at += text.length;
    const value = this.#numberValue(text);
    if (value === undefined) throw this.#fail(start, `${text} is out of range`);
    return { kind: 'static', value, span: this.#span(start) };
  }

  #numberValue(text: string): StaticValue | undefined {
    if (/[a-zµμ]$/.test(text)) {
      const valueNs = durationNs(text);
      return valueNs === undefined ? undefined : { type: 'duration', valueNs };
    }
    if (/^\d+$/.test(text)) {
      // The length is checked first: BigInt of a very long text takes long.
      const value = text.replace(/^0+(?=\d)/, '').length > 19 ? int64Limit + 1n : BigInt(text);
      return value > int64Limit ? undefined : { type: 'int', value };
    }
    const value = Number(text);
    return Number.isFinite(value) ? { type: 'float', value } : undefined;
  }

  /** The rest of an attribute, behind the dot of its scope. */
  #attribute(start: number, scope: AttributeScope, parent: boolean): Token {
    let name = '';
    for (;;) {
      const char = this.#query[this.#at];
      if (char === '"') name += this.#quotedPart();
      else if (char === undefined || nameStop.test(char)) break;
      else {
        name += char;
        this.#at++;
      }
    }
    if (name === '') throw this.#fail(this.#at, 'attribute has no name');
    return { kind: 'attribute', scope, parent, name, span: this.#span(start) };
  }

  /** `"…"` in an attribute's name; only `\"` and `\\` are escapes. */
  #quotedPart(): string {
    const start = this.#at;
    let text = '';
    for (this.#at++; this.#query[this.#at] !== '"'; this.#at++) {
      let char = this.#query[this.#at];
      if (char === '\\') {
        char = this.#query[++this.#at];
        if (char !== '"' && char !== '\\')
          throw this.#fail(start, 'invalid escape in the name of an attribute');
      }
      if (char === undefined) throw this.#fail(start, 'name of an attribute not terminated');
      text += char;
    }
    this.#at++;
    return text;
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const text = pattern.exec(this.#query)?.[0] ?? '';
    this.#at += text.length;
    return text;
  }

  #word(): Token {
    const start = this.#at;
    const text = this.#take(/\w+/y);
    switch (this.#query[this.#at]) {
      case '.':
        switch (text) {
          case 'resource':
          case 'span':
          case 'event':
          case 'link':
          case 'instrumentation':
            this.#at++;
            return this.#attribute(start, text, false);
          case 'parent': {
            this.#at++;
            const inner = this.#take(/(?:resource|span)\./y);
            const scope = inner === 'span.' ? 'span' : inner === '' ? 'none' : 'resource';
            return this.#attribute(start, scope, true);
          }
          default:
        }
        break;
      case ':': {
        this.#at++;
        const scoped = `${text}:${this.#take(/\w*/y)}`;
        const name = scopedIntrinsics.get(scoped);
        if (name === undefined) throw this.#fail(start, `unknown intrinsic ${scoped}`);
        return { kind: 'intrinsic', name, span: this.#span(start) };
      }
      default:
    }
    return { kind: 'word', text, span: this.#span(start) };
  }
}
