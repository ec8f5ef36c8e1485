// Our own scripts on the in-memory engine: what a language without anything beside this repository must do.

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runScript } from '../../../../test/conformance/logql-script.ts';
import {
  otherFunctions,
  rangeOperations,
  stageKeywords,
  vectorOperations,
} from '../syntax/functions.ts';
import {
  logqlLabelComparisons,
  logqlLineFilters,
  logqlMatchers,
  logqlModifiers,
  logqlOperators,
} from '../syntax/operator-docs.ts';
import { templateFunctions } from '../syntax/template/template-functions.ts';

const folder = new URL('../testdata/', import.meta.url);

test('every name and sign of the catalogue occurs in one', () => {
  const queries = readdirSync(folder)
    .flatMap((file) => readFileSync(new URL(file, folder), 'utf8').split('\n'))
    .filter((line) => line.startsWith('eval'))
    .join('\n');
  const missing = (names: object, pattern: (name: string) => RegExp): string[] =>
    Object.keys(names).filter((name) => !pattern(name).test(queries));
  const written = (sign: string): string => sign.replaceAll(/[|^*+]/g, String.raw`\$&`);
  expect({
    range: missing(rangeOperations, (name) => new RegExp(`\\b${name}\\(`)),
    vector: missing(vectorOperations, (name) => new RegExp(`\\b${name} ?(?:\\(|by|without)`)),
    other: missing(otherFunctions, (name) => new RegExp(`\\b${name}\\(`)),
    stages: missing(stageKeywords, (name) => new RegExp(`\\| ${name}\\b`)),
    templates: missing(templateFunctions, (name) => new RegExp(`\\{\\{[^}]*\\b${name}\\b`)),
    lineFilters: missing(logqlLineFilters, (sign) => new RegExp(` ${written(sign)} ["\`i]`)),
    comparisons: missing(logqlLabelComparisons, (sign) => new RegExp(`\\w ?${sign} ?["\`\\w]`)),
    matchers: missing(logqlMatchers, (sign) => new RegExp(`[{ ]\\w+${sign}["\`]`)),
    modifiers: missing(logqlModifiers, (name) => new RegExp(` ${name} ?(?:[(\\d-]|\\w)`)),
    operators: missing(
      logqlOperators,
      (sign) => new RegExp(`\\)(?:\\[\\w+\\])? ${written(sign)} `),
    ),
  }).toEqual({
    range: [],
    vector: [],
    other: [],
    stages: [],
    templates: [],
    lineFilters: [],
    comparisons: [],
    matchers: [],
    modifiers: [],
    operators: [],
  });
});

test.each(readdirSync(folder))('%s', async (file) => {
  const { evals, problems } = await runScript(readFileSync(new URL(file, folder), 'utf8'));
  expect(problems).toEqual([]);
  expect(evals).toBeGreaterThan(10);
});
