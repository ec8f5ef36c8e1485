// Whether a query of our own tests is one that an AGPL corpus has too. Compared are normalised texts: without spaces
// outside of quotes, with one kind of quotes, and for the catalogues with any selector and range in place of variables.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CorpusQuery } from './corpora.ts';
import { scriptQueries } from './corpora.ts';

/** What is shorter is said by anybody who writes the language. */
export const trivialLength = 24;
/** The same where selectors and ranges say nothing: an aggregation of a count is anybody's, `sumby(pod)(rate({}[]))` too. */
export const trivialTemplateLength = 36;

/** Spaces and quotes that mean nothing are gone. */
export function normalizeQuery(query: string): string {
  return query
    .trim()
    .replaceAll(/("(?:[^"\\]|\\.)*"|`[^`]*`)|\s+/g, (_all, quoted?: string) =>
      quoted === undefined
        ? ''
        : quoted.startsWith('`')
          ? JSON.stringify(quoted.slice(1, -1))
          : quoted,
    );
}

/** As `normalizeQuery`, with `{}` for each selector and `[]` for each range, written out or as a variable. */
export function normalizeTemplate(query: string): string {
  const filled = query.replaceAll('${SELECTOR}', '{}').replaceAll('${RANGE}', '5m');
  return normalizeQuery(filled)
    .replaceAll(/\{(?:[^{}"]|"(?:[^"\\]|\\.)*")*\}/g, '{}')
    .replaceAll(/\[\w+\]/g, '[]');
}

/** String literals of a test file that may be queries; templates with holes are none. */
function literalsOf(path: string, text: string): CorpusQuery[] {
  const literals = /'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\$]|\\.)*)`/g;
  return text.split('\n').flatMap((line, at) =>
    [...line.matchAll(literals)].map(([, single, double, back]) => ({
      place: `${path}:${at + 1}`,
      query: (single ?? double ?? back ?? '').replaceAll(/\\(['"`\\])/g, '$1'),
    })),
  );
}

/** Queries of our scripts and literals of our tests in a folder. */
export function ownQueries(root: string, folder: string): CorpusQuery[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : ownQueries(root, path);
    if (!entry.isFile()) return [];
    if (path.endsWith('.test.txt'))
      return scriptQueries(path, readFileSync(join(root, path), 'utf8'));
    return path.endsWith('.test.ts')
      ? literalsOf(path, readFileSync(join(root, path), 'utf8'))
      : [];
  });
}

export interface Repeat {
  readonly own: string;
  readonly corpus: string;
  readonly query: string;
}

/** Own queries, trivial ones apart, that the corpus has too. */
export function findRepeats(
  own: readonly CorpusQuery[],
  corpus: readonly CorpusQuery[],
  normalize: (query: string) => string,
  lengthMin: number,
): Repeat[] {
  const places = new Map(corpus.map(({ place, query }) => [normalize(query), place]));
  return own.flatMap(({ place, query }) => {
    const text = normalize(query);
    const there = text.length < lengthMin ? undefined : places.get(text);
    return there === undefined ? [] : [{ own: place, corpus: there, query }];
  });
}
