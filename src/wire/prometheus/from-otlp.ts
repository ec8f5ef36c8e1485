// OTLP metrics as Prometheus's series, by Prometheus's own rules: names with unit and type suffixes, sanitised labels,
// `job` and `instance` from the resource, `target_info`, classic buckets for explicit histograms, native histograms for
// exponential ones. What has no cumulative meaning is refused with a count, its neighbours are kept.

import { formatGoFloat } from '../../base/float.ts';
import { type Attributes, findAttribute, printAttributeText } from '../../model/attributes.ts';
import { type Label, type Labels, labelsFromEntries, compareUtf8 } from '../../model/labels.ts';
import { sanitizeLabelName } from '../../model/log-labels.ts';
import type {
  DataPoint,
  Exemplar,
  HistogramPoint,
  Metric,
  MetricsBatch,
  NumberPoint,
  ResourceMetrics,
  SummaryPoint,
} from '../../model/metrics-batch.ts';
import type { Resource, Scope } from '../../model/resource.ts';
import type { MetricType, SeriesBatch, SeriesExemplar } from '../../model/series-batch.ts';
import { nativeHistogramOf, nativeSchemaMin } from './exponential-histogram.ts';
import { prometheusMetricName, prometheusUnit } from './metric-name.ts';
import { type OpenSeries, SeriesCollector } from './series-collector.ts';

export interface FromOtlpOptions {
  /** Unit and type suffixes on names. */
  readonly addSuffixes?: boolean | undefined;
  /** Resource attributes that become labels. */
  readonly promoteResourceAttributes?: readonly string[] | undefined;
  /** `otel_scope_name`, `otel_scope_version`, `otel_scope_schema_url` and the scope's attributes as labels. */
  readonly promoteScope?: boolean | undefined;
  /** Stands in for a point's missing time. */
  readonly nowMs?: number | undefined;
}

export interface TranslatedMetrics {
  readonly series: SeriesBatch;
  /** Data points that have no place in Prometheus's model. */
  readonly rejected: number;
  /** Why, for the client; empty when nothing was rejected. */
  readonly message: string;
}

/** Different reasons that one answer names. */
const reasonsMax = 5;
/** Prometheus's limit for all labels of an exemplar, in code points. */
const exemplarRunesMax = 128;
/** Half of Prometheus's look-back: `target_info` has no gap for a query. */
const targetInfoStepMs = 150_000;
/** Of one resource in one batch; times further apart are the sender's mistake. */
const targetInfoSamplesMax = 1000;

const identifying: ReadonlySet<string> = new Set([
  'service.name',
  'service.namespace',
  'service.instance.id',
]);

/** Everything that one batch's translation carries around. */
class Translation {
  readonly options: FromOtlpOptions;
  readonly collector: SeriesCollector = new SeriesCollector();
  rejected: number = 0;
  readonly reasons: Set<string> = new Set();

  constructor(options: FromOtlpOptions) {
    this.options = options;
  }

  reject(points: number, reason: string): void {
    if (points === 0) return;
    this.rejected += points;
    if (this.reasons.size < reasonsMax) this.reasons.add(reason);
  }

  timeMs(timeNs: bigint): number {
    return timeNs === 0n ? (this.options.nowMs ?? 0) : milliseconds(timeNs);
  }
}

function milliseconds(timeNs: bigint): number {
  return Number(timeNs / 1_000_000n);
}

/** Sanitised; values of names that became the same are joined in the order of the original names. */
function labelsOfAttributes(attributes: Attributes): Label[] {
  const byName = new Map<string, string>();
  const sorted = attributes.toSorted((a, b) => compareUtf8(a.key, b.key));
  for (const { key, value } of sorted) {
    const name = sanitizeLabelName(key);
    const text = printAttributeText(value);
    const known = byName.get(name);
    byName.set(name, known === undefined ? text : `${known};${text}`);
  }
  return Array.from(byName, ([name, value]) => ({ name, value }));
}

function attributeText(attributes: Attributes, key: string): string {
  const value = findAttribute(attributes, key);
  return value === undefined ? '' : printAttributeText(value);
}

/** `job` and `instance`, as far as the resource says. */
function targetLabels({ attributes }: Resource): Label[] {
  const service = attributeText(attributes, 'service.name');
  const namespace = attributeText(attributes, 'service.namespace');
  const instance = attributeText(attributes, 'service.instance.id');
  const job = service === '' || namespace === '' ? service : `${namespace}/${service}`;
  return [
    { name: 'job', value: job },
    { name: 'instance', value: instance },
  ].filter(({ value }) => value !== '');
}

function scopeLabels({ name, version, schemaUrl, attributes }: Scope): Label[] {
  return [
    ...labelsOfAttributes(attributes).map((label) => ({
      name: `otel_scope_${label.name}`,
      value: label.value,
    })),
    { name: 'otel_scope_name', value: name },
    { name: 'otel_scope_version', value: version },
    { name: 'otel_scope_schema_url', value: schemaUrl },
  ];
}

/** The owner of the points that are being translated. */
interface Source {
  readonly promoted: readonly Label[];
  readonly target: readonly Label[];
  /** Kept hidden beside each series, under the original keys. */
  readonly hidden: Labels;
}

/** Throws nothing: what cannot be translated is in `rejected`. */
export function seriesFromMetrics(
  batch: MetricsBatch,
  options: FromOtlpOptions = {},
): TranslatedMetrics {
  const translation = new Translation(options);
  const promotedKeys = new Set(options.promoteResourceAttributes ?? []);
  for (const owner of batch.resources) {
    const { resource, scopes } = owner;
    const target = targetLabels(resource);
    const promoted = labelsOfAttributes(
      resource.attributes.filter(({ key }) => promotedKeys.has(key)),
    );
    const hidden = labelsFromEntries(
      resource.attributes
        .filter(({ key }) => !promotedKeys.has(key))
        .map(({ key, value }): [string, string] => [key, printAttributeText(value)]),
    );
    for (const { scope, metrics } of scopes) {
      const fromScope = options.promoteScope === true ? scopeLabels(scope) : [];
      const source = { promoted: [...promoted, ...fromScope], target, hidden };
      for (const metric of metrics) translateMetric(translation, metric, source);
    }
    addTargetInfo(translation, owner, target, hidden);
  }
  return {
    series: translation.collector.finish(),
    rejected: translation.rejected,
    message: [...translation.reasons].join('; '),
  };
}

function translateMetric(translation: Translation, metric: Metric, source: Source): void {
  const { data, name: otlpName } = metric;
  if ('temporality' in data && data.temporality !== 'cumulative') {
    const reason = `invalid temporality and type combination for metric ${JSON.stringify(otlpName)}`;
    translation.reject(data.points.length, reason);
    return;
  }
  const isCounter = data.kind === 'sum' && data.monotonic;
  const isGauge = data.kind === 'gauge' || (data.kind === 'sum' && !data.monotonic);
  // Only a true gauge may be a ratio: non-monotonic sums of unit 1 count things.
  const namedAs = isCounter ? 'counter' : data.kind === 'gauge' ? 'gauge' : 'other';
  const addSuffixes = translation.options.addSuffixes ?? true;
  const name = prometheusMetricName(otlpName, metric.unit, namedAs, addSuffixes);
  if (name === '') {
    const reason = `normalization for metric ${JSON.stringify(otlpName)} resulted in empty name`;
    translation.reject(data.points.length, reason);
    return;
  }
  const type: MetricType = isCounter
    ? 'counter'
    : isGauge
      ? 'gauge'
      : data.kind === 'summary'
        ? 'summary'
        : 'histogram';
  const unit = prometheusUnit(metric.unit);
  translation.collector.describe({ metric: name, type, help: metric.description, unit });
  switch (data.kind) {
    case 'gauge':
    case 'sum':
      for (const point of data.points) addNumber(translation, name, point, source);
      return;
    case 'histogram':
      for (const point of data.points) addHistogram(translation, name, point, source);
      return;
    case 'summary':
      for (const point of data.points) addSummary(translation, name, point, source);
      return;
    case 'exponential-histogram':
      for (const point of data.points) {
        if (point.scale < nativeSchemaMin) {
          const reason = `cannot convert exponential to native histogram. Scale must be >= ${nativeSchemaMin}, was ${point.scale}`;
          translation.reject(1, reason);
          continue;
        }
        const place = placeOf(translation, point, source);
        const series = openSeries(translation, place, name, []);
        series.histograms.push({
          timestampMs: place.timestampMs,
          startTimestampMs: place.startTimestampMs,
          histogram: nativeHistogramOf(point),
        });
        addExemplars(translation, series, point);
      }
      return;
  }
}

/** What all series of one point share. */
interface Place {
  readonly base: readonly Label[];
  readonly hidden: Labels;
  readonly timestampMs: number;
  readonly startTimestampMs: number;
}

function placeOf(translation: Translation, point: DataPoint, source: Source): Place {
  return {
    base: [...source.promoted, ...labelsOfAttributes(point.attributes), ...source.target],
    hidden: source.hidden,
    timestampMs: translation.timeMs(point.timeNs),
    startTimestampMs: milliseconds(point.startTimeNs),
  };
}

function openSeries(
  translation: Translation,
  { base, hidden }: Place,
  name: string,
  extra: readonly Label[],
): OpenSeries {
  return translation.collector.open(base, [...extra, { name: '__name__', value: name }], hidden);
}

/** Adds a sample, a stale marker when the point says that it recorded nothing. */
function addSample(
  translation: Translation,
  place: Place,
  name: string,
  extra: readonly Label[],
  { flags }: DataPoint,
  value: number,
): OpenSeries {
  const series = openSeries(translation, place, name, extra);
  series.add(place.timestampMs, place.startTimestampMs, (flags & 1) === 0 ? value : undefined);
  return series;
}

function addNumber(
  translation: Translation,
  name: string,
  point: NumberPoint,
  source: Source,
): void {
  const place = placeOf(translation, point, source);
  const series = addSample(translation, place, name, [], point, Number(point.value));
  addExemplars(translation, series, point);
}

function addHistogram(
  translation: Translation,
  name: string,
  point: HistogramPoint,
  source: Source,
): void {
  const place = placeOf(translation, point, source);
  if (point.sum !== undefined) {
    addSample(translation, place, `${name}_sum`, [], point, point.sum);
  }
  addSample(translation, place, `${name}_count`, [], point, point.count);
  let cumulative = 0;
  const exemplars = point.exemplars.toSorted((a, b) => a.value - b.value);
  let nextExemplar = 0;
  const addBucket = (le: string, bound: number, count: number): void => {
    const label = [{ name: 'le', value: le }];
    const series = addSample(translation, place, `${name}_bucket`, label, point, count);
    for (let one = exemplars[nextExemplar]; one !== undefined; one = exemplars[nextExemplar]) {
      if (one.value > bound) break;
      series.exemplars.push(exemplarOf(translation, one));
      nextExemplar++;
    }
  };
  point.explicitBounds.forEach((bound, at) => {
    cumulative += point.bucketCounts[at] ?? 0;
    addBucket(formatGoFloat(bound), bound, cumulative);
  });
  addBucket('+Inf', Infinity, point.count);
}

function addSummary(
  translation: Translation,
  name: string,
  point: SummaryPoint,
  source: Source,
): void {
  const place = placeOf(translation, point, source);
  addSample(translation, place, `${name}_sum`, [], point, point.sum);
  addSample(translation, place, `${name}_count`, [], point, point.count);
  for (const { quantile, value } of point.quantiles) {
    const label = { name: 'quantile', value: formatGoFloat(quantile) };
    addSample(translation, place, name, [label], point, value);
  }
}

function addExemplars(
  translation: Translation,
  series: OpenSeries,
  { exemplars }: DataPoint,
): void {
  for (const exemplar of exemplars) series.exemplars.push(exemplarOf(translation, exemplar));
}

function runes(labels: readonly Label[]): number {
  let count = 0;
  for (const { name, value } of labels) count += Array.from(name + value).length;
  return count;
}

function exemplarOf(translation: Translation, exemplar: Exemplar): SeriesExemplar {
  const ids = [
    { name: 'trace_id', value: exemplar.traceId },
    { name: 'span_id', value: exemplar.spanId },
  ].filter(({ value }) => value !== '');
  const filtered = labelsOfAttributes(exemplar.filteredAttributes);
  const all = [...filtered, ...ids];
  const kept = runes(all) <= exemplarRunesMax ? all : ids;
  return {
    labels: labelsFromEntries(kept.map(({ name, value }): [string, string] => [name, value])),
    value: exemplar.value,
    timestampMs: translation.timeMs(exemplar.timeNs),
  };
}

/** One series a resource with its remaining attributes as labels, over the times of the resource's points. */
function addTargetInfo(
  translation: Translation,
  { resource, scopes }: ResourceMetrics,
  target: readonly Label[],
  hidden: Labels,
): void {
  const rest = labelsOfAttributes(resource.attributes.filter(({ key }) => !identifying.has(key)));
  if (target.length === 0 || rest.length === 0) return;
  let earliestMs = Infinity;
  let latestMs = -Infinity;
  for (const { metrics } of scopes) {
    for (const { data } of metrics) {
      for (const { timeNs } of data.points) {
        const timeMs = translation.timeMs(timeNs);
        if (timeMs === 0) continue;
        earliestMs = Math.min(earliestMs, timeMs);
        latestMs = Math.max(latestMs, timeMs);
      }
    }
  }
  if (latestMs === -Infinity) return;
  const name = { name: '__name__', value: 'target_info' };
  const series = translation.collector.open([...rest, ...target], [name], hidden);
  const steps = (latestMs - earliestMs) / targetInfoStepMs;
  if (steps <= targetInfoSamplesMax) {
    for (let timeMs = earliestMs; timeMs < latestMs; timeMs += targetInfoStepMs) {
      series.add(timeMs, 0, 1);
    }
  }
  series.add(latestMs, 0, 1);
  const help = 'Target metadata';
  translation.collector.describe({ metric: 'target_info', type: 'gauge', help, unit: '' });
}
