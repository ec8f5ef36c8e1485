// Series between the stages of a metrics query, and what the second stages and arithmetic do with them. A bucket without
// a value is NaN.

import type { TraceqlAttribute, TraceqlSeries } from '../../engine.ts';
import type { MetricsMathOperator, NumberComparison } from '../../syntax/ast.ts';

export interface MetricsExemplar {
  readonly labels: readonly TraceqlAttribute[];
  readonly value: number;
  readonly timestampMs: number;
}

export interface MetricsSeries {
  readonly labels: readonly TraceqlAttribute[];
  /** One a bucket. */
  readonly values: Float64Array;
  readonly exemplars: readonly MetricsExemplar[];
}

/** Equal for equal label sets, whatever their order; the function's name does not count. */
function matchKey(series: MetricsSeries): string {
  return series.labels
    .filter(({ key }) => key !== '__name__')
    .map(({ key, value }) => `${key}\u0000${value.kind}\u0000${value.value}`)
    .sort()
    .join('\u0001');
}

function calculate(operator: MetricsMathOperator, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0 ? Number.NaN : a / b;
  }
}

function zip(
  operator: MetricsMathOperator,
  left: MetricsSeries,
  right: MetricsSeries,
  labels: MetricsSeries['labels'],
): MetricsSeries {
  return {
    labels: labels.filter(({ key }) => key !== '__name__'),
    values: left.values.map((value, at) =>
      calculate(operator, value, right.values[at] ?? Number.NaN),
    ),
    exemplars: [...left.exemplars, ...right.exemplars],
  };
}

/** Pairs series of equal labels; a side without labels goes with every series of the other. */
export function combineSeries(
  operator: MetricsMathOperator,
  left: readonly MetricsSeries[],
  right: readonly MetricsSeries[],
): readonly MetricsSeries[] {
  const rightByKey = new Map(right.map((series) => [matchKey(series), series]));
  const leftAlone = left.find((series) => matchKey(series) === '');
  const rightAlone = rightByKey.get('');
  if (leftAlone !== undefined && left.length === 1) {
    return right.map((series) => zip(operator, leftAlone, series, series.labels));
  }
  return left.flatMap((series) => {
    const partner = rightByKey.get(matchKey(series)) ?? rightAlone;
    return partner === undefined ? [] : [zip(operator, series, partner, series.labels)];
  });
}

export function combineWithScalar(
  operator: MetricsMathOperator,
  series: readonly MetricsSeries[],
  scalar: number,
  scalarSide: 'left' | 'right',
): readonly MetricsSeries[] {
  return series.map(({ labels, values, exemplars }) => ({
    labels,
    values: values.map((value) =>
      scalarSide === 'left'
        ? calculate(operator, scalar, value)
        : calculate(operator, value, scalar),
    ),
    exemplars,
  }));
}

function holds(operator: NumberComparison, a: number, b: number): boolean {
  switch (operator) {
    case '=':
      return a === b;
    case '!=':
      return a !== b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
  }
}

export function filterSeries(
  series: readonly MetricsSeries[],
  operator: NumberComparison,
  limit: number,
): readonly MetricsSeries[] {
  return series.map(({ labels, values, exemplars }) => ({
    labels,
    values: values.map((value) => (holds(operator, value, limit) ? value : Number.NaN)),
    exemplars,
  }));
}

/** Keeps, in each bucket, the `limit` largest or smallest values; of equal ones the earlier series. */
export function rankSeries(
  series: readonly MetricsSeries[],
  name: 'topk' | 'bottomk',
  limit: number,
): readonly MetricsSeries[] {
  const kept = series.map(({ values }) => new Float64Array(values.length).fill(Number.NaN));
  const buckets = series[0]?.values.length ?? 0;
  const sign = name === 'topk' ? -1 : 1;
  for (let bucket = 0; bucket < buckets; bucket++) {
    const value = (at: number): number => series[at]?.values[bucket] ?? Number.NaN;
    const ranked = series.map((_, at) => at).filter((at) => !Number.isNaN(value(at)));
    ranked.sort((a, b) => sign * (value(a) - value(b)) || a - b);
    for (const at of ranked.slice(0, limit)) {
      const column = kept[at];
      if (column !== undefined) column[bucket] = value(at);
    }
  }
  return series.map(({ labels, exemplars }, at) => ({
    labels,
    values: kept[at] ?? new Float64Array(buckets),
    exemplars,
  }));
}

/** Buckets without a value are left out, and so are series without any. */
export function finishSeries(
  series: readonly MetricsSeries[],
  timestampsMs: Float64Array,
): readonly TraceqlSeries[] {
  return series.flatMap(({ labels, values, exemplars }): TraceqlSeries[] => {
    const present = [...values.keys()].filter((at) => !Number.isNaN(values[at]));
    if (present.length === 0) return [];
    return [
      {
        labels,
        timestampsMs: Float64Array.from(present, (at) => timestampsMs[at] ?? 0),
        values: Float64Array.from(present, (at) => values[at] ?? 0),
        exemplars,
      },
    ];
  });
}
