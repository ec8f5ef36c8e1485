// The one catalogue of PromQL's functions: the parser, the type check, the evaluators (a missing one is a
// compile error), completion, hover help and the documentation all read it.

import type { ValueType } from './ast.ts';

const functionNames = [
  'abs',
  'absent',
  'absent_over_time',
  'acos',
  'acosh',
  'asin',
  'asinh',
  'atan',
  'atanh',
  'avg_over_time',
  'ceil',
  'changes',
  'clamp',
  'clamp_max',
  'clamp_min',
  'cos',
  'cosh',
  'count_over_time',
  'days_in_month',
  'day_of_month',
  'day_of_week',
  'day_of_year',
  'deg',
  'delta',
  'deriv',
  'double_exponential_smoothing',
  'end',
  'exp',
  'first_over_time',
  'floor',
  'histogram_avg',
  'histogram_count',
  'histogram_fraction',
  'histogram_quantile',
  'histogram_quantiles',
  'histogram_stddev',
  'histogram_stdvar',
  'histogram_sum',
  'hour',
  'idelta',
  'increase',
  'info',
  'irate',
  'label_join',
  'label_replace',
  'last_over_time',
  'ln',
  'log10',
  'log2',
  'mad_over_time',
  'max_of',
  'max_over_time',
  'min_of',
  'min_over_time',
  'minute',
  'month',
  'pi',
  'predict_linear',
  'present_over_time',
  'quantile_over_time',
  'rad',
  'range',
  'rate',
  'resets',
  'round',
  'scalar',
  'sgn',
  'sin',
  'sinh',
  'sort',
  'sort_by_label',
  'sort_by_label_desc',
  'sort_desc',
  'sqrt',
  'start',
  'start_timestamp',
  'stddev_over_time',
  'stdvar_over_time',
  'step',
  'sum_over_time',
  'tan',
  'tanh',
  'time',
  'timestamp',
  'ts_of_first_over_time',
  'ts_of_last_over_time',
  'ts_of_max_over_time',
  'ts_of_min_over_time',
  'vector',
  'year',
] as const;

export type FunctionName = (typeof functionNames)[number];

export interface FunctionSignature {
  readonly parameters: readonly ValueType[];
  /** How many further parameters of the last type may follow; -1: any number. The last one is then optional. */
  readonly variadic: number;
  readonly returns: ValueType;
  readonly experimental?: true;
  readonly doc: string;
}

const v = 'vector';
const m = 'matrix';
const s = 'scalar';
const t = 'string';

function define(
  parameters: readonly ValueType[],
  returns: ValueType,
  doc: string,
  variadic: number = 0,
): FunctionSignature {
  return { parameters, returns, doc, variadic };
}

function experimental(signature: FunctionSignature): FunctionSignature {
  return { ...signature, experimental: true };
}

const elementwise = (doc: string): FunctionSignature => define([v], v, doc);
const overTime = (doc: string): FunctionSignature => define([m], v, doc);
const datePart = (doc: string): FunctionSignature =>
  define([v], v, `${doc} of the samples read as Unix times, or of the evaluation time.`, 1);

export const promqlFunctions: Readonly<Record<FunctionName, FunctionSignature>> = {
  abs: elementwise('Absolute value.'),
  absent: define([v], v, 'One element of value 1 when the vector is empty, else nothing.'),
  absent_over_time: overTime(
    'One element of value 1 when the range holds no sample, else nothing.',
  ),
  acos: elementwise('Arccosine in radians.'),
  acosh: elementwise('Inverse hyperbolic cosine.'),
  asin: elementwise('Arcsine in radians.'),
  asinh: elementwise('Inverse hyperbolic sine.'),
  atan: elementwise('Arctangent in radians.'),
  atanh: elementwise('Inverse hyperbolic tangent.'),
  avg_over_time: overTime('Average of the samples in the range.'),
  ceil: elementwise('Rounds up to the nearest integer.'),
  changes: overTime('How often the value changed in the range.'),
  clamp: define([v, s, s], v, 'Limits values to a minimum and a maximum.'),
  clamp_max: define([v, s], v, 'Limits values to a maximum.'),
  clamp_min: define([v, s], v, 'Limits values to a minimum.'),
  cos: elementwise('Cosine.'),
  cosh: elementwise('Hyperbolic cosine.'),
  count_over_time: overTime('Number of samples in the range.'),
  days_in_month: datePart('Days in the month'),
  day_of_month: datePart('Day of the month (1 to 31)'),
  day_of_week: datePart('Day of the week (0 is Sunday)'),
  day_of_year: datePart('Day of the year (1 to 366)'),
  deg: elementwise('Radians to degrees.'),
  delta: overTime(
    'Difference between the last and the first value of a gauge, extrapolated to the range.',
  ),
  deriv: overTime('Derivative per second by linear regression.'),
  double_exponential_smoothing: experimental(
    define([m, s, s], v, 'Smoothed value by a smoothing factor and a trend factor.'),
  ),
  end: experimental(define([], s, 'End of the query in Unix seconds.')),
  exp: elementwise('Exponential function.'),
  first_over_time: overTime('The oldest sample in the range.'),
  floor: elementwise('Rounds down to the nearest integer.'),
  histogram_avg: elementwise('Average of the observations in native histograms.'),
  histogram_count: elementwise('Number of observations in native histograms.'),
  histogram_fraction: define([s, s, v], v, 'Fraction of the observations between two values.'),
  histogram_quantile: define([s, v], v, 'A quantile of classic or native histograms.'),
  histogram_quantiles: experimental(
    define([v, t, s, s], v, 'Several quantiles at once, told apart by a label.', 9),
  ),
  histogram_stddev: elementwise('Estimated standard deviation of the observations.'),
  histogram_stdvar: elementwise('Estimated variance of the observations.'),
  histogram_sum: elementwise('Sum of the observations in native histograms.'),
  hour: datePart('Hour of the day (0 to 23)'),
  idelta: overTime('Difference between the last two samples.'),
  increase: overTime('Increase of a counter over the range, extrapolated.'),
  info: experimental(
    define([v, v], v, 'Adds labels of matching info series such as target_info.', 1),
  ),
  irate: overTime('Rate per second from the last two samples of a counter.'),
  label_join: define([v, t, t, t], v, 'Joins label values with a separator into a label.', -1),
  label_replace: define([v, t, t, t, t], v, 'Sets a label from a regular expression over another.'),
  last_over_time: overTime('The newest sample in the range.'),
  ln: elementwise('Natural logarithm.'),
  log10: elementwise('Decimal logarithm.'),
  log2: elementwise('Binary logarithm.'),
  mad_over_time: experimental(overTime('Median absolute deviation in the range.')),
  max_of: experimental(define([s, s], s, 'The larger of two scalars.')),
  max_over_time: overTime('Largest value in the range.'),
  min_of: experimental(define([s, s], s, 'The smaller of two scalars.')),
  min_over_time: overTime('Smallest value in the range.'),
  minute: datePart('Minute of the hour (0 to 59)'),
  month: datePart('Month of the year (1 to 12)'),
  pi: define([], s, 'The number pi.'),
  predict_linear: define([m, s], v, 'Value expected some seconds from now by linear regression.'),
  present_over_time: overTime('1 for every series with a sample in the range.'),
  quantile_over_time: define([s, m], v, 'A quantile of the values in the range.'),
  rad: elementwise('Degrees to radians.'),
  range: experimental(define([], s, 'Length of the query in seconds; 0 for an instant query.')),
  rate: overTime('Average increase of a counter per second, extrapolated to the range.'),
  resets: overTime('How often a counter was reset in the range.'),
  round: define([v, s], v, 'Rounds to the nearest multiple of a number (1 when absent).', 1),
  scalar: define([v], s, 'The value of the only element, else NaN.'),
  sgn: elementwise('Sign: -1, 0 or 1.'),
  sin: elementwise('Sine.'),
  sinh: elementwise('Hyperbolic sine.'),
  sort: elementwise('Sorts by value, ascending (instant queries).'),
  sort_by_label: experimental(
    define([v, t], v, 'Sorts by labels in natural order (instant queries).', -1),
  ),
  sort_by_label_desc: experimental(
    define([v, t], v, 'Sorts by labels in reverse natural order (instant queries).', -1),
  ),
  sort_desc: elementwise('Sorts by value, descending (instant queries).'),
  sqrt: elementwise('Square root.'),
  start: experimental(define([], s, 'Start of the query in Unix seconds.')),
  start_timestamp: experimental(elementwise('Start timestamps of the samples in Unix seconds.')),
  stddev_over_time: overTime('Standard deviation in the range.'),
  stdvar_over_time: overTime('Variance in the range.'),
  step: experimental(define([], s, 'Step of the query in seconds; 0 for an instant query.')),
  sum_over_time: overTime('Sum of the samples in the range.'),
  tan: elementwise('Tangent.'),
  tanh: elementwise('Hyperbolic tangent.'),
  time: define([], s, 'The evaluation time in Unix seconds.'),
  timestamp: elementwise('Timestamps of the samples in Unix seconds.'),
  ts_of_first_over_time: experimental(overTime('Time of the oldest sample in the range.')),
  ts_of_last_over_time: experimental(overTime('Time of the newest sample in the range.')),
  ts_of_max_over_time: experimental(overTime('Time of the last largest value in the range.')),
  ts_of_min_over_time: experimental(overTime('Time of the last smallest value in the range.')),
  vector: define([s], v, 'The scalar as a vector of one element without labels.'),
  year: datePart('Year'),
};

/** Function names are case-sensitive. */
export function isFunctionName(name: string): name is FunctionName {
  return Object.hasOwn(promqlFunctions, name);
}

const typeNames = { scalar: 'scalar', vector: 'vector', matrix: 'range', string: 'text' } as const;

/** As the documentation, the editor and hints show it: `round(vector, [scalar])`. */
export function promqlSignature(name: string, { parameters, variadic }: FunctionSignature): string {
  const names = parameters.map((type) => typeNames[type]);
  if (variadic === 0) return `${name}(${names.join(', ')})`;
  const last = names.at(-1) ?? '';
  const optional = variadic === 1 ? `[${last}]` : `[${last}, …]`;
  return `${name}(${[...names.slice(0, -1), optional].join(', ')})`;
}
