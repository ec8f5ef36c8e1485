// LogQL text to tokens. The whole text is read at once: its length is limited, and the parser looks ahead freely.

import { durationUnitsNs } from '../../../base/duration.ts';
import { Failure, type TextSpan } from '../../../base/errors.ts';
import { parsePrometheusDurationNs } from '../../../base/duration.ts';
import { embeddedEnd } from '../../language/embedded.ts';
import { unquoteGo } from '../../language/go-string.ts';
import { lineColumnAt } from '../../language/position.ts';
import { utf8Length } from '../../language/utf8-length.ts';
import { functionNames, keywords } from './functions.ts';
import { queryBytesMax } from './limits.ts';

export type TokenKind =
  | 'identifier'
  | 'string'
  | 'number'
  | 'duration'
  | 'bytes'
  /** `[5m]`, brackets included. */
  | 'range'
  /** `--strict` */
  | 'flag'
  /** A function's name in lower case, known by what follows it. */
  | 'function'
  | 'keyword'
  /** `trace(…)` behind a pipe, parentheses included; its text is what is between them. */
  | 'embedded'
  | 'symbol'
  | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** As written; keywords and functions in lower case; strings unquoted. */
  readonly text: string;
  readonly span: TextSpan;
  /** Of ranges and durations: nanoseconds. Of sizes: bytes. */
  readonly quantity: bigint;
}

/** A failure in the words and with the place that Loki gives. */
export function syntaxFailure(
  text: string,
  span: TextSpan,
  message: string,
  hint?: string,
): Failure {
  const { line, column } = lineColumnAt(text, span.start);
  return new Failure('syntax', `parse error at line ${line}, col ${column}: ${message}`, {
    position: span,
    hint,
  });
}

const spacePattern = /\s*/y;
const commentPattern = /#[^\n]*/y;
const identifierPattern = /[_\p{L}][_\p{L}\p{Nd}]*/uy;
const durationPattern = /(?:\d+(?:\.\d+)?(?:ns|us|µs|μs|ms|[smhdwy]))+/y;
const bytesPattern = /(\d+(?:\.\d+)?)((?:[kK]|[MGTP])B|[KMGTP]iB|B)/y;
const numberPattern =
  /0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F]*)?(?:[pP][+-]?\d+)?|0[bBoO]\d+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const stringPattern = /"(?:[^"\\\n]|\\[^\n])*"|`[^`]*`/y;
const flagPattern = /--(?:strict|keep-empty)\b/y;
const symbolPattern = /\|=|\|~|\|>|!=|!~|!>|=~|==|>=|<=|[{}()[\],|=<>+\-*/%^]/y;
const functionOpening = /\(|(?:by|without)\b/iy;

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** Behind white space and comments. */
function skipSpace(text: string, from: number): number {
  let at = from;
  for (;;) {
    at += matchAt(spacePattern, text, at)?.[0].length ?? 0;
    const comment = matchAt(commentPattern, text, at)?.[0].length ?? 0;
    if (comment === 0) return at;
    at += comment;
  }
}

const byteUnits: Readonly<Record<string, bigint>> = {
  B: 1n,
  kB: 10n ** 3n,
  KB: 10n ** 3n,
  MB: 10n ** 6n,
  GB: 10n ** 9n,
  TB: 10n ** 12n,
  PB: 10n ** 15n,
  KiB: 1n << 10n,
  MiB: 1n << 20n,
  GiB: 1n << 30n,
  TiB: 1n << 40n,
  PiB: 1n << 50n,
};

/** `12.5` times a unit, exactly, cut to a whole number. */
function scale(decimal: string, unit: bigint): bigint {
  const [whole = '0', fraction = ''] = decimal.split('.');
  const digits = fraction.slice(0, 30);
  return (BigInt(whole + digits) * unit) / 10n ** BigInt(digits.length);
}

function durationNs(text: string): bigint {
  let total = 0n;
  for (const part of text.matchAll(/(\d+(?:\.\d+)?)([a-zµμ]+)/g))
    total += scale(part[1] ?? '0', durationUnitsNs[part[2] ?? ''] ?? 0n);
  return total;
}

const quantityMax = 9_223_372_036_854_775_807n;

class Lexer {
  readonly text: string;
  readonly tokens: Token[] = [];
  at: number = 0;

  constructor(text: string) {
    this.text = text;
  }

  push(kind: TokenKind, end: number, text: string, quantity: bigint = 0n): void {
    const span = { start: this.at, end };
    if (quantity > quantityMax) throw syntaxFailure(this.text, span, 'duration out of range');
    this.tokens.push({ kind, text, span, quantity });
    this.at = end;
  }

  range(): void {
    const close = this.text.indexOf(']', this.at);
    const span = { start: this.at, end: this.at + 1 };
    if (close < 0) throw syntaxFailure(this.text, span, "missing closing ']' in duration");
    const written = this.text.slice(this.at + 1, close).trim();
    let ns: bigint;
    try {
      ns = parsePrometheusDurationNs(written);
    } catch (error) {
      const reason = error instanceof Failure ? error.message : 'invalid duration';
      throw syntaxFailure(this.text, { start: this.at, end: close + 1 }, reason);
    }
    this.push('range', close + 1, this.text.slice(this.at, close + 1), ns);
  }

  string(): void {
    const found = matchAt(stringPattern, this.text, this.at);
    const span = { start: this.at, end: this.at + 1 };
    if (found === null) throw syntaxFailure(this.text, span, 'literal not terminated');
    let value: string;
    try {
      value = unquoteGo(found[0]);
    } catch {
      throw syntaxFailure(
        this.text,
        { start: this.at, end: this.at + found[0].length },
        'invalid char escape',
      );
    }
    this.push('string', this.at + found[0].length, value);
  }

  quantity(): boolean {
    const duration = matchAt(durationPattern, this.text, this.at)?.[0];
    if (duration !== undefined) {
      this.push('duration', this.at + duration.length, duration, durationNs(duration));
      return true;
    }
    const bytes = matchAt(bytesPattern, this.text, this.at);
    if (bytes !== null) {
      const size = scale(bytes[1] ?? '0', byteUnits[bytes[2] ?? ''] ?? 1n);
      this.push('bytes', this.at + bytes[0].length, bytes[0], size);
      return true;
    }
    const number = matchAt(numberPattern, this.text, this.at)?.[0];
    if (number === undefined) return false;
    this.push('number', this.at + number.length, number);
    return true;
  }

  /** A label filter never has a parenthesis behind its label: no standard query has this. */
  embedded(end: number): boolean {
    const before = this.tokens.at(-1);
    if (before?.kind !== 'symbol' || before.text !== '|') return false;
    const open = skipSpace(this.text, end);
    if (this.text[open] !== '(') return false;
    const close = embeddedEnd(this.text, open + 1, 'traceql');
    if (close < 0)
      throw syntaxFailure(
        this.text,
        { start: open, end: open + 1 },
        "missing closing ')' of trace(…)",
      );
    this.push('embedded', close + 1, this.text.slice(open + 1, close));
    return true;
  }

  word(word: string): void {
    const end = this.at + word.length;
    const lower = word.toLowerCase();
    if (lower === 'trace' && this.embedded(end)) return;
    if (
      functionNames.has(lower) &&
      matchAt(functionOpening, this.text, skipSpace(this.text, end)) !== null
    )
      this.push('function', end, lower);
    else if (keywords.has(lower)) this.push('keyword', end, lower);
    else this.push('identifier', end, word);
  }

  run(): void {
    for (;;) {
      this.at = skipSpace(this.text, this.at);
      const char = this.text[this.at];
      if (char === undefined) break;
      const word = matchAt(identifierPattern, this.text, this.at)?.[0];
      if (word !== undefined) this.word(word);
      else if (char === '"' || char === '`') this.string();
      else if (char === '[') this.range();
      else if (/[\d.]/.test(char) && this.quantity()) continue;
      else {
        const flag = matchAt(flagPattern, this.text, this.at)?.[0];
        const symbol = flag ?? matchAt(symbolPattern, this.text, this.at)?.[0];
        if (symbol === undefined) {
          const span = { start: this.at, end: this.at + 1 };
          throw syntaxFailure(this.text, span, `syntax error: unexpected ${JSON.stringify(char)}`);
        }
        this.push(flag === undefined ? 'symbol' : 'flag', this.at + symbol.length, symbol);
      }
    }
    this.push('end', this.at, '');
  }
}

/** All tokens, the last one of kind `end`. Fails with `limit` or `syntax`. */
export function tokenize(text: string): readonly Token[] {
  const bytes = text.length > queryBytesMax ? text.length : utf8Length(text);
  if (bytes > queryBytesMax)
    throw new Failure(
      'limit',
      `parse error : input size too long (${bytes} > ${queryBytesMax + 1})`,
    );
  const lexer = new Lexer(text);
  lexer.run();
  return lexer.tokens;
}

/** How an error message names a token. */
export function tokenName(token: Token): string {
  switch (token.kind) {
    case 'identifier':
    case 'string':
    case 'number':
    case 'duration':
    case 'bytes':
    case 'range':
      return token.kind.toUpperCase();
    case 'end':
      return '$end';
    case 'flag':
      return 'PARSER_FLAG';
    case 'embedded':
      return 'trace';
    case 'function':
    case 'keyword':
    case 'symbol':
      return token.text;
  }
}
