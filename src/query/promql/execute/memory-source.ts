// Series in memory behind the port of storage: the oracle's data, and what in-process tests and files use.

import { compareLabels, labelsKey, labelValue, type Labels } from '../../../model/labels.ts';
import type { NativeHistogram } from '../../../model/native-histogram.ts';
import {
  writeStale,
  type MetricMetadata,
  type SeriesExemplar,
} from '../../../model/series-batch.ts';
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
  #times: Float64Array<ArrayBuffer> = new Float64Array(16);
  /** Only ever copied as a whole, so that stale markers keep their bits. */
  #values: Float64Array<ArrayBuffer> = new Float64Array(16);
  #starts: Float64Array<ArrayBuffer> = new Float64Array(16);
  #floats: number = 0;
  readonly #histograms: StoredHistogram[] = [];
  #lastIsHistogram: boolean = false;
  readonly exemplars: SeriesExemplar[] = [];

  constructor(labels: Labels) {
    this.labels = labels;
  }

  add({ timestampMs, startTimestampMs = 0, sample }: MemorySample): void {
    if (sample.kind === 'histogram') {
      const previous = this.#lastIsHistogram ? this.#histograms.at(-1)?.histogram : undefined;
      const counterResetHint = hintAfter(sample.histogram, previous);
      const histogram = { ...sample.histogram, counterResetHint };
      this.#histograms.push({ timestampMs, startTimestampMs, histogram });
    } else {
      if (this.#floats === this.#times.length) this.#grow();
      this.#times[this.#floats] = timestampMs;
      this.#starts[this.#floats] = startTimestampMs;
      if (sample.kind === 'stale') writeStale(this.#values, this.#floats);
      else this.#values[this.#floats] = sample.value;
      this.#floats++;
    }
    this.#lastIsHistogram = sample.kind === 'histogram';
  }

  #grow(): void {
    const grown = (column: Float64Array): Float64Array<ArrayBuffer> => {
      const larger = new Float64Array(column.length * 2);
      larger.set(column);
      return larger;
    };
    this.#times = grown(this.#times);
    this.#values = grown(this.#values);
    this.#starts = grown(this.#starts);
  }

  slice(startMs: number, endMs: number): SeriesData | undefined {
    const times = this.#times.subarray(0, this.#floats);
    const from = firstAfter(times, startMs - 1);
    const to = firstAfter(times, endMs);
    const histograms = this.#histograms.filter(
      ({ timestampMs }) => timestampMs >= startMs && timestampMs <= endMs,
    );
    if (to <= from && histograms.length === 0) return undefined;
    // Views, no copies: what is stored never changes, and growing leaves the old columns as they are.
    const starts = this.#starts.subarray(from, to);
    return {
      labels: this.labels,
      timestampsMs: times.subarray(from, to),
      values: this.#values.subarray(from, to),
      startTimestampsMs: starts.some((start) => start !== 0) ? starts : new Float64Array(0),
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

  readonly #metadata: MetricMetadata[] = [];

  #stored(labels: Labels): StoredSeries {
    const key = labelsKey(labels);
    let series = this.#series.get(key);
    if (series === undefined) {
      series = new StoredSeries(labels);
      this.#series.set(key, series);
    }
    return series;
  }

  /** Samples of a series must come in the order of their times. */
  append(labels: Labels, sample: MemorySample): void {
    this.#stored(labels).add(sample);
  }

  appendExemplar(labels: Labels, exemplar: SeriesExemplar): void {
    this.#stored(labels).exemplars.push(exemplar);
  }

  appendMetadata(metadata: MetricMetadata): void {
    this.#metadata.push(metadata);
  }

  clear(): void {
    this.#series.clear();
    this.#metadata.length = 0;
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

  selectExemplars(request: SeriesSelection): Promise<readonly SeriesExemplars[]> {
    const predicates = predicatesOf(request.matchers);
    const found: SeriesExemplars[] = [];
    for (const { labels, exemplars } of this.#series.values()) {
      if (!matches(labels, predicates)) continue;
      const inRange = exemplars.filter(
        ({ timestampMs }) => timestampMs >= request.startMs && timestampMs <= request.endMs,
      );
      if (inRange.length > 0) found.push({ labels, exemplars: inRange });
    }
    return Promise.resolve(found);
  }

  metricMetadata(request: {
    readonly metric?: string | undefined;
    readonly limit?: number | undefined;
  }): Promise<readonly MetricMetadata[]> {
    const found = this.#metadata.filter(
      ({ metric }) => request.metric === undefined || metric === request.metric,
    );
    return Promise.resolve(found.slice(0, request.limit));
  }
}
