// What TraceQL has by name: scopes, intrinsics, functions and hints, with their types and one sentence each. Feeds the
// parser, the check, editor completion and the documentation.

export const intrinsicNames = [
  'duration',
  'name',
  'status',
  'statusMessage',
  'kind',
  'rootName',
  'rootServiceName',
  'traceDuration',
  'nestedSetLeft',
  'nestedSetRight',
  'nestedSetParent',
  'parent',
  'span:childCount',
  'span:id',
  'span:parentID',
  'trace:id',
  'event:name',
  'event:timeSinceStart',
  'link:traceID',
  'link:spanID',
  'instrumentation:name',
  'instrumentation:version',
] as const;
export type IntrinsicName = (typeof intrinsicNames)[number];

export type ValueType =
  | 'string'
  | 'int'
  | 'float'
  | 'bool'
  | 'duration'
  | 'status'
  | 'kind'
  | 'nil';

export interface Intrinsic {
  readonly type: ValueType;
  /** Other spelling, with its scope. */
  readonly scoped?: string;
  /** Whether a span has any number of them: a comparison holds when it holds for one. */
  readonly many: boolean;
  /** Whether it takes the whole trace to know it. */
  readonly ofTrace: boolean;
  readonly doc: string;
}

const one = { many: false, ofTrace: false };
const ofTrace = { many: false, ofTrace: true };
const many = { many: true, ofTrace: false };

export const intrinsics: Readonly<Record<IntrinsicName, Intrinsic>> = {
  duration: {
    ...one,
    type: 'duration',
    scoped: 'span:duration',
    doc: 'End minus start of the span.',
  },
  name: { ...one, type: 'string', scoped: 'span:name', doc: 'Name of the operation.' },
  status: { ...one, type: 'status', scoped: 'span:status', doc: 'ok, error or unset.' },
  statusMessage: {
    ...one,
    type: 'string',
    scoped: 'span:statusMessage',
    doc: 'Text beside the status.',
  },
  kind: {
    ...one,
    type: 'kind',
    scoped: 'span:kind',
    doc: 'server, client, producer, consumer, internal or unspecified.',
  },
  rootName: {
    ...ofTrace,
    type: 'string',
    scoped: 'trace:rootName',
    doc: 'Name of the root span.',
  },
  rootServiceName: {
    ...ofTrace,
    type: 'string',
    scoped: 'trace:rootService',
    doc: 'Service of the root span.',
  },
  traceDuration: {
    ...ofTrace,
    type: 'duration',
    scoped: 'trace:duration',
    doc: 'From the first start to the last end in the trace.',
  },
  nestedSetLeft: { ...ofTrace, type: 'int', doc: 'Left number of the nested set of the trace.' },
  nestedSetRight: { ...ofTrace, type: 'int', doc: 'Right number of the nested set of the trace.' },
  nestedSetParent: {
    ...ofTrace,
    type: 'int',
    doc: 'Left number of the parent; -1 for a root, 0 when the parent is missing.',
  },
  parent: { ...ofTrace, type: 'nil', doc: 'The parent span.' },
  'span:childCount': { ...ofTrace, type: 'int', doc: 'Number of direct children.' },
  'span:id': { ...one, type: 'string', doc: 'ID of the span, 16 hex digits.' },
  'span:parentID': { ...one, type: 'string', doc: 'ID of the parent span.' },
  'trace:id': { ...one, type: 'string', doc: 'ID of the trace, 32 hex digits.' },
  'event:name': { ...many, type: 'string', doc: 'Name of an event of the span.' },
  'event:timeSinceStart': {
    ...many,
    type: 'duration',
    doc: 'From the start of the span to the event.',
  },
  'link:traceID': { ...many, type: 'string', doc: 'Trace that a link of the span points to.' },
  'link:spanID': { ...many, type: 'string', doc: 'Span that a link of the span points to.' },
  'instrumentation:name': { ...one, type: 'string', doc: 'Name of the instrumentation scope.' },
  'instrumentation:version': {
    ...one,
    type: 'string',
    doc: 'Version of the instrumentation scope.',
  },
};

/** Names that stand alone, without a scope. */
export const bareIntrinsics: ReadonlySet<string> = new Set(
  intrinsicNames.filter((name) => !name.includes(':')),
);

/** Every spelling with a scope to its canonical name. */
export const scopedIntrinsics: ReadonlyMap<string, IntrinsicName> = new Map(
  intrinsicNames.flatMap((name): readonly (readonly [string, IntrinsicName])[] => {
    const scoped = name.includes(':') ? name : intrinsics[name].scoped;
    return scoped === undefined ? [] : [[scoped, name]];
  }),
);

export const scopes = ['resource', 'span', 'event', 'link', 'instrumentation', 'parent'] as const;

export const statusNames: ReadonlySet<string> = new Set(['ok', 'error', 'unset']);
export const kindNames: ReadonlySet<string> = new Set([
  'unspecified',
  'internal',
  'server',
  'client',
  'producer',
  'consumer',
]);

export interface TraceqlFunction {
  readonly signature: string;
  readonly doc: string;
}

/** Stages that Tempo does not have. */
export const ownStages: Readonly<Record<'logs', TraceqlFunction>> = {
  logs: {
    signature: '| logs(LogQL)',
    doc: 'Keeps traces that are named by a line which the LogQL log query inside selects.',
  },
};

export const functions: Readonly<Record<string, TraceqlFunction>> = {
  count: { signature: 'count()', doc: 'Number of spans in the spanset.' },
  avg: { signature: 'avg(field)', doc: 'Mean over the spans.' },
  max: { signature: 'max(field)', doc: 'Largest value of the spans.' },
  min: { signature: 'min(field)', doc: 'Smallest value of the spans.' },
  sum: { signature: 'sum(field)', doc: 'Sum over the spans.' },
  by: { signature: 'by(expression)', doc: 'One spanset for each value.' },
  coalesce: { signature: 'coalesce()', doc: 'All spansets of a trace as one.' },
  select: { signature: 'select(field, …)', doc: 'Shows more fields in the answer.' },
  rate: { signature: 'rate() [by (field, …)]', doc: 'Spans a second.' },
  count_over_time: { signature: 'count_over_time() [by (field, …)]', doc: 'Spans a step.' },
  min_over_time: { signature: 'min_over_time(field) [by (field, …)]', doc: 'Minimum a step.' },
  max_over_time: { signature: 'max_over_time(field) [by (field, …)]', doc: 'Maximum a step.' },
  sum_over_time: { signature: 'sum_over_time(field) [by (field, …)]', doc: 'Sum a step.' },
  avg_over_time: { signature: 'avg_over_time(field) [by (field, …)]', doc: 'Mean a step.' },
  quantile_over_time: {
    signature: 'quantile_over_time(field, q, …) [by (field, …)]',
    doc: 'Quantiles a step, from power-of-two buckets.',
  },
  histogram_over_time: {
    signature: 'histogram_over_time(field) [by (field, …)]',
    doc: 'Power-of-two buckets a step.',
  },
  compare: {
    signature: 'compare({selection} [, topN [, start, end]])',
    doc: 'How the attributes of a selection differ from the rest.',
  },
  topk: { signature: 'topk(n)', doc: 'The n largest series of each step.' },
  bottomk: { signature: 'bottomk(n)', doc: 'The n smallest series of each step.' },
};

export const hints: Readonly<Record<string, string>> = {
  most_recent: 'Exact newest traces; always so here.',
  exemplars: 'Whether, or how many, exemplars a metrics query returns.',
  sample: 'Sampling of spans or traces; every span is read here.',
  trace_sample: 'As `sample`, of traces.',
  span_sample: 'As `sample`, of spans.',
  extrapolate: 'Accepted.',
};
