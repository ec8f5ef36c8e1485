// The queries of the foreign corpora in ../shared, read where they lie and never copied; undefined when a corpus is not there.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse as parseYaml } from 'yaml';
import { type ComplianceTemplate, expandTemplate } from './compliance-templates.ts';
import { readScript } from './logql-script.ts';

export const corporaFolder: string = fileURLToPath(
  new URL('../../../shared/conformance/', import.meta.url),
);

export interface CorpusQuery {
  /** `file:line` in scripts, else the file. */
  readonly place: string;
  readonly query: string;
}

function filesOf(corpus: string): { readonly name: string; readonly text: string }[] | undefined {
  const folder = join(corporaFolder, corpus);
  if (!existsSync(folder)) return undefined;
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.json'))
    .map(({ name }) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
}

/** Evaluations of LogQL scripts, of whatever folder they are. */
export function scriptQueries(name: string, text: string): CorpusQuery[] {
  return readScript(text).flatMap((command) =>
    command.kind === 'eval'
      ? [{ place: `${name}:${command.eval.line}`, query: command.eval.query }]
      : [],
  );
}

export function logqlEvaluations(): CorpusQuery[] | undefined {
  return filesOf('logql')?.flatMap(({ name, text }) => scriptQueries(name, text));
}

/** With their variables in place. */
export function logqlCatalogueQueries(): CorpusQuery[] | undefined {
  const suites = ['fast', 'regression', 'exhaustive'].map((suite) =>
    filesOf(`logql-queries/${suite}`)?.map((file) => ({ ...file, name: `${suite}/${file.name}` })),
  );
  if (suites.includes(undefined)) return undefined;
  return suites.flatMap((files) =>
    (files ?? []).flatMap(({ name, text }) =>
      (parseYaml(text) as { queries: readonly { query: string }[] }).queries.map(({ query }) => ({
        place: name,
        query,
      })),
    ),
  );
}

export function promqlEvaluationCount(): number | undefined {
  return filesOf('promql')?.reduce(
    (count, { text }) => count + (text.match(/^\s*eval(?:_\w+)? /gm)?.length ?? 0),
    0,
  );
}

export function complianceQueries(): string[] | undefined {
  const text = filesOf('promql-compliance')?.find(({ name }) => name === 'promql-test-queries.yml');
  if (text === undefined) return undefined;
  const { test_cases: templates } = parseYaml(text.text) as {
    readonly test_cases: readonly ComplianceTemplate[];
  };
  return templates.flatMap(expandTemplate);
}

export function traceqlExamples(): CorpusQuery[] | undefined {
  return filesOf('traceql')?.flatMap(({ name, text }) =>
    Object.entries(parseYaml(text) as Record<string, readonly string[] | null>).flatMap(
      ([list, queries]) => (queries ?? []).map((query) => ({ place: `${name} ${list}`, query })),
    ),
  );
}
