// Whether a text is a query, and in which of the three languages: their own parsers decide. A chunk of its own, for they
// are large and needed by few.

import { asFailure } from '../../../src/base/errors.ts';
import { parseLogql } from '../../../src/query/logql/syntax/parse.ts';
import { parsePromql } from '../../../src/query/promql/syntax/parse.ts';
import { parseTraceql } from '../../../src/query/traceql/syntax/parse.ts';

export interface QueryInText {
  readonly page: '/logs' | '/traces' | '/metrics';
  readonly language: 'LogQL' | 'TraceQL' | 'PromQL';
  /** Why its language does not take it; empty when it does. */
  readonly mistake: string;
}

const languages = [
  { page: '/logs', language: 'LogQL', parse: parseLogql },
  { page: '/traces', language: 'TraceQL', parse: parseTraceql },
  { page: '/metrics', language: 'PromQL', parse: parsePromql },
] as const;

/** Longer texts are no queries that somebody types here. */
const queryLengthMax = 5000;

function mistakeOf(parse: (text: string) => unknown, text: string): string {
  try {
    parse(text);
    return '';
  } catch (error) {
    return asFailure(error).message;
  }
}

/** Those languages that take the text; when none does and it begins like a query, the likeliest with its mistake. */
export function queriesInText(given: string): readonly QueryInText[] {
  const text = given.trim();
  if (text.length > queryLengthMax || !/[{(|[=<>]/.test(text)) return [];
  const tried = languages.map(({ page, language, parse }) => ({
    page,
    language,
    mistake: mistakeOf(parse, text),
  }));
  const taken = tried.filter(({ mistake }) => mistake === '');
  if (taken.length > 0) return taken;
  if (!text.startsWith('{')) return [];
  const isTraceql = /^\{\s*(?:\.|span\.|resource\.|status|duration|name|kind|rootName)/.test(text);
  return tried.filter(({ language }) => language === (isTraceql ? 'TraceQL' : 'LogQL'));
}
