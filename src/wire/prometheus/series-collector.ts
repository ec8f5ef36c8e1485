// Collects samples into series by label set while OTLP data points are translated, and metadata by metric name.

import { type Label, type Labels, labelsFromEntries, labelsKey } from '../../model/labels.ts';
import {
  type HistogramSample,
  type MetricMetadata,
  type SeriesBatch,
  type SeriesExemplar,
  type SeriesSamples,
  writeStale,
} from '../../model/series-batch.ts';

export class OpenSeries {
  readonly labels: Labels;
  readonly resource: Labels;
  readonly #timestampsMs: number[] = [];
  readonly #startTimestampsMs: number[] = [];
  readonly #values: number[] = [];
  readonly #stale: number[] = [];
  readonly histograms: HistogramSample[] = [];
  readonly exemplars: SeriesExemplar[] = [];

  constructor(labels: Labels, resource: Labels) {
    this.labels = labels;
    this.resource = resource;
  }

  /** `undefined` is a stale marker. */
  add(timestampMs: number, startTimestampMs: number, value: number | undefined): void {
    if (value === undefined) this.#stale.push(this.#values.length);
    this.#timestampsMs.push(timestampMs);
    this.#startTimestampsMs.push(startTimestampMs);
    this.#values.push(value ?? 0);
  }

  finish(): SeriesSamples {
    const values = Float64Array.from(this.#values);
    for (const at of this.#stale) writeStale(values, at);
    const hasStart = this.#startTimestampsMs.some((start) => start !== 0);
    return {
      labels: this.labels,
      timestampsMs: Float64Array.from(this.#timestampsMs),
      values,
      startTimestampsMs: Float64Array.from(hasStart ? this.#startTimestampsMs : []),
      histograms: this.histograms,
      exemplars: this.exemplars,
      resource: this.resource,
    };
  }
}

export class SeriesCollector {
  readonly #series: Map<string, OpenSeries> = new Map();
  readonly #metadata: Map<string, MetricMetadata> = new Map();

  /** The series of the labels plus `extra`, which win over labels of the same name. */
  open(base: readonly Label[], extra: readonly Label[], resource: Labels): OpenSeries {
    const labels = labelsFromEntries(
      [...base, ...extra].map(({ name, value }): [string, string] => [name, value]),
    );
    const key = labelsKey(labels);
    let series = this.#series.get(key);
    if (series === undefined) this.#series.set(key, (series = new OpenSeries(labels, resource)));
    return series;
  }

  describe(metadata: MetricMetadata): void {
    if (!this.#metadata.has(metadata.metric)) this.#metadata.set(metadata.metric, metadata);
  }

  finish(): SeriesBatch {
    return {
      series: Array.from(this.#series.values(), (series) => series.finish()),
      metadata: Array.from(this.#metadata.values()),
    };
  }
}
