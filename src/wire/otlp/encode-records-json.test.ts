import { expect, test } from 'vitest';
import type { SpanRecord } from '../../model/span-record.ts';
import { decodeLogsJson } from './decode-logs-json.ts';
import { decodeSpansJson } from './decode-spans-json.ts';
import { encodeLogsJson, encodeSpansJson } from './encode-json.ts';
import { printTraceJson } from './encode-records-json.ts';

const resource = {
  attributes: [{ key: 'service.name', value: { kind: 'string', value: 'pay' } }],
  droppedAttributesCount: 0,
  schemaUrl: 'https://r',
} as const;
const scope = {
  name: 'lib',
  version: '1',
  attributes: [],
  droppedAttributesCount: 0,
  schemaUrl: '',
} as const;

const span: SpanRecord = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  parentSpanId: '00f067aa0ba902b7',
  traceState: 'a=b',
  flags: 257,
  name: 'POST /pay',
  kind: 'server',
  startNs: 1_700_000_000_000_000_001n,
  endNs: 1_700_000_000_000_000_000n,
  status: 'error',
  statusMessage: 'declined',
  resource,
  scope,
  attributes: [
    { key: 'n', value: { kind: 'int', value: 9_007_199_254_740_993n } },
    { key: 'd', value: { kind: 'double', value: Number.NaN } },
    { key: 'l', value: { kind: 'list', values: [{ kind: 'bool', value: true }] } },
  ],
  events: [{ timeNs: 5n, name: 'e', attributes: [] }],
  links: [
    {
      traceId: '1af7651916cd43dd8448eb211c80319c',
      spanId: 'c7ad6b7169203331',
      traceState: '',
      attributes: [],
    },
  ],
};

const log = {
  timeNs: 7n,
  observedTimeNs: 8n,
  seq: 1n,
  service: 'pay',
  severityNumber: 17,
  severityText: 'ERROR',
  level: 'error',
  body: 'declined',
  labels: [],
  attributes: [{ key: 'user', value: { kind: 'string', value: 'u' } }],
  resource: resource.attributes,
  scopeName: 'pino',
  scopeVersion: '',
  traceId: span.traceId,
  spanId: span.spanId,
  traceIdSource: 'field',
} as const;

test('an exported trace is what the receivers read, to the last bit', () => {
  const text = printTraceJson([span], [log]);
  const written: unknown = JSON.parse(text);
  // Decoded and written again by the exporter's own encoder, it is the same document.
  const spans: unknown = JSON.parse(encodeSpansJson(decodeSpansJson(text).batch));
  const logs: unknown = JSON.parse(encodeLogsJson(decodeLogsJson(text).batch));
  expect({ ...(spans as object), ...(logs as object) }).toEqual(written);
  expect(decodeSpansJson(text).rejected).toBe(0);
});

test('a trace without lines has no list of them', () => {
  expect(Object.keys(JSON.parse(printTraceJson([span], [])) as object)).toEqual(['resourceSpans']);
});
