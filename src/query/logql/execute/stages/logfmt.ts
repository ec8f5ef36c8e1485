// `logfmt`: labels from `key=value` pairs, values bare or in quotes.

import type { Stage } from '../../syntax/ast.ts';
import type { Entry, LineStage } from '../entry.ts';
import { sanitizeLabelName } from './label-names.ts';

type LogfmtStage = Extract<Stage, { kind: 'logfmt' }>;

/** Value undefined: the pair is broken, `reason` says why. */
type PairVisitor = (key: string, value: string | undefined, reason: string) => boolean;

function unquote(literal: string): string {
  if (!literal.includes('\\')) return literal.slice(1, -1);
  try {
    const value: unknown = JSON.parse(literal.replaceAll('\n', '\\n').replaceAll('\t', '\\t'));
    if (typeof value === 'string') return value;
  } catch {
    // A foreign escape: keep what stands behind the backslash.
  }
  return literal.slice(1, -1).replaceAll(/\\(.)/gs, '$1');
}

/** Where the quoted value that starts at `at` ends, or -1. */
function quotedEnd(line: string, at: number): number {
  for (let from = at + 1; ;) {
    const quote = line.indexOf('"', from);
    if (quote < 0) return -1;
    let slashes = 0;
    while (line.charCodeAt(quote - 1 - slashes) === 92) slashes++;
    if (slashes % 2 === 0) return quote + 1;
    from = quote + 1;
  }
}

/** Visits pair by pair; false from the visitor stops. */
function forEachPair(line: string, visit: PairVisitor): void {
  const { length } = line;
  let at = 0;
  for (;;) {
    while (at < length && line.charCodeAt(at) <= 32) at++;
    if (at >= length) return;
    const keyStart = at;
    let code = 0;
    while (at < length) {
      code = line.charCodeAt(at);
      if (code <= 32 || code === 61 || code === 34) break;
      at++;
    }
    const key = line.slice(keyStart, at);
    if (at >= length || code <= 32) {
      if (!visit(key, '', '')) return;
      continue;
    }
    if (code === 34 || key === '') {
      // A quote in a key, or a value without one: skip to the next white space.
      const place = `logfmt syntax error at pos ${at + 1} : unexpected '${line[at] ?? ''}'`;
      while (at < length && line.charCodeAt(at) > 32) at++;
      if (!visit(key, undefined, place)) return;
      continue;
    }
    at++;
    if (line.charCodeAt(at) === 34) {
      const end = quotedEnd(line, at);
      if (end < 0) {
        visit(
          key,
          undefined,
          `logfmt syntax error at pos ${length + 1} : unterminated quoted value`,
        );
        return;
      }
      const value = unquote(line.slice(at, end));
      at = end;
      if (!visit(key, value, '')) return;
      continue;
    }
    const valueStart = at;
    let broken = -1;
    while (at < length && line.charCodeAt(at) > 32) {
      code = line.charCodeAt(at);
      if (broken < 0 && (code === 61 || code === 34)) broken = at;
      at++;
    }
    if (broken >= 0) {
      const place = `logfmt syntax error at pos ${broken + 1} : unexpected '${line[broken] ?? ''}'`;
      if (!visit(key, undefined, place)) return;
    } else if (!visit(key, line.slice(valueStart, at), '')) return;
  }
}

function extractAll(stage: LogfmtStage, entry: Entry): void {
  let first = '';
  forEachPair(entry.line, (key, value, reason) => {
    if (value === undefined) {
      if (!stage.strict) return true;
      first = reason;
      return false;
    }
    if (value === '' && !stage.keepEmpty) return true;
    const name = sanitizeLabelName(key);
    if (name !== '' && entry.wants(name)) entry.extract(name, value);
    return !entry.satisfied;
  });
  if (first !== '') entry.fail('LogfmtParserErr', first);
}

function extractNamed(stage: LogfmtStage, wanted: ReadonlySet<string>, entry: Entry): void {
  const values = new Map<string, string>();
  let first = '';
  forEachPair(entry.line, (key, value, reason) => {
    if (value === undefined) {
      if (!stage.strict) return true;
      first = reason;
      return false;
    }
    const name = sanitizeLabelName(key);
    const found = wanted.has(key) ? key : wanted.has(name) ? name : undefined;
    if (found !== undefined && !values.has(found)) values.set(found, value);
    return values.size < wanted.size;
  });
  if (first !== '') entry.fail('LogfmtParserErr', first);
  for (const { name, expression } of stage.extractions) {
    const value = values.get(expression) ?? '';
    if (entry.wants(name)) entry.extract(name, value);
  }
}

export function logfmtStage(stage: LogfmtStage): LineStage {
  const wanted = new Set(stage.extractions.map((extraction) => extraction.expression));
  return (entry) => {
    if (entry.hints.nothing || entry.satisfied) return true;
    if (wanted.size === 0) extractAll(stage, entry);
    else extractNamed(stage, wanted, entry);
    return true;
  };
}
