// TraceQL's own lexer as the editor's tokens, going on behind errors.

import { Failure } from '../../../src/base/errors.ts';
import {
  bareIntrinsics,
  functions,
  hints,
  kindNames,
  ownStages,
  statusNames,
} from '../../../src/query/traceql/syntax/catalogue.ts';
import { Lexer } from '../../../src/query/traceql/syntax/lexer.ts';
import type { Token } from '../../../src/query/traceql/syntax/lexer.ts';
import type { StyledToken, TokenStyle } from './query-language.ts';
import { recoveriesMax, withComments } from './token-context.ts';

function wordStyle(text: string): TokenStyle {
  if (Object.hasOwn(functions, text)) return 'function';
  if (text === 'with' || Object.hasOwn(hints, text)) return 'keyword';
  if (bareIntrinsics.has(text)) return 'label';
  if (statusNames.has(text) || kindNames.has(text) || /^(?:true|false|nil)$/.test(text)) {
    return 'constant';
  }
  return 'label';
}

function styleOf(token: Token): TokenStyle {
  switch (token.kind) {
    case 'mark':
      return '{}(),'.includes(token.text) ? 'bracket' : 'operator';
    case 'word':
      return wordStyle(token.text);
    case 'attribute':
    case 'intrinsic':
      return 'label';
    case 'static':
      return token.value.type === 'string' ? 'string' : 'number';
    case 'end':
      return 'error';
    default:
      return token satisfies never;
  }
}

class Tokens {
  readonly #text: string;
  readonly found: StyledToken[] = [];
  #from: number = 0;

  constructor(text: string) {
    this.#text = text;
  }

  #push(style: TokenStyle, start: number, end: number, isOpen: boolean = false): void {
    const text = this.#text.slice(start, end);
    this.found.push({ style, text, start, end, ...(isOpen ? { isOpen } : {}) });
    this.#from = end;
  }

  /** Behind an error, or at the end of the text. */
  scan(): void {
    const base = this.#from;
    const lexer = new Lexer(this.#text.slice(base));
    for (;;) {
      const token = lexer.next();
      if (token.kind === 'end') {
        this.#from = this.#text.length;
        return;
      }
      const isOwn = token.kind === 'word' && Object.hasOwn(ownStages, token.text);
      const isStage = isOwn && this.found.at(-1)?.text === '|';
      this.#push(isStage ? 'own' : styleOf(token), token.span.start + base, token.span.end + base);
      if (isStage) this.#embedded(lexer, base);
    }
  }

  #embedded(lexer: Lexer, base: number): void {
    const embedded = lexer.embedded();
    if (embedded === undefined) return;
    const start = embedded.span.start + base;
    const end = embedded.span.end + base;
    this.#push('bracket', start - 1, start);
    this.#push('embedded', start, end);
    this.#push('bracket', end, end + 1);
  }

  /** The piece that the lexer did not take. */
  fail(start: number, end: number): void {
    const text = this.#text;
    const from = this.#from + (/^\s*/.exec(text.slice(this.#from))?.[0].length ?? 0);
    const sign = text[start] ?? '';
    if (sign === '"' || sign === '`') this.#push('string', start, Math.max(end, start + 1), true);
    else if (sign === '(' && this.found.at(-1)?.style === 'own') {
      this.#push('bracket', start, start + 1);
      this.#push('embedded', start + 1, text.length, true);
    } else {
      // `resource.`: the name is still to come.
      const word = /^[\w.:]+/.exec(text.slice(from))?.[0] ?? '';
      if (word !== '') this.#push('label', from, from + word.length);
      else if (start < text.length) this.#push('error', start, start + 1);
      else this.#from = text.length;
    }
  }

  /** False when nothing is left. */
  step(): boolean {
    const base = this.#from;
    if (base >= this.#text.length) return false;
    try {
      this.scan();
    } catch (thrown) {
      if (!(thrown instanceof Failure) || thrown.position === undefined) return false;
      this.fail(thrown.position.start + base, thrown.position.end + base);
    }
    return true;
  }
}

export function traceqlTokens(text: string): readonly StyledToken[] {
  const tokens = new Tokens(text);
  for (let tries = 0; tries < recoveriesMax && tokens.step(); tries++);
  return withComments(text, tokens.found, /\/\/[^\n]*|\/\*[^]*?\*\//g);
}
