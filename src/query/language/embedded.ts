// A query of one language inside a query of another: the text and its place, opaque to the host, and the port through
// which the host asks what it means. The languages never import each other; whoever composes the program hands each
// host the evaluator of the other. See `docs/decisions` on cross-signal predicates.

import { Failure, type TextSpan } from '../../base/errors.ts';

export type EmbeddedLanguage = 'logql' | 'traceql';

export interface EmbeddedQuery {
  readonly language: EmbeddedLanguage;
  /** As written between the parentheses, white space and comments included. */
  readonly text: string;
  /** Of the text in the host's query. */
  readonly span: TextSpan;
}

export interface TraceQuestion {
  readonly query: string;
  readonly tenants: readonly string[];
  /** Inclusive. What the host reads, already widened: a trace may begin before it and end behind it. */
  readonly startNs: bigint;
  /** Exclusive. */
  readonly endNs: bigint;
  /** Only these traces are of interest (32 hex digits); the answer may name others as well. */
  readonly among?: readonly string[] | undefined;
  /** Named limit: at most so many traces are answered, the newest ones. */
  readonly tracesMax: number;
  /** When it takes more lines than these, the answer may be cut short, and says so by `complete`. */
  readonly linesMax?: number | undefined;
}

export interface TraceAnswer {
  /** 32 hex digits each. */
  readonly traceIds: readonly string[];
  /** False when more traces may match than `tracesMax` or `linesMax` let through. */
  readonly complete: boolean;
}

/** What another language says about traces. Both methods fail as that language fails, with places in `query`. */
export interface EmbeddedEvaluator {
  /** Fails when the text is no query that can select traces. */
  checkQuery(query: string): void;
  findTraces(question: TraceQuestion, signal: AbortSignal): Promise<TraceAnswer>;
}

/** How far beyond the host's range a trace may reach and still be found. */
export const embeddedMarginNs: bigint = 600_000_000_000n;

/** Words, attributes and numbers of TraceQL: a comment begins between two of them, never within one. */
const traceqlRun = /[^\s{}()=~!<>&|^,"`]+/y;
const comments: Readonly<Record<EmbeddedLanguage, RegExp>> = {
  logql: /#[^\n]*/y,
  traceql: /\/\/[^\n]*|\/\*[\s\S]*?\*\//y,
};
const strings = /"(?:[^"\\]|\\[\s\S])*"|`[^`]*`/y;

function lengthAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}

/**
 * Where the parenthesis that was opened right before `from` closes, by the embedded language's own strings and comments;
 * -1 when it never does.
 */
export function embeddedEnd(text: string, from: number, language: EmbeddedLanguage): number {
  let depth = 1;
  for (let at = from; at < text.length;) {
    const skipped =
      lengthAt(strings, text, at) ||
      lengthAt(comments[language], text, at) ||
      (language === 'traceql' ? lengthAt(traceqlRun, text, at) : 0);
    if (skipped > 0) {
      at += skipped;
      continue;
    }
    const char = text[at];
    if (char === '(') depth++;
    else if (char === ')' && --depth === 0) return at;
    at++;
  }
  return -1;
}

/**
 * The embedded text where it stands in the host's query, with blanks for everything before it: places in failures, and
 * lines and columns in their messages, are those of the whole query.
 */
export function embeddedInPlace(host: string, { text, span }: EmbeddedQuery): string {
  return host.slice(0, span.start).replace(/[^\n]/g, ' ') + text;
}

/** The languages as messages call them. */
const titles: Readonly<Record<EmbeddedLanguage, string>> = { logql: 'LogQL', traceql: 'TraceQL' };

/** How the stage is called in the host's language. */
export const embeddedStages: Readonly<Record<EmbeddedLanguage, string>> = {
  logql: 'logs',
  traceql: 'trace',
};

function context({ language }: EmbeddedQuery): string {
  return `in ${embeddedStages[language]}(…)`;
}

/** Fails with the place in the host's query when there is no evaluator, or when it does not take the text. */
export function checkEmbedded(
  host: string,
  embedded: EmbeddedQuery,
  evaluator: EmbeddedEvaluator | undefined,
): void {
  const { language, text, span } = embedded;
  const stage = `${embeddedStages[language]}(…)`;
  if (evaluator === undefined) {
    const message = `${stage} cannot be used here: it needs logs and traces in one store, and does not nest`;
    throw new Failure('unsupported', message, { position: span });
  }
  if (text.trim() === '')
    throw new Failure('syntax', `${stage} is empty: write a ${titles[language]} query inside`, {
      position: span,
    });
  try {
    evaluator.checkQuery(embeddedInPlace(host, embedded));
  } catch (error) {
    throw error instanceof Failure ? error.within(context(embedded)) : error;
  }
}

/** Asks, and says of a failure that it is the embedded query's. */
export async function askEmbedded(
  embedded: EmbeddedQuery,
  evaluator: EmbeddedEvaluator,
  question: Omit<TraceQuestion, 'query'>,
  signal: AbortSignal,
): Promise<TraceAnswer> {
  try {
    return await evaluator.findTraces({ ...question, query: embedded.text }, signal);
  } catch (error) {
    // A place in the embedded text alone would be wrong in the host's.
    if (!(error instanceof Failure) || error.code === 'canceled') throw error;
    const message = `${context(embedded)}: ${error.message}`;
    throw new Failure(error.code, message, {
      position: embedded.span,
      retryAfterMs: error.retryAfterMs,
      cause: error,
    });
  }
}

/** The low half alone, as programs write it that cut 128-bit IDs: it names the trace as well. */
function paddedLowHalf(traceId: string): string {
  return '0'.repeat(16) + traceId.slice(16);
}

/** Everything that a record may call these traces. */
export function traceSpellings(traceIds: readonly string[]): ReadonlySet<string> {
  return new Set([...traceIds, ...traceIds.map(paddedLowHalf)]);
}
