// A Go template's text to pieces: plain text, and the tokens between `{{` and `}}`. Failures carry Go's messages.

import { Failure } from '../../../../base/errors.ts';

export type TemplateTokenKind =
  | 'identifier'
  /** `.name` */
  | 'field'
  /** `$` or `$name` */
  | 'variable'
  | 'number'
  | 'char'
  | 'string'
  | 'symbol'
  | 'space';

export interface TemplateToken {
  readonly kind: TemplateTokenKind;
  readonly text: string;
}

export type TemplatePiece =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'action';
      readonly tokens: readonly TemplateToken[];
      readonly text: string;
      readonly line: number;
    };

export function templateFailure(
  name: string,
  line: number,
  message: string,
  hint?: string,
): Failure {
  return new Failure('syntax', `template: ${name}:${line}: ${message}`, { hint });
}

const patterns: readonly (readonly [TemplateTokenKind, RegExp])[] = [
  ['space', /[ \t\r\n]+/y],
  ['string', /"(?:[^"\\\n]|\\[^\n])*"|`[^`]*`/y],
  ['char', /'(?:[^'\\\n]|\\[^\n])+'/y],
  [
    'number',
    /[+-]?(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)(?![\p{L}\p{Nd}_.])/uy,
  ],
  ['field', /\.[\p{L}_][\p{L}\p{Nd}_]*/uy],
  ['variable', /\$[\p{L}\p{Nd}_]*/uy],
  ['identifier', /[\p{L}_][\p{L}\p{Nd}_]*/uy],
  ['symbol', /:=|[=|().,]/y],
];

function lexAction(name: string, text: string, line: number): readonly TemplateToken[] {
  const tokens: TemplateToken[] = [];
  for (let at = 0; at < text.length;) {
    let found: TemplateToken | undefined;
    for (const [kind, pattern] of patterns) {
      pattern.lastIndex = at;
      const match = pattern.exec(text);
      if (match === null) continue;
      found = { kind, text: match[0] };
      break;
    }
    if (found === undefined) {
      const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
      if (char === '"') throw templateFailure(name, line, 'unterminated quoted string');
      if (char === '`') throw templateFailure(name, line, 'unterminated raw quoted string');
      if (/[\d+-]/.test(char)) {
        const word = /^\S{1,40}/.exec(text.slice(at, at + 40))?.[0] ?? char;
        throw templateFailure(name, line, `bad number syntax: ${JSON.stringify(word)}`);
      }
      const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
      throw templateFailure(name, line, `unrecognized character in action: U+${code} '${char}'`);
    }
    tokens.push(found);
    at += found.text.length;
  }
  return tokens;
}

/** Where the action that starts at `from` ends: at its `}}`, quotes skipped; -1 when it never does. */
function actionEnd(text: string, from: number): number {
  const skip = /"(?:[^"\\\n]|\\[^\n])*"|`[^`]*`|'(?:[^'\\\n]|\\[^\n])*'|\}\}|[^]/y;
  for (let at = from; at < text.length;) {
    skip.lastIndex = at;
    const part = skip.exec(text)?.[0] ?? '';
    if (part === '}}') return at;
    at += Math.max(part.length, 1);
  }
  return -1;
}

const space = ' \t\r\n';

/** Splits a template. Comments vanish; `{{-` and `-}}` eat the white space beside them. */
export function lexTemplate(name: string, text: string): readonly TemplatePiece[] {
  const pieces: TemplatePiece[] = [];
  let line = 1;
  let trimNext = false;
  const pushText = (piece: string, trimEnd: boolean): void => {
    let shown = trimNext ? piece.replace(/^[ \t\r\n]+/, '') : piece;
    if (trimEnd) {
      let end = shown.length;
      while (end > 0 && space.includes(shown[end - 1] ?? 'x')) end--;
      shown = shown.slice(0, end);
    }
    if (shown !== '') pieces.push({ kind: 'text', text: shown });
    line += piece.split('\n').length - 1;
  };
  for (let at = 0; at < text.length;) {
    const open = text.indexOf('{{', at);
    const trimsBefore =
      open >= 0 && text[open + 2] === '-' && space.includes(text[open + 3] ?? 'x');
    pushText(open < 0 ? text.slice(at) : text.slice(at, open), trimsBefore);
    if (open < 0) break;
    const start = open + (trimsBefore ? 3 : 2);
    const comment = /^\s*\/\*/.exec(text.slice(start, start + 100));
    let end: number;
    if (comment !== null) {
      const close = text.indexOf('*/', start);
      if (close < 0) throw templateFailure(name, line, 'unclosed comment');
      end = text.indexOf('}}', close);
      if (end < 0 || !/^\s*-?$/.test(text.slice(close + 2, end)))
        throw templateFailure(name, line, 'comment ends before closing delimiter');
    } else {
      end = actionEnd(text, start);
      if (end < 0) throw templateFailure(name, line, 'unclosed action');
    }
    const whole = text.slice(start, end);
    trimNext = whole.endsWith('-') && space.includes(whole.at(-2) ?? 'x');
    const inner = trimNext ? whole.slice(0, -1) : whole;
    if (comment === null)
      pieces.push({
        kind: 'action',
        tokens: lexAction(name, inner, line),
        text: inner.trim(),
        line,
      });
    line += whole.split('\n').length - 1;
    at = end + 2;
  }
  return pieces;
}
