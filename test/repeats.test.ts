// Our own tests repeat no case of the AGPL corpora, which are read in ../shared and never copied.

import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { logqlCatalogueQueries, logqlEvaluations, traceqlExamples } from './conformance/corpora.ts';
import {
  findRepeats,
  normalizeQuery,
  normalizeTemplate,
  ownQueries,
  trivialLength,
  trivialTemplateLength,
} from './conformance/repeats.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const own = ['src', 'ui', 'test'].flatMap((folder) => ownQueries(root, folder));

const corpora = {
  logql: { queries: logqlEvaluations(), normalize: normalizeQuery, lengthMin: trivialLength },
  'logql-queries': {
    queries: logqlCatalogueQueries(),
    normalize: normalizeTemplate,
    lengthMin: trivialTemplateLength,
  },
  traceql: { queries: traceqlExamples(), normalize: normalizeQuery, lengthMin: trivialLength },
};

for (const [name, { queries, normalize, lengthMin }] of Object.entries(corpora)) {
  if (queries === undefined) {
    const reason = `repeats of ${name} are not looked for: ../shared/conformance/${name} is not there`;
    console.log(reason);
    test.skipIf(process.env['CI'] !== 'true')(`the corpus ${name} is there`, () => {
      expect.fail(reason);
    });
  } else {
    test(`no test of ours repeats a query of ${name}`, () => {
      expect(own.length).toBeGreaterThan(1000);
      expect(findRepeats(own, queries, normalize, lengthMin)).toEqual([]);
    });
  }
}

describe('a repeat is found', () => {
  function check(text: string, corpus: string, normalize: (query: string) => string): boolean {
    const found = findRepeats(
      [{ place: 'own', query: text }],
      [{ place: 'corpus', query: corpus }],
      normalize,
      trivialLength,
    );
    return found.length === 1;
  }

  test('whatever its spaces and quotes', () => {
    const query = 'max by (shelf) (rate({place="cellar"} |= "a  b" [3m]))';
    expect(check(query, query.replaceAll(/ (?=[(|[])/g, '\n  '), normalizeQuery)).toBe(true);
    expect(check(query, query.replace('"cellar"', '`cellar`'), normalizeQuery)).toBe(true);
    expect(check(query, query.replace('a  b', 'a b'), normalizeQuery)).toBe(false);
    expect(check('rate({a="b"}[1m])', 'rate({a="b"}[1m])', normalizeQuery)).toBe(false);
  });

  test('whatever its selector and range', () => {
    const template = 'max by (shelf) (rate(${SELECTOR} |= "jar" [${RANGE}]))';
    expect(check('max by (shelf) (rate({a="}"} |= "jar" [3m]))', template, normalizeTemplate)).toBe(
      true,
    );
    expect(check('max by (row) (rate({a="b"} |= "jar" [3m]))', template, normalizeTemplate)).toBe(
      false,
    );
  });
});
