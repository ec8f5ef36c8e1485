// Batches as export requests in OTLP/JSON: IDs in hex, enums as numbers, 64-bit integers as strings, defaults left out.

import { bodyKind, type LogsBatch } from '../../model/logs-batch.ts';
import type {
  DataPoint,
  ExponentialBuckets,
  ExponentialHistogramPoint,
  HistogramPoint,
  Metric,
  MetricData,
  MetricsBatch,
  NumberPoint,
  SummaryPoint,
  Temporality,
} from '../../model/metrics-batch.ts';
import { emptyResource, emptyScope } from '../../model/resource.ts';
import type { SpansBatch } from '../../model/spans-batch.ts';
import type { JsonObject } from '../json/fields.ts';
import { bodyOfJson } from './any-value.ts';
import {
  jsonDouble,
  jsonOfAttributes,
  jsonOfResource,
  jsonOfScope,
  jsonOfValue,
  withoutDefaults,
} from './any-value-json.ts';
import { groupRows } from './encode-grouping.ts';

/** The two outer levels, with each row printed by `print`. */
function jsonOfGroups(
  batch: LogsBatch | SpansBatch,
  scopesName: string,
  recordsName: string,
  print: (row: number) => JsonObject,
): JsonObject[] {
  return groupRows(batch.length, batch.resource, batch.scope).map((group) => {
    const resource = batch.resources[group.resource] ?? emptyResource;
    return withoutDefaults({
      resource: jsonOfResource(resource),
      [scopesName]: group.scopes.map(({ scope: scopeIndex, rows }) => {
        const scope = batch.scopes[scopeIndex] ?? emptyScope;
        return withoutDefaults({
          scope: jsonOfScope(scope),
          [recordsName]: rows.map(print),
          schemaUrl: scope.schemaUrl,
        });
      }),
      schemaUrl: resource.schemaUrl,
    });
  });
}

export function encodeLogsJson(batch: LogsBatch): string {
  const resourceLogs = jsonOfGroups(batch, 'scopeLogs', 'logRecords', (row) => {
    const kind = batch.bodyKind.at(row);
    const text = batch.body.textAt(row);
    return withoutDefaults({
      timeUnixNano: batch.timeNs.at(row),
      observedTimeUnixNano: batch.observedTimeNs.at(row),
      severityNumber: batch.severityNumber.at(row),
      severityText: batch.severityText.textAt(row),
      body:
        kind === bodyKind.empty
          ? undefined
          : kind === bodyKind.text
            ? { stringValue: text }
            : jsonOfValue(bodyOfJson(text)),
      attributes: jsonOfAttributes(batch.attributes.rowAt(row)),
      droppedAttributesCount: batch.droppedAttributesCount.at(row),
      flags: batch.flags.at(row),
      traceId: batch.traceId.hexAt(row),
      spanId: batch.spanId.hexAt(row),
      eventName: batch.eventName.textAt(row),
    });
  });
  return JSON.stringify({ resourceLogs });
}

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, at) => start + at);
}

export function encodeSpansJson(batch: SpansBatch): string {
  const resourceSpans = jsonOfGroups(batch, 'scopeSpans', 'spans', (row) => {
    const events = range(batch.eventOffsets.at(row), batch.eventOffsets.at(row + 1));
    const links = range(batch.linkOffsets.at(row), batch.linkOffsets.at(row + 1));
    const status = withoutDefaults({
      message: batch.statusMessage.textAt(row),
      code: batch.statusCode.at(row),
    });
    return withoutDefaults({
      traceId: batch.traceId.hexAt(row),
      spanId: batch.spanId.hexAt(row),
      traceState: batch.traceState.textAt(row),
      parentSpanId: batch.parentSpanId.hexAt(row),
      flags: batch.flags.at(row),
      name: batch.name.textAt(row),
      kind: batch.kind.at(row),
      startTimeUnixNano: batch.startNs.at(row),
      endTimeUnixNano: batch.endNs.at(row),
      attributes: jsonOfAttributes(batch.attributes.rowAt(row)),
      droppedAttributesCount: batch.droppedAttributesCount.at(row),
      events: events.map((at) =>
        withoutDefaults({
          timeUnixNano: batch.eventTimeNs.at(at),
          name: batch.eventName.textAt(at),
          attributes: jsonOfAttributes(batch.eventAttributes.rowAt(at)),
        }),
      ),
      droppedEventsCount: batch.droppedEventsCount.at(row),
      links: links.map((at) =>
        withoutDefaults({
          traceId: batch.linkTraceId.hexAt(at),
          spanId: batch.linkSpanId.hexAt(at),
          traceState: batch.linkTraceState.textAt(at),
          attributes: jsonOfAttributes(batch.linkAttributes.rowAt(at)),
        }),
      ),
      droppedLinksCount: batch.droppedLinksCount.at(row),
      status: Object.keys(status).length === 0 ? undefined : status,
    });
  });
  return JSON.stringify({ resourceSpans });
}

export function encodeMetricsJson(batch: MetricsBatch): string {
  const resourceMetrics = batch.resources.map(({ resource, scopes }) =>
    withoutDefaults({
      resource: jsonOfResource(resource),
      scopeMetrics: scopes.map(({ scope, metrics }) =>
        withoutDefaults({
          scope: jsonOfScope(scope),
          metrics: metrics.map(jsonOfMetric),
          schemaUrl: scope.schemaUrl,
        }),
      ),
      schemaUrl: resource.schemaUrl,
    }),
  );
  return JSON.stringify({ resourceMetrics });
}

function jsonOfMetric({ name, description, unit, metadata, data }: Metric): JsonObject {
  const fields = { name, description, unit, metadata: jsonOfAttributes(metadata) };
  return { ...withoutDefaults(fields), ...jsonOfData(data) };
}

const temporalityNumbers: Readonly<Record<Temporality, number>> = {
  unspecified: 0,
  delta: 1,
  cumulative: 2,
};

function jsonOfData(data: MetricData): JsonObject {
  const aggregationTemporality =
    'temporality' in data ? temporalityNumbers[data.temporality] : undefined;
  switch (data.kind) {
    case 'gauge':
      return { gauge: withoutDefaults({ dataPoints: data.points.map(jsonOfNumber) }) };
    case 'sum': {
      const dataPoints = data.points.map(jsonOfNumber);
      const sum = { dataPoints, aggregationTemporality, isMonotonic: data.monotonic };
      return { sum: withoutDefaults(sum) };
    }
    case 'histogram': {
      const dataPoints = data.points.map(jsonOfHistogram);
      return { histogram: withoutDefaults({ dataPoints, aggregationTemporality }) };
    }
    case 'exponential-histogram': {
      const dataPoints = data.points.map(jsonOfExponential);
      return { exponentialHistogram: withoutDefaults({ dataPoints, aggregationTemporality }) };
    }
    case 'summary':
      return { summary: withoutDefaults({ dataPoints: data.points.map(jsonOfSummary) }) };
  }
}

function jsonOfPoint(point: DataPoint): JsonObject {
  return {
    attributes: jsonOfAttributes(point.attributes),
    startTimeUnixNano: point.startTimeNs,
    timeUnixNano: point.timeNs,
    flags: point.flags,
    exemplars: point.exemplars.map(({ timeNs, value, traceId, spanId, filteredAttributes }) => ({
      ...withoutDefaults({
        filteredAttributes: jsonOfAttributes(filteredAttributes),
        timeUnixNano: timeNs,
        spanId,
        traceId,
      }),
      asDouble: jsonDouble(value),
    })),
  };
}

function jsonOfNumber(point: NumberPoint): JsonObject {
  const value =
    typeof point.value === 'bigint'
      ? { asInt: point.value.toString() }
      : { asDouble: jsonDouble(point.value) };
  return { ...withoutDefaults(jsonOfPoint(point)), ...value };
}

/** Sum, min and max where they are there, also when they are 0. */
function jsonOfTotals(point: HistogramPoint | ExponentialHistogramPoint): JsonObject {
  const totals: Record<string, number | string> = {};
  if (point.sum !== undefined) totals['sum'] = jsonDouble(point.sum);
  if (point.min !== undefined) totals['min'] = jsonDouble(point.min);
  if (point.max !== undefined) totals['max'] = jsonDouble(point.max);
  return totals;
}

function jsonOfHistogram(point: HistogramPoint): JsonObject {
  return {
    ...withoutDefaults({
      ...jsonOfPoint(point),
      count: BigInt(point.count),
      bucketCounts: point.bucketCounts.map(String),
      explicitBounds: point.explicitBounds.map(jsonDouble),
    }),
    ...jsonOfTotals(point),
  };
}

function jsonOfBuckets({ offset, bucketCounts }: ExponentialBuckets): JsonObject | undefined {
  if (offset === 0 && bucketCounts.length === 0) return undefined;
  return withoutDefaults({ offset, bucketCounts: bucketCounts.map(String) });
}

function jsonOfExponential(point: ExponentialHistogramPoint): JsonObject {
  return {
    ...withoutDefaults({
      ...jsonOfPoint(point),
      count: BigInt(point.count),
      scale: point.scale,
      zeroCount: BigInt(point.zeroCount),
      zeroThreshold: jsonDouble(point.zeroThreshold),
      positive: jsonOfBuckets(point.positive),
      negative: jsonOfBuckets(point.negative),
    }),
    ...jsonOfTotals(point),
  };
}

function jsonOfSummary(point: SummaryPoint): JsonObject {
  return withoutDefaults({
    ...jsonOfPoint(point),
    count: BigInt(point.count),
    sum: jsonDouble(point.sum),
    quantileValues: point.quantiles.map(({ quantile, value }) => ({
      quantile: jsonDouble(quantile),
      value: jsonDouble(value),
    })),
  });
}
