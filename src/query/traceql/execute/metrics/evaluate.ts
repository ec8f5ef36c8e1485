// Metrics queries: each metrics pipeline reads its spans once and gives series; second stages and arithmetic follow.

import { assertNever } from '../../../../base/assert.ts';
import { Failure } from '../../../../base/errors.ts';
import { compareUtf8 } from '../../../../model/labels.ts';
import type { SpanSource } from '../../../sources.ts';
import type { TraceqlAttribute, TraceqlMetricsRequest, TraceqlSeries } from '../../engine.ts';
import { type MetricsPlan, planMetrics } from '../../plan/plan.ts';
import type {
  Hint,
  MetricsAggregate,
  MetricsExpression,
  MetricsMath,
  MetricsScalar,
  StaticValue,
  TraceqlQuery,
} from '../../syntax/ast.ts';
import { numberOf } from '../../syntax/fold.ts';
import { printReference } from '../../syntax/print.ts';
import { type FieldReader, referenceReader } from '../fields.ts';
import { candidateTraces, traceMatcher } from '../search.ts';
import { pipelineRunner } from '../spansets.ts';
import { type SpanView, TraceView, loneSpan } from '../trace-view.ts';
import { type SpanValue, answerOf, elementsOf, keyOf } from '../values.ts';
import { type Aggregator, createAggregator } from './aggregate.ts';
import { Comparison } from './compare.ts';
import { ExemplarSample, exemplarOf } from './exemplar-sample.ts';
import type { MetricsLimits } from './limits.ts';
import {
  type MetricsExemplar,
  type MetricsSeries,
  combineSeries,
  combineWithScalar,
  filterSeries,
  finishSeries,
  rankSeries,
} from './series.ts';
import { type Timeline, createTimeline } from './timeline.ts';

interface Context {
  readonly spans: SpanSource;
  readonly limits: MetricsLimits;
  readonly tenants: readonly string[];
  readonly timeline: Timeline;
  readonly exemplarsMax: number;
  readonly signal: AbortSignal;
}

/** Where observed spans go. */
interface Sink {
  observe(bucket: number, span: SpanView): void;
  finish(): readonly MetricsSeries[];
}

interface Group {
  readonly labels: readonly TraceqlAttribute[];
  readonly aggregator: Aggregator;
}

/** Missing values are left out, unless all are missing. */
function groupLabels(
  keys: readonly string[],
  values: readonly SpanValue[],
): readonly TraceqlAttribute[] {
  const labels = keys.map((key, at) => ({ key, value: values[at] ?? { type: 'nil' as const } }));
  const present = labels.filter(({ value }) => value.type !== 'nil');
  return (present.length > 0 ? present : labels.slice(0, 1)).map(({ key, value }) => ({
    key,
    value: answerOf(value),
  }));
}

function labelsText(labels: readonly TraceqlAttribute[]): string {
  return labels.map(({ key, value }) => `${key}\u0000${value.value}`).join('\u0001');
}

/** In seconds for durations. */
function observedNumber(value: StaticValue): number | undefined {
  return value.type === 'duration' ? Number(value.valueNs) / 1e9 : numberOf(value);
}

class AggregateSink implements Sink {
  readonly #aggregate: MetricsAggregate;
  readonly #context: Context;
  readonly #read: FieldReader | undefined;
  readonly #byReaders: readonly FieldReader[];
  readonly #byKeys: readonly string[];
  readonly #groups: Map<string, Group> = new Map();
  readonly #exemplars: ExemplarSample;

  constructor(aggregate: MetricsAggregate, context: Context) {
    this.#aggregate = aggregate;
    this.#context = context;
    this.#read = aggregate.field === undefined ? undefined : referenceReader(aggregate.field);
    this.#byReaders = aggregate.by.map(referenceReader);
    this.#byKeys = aggregate.by.map(printReference);
    this.#exemplars = new ExemplarSample(context.exemplarsMax);
    // A query that matches nothing still counts: 0 in every bucket.
    if (aggregate.by.length === 0) this.#groupOf([], '');
  }

  #groupOf(values: readonly SpanValue[], key: string): Group {
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    const { limits, timeline } = this.#context;
    if (this.#groups.size === limits.seriesMax) {
      throw new Failure('limit', `query has more than ${limits.seriesMax} series`);
    }
    const labels = groupLabels(this.#byKeys, values);
    const group = { labels, aggregator: createAggregator(this.#aggregate, timeline) };
    this.#groups.set(key, group);
    return group;
  }

  observe(bucket: number, span: SpanView): void {
    const observed = this.#read === undefined ? [undefined] : elementsOf(this.#read(span));
    for (const element of observed) {
      const value = element === undefined ? Number.NaN : observedNumber(element);
      if (value === undefined) continue;
      const values = this.#byReaders.map((read) => read(span));
      const key = values.map(keyOf).join('\u0001');
      const isDuration = element?.type === 'duration';
      this.#groupOf(values, key).aggregator.observe(bucket, value, isDuration);
      this.#exemplars.observe(span.record, key, value, isDuration);
    }
  }

  finish(): readonly MetricsSeries[] {
    const exemplars = new Map<string, Map<number, MetricsExemplar[]>>();
    for (const { record, group, value, isDuration } of this.#exemplars.finish()) {
      const at = this.#groups.get(group)?.aggregator.seriesOf(value, isDuration) ?? -1;
      const bySeries = exemplars.get(group) ?? new Map<number, MetricsExemplar[]>();
      exemplars.set(group, bySeries);
      bySeries.set(at, [...(bySeries.get(at) ?? []), exemplarOf(record, value)]);
    }
    // In order of their labels: storage promises none, and `topk` decides between equals by it.
    const groups = [...this.#groups].sort((a, b) =>
      compareUtf8(labelsText(a[1].labels), labelsText(b[1].labels)),
    );
    return groups.flatMap(([key, { labels, aggregator }]) =>
      aggregator.finish().map((series, at): MetricsSeries => {
        const own = [...labels, ...series.labels];
        const name: TraceqlAttribute = {
          key: '__name__',
          value: { kind: 'string', value: this.#aggregate.name },
        };
        return {
          labels: own.length === 0 ? [name] : own,
          values: series.values,
          exemplars: exemplars.get(key)?.get(at) ?? [],
        };
      }),
    );
  }
}

async function readTraces(plan: MetricsPlan, sink: Sink, context: Context): Promise<void> {
  const { spans, tenants, timeline, signal } = context;
  const { startNs, endNs } = timeline;
  const { required, source } = plan;
  const match = traceMatcher({ pipeline: source.pipeline, required }, timeline);
  const request = { tenants, startNs, endNs, required };
  for await (const page of candidateTraces(spans, request, signal)) {
    for (const candidate of page) {
      const trace = new TraceView(candidate.traceId, candidate.spans);
      const matched = new Set(match(trace).flatMap((spanset) => spanset.spans));
      for (const span of matched) observeSpan(span, sink, timeline);
    }
  }
}

function observeSpan(span: SpanView, sink: Sink, timeline: Timeline): void {
  const bucket = timeline.bucketOf(span.record.startNs);
  if (bucket >= 0) sink.observe(bucket, span);
}

async function readSpans(plan: MetricsPlan, sink: Sink, context: Context): Promise<void> {
  const { spans, tenants, timeline, signal } = context;
  const { startNs, endNs } = timeline;
  const run = pipelineRunner(plan.source.pipeline);
  // An exemplar shows all attributes of its span.
  const isOutline = plan.looksAtOutlines && context.exemplarsMax === 0;
  const request = { tenants, startNs, endNs, predicate: plan.predicate, isOutline };
  for await (const page of spans.scanSpans(request, signal)) {
    signal.throwIfAborted();
    for (const record of page) {
      for (const spanset of run([loneSpan(record)])) {
        for (const span of spanset.spans) observeSpan(span, sink, timeline);
      }
    }
  }
}

async function evaluateMath(
  math: MetricsMath,
  context: Context,
): Promise<readonly MetricsSeries[]> {
  const { operator, left, right } = math;
  const scalar = (side: MetricsScalar): number => numberOf(side.value) ?? Number.NaN;
  if (left.kind === 'metrics-scalar') {
    if (right.kind === 'metrics-scalar') return [];
    return combineWithScalar(operator, await evaluate(right, context), scalar(left), 'left');
  }
  const leftSeries = await evaluate(left, context);
  return right.kind === 'metrics-scalar'
    ? combineWithScalar(operator, leftSeries, scalar(right), 'right')
    : combineSeries(operator, leftSeries, await evaluate(right, context));
}

async function evaluate(
  expression: MetricsExpression,
  context: Context,
): Promise<readonly MetricsSeries[]> {
  switch (expression.kind) {
    case 'metrics-pipeline': {
      const { aggregate } = expression;
      const plan = planMetrics(expression);
      const sink: Sink =
        aggregate.kind === 'metrics-compare'
          ? new Comparison(aggregate, context.timeline, context.limits)
          : new AggregateSink(aggregate, context);
      if (plan.reads === 'spans') await readSpans(plan, sink, context);
      else await readTraces(plan, sink, context);
      return sink.finish();
    }
    case 'metrics-rank':
      return rankSeries(
        await evaluate(expression.input, context),
        expression.name,
        expression.limit,
      );
    case 'metrics-filter':
      return filterSeries(
        await evaluate(expression.input, context),
        expression.operator,
        observedNumber(expression.value) ?? Number.NaN,
      );
    case 'metrics-math':
      return evaluateMath(expression, context);
    default:
      return assertNever(expression);
  }
}

/** `with(exemplars=…)` overrides what the request asks for. */
function exemplarsWanted(
  hints: readonly Hint[],
  request: TraceqlMetricsRequest,
  max: number,
): number {
  if (request.instant) return 0;
  const hint = hints.findLast(({ name }) => name === 'exemplars')?.value;
  if (hint?.type === 'bool' && !hint.value) return 0;
  const wanted = hint?.type === 'int' ? Number(hint.value) : request.exemplarsMax;
  return Math.max(0, Math.min(wanted, max));
}

export async function evaluateMetrics(
  engine: { readonly spans: SpanSource; readonly limits: MetricsLimits },
  query: Extract<TraceqlQuery, { kind: 'metrics' }>,
  request: TraceqlMetricsRequest,
  signal: AbortSignal,
): Promise<readonly TraceqlSeries[]> {
  const { spans, limits } = engine;
  const timeline = createTimeline(request, limits);
  const exemplarsMax = exemplarsWanted(query.hints, request, limits.exemplarsMax);
  const context: Context = {
    spans,
    limits,
    tenants: request.tenants,
    timeline,
    exemplarsMax,
    signal,
  };
  return finishSeries(await evaluate(query.metrics, context), timeline.timestampsMs);
}
