// ExportMetricsServiceRequest in OTLP/JSON into the model's objects.

import type {
  DataPoint,
  Exemplar,
  ExponentialBuckets,
  ExponentialHistogramPoint,
  HistogramPoint,
  Metric,
  MetricData,
  NumberPoint,
  ResourceMetrics,
  ScopeMetrics,
  SummaryPoint,
  Temporality,
} from '../../model/metrics-batch.ts';
import {
  asDouble,
  asInt64,
  asObject,
  boolOf,
  countOf,
  doubleOf,
  enumOf,
  fieldOf,
  int32Of,
  type JsonObject,
  listOf,
  readObject,
  readObjects,
  textOf,
  uint32Of,
  uint64Of,
  withJsonPath,
} from '../json/fields.ts';
import { parseJson } from '../json/parse.ts';
import { readJsonAttributes, readJsonResource, readJsonScope } from './any-value-json.ts';
import type { DecodedMetrics } from './decoded.ts';

/** Throws `invalid-data` naming the JSON path of what is wrong. */
export function decodeMetricsJson(text: string): DecodedMetrics {
  const root = parseJson(text);
  const resources: ResourceMetrics[] = [];
  withJsonPath(() => {
    readObjects(asObject(root), 'resourceMetrics', (resourceMetrics) => {
      const scopes: ScopeMetrics[] = [];
      resources.push({ resource: readJsonResource(resourceMetrics), scopes });
      readObjects(resourceMetrics, 'scopeMetrics', (scopeMetrics) => {
        const metrics: Metric[] = [];
        scopes.push({ scope: readJsonScope(scopeMetrics), metrics });
        readObjects(scopeMetrics, 'metrics', (json) => {
          const data = readData(json);
          if (data === undefined) return;
          metrics.push({
            name: textOf(json, 'name'),
            description: textOf(json, 'description'),
            unit: textOf(json, 'unit'),
            metadata: readJsonAttributes(json, 'metadata'),
            data,
          });
        });
      });
    });
  });
  return { batch: { resources }, rejected: 0, message: '' };
}

const temporalities: readonly Temporality[] = ['unspecified', 'delta', 'cumulative'];
const temporalityNumbers: ReadonlyMap<string, number> = new Map([
  ['AGGREGATION_TEMPORALITY_DELTA', 1],
  ['AGGREGATION_TEMPORALITY_CUMULATIVE', 2],
]);

function temporalityOf(json: JsonObject): Temporality {
  const number = enumOf(json, 'aggregationTemporality', temporalityNumbers);
  return temporalities[number] ?? 'unspecified';
}

function pointsOf<Point>(json: JsonObject, read: (point: JsonObject) => Point): Point[] {
  const points: Point[] = [];
  readObjects(json, 'dataPoints', (point) => points.push(read(point)));
  return points;
}

function readData(metric: JsonObject): MetricData | undefined {
  return (
    readObject(metric, 'gauge', (json): MetricData => {
      return { kind: 'gauge', points: pointsOf(json, readNumberPoint) };
    }) ??
    readObject(metric, 'sum', (json): MetricData => {
      const points = pointsOf(json, readNumberPoint);
      const monotonic = boolOf(json, 'isMonotonic');
      return { kind: 'sum', points, temporality: temporalityOf(json), monotonic };
    }) ??
    readObject(metric, 'histogram', (json): MetricData => {
      const points = pointsOf(json, readHistogramPoint);
      return { kind: 'histogram', points, temporality: temporalityOf(json) };
    }) ??
    readObject(metric, 'exponentialHistogram', (json): MetricData => {
      const points = pointsOf(json, readExponentialPoint);
      return { kind: 'exponential-histogram', points, temporality: temporalityOf(json) };
    }) ??
    readObject(metric, 'summary', (json): MetricData => {
      return { kind: 'summary', points: pointsOf(json, readSummaryPoint) };
    })
  );
}

function readPoint(json: JsonObject): DataPoint {
  const exemplars: Exemplar[] = [];
  readObjects(json, 'exemplars', (exemplar) => exemplars.push(readExemplar(exemplar)));
  return {
    attributes: readJsonAttributes(json, 'attributes'),
    startTimeNs: uint64Of(json, 'startTimeUnixNano'),
    timeNs: uint64Of(json, 'timeUnixNano'),
    flags: uint32Of(json, 'flags'),
    exemplars,
  };
}

function numberOf(json: JsonObject): number | bigint {
  const int = fieldOf(json, 'asInt');
  return int === undefined ? (doubleOf(json, 'asDouble') ?? 0) : asInt64(int, 'asInt');
}

function hexId(json: JsonObject, name: string, digits: number): string {
  const text = textOf(json, name).toLowerCase();
  return text.length === digits && /^[0-9a-f]+$/.test(text) && !/^0+$/.test(text) ? text : '';
}

function readExemplar(json: JsonObject): Exemplar {
  return {
    timeNs: uint64Of(json, 'timeUnixNano'),
    value: Number(numberOf(json)),
    traceId: hexId(json, 'traceId', 32),
    spanId: hexId(json, 'spanId', 16),
    filteredAttributes: readJsonAttributes(json, 'filteredAttributes'),
  };
}

function readNumberPoint(json: JsonObject): NumberPoint {
  return { ...readPoint(json), value: numberOf(json) };
}

function countsOf(json: JsonObject): number[] {
  return listOf(json, 'bucketCounts').map((count, at) =>
    Number(asInt64(count, `bucketCounts[${at}]`)),
  );
}

function readHistogramPoint(json: JsonObject): HistogramPoint {
  return {
    ...readPoint(json),
    count: countOf(json, 'count'),
    sum: doubleOf(json, 'sum'),
    min: doubleOf(json, 'min'),
    max: doubleOf(json, 'max'),
    bucketCounts: countsOf(json),
    explicitBounds: listOf(json, 'explicitBounds').map((bound, at) =>
      asDouble(bound, `explicitBounds[${at}]`),
    ),
  };
}

const noBuckets: ExponentialBuckets = { offset: 0, bucketCounts: [] };

function bucketsOf(json: JsonObject, name: string): ExponentialBuckets {
  const buckets = readObject(json, name, (child) => ({
    offset: int32Of(child, 'offset'),
    bucketCounts: countsOf(child),
  }));
  return buckets ?? noBuckets;
}

function readExponentialPoint(json: JsonObject): ExponentialHistogramPoint {
  return {
    ...readPoint(json),
    count: countOf(json, 'count'),
    sum: doubleOf(json, 'sum'),
    min: doubleOf(json, 'min'),
    max: doubleOf(json, 'max'),
    scale: int32Of(json, 'scale'),
    zeroCount: countOf(json, 'zeroCount'),
    zeroThreshold: doubleOf(json, 'zeroThreshold') ?? 0,
    positive: bucketsOf(json, 'positive'),
    negative: bucketsOf(json, 'negative'),
  };
}

function readSummaryPoint(json: JsonObject): SummaryPoint {
  const quantiles: { quantile: number; value: number }[] = [];
  readObjects(json, 'quantileValues', (pair) => {
    quantiles.push({
      quantile: doubleOf(pair, 'quantile') ?? 0,
      value: doubleOf(pair, 'value') ?? 0,
    });
  });
  const sum = doubleOf(json, 'sum') ?? 0;
  return { ...readPoint(json), count: countOf(json, 'count'), sum, quantiles };
}
