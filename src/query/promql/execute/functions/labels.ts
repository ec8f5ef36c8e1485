// label_replace and label_join: they change label sets and leave samples alone.

import { asFailure, Failure } from '../../../../base/errors.ts';
import { labelValue } from '../../../../model/labels.ts';
import { compileAnchoredRegex, type UserRegex } from '../../../language/regex.ts';
import type { Evaluation } from '../evaluation.ts';
import { withLabel } from '../grouping.ts';
import { mergeByLabels } from '../merge.ts';
import { vectorOf, type StepSeries } from '../steps.ts';
import { operandOf, type Evaluator } from './evaluator.ts';

/** Any UTF-8 text but the empty one names a label, unless only the classic names are wanted. */
function isLabelName(name: string, evaluation: Evaluation): boolean {
  if (evaluation.shared.legacyLabelNames) return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
  return name !== '' && !name.includes('\ufffd');
}

/** Go's template of a regular expression: `$1`, `${1}`, `$name`, `$$`. */
export function expandTemplate(
  template: string,
  groups: readonly (string | null)[],
  names: ReadonlyMap<string, number>,
): string {
  return template.replaceAll(
    /\$(?:(\$)|(\w+)|\{(\w+)\}|)/g,
    (whole: string, dollar?: string, bare?: string, braced?: string) => {
      if (dollar !== undefined) return '$';
      const name = bare ?? braced;
      if (name === undefined) return whole;
      const at = /^\d+$/.test(name) ? Number(name) : names.get(name);
      return at === undefined ? '' : (groups[at] ?? '');
    },
  );
}

/** Named groups of a pattern by their number. */
function groupNames(pattern: string): ReadonlyMap<string, number> {
  const names = new Map<string, number>();
  let number = 0;
  for (const found of pattern.matchAll(/\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\((?!\?)|\(\?P?<(\w+)>/gs)) {
    if (!found[0].startsWith('(')) continue;
    number++;
    if (found[1] !== undefined) names.set(found[1], number);
  }
  return names;
}

function setLabel(series: StepSeries, name: string, value: string): void {
  series.labels = withLabel(series.labels, name, value);
  if (name === '__name__') series.dropName = false;
}

export const labelReplace: Evaluator = async (call, evaluation) => {
  const texts: string[] = [];
  for (const operand of call.operands.slice(1)) texts.push(await evaluation.string(operand));
  const [destination = '', replacement = '', source = '', pattern = ''] = texts;
  let regex: UserRegex;
  try {
    regex = compileAnchoredRegex(pattern);
  } catch (error) {
    throw new Failure('execution', `invalid regular expression in label_replace(): ${pattern}`, {
      cause: asFailure(error),
    });
  }
  if (!isLabelName(destination, evaluation)) {
    throw new Failure(
      'execution',
      `invalid destination label name in label_replace(): ${destination}`,
    );
  }
  const names = groupNames(pattern);
  const vector = await evaluation.vector(operandOf(call, 0));
  for (const series of vector) {
    const groups = regex.groups(labelValue(series.labels, source));
    if (groups !== undefined) {
      setLabel(series, destination, expandTemplate(replacement, groups, names));
    }
  }
  return vectorOf(mergeByLabels(vector, false));
};

export const labelJoin: Evaluator = async (call, evaluation) => {
  const texts: string[] = [];
  for (const operand of call.operands.slice(1)) texts.push(await evaluation.string(operand));
  const [destination = '', separator = '', ...sources] = texts;
  for (const source of sources) {
    if (!isLabelName(source, evaluation)) {
      throw new Failure('execution', `invalid source label name in label_join(): ${source}`);
    }
  }
  if (!isLabelName(destination, evaluation)) {
    throw new Failure(
      'execution',
      `invalid destination label name in label_join(): ${destination}`,
    );
  }
  const vector = await evaluation.vector(operandOf(call, 0));
  for (const series of vector) {
    const joined = sources.map((name) => labelValue(series.labels, name)).join(separator);
    setLabel(series, destination, joined);
  }
  return vectorOf(mergeByLabels(vector, false));
};
