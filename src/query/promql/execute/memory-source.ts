// Series in memory behind the port of storage: the oracle's data, and what in-process tests and files use.

import { compareLabels, labelsKey, labelValue, type Labels } from '../../../model/labels.ts';
import type { NativeHistogram } from '../../../model/native-histogram.ts';
import { writeStale, type MetricMetadata } from '../../../model/series-batch.ts';
import { matcherPredicate, type LabelMatcher } from '../../language/matcher.ts';
import type { SeriesData, SeriesExemplars, SeriesSelection, SeriesSource } from '../../sources.ts';
import { Failure } from '../../../base/errors.ts';
import { hintAfter } from '../histogram/reset.ts';
import { firstAfter } from './samples.ts';

export interface MemorySample {
  readonly timestampMs: number;
  /** 0 when unknown. */
  readonly startTimestampMs?: number | undefined;
  readonly sample:
    | { readonly kind: 'float'; readonly value: number }
    /** The series ends here. */
    | { readonly kind: 'stale' }
    | { readonly kind: 'histogram'; readonly histogram: NativeHistogram };
}

interface StoredHistogram {
  readonly timestampMs: number;
  readonly startTimestampMs: number;
  readonly histogram: NativeHistogram;
}

/** Growing columns of one series, ascending by time. */
class StoredSeries {
  readonly labels: Labels;
  readonly times: number[] = [];
  #values: Float64Array<ArrayBuffer> = new Float64Array(16);
  readonly starts: number[] = [];
  readonly histograms: StoredHistogram[] = [];
  #lastIsHistogram: boolean = false;

  constructor(labels: Labels) {
    this.labels = labels;
  }

  /** Written through typed arrays only, so that stale markers keep their bits. */
  get values(): Float64Array {
    return this.#values.subarray(0, this.times.length);
  }

  add({ timestampMs, startTimestampMs = 0, sample }: MemorySample): void {
    if (sample.kind === 'histogram') {
      const previous = this.#lastIsHistogram ? this.histograms.at(-1)?.histogram : undefined;
      const counterResetHint = hintAfter(sample.histogram, previous);
      const histogram = { ...sample.histogram, counterResetHint };
      this.histograms.push({ timestampMs, startTimestampMs, histogram });
    } else {
      if (this.times.length === this.#values.length) {
        const grown = new Float64Array(this.#values.length * 2);
        grown.set(this.#values);
        this.#values = grown;
      }
      if (sample.kind === 'stale') writeStale(this.#values, this.times.length);
      else this.#values[this.times.length] = sample.value;
      this.times.push(timestampMs);
      this.starts.push(startTimestampMs);
    }
    this.#lastIsHistogram = sample.kind === 'histogram';
  }

  slice(startMs: number, endMs: number): SeriesData | undefined {
    const times = Float64Array.from(this.times);
    const from = firstAfter(times, startMs - 1);
    const to = firstAfter(times, endMs);
    const histograms = this.histograms.filter(
      ({ timestampMs }) => timestampMs >= startMs && timestampMs <= endMs,
    );
    if (to <= from && histograms.length === 0) return undefined;
    const starts = this.starts.slice(from, to);
    return {
      labels: this.labels,
      timestampsMs: times.slice(from, to),
      values: this.values.slice(from, to),
      startTimestampsMs: starts.some((start) => start !== 0)
        ? Float64Array.from(starts)
        : new Float64Array(0),
      histograms,
    };
  }
}

function matches(
  labels: Labels,
  predicates: readonly [string, (value: string) => boolean][],
): boolean {
  return predicates.every(([name, predicate]) => predicate(labelValue(labels, name)));
}

function predicatesOf(
  matchers: readonly LabelMatcher[],
): readonly [string, (value: string) => boolean][] {
  return matchers.map((matcher) => [matcher.name, matcherPredicate(matcher)]);
}

export class MemorySeriesSource implements SeriesSource {
  readonly #series: Map<string, StoredSeries> = new Map();

  /** Samples of a series must come in the order of their times. */
  append(labels: Labels, sample: MemorySample): void {
    const key = labelsKey(labels);
    let series = this.#series.get(key);
    if (series === undefined) {
      series = new StoredSeries(labels);
      this.#series.set(key, series);
    }
    series.add(sample);
  }

  clear(): void {
    this.#series.clear();
  }

  // eslint-disable-next-line typescript/require-await -- The port is asynchronous.
  async selectSeries(
    request: SeriesSelection & { readonly samplesMax?: number | undefined },
    signal: AbortSignal,
  ): Promise<readonly SeriesData[]> {
    signal.throwIfAborted();
    const predicates = predicatesOf(request.matchers);
    const selected: SeriesData[] = [];
    let samples = 0;
    for (const series of this.#series.values()) {
      if (!matches(series.labels, predicates)) continue;
      const data = series.slice(request.startMs, request.endMs);
      if (data === undefined) continue;
      samples += data.values.length + data.histograms.length;
      if (samples > (request.samplesMax ?? Number.POSITIVE_INFINITY)) {
        throw new Failure(
          'limit',
          'query processing would load too many samples into memory in query execution',
        );
      }
      selected.push(data);
    }
    return selected;
  }

  async seriesLabels(
    request: Omit<SeriesSelection, 'matchers'> & {
      readonly matcherLists: readonly (readonly LabelMatcher[])[];
      readonly limit?: number | undefined;
    },
    signal: AbortSignal,
  ): Promise<readonly Labels[]> {
    const found = new Map<string, Labels>();
    for (const matchers of request.matcherLists) {
      for (const { labels } of await this.selectSeries({ ...request, matchers }, signal)) {
        found.set(labelsKey(labels), labels);
      }
    }
    return [...found.values()].sort(compareLabels).slice(0, request.limit);
  }

  selectExemplars(): Promise<readonly SeriesExemplars[]> {
    return Promise.resolve([]);
  }

  metricMetadata(): Promise<readonly MetricMetadata[]> {
    return Promise.resolve([]);
  }
}
