// The parser's view of the tokens: one token of look-ahead (two where asked), failures in Prometheus's words,
// and the bound on nesting that keeps every later pass off the end of the stack.

import { Failure } from '../../../base/errors.ts';
import type { TextSpan } from '../../../base/errors.ts';
import { parseFailure } from './parse-failure.ts';
import { scanPromql } from './scanner.ts';
import { describeToken, type Token } from './tokens.ts';

/** Named limit: UTF-16 code units of a query. */
export const queryLengthMax = 131_072;
/** Named limit: levels of parentheses, calls and signs inside one another. */
export const nestingMax = 500;

const endToken: Token = { kind: 'end', text: '', word: '', start: 0, end: 0 };

export class TokenReader {
  readonly text: string;
  readonly #tokens: readonly Token[];
  #at: number = 0;
  #nesting: number = 0;

  constructor(text: string) {
    if (text.length > queryLengthMax) {
      throw new Failure('limit', `query longer than ${queryLengthMax} characters`);
    }
    this.text = text;
    this.#tokens = scanPromql(text);
  }

  get next(): Token {
    return this.#tokens[this.#at] ?? endToken;
  }

  get afterNext(): Token {
    return this.#tokens[this.#at + 1] ?? endToken;
  }

  /** Where the last token that was taken ends. */
  get lastEnd(): number {
    return this.#tokens[this.#at - 1]?.end ?? 0;
  }

  atEnd(): boolean {
    return this.next.kind === 'end';
  }

  take(): Token {
    const token = this.next;
    if (token.kind === 'error') throw this.fail(token, token.text);
    this.#at++;
    return token;
  }

  /** Whether the next token is this punctuation, operator or keyword (in lower case). */
  at(word: string): boolean {
    const { kind } = this.next;
    const fixed = kind === 'punctuation' || kind === 'operator' || kind === 'keyword';
    return fixed && this.next.word === word;
  }

  /** Takes the token when it is the expected one. */
  accept(word: string): Token | undefined {
    return this.at(word) ? this.take() : undefined;
  }

  fail(span: TextSpan, message: string): Failure {
    return parseFailure(this.text, span, message);
  }

  /** `unexpected <token> in <context>, expected <what>`; the scanner's own complaint goes before it. */
  unexpected(context: string = '', expected: string = ''): Failure {
    const token = this.next;
    if (token.kind === 'error') return this.fail(token, token.text);
    const inContext = context === '' ? '' : ` in ${context}`;
    const instead = expected === '' ? '' : `, expected ${expected}`;
    return this.fail(token, `unexpected ${describeToken(token)}${inContext}${instead}`);
  }

  expect(word: string, context: string = '', expected: string = ''): Token {
    const token = this.accept(word);
    if (token === undefined) throw this.unexpected(context, expected);
    return token;
  }

  /** Runs `parse` one level deeper. */
  nested<T>(parse: () => T): T {
    this.#nesting++;
    if (this.#nesting > nestingMax) {
      throw new Failure('limit', `query nested deeper than ${nestingMax} levels`, {
        position: this.next,
      });
    }
    const result = parse();
    this.#nesting--;
    return result;
  }
}
