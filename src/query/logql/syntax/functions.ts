// The catalogue of LogQL: aggregations, functions and stages with what they take and what they are for. Parser, checker,
// evaluators, editor completion and docs all read it; an evaluator missing for a name is a compile error there.

export interface RangeOperationDoc {
  readonly signature: string;
  readonly doc: string;
  readonly unwrap: 'required' | 'forbidden' | 'optional';
  readonly grouping: boolean;
  readonly parameter: boolean;
}

export type RangeOperation =
  | 'count_over_time'
  | 'rate'
  | 'rate_counter'
  | 'bytes_over_time'
  | 'bytes_rate'
  | 'absent_over_time'
  | 'sum_over_time'
  | 'avg_over_time'
  | 'min_over_time'
  | 'max_over_time'
  | 'stdvar_over_time'
  | 'stddev_over_time'
  | 'quantile_over_time'
  | 'first_over_time'
  | 'last_over_time';

export const rangeOperations: Readonly<Record<RangeOperation, RangeOperationDoc>> = {
  count_over_time: {
    signature: 'count_over_time(log-range)',
    doc: 'Lines per stream in the range.',
    unwrap: 'forbidden',
    grouping: false,
    parameter: false,
  },
  rate: {
    signature: 'rate(log-range)',
    doc: 'Lines per second; with unwrap the sum of the values per second.',
    unwrap: 'optional',
    grouping: false,
    parameter: false,
  },
  rate_counter: {
    signature: 'rate_counter(unwrapped-range)',
    doc: 'Increase per second of the values read as a counter that may reset.',
    unwrap: 'required',
    grouping: false,
    parameter: false,
  },
  bytes_over_time: {
    signature: 'bytes_over_time(log-range)',
    doc: 'Bytes of the lines in the range.',
    unwrap: 'forbidden',
    grouping: false,
    parameter: false,
  },
  bytes_rate: {
    signature: 'bytes_rate(log-range)',
    doc: 'Bytes of the lines per second.',
    unwrap: 'forbidden',
    grouping: false,
    parameter: false,
  },
  absent_over_time: {
    signature: 'absent_over_time(log-range)',
    doc: 'One where the range holds nothing, labelled by the equality matchers.',
    unwrap: 'optional',
    grouping: false,
    parameter: false,
  },
  sum_over_time: {
    signature: 'sum_over_time(unwrapped-range)',
    doc: 'Sum of the values.',
    unwrap: 'required',
    grouping: false,
    parameter: false,
  },
  avg_over_time: {
    signature: 'avg_over_time(unwrapped-range)',
    doc: 'Mean of the values.',
    unwrap: 'required',
    grouping: true,
    parameter: false,
  },
  min_over_time: {
    signature: 'min_over_time(unwrapped-range)',
    doc: 'Smallest value.',
    unwrap: 'required',
    grouping: true,
    parameter: false,
  },
  max_over_time: {
    signature: 'max_over_time(unwrapped-range)',
    doc: 'Largest value.',
    unwrap: 'required',
    grouping: true,
    parameter: false,
  },
  stdvar_over_time: {
    signature: 'stdvar_over_time(unwrapped-range)',
    doc: 'Population variance of the values.',
    unwrap: 'required',
    grouping: true,
    parameter: false,
  },
  stddev_over_time: {
    signature: 'stddev_over_time(unwrapped-range)',
    doc: 'Population standard deviation of the values.',
    unwrap: 'required',
    grouping: true,
    parameter: false,
  },
  quantile_over_time: {
    signature: 'quantile_over_time(number, unwrapped-range)',
    doc: 'The quantile of the values, interpolated between neighbours.',
    unwrap: 'required',
    grouping: true,
    parameter: true,
  },
  first_over_time: {
    signature: 'first_over_time(unwrapped-range)',
    doc: 'The oldest value.',
    unwrap: 'required',
    grouping: true,
    parameter: false,
  },
  last_over_time: {
    signature: 'last_over_time(unwrapped-range)',
    doc: 'The newest value.',
    unwrap: 'required',
    grouping: true,
    parameter: false,
  },
};

export interface VectorOperationDoc {
  readonly signature: string;
  readonly doc: string;
  readonly grouping: boolean;
  readonly parameter: boolean;
}

export type VectorOperation =
  | 'sum'
  | 'avg'
  | 'min'
  | 'max'
  | 'count'
  | 'stddev'
  | 'stdvar'
  | 'topk'
  | 'bottomk'
  | 'approx_topk'
  | 'sort'
  | 'sort_desc';

export const vectorOperations: Readonly<Record<VectorOperation, VectorOperationDoc>> = {
  sum: { signature: 'sum(vector)', doc: 'Sum per group.', grouping: true, parameter: false },
  avg: { signature: 'avg(vector)', doc: 'Mean per group.', grouping: true, parameter: false },
  min: { signature: 'min(vector)', doc: 'Smallest per group.', grouping: true, parameter: false },
  max: { signature: 'max(vector)', doc: 'Largest per group.', grouping: true, parameter: false },
  count: { signature: 'count(vector)', doc: 'Series per group.', grouping: true, parameter: false },
  stddev: {
    signature: 'stddev(vector)',
    doc: 'Population standard deviation per group.',
    grouping: true,
    parameter: false,
  },
  stdvar: {
    signature: 'stdvar(vector)',
    doc: 'Population variance per group.',
    grouping: true,
    parameter: false,
  },
  topk: {
    signature: 'topk(k, vector)',
    doc: 'The k series of largest value per group.',
    grouping: true,
    parameter: true,
  },
  bottomk: {
    signature: 'bottomk(k, vector)',
    doc: 'The k series of smallest value per group.',
    grouping: true,
    parameter: true,
  },
  approx_topk: {
    signature: 'approx_topk(k, vector)',
    doc: 'As topk, for instant queries and without grouping; the answer is exact here.',
    grouping: false,
    parameter: true,
  },
  sort: {
    signature: 'sort(vector)',
    doc: 'Ascending by value.',
    grouping: false,
    parameter: false,
  },
  sort_desc: {
    signature: 'sort_desc(vector)',
    doc: 'Descending by value.',
    grouping: false,
    parameter: false,
  },
};

export interface FunctionDoc {
  readonly signature: string;
  readonly doc: string;
}

export type OtherFunction =
  | 'vector'
  | 'label_replace'
  | 'ip'
  | 'bytes'
  | 'duration'
  | 'duration_seconds';

export const otherFunctions: Readonly<Record<OtherFunction, FunctionDoc>> = {
  vector: { signature: 'vector(number)', doc: 'One series without labels.' },
  label_replace: {
    signature: 'label_replace(vector, "target", "replacement", "source", "regex")',
    doc: 'Sets a label from another one where the regex matches all of it.',
  },
  ip: { signature: 'ip("address | cidr | from-to")', doc: 'Matches IP addresses in filters.' },
  bytes: { signature: 'unwrap bytes(label)', doc: 'Reads sizes such as 5MB or 1KiB as bytes.' },
  duration: { signature: 'unwrap duration(label)', doc: 'Reads durations as seconds.' },
  duration_seconds: {
    signature: 'unwrap duration_seconds(label)',
    doc: 'Reads durations as seconds.',
  },
};

export type UnwrapConversion = 'bytes' | 'duration' | 'duration_seconds';

export type StageKeyword =
  | 'json'
  | 'logfmt'
  | 'regexp'
  | 'pattern'
  | 'unpack'
  | 'decolorize'
  | 'line_format'
  | 'label_format'
  | 'drop'
  | 'keep'
  | 'unwrap';

export const stageKeywords: Readonly<Record<StageKeyword, FunctionDoc>> = {
  json: {
    signature: '| json [label="path", …]',
    doc: 'Labels from a JSON object, nested keys joined by _.',
  },
  logfmt: {
    signature: '| logfmt [--strict] [--keep-empty] [label="key", …]',
    doc: 'Labels from key=value pairs.',
  },
  regexp: { signature: '| regexp "(?P<name>…)"', doc: 'Labels from named groups of a regex.' },
  pattern: { signature: '| pattern "<name> text <_>"', doc: 'Labels from the gaps between texts.' },
  unpack: { signature: '| unpack', doc: 'Unwraps what an agent packed into JSON.' },
  decolorize: { signature: '| decolorize', doc: 'Removes ANSI color codes from the line.' },
  line_format: {
    signature: '| line_format "{{.label}}"',
    doc: 'Rewrites the line with a Go template.',
  },
  label_format: {
    signature: '| label_format new=old, other="{{.label}}"',
    doc: 'Renames labels or sets them by Go templates.',
  },
  drop: { signature: '| drop label, other="value"', doc: 'Removes labels.' },
  keep: { signature: '| keep label, other="value"', doc: 'Removes all other labels.' },
  unwrap: {
    signature: '| unwrap label',
    doc: 'Takes a label as the value of the sample in a range aggregation.',
  },
};

/** Stages that Loki does not have. Their names are no keywords: a label may be called so. */
export const ownStages: Readonly<Record<'trace', FunctionDoc>> = {
  trace: {
    signature: '| trace(TraceQL)',
    doc: 'Keeps lines that name a trace which the TraceQL search inside finds.',
  },
};

export function isRangeOperation(name: string): name is RangeOperation {
  return Object.hasOwn(rangeOperations, name);
}

export function isVectorOperation(name: string): name is VectorOperation {
  return Object.hasOwn(vectorOperations, name);
}

/** Words that are functions when `(`, `by` or `without` follows, and plain names otherwise. */
export const functionNames: ReadonlySet<string> = new Set([
  ...Object.keys(rangeOperations),
  ...Object.keys(vectorOperations),
  ...Object.keys(otherFunctions),
]);

/** Words that are never names. */
export const keywords: ReadonlySet<string> = new Set([
  ...Object.keys(stageKeywords),
  'and',
  'or',
  'unless',
  'bool',
  'by',
  'without',
  'on',
  'ignoring',
  'group_left',
  'group_right',
  'offset',
]);
