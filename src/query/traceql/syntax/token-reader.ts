// The parser's view of a query: one token of look-ahead, failures with their place, and the two limits that keep any
// query from exhausting the stack.

import { Failure, type TextSpan } from '../../../base/errors.ts';
import type { EmbeddedQuery } from '../../language/embedded.ts';
import { printStatic } from './print-static.ts';
import { Lexer, type Token, syntaxFailure } from './lexer.ts';

/** Named limit: brackets and prefix operators inside each other. */
export const nestingMax = 200;
/** Named limit: operands, operators and stages of one query. */
export const nodesMax = 5000;

function describe(token: Token): string {
  switch (token.kind) {
    case 'end':
      return '$end';
    case 'mark':
      return token.text;
    case 'word':
      return `IDENTIFIER ${token.text.slice(0, 100)}`;
    case 'attribute':
      return `attribute ${token.name.slice(0, 100)}`;
    case 'intrinsic':
      return token.name;
    case 'static':
      return printStatic(token.value).slice(0, 100);
  }
}

export class TokenReader {
  readonly #query: string;
  readonly #lexer: Lexer;
  #token: Token;
  #lastEnd: number = 0;
  #depth: number = 0;
  #nodes: number = 0;

  constructor(query: string) {
    this.#query = query;
    this.#lexer = new Lexer(query);
    this.#token = this.#lexer.next();
  }

  get token(): Token {
    return this.#token;
  }

  next(): Token {
    const token = this.#token;
    this.#lastEnd = token.span.end;
    this.#token = this.#lexer.next();
    return token;
  }

  /** Takes the word that is next, and the LogQL in parentheses behind it. */
  nextEmbedded(): EmbeddedQuery {
    const query = this.#lexer.embedded();
    if (query === undefined) {
      this.next();
      throw this.unexpected('(');
    }
    this.#lastEnd = query.span.end + 1;
    this.#token = this.#lexer.next();
    return query;
  }

  /** From `start` to the end of the last token that was read. */
  spanFrom(start: number): TextSpan {
    return { start, end: Math.max(start, this.#lastEnd) };
  }

  /** The text of the operator or bracket that is next, else undefined. */
  get mark(): string | undefined {
    return this.#token.kind === 'mark' ? this.#token.text : undefined;
  }

  get word(): string | undefined {
    return this.#token.kind === 'word' ? this.#token.text : undefined;
  }

  accept(mark: string): boolean {
    if (this.mark !== mark) return false;
    this.next();
    return true;
  }

  expect(mark: string): void {
    if (!this.accept(mark)) throw this.unexpected(mark);
  }

  unexpected(expecting?: string): Failure {
    const suffix = expecting === undefined ? '' : `, expecting ${expecting}`;
    return this.fail(
      this.#token.span,
      `syntax error: unexpected ${describe(this.#token)}${suffix}`,
    );
  }

  fail(span: TextSpan, message: string): Failure {
    return syntaxFailure(this.#query, span, message);
  }

  /** Runs a rule that may contain itself. */
  nested<T>(rule: () => T): T {
    if (this.#depth === nestingMax) {
      throw new Failure('limit', `query is nested more than ${nestingMax} levels deep`, {
        position: this.#token.span,
      });
    }
    this.#depth++;
    const result = rule();
    this.#depth--;
    return result;
  }

  /** Counts a node of the tree. */
  count(): void {
    if (++this.#nodes > nodesMax) {
      throw new Failure('limit', `query has more than ${nodesMax} terms`, {
        position: this.#token.span,
      });
    }
  }
}
