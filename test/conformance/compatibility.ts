// The pages of docs/compatibility that are generated: what each language has, from its catalogues, and what the corpora
// of the originals reach, from their sizes and the lists of gaps. That exactly the listed gaps fail is what the tests of
// this folder prove, so a page needs no run of its own.

import { readFileSync } from 'node:fs';
import {
  otherFunctions,
  ownStages as logqlOwnStages,
  rangeOperations,
  stageKeywords,
  vectorOperations,
} from '../../src/query/logql/syntax/functions.ts';
import {
  logqlLabelComparisons,
  logqlLineFilters,
  logqlMatchers,
  logqlModifiers,
  logqlOperators,
} from '../../src/query/logql/syntax/operator-docs.ts';
import { templateFunctions } from '../../src/query/logql/syntax/template/template-functions.ts';
import { promqlFunctions, promqlSignature } from '../../src/query/promql/syntax/functions.ts';
import {
  promqlAggregations,
  promqlModifiers,
  promqlOperators,
} from '../../src/query/promql/syntax/operator-docs.ts';
import {
  functions,
  hints,
  intrinsics,
  ownStages as traceqlOwnStages,
  scopes,
} from '../../src/query/traceql/syntax/catalogue.ts';
import {
  traceqlFieldOperators,
  traceqlMetricsOperators,
  traceqlSpansetOperators,
} from '../../src/query/traceql/syntax/operator-docs.ts';
import {
  complianceQueries,
  logqlCatalogueQueries,
  logqlEvaluations,
  promqlEvaluationCount,
  traceqlExamples,
} from './corpora.ts';

interface Gap {
  /** `file:line`, or the query itself. */
  readonly case?: string;
  readonly query?: string;
  readonly reason: string;
}

type Row = readonly string[];

function gapsOf<T>(language: string): T {
  return JSON.parse(readFileSync(new URL(`gaps-${language}.json`, import.meta.url), 'utf8')) as T;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

/** Text that is shown as it is written, whatever it holds. */
function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}

function table(head: Row, rows: readonly Row[]): string {
  const line = (cells: Row): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

function section(title: string, ...parts: readonly string[]): string {
  return [`## ${title}`, ...parts].join('\n\n');
}

interface Documented {
  readonly signature: string;
  readonly doc: string;
  readonly experimental?: true;
}

function documentedTable(entries: Readonly<Record<string, Documented>>): string {
  const rows = Object.values(entries).map(({ signature, doc, experimental }) => [
    code(signature),
    experimental === true ? `${doc} Experimental in Prometheus.` : doc,
  ]);
  return table(['written', 'what it does'], rows);
}

function docTable(entries: Readonly<Record<string, string>>): string {
  const rows = Object.entries(entries).map(([name, doc]) => [code(name), doc]);
  return table(['written', 'what it does'], rows);
}

// --------------------------------------------------------------------------------------------- counts

interface Corpus {
  readonly name: string;
  /** Undefined when the corpus is not there. */
  readonly total: number | undefined;
  readonly gaps: number;
  readonly proves: string;
}

function countsSection(corpora: readonly Corpus[]): string {
  const shown = (count: number | undefined): string => count?.toLocaleString('en-US') ?? '?';
  return section(
    'Conformance',
    table(
      ['corpus', 'reached', 'of', 'what is compared'],
      corpora.map(({ name, total, gaps, proves }) => [
        name,
        shown(total === undefined ? undefined : total - gaps),
        shown(total),
        proves,
      ]),
    ),
  );
}

function gapsSection(
  kinds: readonly { readonly where: string; readonly gaps: readonly Gap[] }[],
): string {
  const rows = kinds.flatMap(({ where, gaps }) =>
    gaps.map((gap) => [code(gap.case ?? gap.query ?? ''), where, gap.reason]),
  );
  return section(
    'Exceptions',
    rows.length === 0 ? 'None.' : table(['case', 'where', 'reason'], rows),
  );
}

/** The page with its counts taken out, for comparing where the corpora are absent. */
export function withoutCounts(page: string): string {
  const start = page.indexOf('## Conformance');
  const end = page.indexOf('\n## ', start + 1);
  const numbers = page.slice(start, end).replaceAll(/\| [\d,?]+ \| [\d,?]+ \|/g, '| # | # |');
  return `${page.slice(0, start)}${numbers}${page.slice(end)}`;
}

function page(title: string, ...sections: readonly string[]): string {
  const note = `<!-- Written by \`npm run docs\` from the catalogues in src/query and the lists of gaps in test/conformance. -->`;
  return `${[`# ${title}`, note, ...sections].join('\n\n')}\n`;
}

// ------------------------------------------------------------------------------------------ languages

function logqlPage(): string {
  const { logql, storage } = gapsOf<{ logql: Gap[]; storage: Gap[] }>('logql');
  return page(
    'LogQL',
    countsSection([
      {
        name: "Loki's evaluation scripts",
        total: logqlEvaluations()?.length,
        gaps: logql.length,
        proves: 'values and errors, on the engine in memory',
      },
      {
        name: "Loki's evaluation scripts, stored",
        total: logqlEvaluations()?.length,
        gaps: storage.length,
        proves: 'values and errors, through ClickHouse',
      },
      {
        name: "Loki's query catalogues",
        total: logqlCatalogueQueries()?.length,
        gaps: 0,
        proves: 'parses, prints, parses again to the same, runs on generated lines',
      },
    ]),
    gapsSection([
      { where: 'engine', gaps: logql },
      { where: 'stored', gaps: storage },
    ]),
    section('Stream selectors', docTable(logqlMatchers)),
    section('Line filters', docTable(logqlLineFilters)),
    section('Stages', documentedTable(stageKeywords)),
    section(
      'Label filters',
      'Text is compared as in stream selectors; conditions are joined by `and`, `,` and `or`.',
      docTable(logqlLabelComparisons),
    ),
    section('Range aggregations', documentedTable(rangeOperations)),
    section('Vector aggregations', documentedTable(vectorOperations)),
    section('Binary operators', docTable(logqlOperators)),
    section('Modifiers', documentedTable(logqlModifiers)),
    section('Other functions', documentedTable(otherFunctions)),
    section('Template functions', documentedTable(templateFunctions)),
    section("Clew's own", ownStagesNote, documentedTable(logqlOwnStages)),
  );
}

const ownStagesNote =
  'No standard query means this, and other servers refuse it: [why and how](../decisions/005-cross-signal-predicates.md).';

function promqlPage(): string {
  const { promql } = gapsOf<{ promql: Gap[] }>('promql');
  const functionDocs = Object.fromEntries(
    Object.entries(promqlFunctions).map(([name, signature]): [string, Documented] => [
      name,
      { ...signature, signature: promqlSignature(name, signature) },
    ]),
  );
  return page(
    'PromQL',
    countsSection([
      {
        name: "Prometheus's promqltest scripts",
        total: promqlEvaluationCount(),
        gaps: promql.length,
        proves: 'values, warnings and errors, each with all re-runs of its own runner',
      },
      {
        name: 'prometheus/compliance',
        total: complianceQueries()?.length,
        gaps: 0,
        proves: 'parses, prints and runs on generated metrics; the five that must fail do',
      },
    ]),
    gapsSection([{ where: 'engine', gaps: promql }]),
    section('Functions', documentedTable(functionDocs)),
    section('Aggregations', documentedTable(promqlAggregations)),
    section('Binary operators', docTable(promqlOperators)),
    section('Modifiers', documentedTable(promqlModifiers)),
  );
}

function traceqlPage(): string {
  const gaps = gapsOf<Gap[]>('traceql');
  const intrinsicRows = Object.entries(intrinsics).map(([name, { scoped, type, doc }]) => [
    [name, ...(scoped === undefined ? [] : [scoped])].map(code).join(', '),
    type,
    doc,
  ]);
  return page(
    'TraceQL',
    countsSection([
      {
        name: "Tempo's examples",
        total: traceqlExamples()?.length,
        gaps: gaps.length,
        proves: 'valid, refused by the parser, refused by the check or unsupported, as in Tempo',
      },
    ]),
    gapsSection([{ where: 'engine', gaps }]),
    section('Scopes', scopes.map((scope) => code(`${scope}.`)).join(', ')),
    section('Intrinsics', table(['written', 'type', 'what it is'], intrinsicRows)),
    section('Operators on fields', docTable(traceqlFieldOperators)),
    section('Operators on spansets', docTable(traceqlSpansetOperators)),
    section('Functions and stages', documentedTable(functions)),
    section('Operators on metrics', docTable(traceqlMetricsOperators)),
    section('Hints', docTable(hints)),
    section("Clew's own", ownStagesNote, documentedTable(traceqlOwnStages)),
  );
}

export const compatibilityFolder: URL = new URL('../../docs/compatibility/', import.meta.url);

/** By file name. */
export function compatibilityPages(): Readonly<Record<string, string>> {
  return { 'logql.md': logqlPage(), 'promql.md': promqlPage(), 'traceql.md': traceqlPage() };
}
