// The PromQL engine: parse, find out what to read, read it, evaluate, and shape the answer.

import { Failure } from '../../../base/errors.ts';
import { compareLabels, labelsKey } from '../../../model/labels.ts';
import type { LabelMatcher } from '../../language/matcher.ts';
import type { SeriesSource } from '../../sources.ts';
import type {
  PromqlData,
  PromqlEngine,
  PromqlRequest,
  PromqlResult,
  PromqlSeries,
} from '../engine.ts';
import { withDetectedResets } from '../histogram/reset.ts';
import { infoSelectionsOf } from '../plan/info.ts';
import { selectionsOf, type TimeSpan } from '../plan/selections.ts';
import type { QueryTimes } from '../plan/times.ts';
import { childrenOf, unwrapParens, type Expr, type VectorSelector } from '../syntax/ast.ts';
import { valueTypeOf } from '../syntax/check.ts';
import { parsePromql } from '../syntax/parse.ts';
import { annotationTexts, Annotations } from './annotations.ts';
import { evaluateExpr } from './evaluate.ts';
import { Evaluation, SampleBudget } from './evaluation.ts';
import { isRangeOperand } from './functions/evaluator.ts';
import { mergeByLabels } from './merge.ts';
import { sortedSampleSeries, type SampleSeries } from './samples.ts';
import { absentSample, floatSample, stepTime, type StepGrid, type StepSeries } from './steps.ts';
import { moveWindow, RangeWindow, rangeSource } from './window.ts';

export interface PromqlEngineOptions {
  /** Samples in memory at the same time; more fails with `limit`. */
  readonly samplesMax?: number | undefined;
  /** How old a sample may be to count as current. */
  readonly lookbackMs?: number | undefined;
  /** Step of subqueries that name none. */
  readonly subqueryStepMs?: number | undefined;
  /** Which names label_replace and label_join may give to labels; any UTF-8 by default, as since Prometheus 3. */
  readonly labelNames?: 'utf8' | 'legacy' | undefined;
  /** Lets the host's other work run; called every few hundred thousand samples. */
  readonly pause?: (() => Promise<void>) | undefined;
}

/** Prometheus's own defaults. */
export const samplesMaxDefault = 50_000_000;
export const lookbackMsDefault = 300_000;
export const subqueryStepMsDefault = 60_000;

interface Wanted extends TimeSpan {
  readonly matchers: readonly LabelMatcher[];
}

function wantedKey(wanted: Wanted): string {
  const matchers = wanted.matchers.map(({ name, operator, value }) => [name, operator, value]);
  return JSON.stringify([matchers, wanted.startMs, wanted.endMs]);
}

/** Functions of count and sum alone look at the buckets once, when they find out about resets. */
function withResetsOf(series: SampleSeries): SampleSeries {
  if (series.histograms.length === 0) return series;
  return { ...series, histograms: withDetectedResets(series.histograms) };
}

function noPause(): Promise<void> {
  return Promise.resolve();
}

function sampleCount(series: readonly SampleSeries[]): number {
  let count = 0;
  for (const one of series) count += one.times.length + one.histograms.length;
  return count;
}

class Query {
  readonly #source: SeriesSource;
  readonly #request: PromqlRequest;
  readonly #signal: AbortSignal;
  readonly #expr: Expr;
  readonly #times: QueryTimes;
  readonly #grid: StepGrid;
  readonly #samplesMax: number;
  readonly #pause: () => Promise<void>;
  readonly #budget: SampleBudget;
  readonly #legacyLabelNames: boolean;
  readonly #loading: Map<string, Promise<readonly SampleSeries[]>> = new Map();
  #samplesRead: number = 0;

  constructor(
    source: SeriesSource,
    options: PromqlEngineOptions,
    request: PromqlRequest,
    signal: AbortSignal,
  ) {
    this.#source = source;
    this.#request = request;
    this.#signal = signal;
    this.#expr = parsePromql(request.query);
    const isRange = request.kind === 'range';
    if (isRange && !(request.stepMs > 0)) {
      throw new Failure(
        'invalid-data',
        'zero or negative query resolution step widths are not accepted. Try a positive integer',
      );
    }
    this.#times = {
      startMs: request.startMs,
      endMs: isRange ? request.endMs : request.startMs,
      stepMs: isRange ? request.stepMs : 0,
      lookbackMs: request.lookbackMs ?? options.lookbackMs ?? lookbackMsDefault,
      subqueryStepMs: options.subqueryStepMs ?? subqueryStepMsDefault,
    };
    const { startMs, endMs, stepMs } = this.#times;
    this.#grid = {
      startMs,
      stepMs: isRange ? stepMs : 1,
      count: isRange ? Math.max(0, Math.floor((endMs - startMs) / stepMs) + 1) : 1,
    };
    this.#samplesMax = options.samplesMax ?? samplesMaxDefault;
    this.#budget = new SampleBudget(this.#samplesMax);
    this.#pause = options.pause ?? noPause;
    this.#legacyLabelNames = options.labelNames === 'legacy';
  }

  async run(): Promise<PromqlResult> {
    const type = valueTypeOf(this.#expr);
    if (this.#request.kind === 'range' && type !== 'scalar' && type !== 'vector') {
      throw new Failure(
        'syntax',
        `invalid expression type "${type === 'matrix' ? 'range vector' : type}" for range query, must be Scalar or instant Vector`,
      );
    }
    this.#budget.hold(this.#grid.count);
    const annotations = new Annotations(this.#request.query);
    if (this.#request.kind === 'range') this.#warnOfSorting(this.#expr, annotations);
    const evaluation = new Evaluation(
      {
        query: this.#request.query,
        times: this.#times,
        annotations,
        budget: this.#budget,
        ...(await this.#load()),
        legacyLabelNames: this.#legacyLabelNames,
        signal: this.#signal,
        pause: this.#pause,
        evaluate: evaluateExpr,
      },
      this.#grid,
    );
    const data = await this.#evaluate(evaluation);
    return {
      data,
      warnings: annotations.warnings(),
      infos: annotations.infos(),
      samplesRead: this.#samplesRead,
    };
  }

  #warnOfSorting(expr: Expr, annotations: Annotations): void {
    if (expr.kind === 'call' && /^sort(?:_desc|_by_label|_by_label_desc)?$/.test(expr.name)) {
      annotations.warn(annotationTexts.sortInRangeQuery, expr.span);
    }
    for (const child of childrenOf(expr)) this.#warnOfSorting(child, annotations);
  }

  /** Equal selections are read once. */
  #select(wanted: Wanted): Promise<readonly SampleSeries[]> {
    const key = wantedKey(wanted);
    let loading = this.#loading.get(key);
    if (loading === undefined) {
      loading = this.#read(wanted);
      this.#loading.set(key, loading);
    }
    return loading;
  }

  async #read(wanted: Wanted): Promise<readonly SampleSeries[]> {
    const data = await this.#source.selectSeries(
      {
        tenants: this.#request.tenants,
        startMs: wanted.startMs,
        endMs: wanted.endMs,
        matchers: wanted.matchers,
        samplesMax: this.#samplesMax,
      },
      this.#signal,
    );
    const series = sortedSampleSeries(data);
    const count = sampleCount(series);
    this.#samplesRead += count;
    this.#budget.hold(count);
    return series;
  }

  async #load(): Promise<{
    readonly samples: ReadonlyMap<VectorSelector, readonly SampleSeries[]>;
    readonly infoSamples: ReadonlyMap<Expr, readonly SampleSeries[]>;
  }> {
    const selections = selectionsOf(this.#expr, this.#times);
    const infoSelections = infoSelectionsOf(this.#expr, this.#times);
    const [samples, infoSamples] = await Promise.all([
      Promise.all(
        selections.map(async (one) => {
          const series = await this.#select(one);
          return [one.selector, one.statsOnly ? series.map(withResetsOf) : series] as const;
        }),
      ),
      Promise.all(infoSelections.map(async (one) => [one.call, await this.#select(one)] as const)),
    ]);
    return {
      samples: new Map(samples),
      infoSamples: new Map<Expr, readonly SampleSeries[]>(infoSamples),
    };
  }

  async #evaluate(evaluation: Evaluation): Promise<PromqlData> {
    const node = unwrapParens(this.#expr);
    if (isRangeOperand(node)) return this.#rawSamples(node, evaluation);
    const value = await evaluation.evaluate(node);
    const timestampMs = this.#grid.startMs;
    const isRange = this.#request.kind === 'range';
    if (value.kind === 'string') return { kind: 'string', timestampMs, value: value.value };
    if (value.kind === 'scalar') {
      if (!isRange) return { kind: 'scalar', timestampMs, value: value.values[0] ?? Number.NaN };
      const times = value.values.map((_, step) => stepTime(this.#grid, step));
      const series = { labels: [], timestampsMs: times, values: value.values, histograms: [] };
      return { kind: 'matrix', series: this.#grid.count === 0 ? [] : [series] };
    }
    const named = mergeByLabels(value.series, true).map((one) => resultSeries(one, this.#grid));
    if (!isRange) return { kind: 'vector', series: named };
    return { kind: 'matrix', series: sorted(named) };
  }

  /** A range vector as the whole query: the samples as they are. */
  async #rawSamples(
    node: Extract<Expr, { kind: 'matrix-selector' | 'subquery' }>,
    evaluation: Evaluation,
  ): Promise<PromqlData> {
    const source = await rangeSource(node, evaluation);
    const result: PromqlSeries[] = [];
    const keys = new Set<string>();
    for (const series of source.series) {
      const window = new RangeWindow(series, source.rangeMs, undefined);
      moveWindow(window, { ...source, extension: undefined }, 0, evaluation);
      if (window.floats + window.histogramCount === 0) continue;
      const labels = series.dropName
        ? series.labels.filter((label) => label.name !== '__name__')
        : series.labels;
      const key = labelsKey(labels);
      if (keys.has(key)) {
        throw new Failure('execution', 'vector cannot contain metrics with the same labelset');
      }
      keys.add(key);
      result.push({
        labels,
        timestampsMs: series.times.slice(window.from, window.to),
        values: series.values.slice(window.from, window.to),
        histograms: series.histograms
          .slice(window.histogramFrom, window.histogramTo)
          .map((histogram, at) => ({
            timestampMs: series.histogramTimes[window.histogramFrom + at] ?? 0,
            histogram,
          })),
      });
    }
    return { kind: 'matrix', series: sorted(result) };
  }
}

function sorted(series: readonly PromqlSeries[]): readonly PromqlSeries[] {
  return series.toSorted((a, b) => compareLabels(a.labels, b.labels));
}

function resultSeries(series: StepSeries, grid: StepGrid): PromqlSeries {
  const { kinds, labels } = series;
  let floats = 0;
  for (const kind of kinds) if (kind === floatSample) floats++;
  const timestampsMs = new Float64Array(floats);
  const values = new Float64Array(floats);
  const histograms: PromqlSeries['histograms'][number][] = [];
  let at = 0;
  for (let step = 0; step < kinds.length; step++) {
    const kind = kinds[step];
    if (kind === absentSample) continue;
    const histogram = series.histograms?.[step];
    if (kind === floatSample) {
      timestampsMs[at] = stepTime(grid, step);
      values[at++] = series.values[step] ?? 0;
    } else if (histogram !== undefined) {
      histograms.push({ timestampMs: stepTime(grid, step), histogram });
    }
  }
  return { labels, timestampsMs, values, histograms };
}

/**
 * The engine over a source of series. Failures: `syntax` for what the text alone shows, `execution` for what
 * the data makes impossible, `limit` for too much of anything.
 */
export function createPromqlEngine(dependencies: {
  readonly series: SeriesSource;
  readonly options?: PromqlEngineOptions | undefined;
}): PromqlEngine {
  return {
    query: async (request, signal) =>
      new Query(dependencies.series, dependencies.options ?? {}, request, signal).run(),
  };
}
