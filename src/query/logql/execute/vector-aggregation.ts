// Aggregations over series at each evaluation time: sums and their kin per group, and the choices (`topk`, `sort`).

import { Failure } from '../../../base/errors.ts';
import { labelsKey, type Labels } from '../../../model/labels.ts';
import type { Grouping } from '../syntax/ast.ts';
import type { VectorOperation } from '../syntax/functions.ts';
import { emptySeries, labelsOnly, labelsWithout, type StepSeries } from './series.ts';

interface Group {
  readonly labels: Labels;
  readonly members: StepSeries[];
}

function groupsOf(series: readonly StepSeries[], grouping: Grouping | undefined): readonly Group[] {
  const names = new Set(grouping?.labels ?? []);
  const groups = new Map<string, Group>();
  for (const one of series) {
    const labels =
      grouping?.without === true ? labelsWithout(one.labels, names) : labelsOnly(one.labels, names);
    const key = labelsKey(labels);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { labels, members: [one] });
    else group.members.push(one);
  }
  return [...groups.values()];
}

/** The values of a group at one time as one value. */
type Reducer = (values: readonly number[]) => number;

function sumOf(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

function averageOf(values: readonly number[]): number {
  return sumOf(values) / values.length;
}

/** NaN only when there is nothing else. */
function chosen(values: readonly number[], prefers: (a: number, b: number) => boolean): number {
  let kept = Number.NaN;
  for (const value of values) if (Number.isNaN(kept) || prefers(value, kept)) kept = value;
  return kept;
}

function varianceOf(values: readonly number[]): number {
  let count = 0;
  let mean = 0;
  let squares = 0;
  for (const value of values) {
    count++;
    const distance = value - mean;
    mean += distance / count;
    squares += distance * (value - mean);
  }
  return squares / count;
}

type Choice = 'topk' | 'bottomk' | 'approx_topk' | 'sort' | 'sort_desc';

const reducers: Readonly<Record<Exclude<VectorOperation, Choice>, Reducer>> = {
  sum: sumOf,
  avg: averageOf,
  min: (values) => chosen(values, (a, b) => a < b),
  max: (values) => chosen(values, (a, b) => a > b),
  count: (values) => values.length,
  stdvar: varianceOf,
  stddev: (values) => Math.sqrt(varianceOf(values)),
};

function reduceGroup(group: Group, reducer: Reducer, steps: number): StepSeries {
  const result = emptySeries(group.labels, steps);
  const values: number[] = [];
  for (let step = 0; step < steps; step++) {
    values.length = 0;
    for (const member of group.members)
      if (member.present[step] === 1) values.push(member.values[step] ?? 0);
    if (values.length === 0) continue;
    result.present[step] = 1;
    result.values[step] = reducer(values);
  }
  return result;
}

/** NaN goes last in either direction. */
function byValue(descending: boolean): (a: number, b: number) => number {
  return (a, b) => {
    if (Number.isNaN(a) || Number.isNaN(b))
      return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
    if (a === b) return 0;
    return a < b === descending ? 1 : -1;
  };
}

function chooseFromGroup(
  group: Group,
  k: number,
  descending: boolean,
  steps: number,
): readonly StepSeries[] {
  const order = byValue(descending);
  const results = group.members.map((member) => emptySeries(member.labels, steps));
  const present: number[] = [];
  for (let step = 0; step < steps; step++) {
    present.length = 0;
    group.members.forEach((member, at) => {
      if (member.present[step] === 1) present.push(at);
    });
    const valueAt = (at: number): number => group.members[at]?.values[step] ?? 0;
    present.sort((a, b) => order(valueAt(a), valueAt(b)));
    for (const at of present.slice(0, k)) {
      const result = results[at];
      if (result === undefined) continue;
      result.present[step] = 1;
      result.values[step] = valueAt(at);
    }
  }
  return results.filter((result) => result.present.includes(1));
}

/** In order of the values at the only evaluation time; a range has no order to give. */
function sorted(
  series: readonly StepSeries[],
  descending: boolean,
  steps: number,
): readonly StepSeries[] {
  if (steps !== 1) return series;
  const order = byValue(descending);
  return series.toSorted((a, b) => order(a.values[0] ?? 0, b.values[0] ?? 0));
}

export function aggregateSeries(
  operation: VectorOperation,
  parameter: number,
  grouping: Grouping | undefined,
  series: readonly StepSeries[],
  steps: number,
  instant: boolean,
): readonly StepSeries[] {
  switch (operation) {
    case 'approx_topk':
      if (!instant)
        throw new Failure('semantics', 'approx_topk is only supported on instant queries');
      return aggregateSeries('topk', parameter, grouping, series, steps, instant);
    case 'topk':
    case 'bottomk': {
      const descending = operation === 'topk';
      const chosenSeries = groupsOf(series, grouping).flatMap((group) =>
        chooseFromGroup(group, parameter, descending, steps),
      );
      return sorted(chosenSeries, descending, steps);
    }
    case 'sort':
    case 'sort_desc':
      return sorted(series, operation === 'sort_desc', steps);
    case 'sum':
    case 'avg':
    case 'min':
    case 'max':
    case 'count':
    case 'stdvar':
    case 'stddev': {
      const reducer = reducers[operation];
      return groupsOf(series, grouping).map((group) => reduceGroup(group, reducer, steps));
    }
  }
}
