// What a query keeps and leaves out, as the facets, chips and the text box show it, and what a click on one of them makes
// of it. The query's text is the only state: typing it and clicking are the same.

import { logqlName, quoteLogql } from './query-edit.ts';
import { joinQuery, splitQuery } from './query-parts.ts';

export interface ActiveFilter {
  readonly name: string;
  readonly values: readonly string[];
  readonly exclude: boolean;
  readonly isStreamLabel: boolean;
  /** As written, for a chip and to take it away. */
  readonly text: string;
}

export interface FacetValue {
  readonly name: string;
  readonly value: string;
  readonly isStreamLabel: boolean;
  /** A parser of the query makes the field, so that its condition stands behind. */
  readonly isParsed?: boolean;
}

/** `only`: this value alone, or no condition when it was that already. `also`: beside those that are in. */
export type FilterMode = 'only' | 'also' | 'exclude';

const condition = /^(?:\|\s*)?([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|`[^`]*`)$/;

/** The values that a condition means, when it means some; undefined for a pattern of another kind. */
function parseCondition(text: string, isStreamLabel: boolean): ActiveFilter | undefined {
  const [, name, operator, quoted] = condition.exec(text) ?? [];
  if (name === undefined || operator === undefined || quoted === undefined) return undefined;
  const value = unquoteLogql(quoted);
  if (value === undefined) return undefined;
  const values = operator.endsWith('~') ? splitAlternatives(value) : [value];
  if (values === undefined) return undefined;
  return { name, values, exclude: operator.startsWith('!'), isStreamLabel, text };
}

export function unquoteLogql(quoted: string): string | undefined {
  if (quoted.startsWith('`')) return quoted.slice(1, -1);
  try {
    const value: unknown = JSON.parse(quoted);
    return typeof value === 'string' ? value : undefined;
  } catch {
    // Go has escapes that JSON lacks (`\x41`).
    return undefined;
  }
}

/** `a|b\.c` is `a` and `b.c`; undefined when it has any other sign of a pattern. */
function splitAlternatives(pattern: string): string[] | undefined {
  const values: string[] = [''];
  for (let at = 0; at < pattern.length; at++) {
    const sign = pattern[at] ?? '';
    if (sign === '|') values.push('');
    else if (sign === '\\' && /\W/.test(pattern[at + 1] ?? ''))
      values[values.length - 1] += pattern[++at] ?? '';
    else if (/[\\^$.*+?()[\]{}]/.test(sign)) return undefined;
    else values[values.length - 1] += sign;
  }
  return values;
}

function escapeAlternative(value: string): string {
  return value.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** Conditions on single fields, in the order of the text. */
export function activeFilters(query: string): ActiveFilter[] {
  const parts = splitQuery(query);
  if (parts === undefined) return [];
  return [
    ...parts.matchers.flatMap((text) => parseCondition(text, true) ?? []),
    ...parts.stages.flatMap((text) => parseCondition(text, false) ?? []),
  ];
}

/** Stages that are not conditions on a field: line filters, parsers, … */
export function otherStages(query: string): string[] {
  const stages = splitQuery(query)?.stages ?? [];
  return stages.filter((text) => parseCondition(text, false) === undefined);
}

/** The query without a matcher or stage that is written so. */
export function withoutPart(query: string, text: string): string {
  const parts = splitQuery(query);
  if (parts === undefined) return query;
  return joinQuery({
    matchers: parts.matchers.filter((one) => one !== text),
    stages: parts.stages.filter((one) => one !== text),
  });
}

function printCondition(name: string, values: readonly string[], exclude: boolean): string {
  const [only = ''] = values;
  const not = exclude ? '!' : '';
  if (values.length === 1) return `${name}${exclude ? '!=' : '='}${quoteLogql(only)}`;
  return `${name}${not === '' ? '=' : not}~${quoteLogql(values.map(escapeAlternative).join('|'))}`;
}

/** Undefined when the query is not one of log lines. */
export function chooseValue(
  query: string,
  { name: given, value, isStreamLabel, isParsed = false }: FacetValue,
  mode: FilterMode,
): string | undefined {
  const parts = splitQuery(query);
  if (parts === undefined) return undefined;
  const name = logqlName(given);
  const ofField = activeFilters(query).filter((filter) => filter.name === name);
  const included = ofField.filter(({ exclude }) => !exclude).flatMap(({ values }) => values);
  const excluded = ofField.filter(({ exclude }) => exclude).flatMap(({ values }) => values);
  const isIn = included.includes(value);
  const [nextIn, nextOut] = chosen(mode, value, { included, excluded, isIn });
  const touched = new Set(ofField.map(({ text }) => text));
  const matchers = parts.matchers.filter((one) => !touched.has(one));
  const stages = parts.stages.filter((one) => !touched.has(one));
  const conditions = [
    ...(nextIn.length === 0 ? [] : [printCondition(name, nextIn, false)]),
    ...nextOut.map((one) => printCondition(name, [one], true)),
  ];
  if (isStreamLabel) return joinQuery({ matchers: [...matchers, ...conditions], stages });
  // Before the parsers, storage can apply it.
  const at = isParsed ? stages.length : placeOfFilter(stages);
  const added = conditions.map((one) => `| ${one}`);
  return joinQuery({ matchers, stages: [...stages.slice(0, at), ...added, ...stages.slice(at)] });
}

/** Behind the line filters and conditions that the query begins with. */
function placeOfFilter(stages: readonly string[]): number {
  const other = stages.findIndex(
    (one) => !/^(?:\|[=~>]|![=~>])/.test(one) && parseCondition(one, false) === undefined,
  );
  return other < 0 ? stages.length : other;
}

interface Chosen {
  readonly included: readonly string[];
  readonly excluded: readonly string[];
  readonly isIn: boolean;
}

/** What is in and what is out after the click. */
function chosen(
  mode: FilterMode,
  value: string,
  { included, excluded, isIn }: Chosen,
): readonly [readonly string[], readonly string[]] {
  const others = excluded.filter((one) => one !== value);
  switch (mode) {
    case 'only':
      return isIn && included.length === 1 ? [[], excluded] : [[value], others];
    case 'also':
      return [isIn ? included.filter((one) => one !== value) : [...included, value], others];
    case 'exclude':
      return excluded.includes(value)
        ? [included, others]
        : [included.filter((one) => one !== value), [...others, value]];
  }
}

/** The text of the first `|=`: what the text box holds. */
export function freeText(query: string): string {
  for (const stage of splitQuery(query)?.stages ?? []) {
    const quoted = /^\|=\s*("(?:[^"\\]|\\.)*"|`[^`]*`)$/.exec(stage)?.[1];
    if (quoted !== undefined) return unquoteLogql(quoted) ?? '';
  }
  return '';
}

/** With another text in the place of the box's. */
export function withFreeText(query: string, text: string): string | undefined {
  const parts = splitQuery(query);
  if (parts === undefined) return undefined;
  const before = freeText(query);
  const place = parts.stages.findIndex(
    (stage) => stage.startsWith('|=') && unquoteLogql(stage.slice(2).trim()) === before,
  );
  const stage = text === '' ? [] : [`|= ${quoteLogql(text)}`];
  const { stages, matchers } = parts;
  return before === '' || place < 0
    ? joinQuery({ matchers, stages: [...stage, ...stages] })
    : joinQuery({
        matchers,
        stages: [...stages.slice(0, place), ...stage, ...stages.slice(place + 1)],
      });
}

/** With a line filter before the parsers: `|> "…"`. Undefined when the query is not one of log lines. */
export function withLineFilter(
  query: string,
  operator: '|=' | '!=' | '|>' | '!>',
  text: string,
): string | undefined {
  const parts = splitQuery(query);
  if (parts === undefined) return undefined;
  const stage = `${operator} ${quoteLogql(text)}`;
  if (parts.stages.includes(stage)) return query;
  const behind = parts.stages.findIndex((one) => !/^(?:\|[=~>]|![=~>])/.test(one));
  const at = behind < 0 ? parts.stages.length : behind;
  const stages = [...parts.stages.slice(0, at), stage, ...parts.stages.slice(at)];
  return joinQuery({ matchers: parts.matchers, stages });
}

/** A condition on a field that a parser finds in the line; the parser is added when the query has none. */
export function withParsedField(
  query: string,
  parser: 'json' | 'logfmt',
  filter: { readonly name: string; readonly value: string; readonly exclude: boolean },
): string | undefined {
  const parts = splitQuery(query);
  if (parts === undefined) return undefined;
  const parses = new RegExp(`^\\|\\s*${parser}(?:\\s|$)`);
  const hasParser = parts.stages.some((stage) => parses.test(stage));
  const parsed = hasParser
    ? query
    : joinQuery({ matchers: parts.matchers, stages: [...parts.stages, `| ${parser}`] });
  const facet = { name: filter.name, value: filter.value, isStreamLabel: false, isParsed: true };
  return chooseValue(parsed, facet, filter.exclude ? 'exclude' : 'only');
}
