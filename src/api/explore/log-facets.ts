// Fields of what a query matches, with their commonest values: from aggregates when storage can say the query, else from
// the newest lines that the engine finds.

import { compareUtf8 } from '../../model/labels.ts';
import type { FieldSurvey, SurveyedField } from '../../query/log-survey-source.ts';
import type { LogqlStream } from '../../query/logql/engine.ts';
import type { LogSelection } from '../../query/sources.ts';
import { wholeNumber } from '../http/parameters.ts';
import { readRange } from '../loki/time-parameters.ts';
import type { ExploreFacet, ExploreFacets } from './contract/log-survey.ts';
import type { ExploreDependencies } from './dependencies.ts';
import { exactSelection, parseLogLines, readLogQuery, readNewestLines } from './log-query.ts';

/** Lines that are read when the query needs the engine. */
const engineLines = 5000;
/** Fields of the query whose other values are looked up. */
const alternativesMax = 4;
/** Says nothing that one would choose lines by, or is said elsewhere. */
const hiddenNames: ReadonlySet<string> = new Set([
  // An attribute without a name: no query can ask for it.
  '',
  'observed_timestamp',
  'severity_number',
  'flags',
  'trace_id',
  'span_id',
  '__error_details__',
]);

export async function readFacets(
  parameters: URLSearchParams,
  tenants: readonly string[],
  dependencies: ExploreDependencies,
  signal: AbortSignal,
): Promise<ExploreFacets> {
  const range = { tenants, ...readRange(parameters, dependencies.clock.nowNs()) };
  const valuesMax = wholeNumber(parameters, 'values', 50, { min: 1, max: 1000 });
  const only = parameters.get('field') ?? '';
  const query = readLogQuery(parameters);
  const selection = exactSelection(parseLogLines(query), range);
  if (selection !== undefined && only !== '') {
    const request = { ...withoutField(selection, only), valuesMax, only };
    const survey = await dependencies.logSurvey.surveyFields(request, signal);
    if (survey !== undefined) return encodeSurvey(survey, []);
  }
  if (selection !== undefined && only === '') {
    const request = { ...selection, valuesMax };
    const survey = await dependencies.logSurvey.surveyFields(request, signal);
    if (survey !== undefined) {
      const others = await surveyAlternatives(selection, valuesMax, dependencies, signal);
      return encodeSurvey(survey, others);
    }
  }
  const { streams, warnings } = await readNewestLines(
    dependencies.logql,
    query,
    range,
    engineLines,
    signal,
  );
  const facets = facetsOfLines(streams, valuesMax, warnings);
  if (only === '') return facets;
  return { ...facets, fields: facets.fields.filter(({ name }) => name === only) };
}

/** What a selection asks beside a field. */
function withoutField(selection: LogSelection, field: string): LogSelection {
  return {
    ...selection,
    matchers: selection.matchers.filter(({ name }) => name !== field),
    metadataMatchers: selection.metadataMatchers.filter(({ name }) => name !== field),
  };
}

/** For each field that the selection narrows, its values without that. */
async function surveyAlternatives(
  selection: LogSelection,
  valuesMax: number,
  { logSurvey }: ExploreDependencies,
  signal: AbortSignal,
): Promise<readonly SurveyedField[]> {
  const { matchers, metadataMatchers } = selection;
  const names = [...new Set([...matchers, ...metadataMatchers].map(({ name }) => name))]
    // A condition that everything passes narrows nothing.
    .filter((name) => ![...matchers].some((one) => one.name === name && one.value === '.+'))
    .slice(0, alternativesMax);
  const surveys = await Promise.all(
    names.map((only) =>
      logSurvey.surveyFields({ ...withoutField(selection, only), valuesMax, only }, signal),
    ),
  );
  return surveys.flatMap((survey) => survey?.fields ?? []);
}

function encodeSurvey(survey: FieldSurvey, others: readonly SurveyedField[]): ExploreFacets {
  const byName = new Map(survey.fields.map((field) => [field.name, field]));
  for (const field of others) byName.set(field.name, field);
  return {
    lines: survey.lines,
    fields: inOrder([...byName.values()]),
    sampled: survey.sampled,
    warnings: survey.warnings,
  };
}

const firstNames = ['service_name', 'detected_level'];
const kindOrder: readonly ExploreFacet['kind'][] = [
  'level',
  'label',
  'parsed',
  'attribute',
  'resource',
];

/** Service and level first; then what tells lines apart; what is the same in all or different in each comes last. */
function inOrder(fields: readonly ExploreFacet[]): ExploreFacet[] {
  const rank = ({ name, kind, distinct, lines }: ExploreFacet): number => {
    const first = firstNames.indexOf(name);
    if (first >= 0) return first;
    const isUnique = distinct > 100 && distinct > lines / 2;
    return 10 + kindOrder.indexOf(kind) + (distinct === 1 ? 10 : isUnique ? 20 : 0);
  };
  return fields
    .filter(({ name, values }) => !hiddenNames.has(name) && values.length > 0)
    .toSorted((a, b) => rank(a) - rank(b) || b.lines - a.lines || compareUtf8(a.name, b.name));
}

interface Tally {
  readonly kind: ExploreFacet['kind'];
  readonly values: Map<string, number>;
}

function facetsOfLines(
  streams: readonly LogqlStream[],
  valuesMax: number,
  warnings: readonly string[],
): ExploreFacets {
  const tallies = new Map<string, Tally>();
  const count = (kind: ExploreFacet['kind'], name: string, value: string): void => {
    let tally = tallies.get(name);
    if (tally === undefined) tallies.set(name, (tally = { kind, values: new Map() }));
    tally.values.set(value, (tally.values.get(value) ?? 0) + 1);
  };
  let lines = 0;
  for (const { labels, entries } of streams) {
    lines += entries.length;
    for (const { structuredMetadata, parsed } of entries) {
      for (const { name, value } of labels) count('label', name, value);
      for (const { name, value } of structuredMetadata)
        count(name === 'detected_level' ? 'level' : 'attribute', name, value);
      for (const { name, value } of parsed) count('parsed', name, value);
    }
  }
  const fields = [...tallies].map(([name, { kind, values }]): ExploreFacet => ({
    name,
    kind,
    lines: [...values.values()].reduce((sum, of) => sum + of, 0),
    distinct: values.size,
    values: [...values]
      .filter(([value]) => value !== '')
      .map(([value, of]) => ({ value, lines: of }))
      .toSorted((a, b) => b.lines - a.lines || compareUtf8(a.value, b.value))
      .slice(0, valuesMax),
  }));
  return {
    lines,
    fields: inOrder(fields),
    sampled: lines < engineLines ? null : { looked: lines, of: null },
    warnings,
  };
}
