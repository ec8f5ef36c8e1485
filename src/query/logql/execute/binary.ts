// Operators between numbers and series, and between series that are matched by their labels at each evaluation time.

import { Failure } from '../../../base/errors.ts';
import { labelsFromEntries, labelsKey, labelValue, type Labels } from '../../../model/labels.ts';
import { calculate, compares, isComparison } from '../plan/fold.ts';
import type { BinaryOperator, VectorMatching } from '../syntax/ast.ts';
import {
  emptySeries,
  isEmptySeries,
  labelsOnly,
  labelsWithout,
  mergeEqualSeries,
  type StepSeries,
  type StepValue,
} from './series.ts';

export interface BinaryOperation {
  readonly operator: BinaryOperator;
  readonly returnBool: boolean;
  readonly matching: VectorMatching | undefined;
}

/** The result of one pair of values; undefined when a comparison drops it. `kept` is what a comparison lets through. */
function pairValue(
  operation: BinaryOperation,
  left: number,
  right: number,
  kept: number,
): number | undefined {
  const { operator } = operation;
  if (operator === 'and' || operator === 'or' || operator === 'unless') return undefined;
  if (!isComparison(operator)) return calculate(operator, left, right);
  const holds = compares(operator, left, right);
  if (operation.returnBool) return holds ? 1 : 0;
  return holds ? kept : undefined;
}

function mapSeries(
  series: readonly StepSeries[],
  value: (value: number) => number | undefined,
): readonly StepSeries[] {
  return series
    .map((one) => {
      const result = emptySeries(one.labels, one.values.length);
      for (let step = 0; step < one.values.length; step++) {
        if (one.present[step] === 0) continue;
        const mapped = value(one.values[step] ?? 0);
        if (mapped === undefined) continue;
        result.present[step] = 1;
        result.values[step] = mapped;
      }
      return result;
    })
    .filter((one) => !isEmptySeries(one));
}

// ------------------------------------------------------------------------------------------- matching

type Signature = (labels: Labels) => string;

function signatureOf(matching: VectorMatching | undefined): Signature {
  const names = new Set(matching?.labels ?? []);
  return (labels) =>
    labelsKey(matching?.on === true ? labelsOnly(labels, names) : labelsWithout(labels, names));
}

function bySignature(
  series: readonly StepSeries[],
  signature: Signature,
): Map<string, StepSeries[]> {
  const groups = new Map<string, StepSeries[]>();
  for (const one of series) {
    const key = signature(one.labels);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return groups;
}

function combineSets(
  operator: 'and' | 'or' | 'unless',
  left: readonly StepSeries[],
  right: readonly StepSeries[],
  signature: Signature,
): readonly StepSeries[] {
  const anyPresent = (group: readonly StepSeries[] | undefined, step: number): boolean =>
    group?.some((one) => one.present[step] === 1) ?? false;
  const filtered = (
    series: readonly StepSeries[],
    others: Map<string, StepSeries[]>,
    wanted: boolean,
  ): readonly StepSeries[] =>
    series
      .map((one) => {
        const group = others.get(signature(one.labels));
        const result = emptySeries(one.labels, one.values.length);
        for (let step = 0; step < one.values.length; step++) {
          if (one.present[step] === 0 || anyPresent(group, step) !== wanted) continue;
          result.present[step] = 1;
          result.values[step] = one.values[step] ?? 0;
        }
        return result;
      })
      .filter((one) => !isEmptySeries(one));
  if (operator === 'or') {
    const rest = filtered(right, bySignature(left, signature), false);
    return mergeEqualSeries([...left, ...rest]);
  }
  return filtered(left, bySignature(right, signature), operator === 'and');
}

function resultLabels(many: Labels, one: Labels, matching: VectorMatching | undefined): Labels {
  if (matching === undefined) return many;
  const names = new Set(matching.labels);
  if (matching.cardinality === 'one-to-one')
    return matching.on ? labelsOnly(many, names) : labelsWithout(many, names);
  if (matching.include.length === 0) return many;
  const entries = new Map(many.map(({ name, value }) => [name, value]));
  for (const name of matching.include) entries.set(name, labelValue(one, name));
  return labelsFromEntries(entries);
}

const notUnique = 'many-to-many matching not allowed: matching labels must be unique on one side';

/** The only member with a value at a time; fails when there are two. */
function presentOne(
  group: readonly StepSeries[] | undefined,
  step: number,
  side: 'left' | 'right',
): StepSeries | undefined {
  let found: StepSeries | undefined;
  for (const one of group ?? []) {
    if (one.present[step] !== 1) continue;
    if (found !== undefined)
      throw new Failure(
        'semantics',
        `found duplicate series on the ${side} hand-side;${notUnique}`,
      );
    found = one;
  }
  return found;
}

function combineMatched(
  operation: BinaryOperation,
  left: readonly StepSeries[],
  right: readonly StepSeries[],
  steps: number,
): readonly StepSeries[] {
  const { matching } = operation;
  const signature = signatureOf(matching);
  const cardinality = matching?.cardinality ?? 'one-to-one';
  const swapped = cardinality === 'one-to-many';
  const many = swapped ? right : left;
  const ones = bySignature(swapped ? left : right, signature);
  const results = new Map<string, StepSeries>();
  for (const [key, group] of bySignature(many, signature)) {
    const partners = ones.get(key);
    for (let step = 0; step < steps; step++) {
      const partner = presentOne(partners, step, swapped ? 'left' : 'right');
      if (partner === undefined) continue;
      let matched = 0;
      for (const member of group) {
        if (member.present[step] !== 1) continue;
        const manyValue = member.values[step] ?? 0;
        const oneValue = partner.values[step] ?? 0;
        const leftValue = swapped ? oneValue : manyValue;
        const value = pairValue(operation, leftValue, swapped ? manyValue : oneValue, leftValue);
        // A second match is an error whether or not a comparison drops it.
        if (++matched > 1 && cardinality === 'one-to-one') {
          throw new Failure(
            'semantics',
            'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)',
          );
        }
        if (value === undefined) continue;
        put(results, resultLabels(member.labels, partner.labels, matching), step, value, steps);
      }
    }
  }
  return [...results.values()];
}

function put(
  results: Map<string, StepSeries>,
  labels: Labels,
  step: number,
  value: number,
  steps: number,
): void {
  const key = labelsKey(labels);
  let series = results.get(key);
  if (series === undefined) {
    series = emptySeries(labels, steps);
    results.set(key, series);
  }
  if (series.present[step] === 1) {
    throw new Failure(
      'semantics',
      'multiple matches for labels: grouping labels must ensure unique matches',
    );
  }
  series.present[step] = 1;
  series.values[step] = value;
}

export function combine(
  operation: BinaryOperation,
  left: StepValue,
  right: StepValue,
  steps: number,
): StepValue {
  if (left.kind === 'series' && right.kind === 'series') {
    const { operator } = operation;
    const isSet = operator === 'and' || operator === 'or' || operator === 'unless';
    const series = isSet
      ? combineSets(operator, left.series, right.series, signatureOf(operation.matching))
      : combineMatched(operation, left.series, right.series, steps);
    return { kind: 'series', series };
  }
  if (left.kind === 'series' && right.kind === 'scalar') {
    const series = mapSeries(left.series, (value) =>
      pairValue(operation, value, right.value, value),
    );
    return { kind: 'series', series };
  }
  if (left.kind === 'scalar' && right.kind === 'series') {
    const series = mapSeries(right.series, (value) =>
      pairValue(operation, left.value, value, value),
    );
    return { kind: 'series', series };
  }
  throw new Failure('semantics', `set operator '${operation.operator}' needs series on both sides`);
}
