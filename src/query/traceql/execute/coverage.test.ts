// Every name and sign of the catalogue occurs in a query whose answer the tests beside this file state.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { functions, hints, intrinsics, ownStages, scopes } from '../syntax/catalogue.ts';
import {
  traceqlFieldOperators,
  traceqlMetricsOperators,
  traceqlSpansetOperators,
} from '../syntax/operator-docs.ts';

const queries = ['search.test.ts', 'metrics/metrics.test.ts', 'log-filter.test.ts']
  .map((file) => readFileSync(new URL(file, import.meta.url), 'utf8'))
  .join('\n');

function missing(names: object | readonly string[], pattern: (name: string) => RegExp): string[] {
  const all = Array.isArray(names) ? (names as readonly string[]) : Object.keys(names);
  return all.filter((name) => !pattern(name).test(queries));
}

function written(sign: string): string {
  return sign.replaceAll(/[|^*+]/g, String.raw`\$&`);
}

test('the catalogue is covered', () => {
  const spellings = Object.entries(intrinsics).flatMap(([name, { scoped }]) =>
    scoped === undefined ? [name] : [name, scoped],
  );
  expect({
    intrinsics: missing(spellings, (name) => new RegExp(`[{(, !-]${name}\\b`)),
    scopes: missing(scopes, (scope) => new RegExp(`\\b${scope}\\.`)),
    functions: missing(functions, (name) => new RegExp(`\\b${name}\\(`)),
    stages: missing(ownStages, (name) => new RegExp(`\\| ${name}\\(`)),
    hints: missing(hints, (name) => new RegExp(`(?:with ?\\([^)]*|')\\b${name}=`)),
    fields: missing(traceqlFieldOperators, (sign) => new RegExp(`\\{[^}]* ${written(sign)} `)),
    spansets: missing(traceqlSpansetOperators, (sign) => new RegExp(`[})] ${written(sign)} [{(]`)),
    metrics: missing(traceqlMetricsOperators, (sign) => new RegExp(`\\) ${written(sign)} [({\\d]`)),
  }).toEqual({
    intrinsics: [],
    scopes: [],
    functions: [],
    stages: [],
    hints: [],
    fields: [],
    spansets: [],
    metrics: [],
  });
});
