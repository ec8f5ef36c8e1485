// From the catalogue to words: what a token is, and what is wrong with a query.

import { Failure } from '../../../src/base/errors.ts';
import type { HoverDoc, Problem, StyledToken } from './query-language.ts';

export interface TokenDoc {
  readonly signature: string;
  readonly doc: string;
  readonly experimental?: true;
}

export type TokenDocs = Readonly<Record<string, TokenDoc | undefined>>;

/** Sentences about signs, as docs whose signature is the sign. */
export function signed(docs: Readonly<Record<string, string>>): TokenDocs {
  return Object.fromEntries(
    Object.entries(docs).map(([signature, doc]) => [signature, { signature, doc }]),
  );
}

type DocsOf = (
  token: StyledToken,
  tokens: readonly StyledToken[],
  index: number,
) => TokenDocs | undefined;

export function describeToken(
  tokens: readonly StyledToken[],
  at: number,
  docsOf: DocsOf,
): HoverDoc | undefined {
  const index = tokens.findIndex(({ start, end }) => start <= at && at < end);
  const token = tokens[index];
  if (token === undefined) return undefined;
  const docs = docsOf(token, tokens, index) ?? {};
  const name = Object.hasOwn(docs, token.text) ? token.text : token.text.toLowerCase();
  const found = Object.hasOwn(docs, name) ? docs[name] : undefined;
  if (found === undefined) return undefined;
  return {
    start: token.start,
    end: token.end,
    signature: found.signature,
    doc: found.doc,
    notes: [
      ...(found.experimental === true ? ['experimental'] : []),
      ...(token.style === 'own' ? ['Clew’s own stage: no other product has it'] : []),
    ],
  };
}

/** Runs the language's own parser and check. A failure without a place is about the whole text. */
export function problemOf(text: string, run: () => void): Problem | undefined {
  if (text.trim() === '') return undefined;
  try {
    run();
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    const { start, end } = thrown.position ?? { start: 0, end: text.length };
    return { start, end, message: thrown.message, hint: thrown.hint };
  }
}
