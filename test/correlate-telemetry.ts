// Records and datasources for the tests of correlation: the quick-start's `datasources.yaml` as `config` reads it.

import type { Attributes } from '../src/model/attributes.ts';
import type { Datasource } from '../src/model/datasource.ts';
import type { LogRecord } from '../src/model/log-record.ts';
import { type Resource, emptyResource, emptyScope } from '../src/model/resource.ts';
import type { SpanRecord } from '../src/model/span-record.ts';

export const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
export const spanId = '00f067aa0ba902b7';
export const secondNs = 1_000_000_000n;
export const startNs = 1_700_000_000n * secondNs;

export function attributesOf(values: Readonly<Record<string, string | number>>): Attributes {
  return Object.entries(values).map(([key, value]) => ({
    key,
    value:
      typeof value === 'string' ? { kind: 'string', value } : { kind: 'int', value: BigInt(value) },
  }));
}

export function resourceOf(values: Readonly<Record<string, string>>): Resource {
  return { ...emptyResource, attributes: attributesOf(values) };
}

export function logOf(changes: Partial<LogRecord> = {}): LogRecord {
  return {
    timeNs: startNs,
    observedTimeNs: startNs,
    seq: 1n,
    service: 'cart',
    severityNumber: 9,
    severityText: 'INFO',
    level: 'info',
    body: 'hello',
    labels: [{ name: 'service_name', value: 'cart' }],
    attributes: [],
    resource: [],
    scopeName: '',
    scopeVersion: '',
    traceId: '',
    spanId: '',
    traceIdSource: '',
    ...changes,
  };
}

export function spanOf(changes: Partial<SpanRecord> = {}): SpanRecord {
  return {
    traceId,
    spanId,
    parentSpanId: '',
    traceState: '',
    flags: 1,
    name: 'GET /cart',
    kind: 'server',
    startNs,
    endNs: startNs + secondNs,
    status: 'unset',
    statusMessage: '',
    resource: resourceOf({ 'service.name': 'cart' }),
    scope: emptyScope,
    attributes: [],
    events: [],
    links: [],
    ...changes,
  };
}

export function datasourceOf(changes: Partial<Datasource>): Datasource {
  return {
    name: 'Loki',
    uid: 'loki',
    type: 'loki',
    plugin: 'loki',
    url: 'http://loki:3100',
    isDefault: false,
    embedded: true,
    headers: {},
    derivedFields: [],
    tracesToLogs: undefined,
    tracesToMetrics: undefined,
    exemplarDestinations: [],
    ...changes,
  };
}

export const quickStartField: Datasource['derivedFields'][number] = {
  name: 'TraceID',
  matcherRegex: '"traceId":\\s*"(\\w+)"',
  matcherType: 'regex',
  url: '${__value.raw}',
  urlDisplayLabel: 'View Trace in Tempo',
  datasourceUid: 'tempo',
};

export const quickStartShifts: NonNullable<Datasource['tracesToLogs']> = {
  datasourceUid: 'loki',
  tags: [],
  startShiftMs: -2000,
  endShiftMs: 2000,
  filterByTraceId: true,
  filterBySpanId: false,
  customQuery: undefined,
};

export const quickStart: readonly Datasource[] = [
  datasourceOf({
    name: 'Tempo',
    uid: 'tempo',
    type: 'tempo',
    plugin: 'tempo',
    url: 'http://tempo:3200',
    tracesToLogs: quickStartShifts,
  }),
  datasourceOf({ derivedFields: [quickStartField] }),
];
