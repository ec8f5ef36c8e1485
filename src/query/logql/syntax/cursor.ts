// The parser's place in the tokens: looking, taking, demanding, and failing with Loki's words. Also holds the depth, so
// that no query can exhaust the stack.

import { Failure, type TextSpan } from '../../../base/errors.ts';
import { syntaxFailure, tokenize, tokenName, type Token, type TokenKind } from './lexer.ts';
import { queryDepthMax } from './limits.ts';

export class TokenCursor {
  readonly text: string;
  readonly #tokens: readonly Token[];
  readonly #end: Token;
  #at: number = 0;
  #depth: number = 0;

  constructor(text: string) {
    this.text = text;
    this.#tokens = tokenize(text);
    this.#end = this.#tokens.at(-1) ?? {
      kind: 'end',
      text: '',
      span: { start: 0, end: 0 },
      quantity: 0n,
    };
  }

  peek(ahead: number = 0): Token {
    return this.#tokens[this.#at + ahead] ?? this.#end;
  }

  take(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.#at++;
    return token;
  }

  /** Whether the token is the given symbol or keyword. */
  isText(text: string, ahead: number = 0): boolean {
    const token = this.peek(ahead);
    return (token.kind === 'symbol' || token.kind === 'keyword') && token.text === text;
  }

  isKind(kind: TokenKind, ahead: number = 0): boolean {
    return this.peek(ahead).kind === kind;
  }

  isFunction(name: string, ahead: number = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'function' && token.text === name;
  }

  /** Takes the symbol or keyword when it is next. */
  accept(text: string): boolean {
    if (!this.isText(text)) return false;
    this.#at++;
    return true;
  }

  demand(text: string): Token {
    if (!this.isText(text)) this.unexpected([text]);
    return this.take();
  }

  demandKind(kind: TokenKind): Token {
    if (!this.isKind(kind)) this.unexpected([kind.toUpperCase()]);
    return this.take();
  }

  /** The span from a start to the end of the token taken last. */
  spanFrom(start: number): TextSpan {
    return { start, end: this.#tokens[this.#at - 1]?.span.end ?? start };
  }

  /** Fails at the next token. `expected` is named when it is short; `advice` says what to write instead. */
  unexpected(expected: readonly string[] = [], advice?: string): never {
    const token = this.peek();
    let message = `syntax error: unexpected ${tokenName(token)}`;
    if (expected.length > 0 && expected.length <= 4)
      message += `, expecting ${expected.join(' or ')}`;
    throw syntaxFailure(this.text, token.span, message, advice);
  }

  /** Runs a nested rule one level deeper. */
  nested<T>(rule: () => T): T {
    this.deeper();
    const result = rule();
    this.#depth--;
    return result;
  }

  /** Counts one more level for the rest of the rule that is running: operators build trees without recursion. */
  deeper(levels: number = 1): void {
    this.#depth += levels;
    if (this.#depth > queryDepthMax) {
      throw new Failure('limit', `parse error : query nests deeper than ${queryDepthMax} levels`, {
        position: this.peek().span,
      });
    }
  }

  shallower(levels: number): void {
    this.#depth -= levels;
  }
}
