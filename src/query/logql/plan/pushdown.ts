// What of a pipeline storage can apply before rows leave it: rules that only ever ask for too much, never for too little.
// The engine runs every stage again.

import type { LabelMatcher } from '../../language/matcher.ts';
import type { LineFilter, ParsedField } from '../../sources.ts';
import type { LabelFilter, LogExpr, Stage } from '../syntax/ast.ts';
import { parseFilterPattern } from '../syntax/line-pattern.ts';

/** Whether a label, as no stage has made it, is what storage knows by this name. Renamed doubles and errors are not. */
function isStoredName(name: string): boolean {
  return !name.endsWith('_extracted') && !name.startsWith('__');
}

type LineFilterStage = Extract<Stage, { kind: 'line-filter' }>;

/** Lists of alternatives; `exact` when together they say all that the stage says. */
function lineFiltersOf(stage: LineFilterStage): {
  readonly filters: readonly (readonly LineFilter[])[];
  readonly exact: boolean;
} {
  const negated = stage.operator.startsWith('!');
  const regex = stage.operator === '|~' || stage.operator === '!~';
  if (stage.operator === '|>' || stage.operator === '!>') {
    const [operand] = stage.operands;
    if (negated || operand === undefined || stage.operands.length > 1)
      return { filters: [], exact: false };
    const texts = parseFilterPattern(operand.value).filter((part) => part.kind === 'text');
    return {
      filters: texts.map(({ text }) => [{ kind: 'contains', negated: false, text }]),
      exact: false,
    };
  }
  const texts = stage.operands.filter((operand) => operand.kind === 'text');
  const exact = texts.length === stage.operands.length;
  const filters = texts.map(({ value }): LineFilter =>
    regex ? { kind: 'regex', negated, pattern: value } : { kind: 'contains', negated, text: value },
  );
  if (negated) return { filters: filters.map((filter) => [filter]), exact };
  if (!exact) return { filters: [], exact };
  const matchesAll = filters.some((filter) => filter.kind === 'contains' && filter.text === '');
  return { filters: matchesAll ? [] : [filters], exact };
}

/** Matchers that must hold for the filter to hold; `exact` when they are all that it says. */
function matchersOf(filter: LabelFilter): {
  readonly matchers: readonly LabelMatcher[];
  readonly exact: boolean;
} {
  if (filter.kind === 'and') {
    const parts = filter.operands.map(matchersOf);
    return {
      matchers: parts.flatMap((part) => part.matchers),
      exact: parts.every((part) => part.exact),
    };
  }
  if (filter.kind !== 'string') return { matchers: [], exact: false };
  const { name, operator, value } = filter.matcher;
  if (operator === '=' && value === '') return { matchers: [], exact: false };
  const known = isStoredName(name);
  return { matchers: known ? [{ name, operator, value }] : [], exact: known };
}

export interface Pushdown {
  readonly lineFilters: readonly (readonly LineFilter[])[];
  readonly metadataMatchers: readonly LabelMatcher[];
  readonly parsedFields: readonly ParsedField[];
  /** Whether the rows that storage returns are the pipeline's result, but for what `dropped` removes from the labels. */
  readonly exact: boolean;
  /** Names that unconditional `drop` stages remove. */
  readonly dropped: ReadonlySet<string>;
}

/**
 * Equalities on what parsers find in the stored line: what they find stands there as it is, or escaped. A name that ends
 * in `_extracted` may also be metadata that gave way to a stream label; one that begins with `__` is no field.
 */
function parsedFieldsOf(filter: LabelFilter): readonly ParsedField[] {
  return matchersOf(filter).matchers.flatMap(({ name, operator, value }) =>
    // A replacement character may stand for bytes that are no UTF-8 in the stored line.
    operator === '=' && value !== '' && !value.includes('\ufffd') ? [{ name, value }] : [],
  );
}

/** Whether labels behind the stage are still those of the record or parts of the stored line. */
function keepsTexts(stage: Stage): boolean {
  return stage.kind !== 'label-format' && !changesLine(stage);
}

function makesLabels(stage: Stage): boolean {
  switch (stage.kind) {
    case 'json':
    case 'logfmt':
    case 'regexp':
    case 'pattern':
    case 'unpack':
    case 'label-format':
      return true;
    case 'line-filter':
    case 'decolorize':
    case 'label-filter':
    case 'line-format':
    case 'drop':
    case 'keep':
    case 'trace':
      return false;
  }
}

function changesLine(stage: Stage): boolean {
  return stage.kind === 'line-format' || stage.kind === 'unpack' || stage.kind === 'decolorize';
}

export function pushdownOf(log: LogExpr, stages: readonly Stage[]): Pushdown {
  const lineFilters: (readonly LineFilter[])[] = [];
  const metadataMatchers: LabelMatcher[] = [];
  const parsedFields: ParsedField[] = [];
  const dropped = new Set<string>();
  const selected = new Set(log.matchers.map((matcher) => matcher.name));
  let storedLine = true;
  let storedLabels = true;
  let exact = true;
  let storedTexts = true;
  for (const stage of stages) {
    if (stage.kind === 'line-filter') {
      if (!storedLine) exact = false;
      else {
        const pushed = lineFiltersOf(stage);
        lineFilters.push(...pushed.filters);
        exact &&= pushed.exact;
      }
    } else if (stage.kind === 'label-filter') {
      const { matchers, exact: whole } = matchersOf(stage.filter);
      const usable =
        storedLabels && matchers.every(({ name }) => !selected.has(name) && !dropped.has(name));
      if (usable) metadataMatchers.push(...matchers);
      else if (storedTexts) parsedFields.push(...parsedFieldsOf(stage.filter));
      exact &&= usable && whole;
    } else if (
      stage.kind === 'drop' &&
      stage.choices.every(({ matcher }) => matcher === undefined)
    ) {
      for (const { name } of stage.choices) dropped.add(name);
    } else exact = false;
    if (makesLabels(stage)) storedLabels = false;
    if (changesLine(stage)) storedLine = false;
    if (!keepsTexts(stage)) storedTexts = false;
  }
  return { lineFilters, metadataMatchers, parsedFields, exact, dropped };
}
