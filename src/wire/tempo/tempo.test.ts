// Our tempopb against protobufjs reading Tempo's own proto files, and Tempo's JSON of a trace.

import { describe, expect, test } from 'vitest';
import { loadProtos, plainMessage } from '../../../test/proto-oracle.ts';
import type { SpanRecord } from '../../model/span-record.ts';
import { decodeSpansProtobuf } from '../otlp/decode-spans.ts';
import { encodeSpanRecordsProtobuf, printSpanRecordsJson } from '../otlp/encode-span-records.ts';
import {
  decodeInstantRequest,
  decodeRangeRequest,
  encodeInstantResponse,
  encodeRangeResponse,
} from './metrics.ts';
import { decodeSearchRequest, encodeSearchResponse, type TempoSearchMetrics } from './search.ts';
import {
  decodeTagsRequest,
  decodeTagValuesRequest,
  encodeTagList,
  encodeTagScopes,
  encodeTagValues,
} from './tags.ts';
import { encodeTraceByIdResponse } from './trace-response.ts';

const protos = loadProtos(
  '',
  [
    'opentelemetry/proto/common/v1/common.proto',
    'opentelemetry/proto/resource/v1/resource.proto',
    'opentelemetry/proto/trace/v1/trace.proto',
    'tempo/pkg/tempopb/tempo.proto',
  ],
  ['opentelemetry.proto', 'tempopb'],
);

function typeOf(name: string) {
  return protos!.lookupType(`tempopb.${name}`);
}

function encoded(name: string, message: object): Uint8Array {
  const type = typeOf(name);
  return type.encode(type.fromObject(message)).finish();
}

const resource = {
  attributes: [{ key: 'service.name', value: { kind: 'string', value: 'cart' } }],
  droppedAttributesCount: 0,
  schemaUrl: '',
} as const;
const scope = {
  name: 'lib',
  version: '',
  attributes: [],
  droppedAttributesCount: 0,
  schemaUrl: 'u',
};
const root: SpanRecord = {
  traceId: '0000000000000000a3ce929d0e0e4736',
  spanId: '00f067aa0ba902b7',
  parentSpanId: '',
  traceState: '',
  flags: 0,
  name: 'GET /',
  kind: 'server',
  startNs: 1_700_000_000_000_000_000n,
  endNs: 1_700_000_000_000_000_005n,
  status: 'error',
  statusMessage: 'no',
  resource,
  scope,
  attributes: [
    { key: 'n', value: { kind: 'int', value: 0n } },
    { key: 'd', value: { kind: 'double', value: Number.NaN } },
    { key: 's', value: { kind: 'string', value: '' } },
  ],
  events: [{ timeNs: 1n, name: 'e', attributes: [] }],
  links: [{ traceId: 'f'.repeat(32), spanId: '1'.repeat(16), traceState: '', attributes: [] }],
};
const child: SpanRecord = {
  ...root,
  spanId: '1'.repeat(16),
  parentSpanId: root.spanId,
  name: '',
  kind: 'unspecified',
  status: 'unset',
  statusMessage: '',
  attributes: [],
  events: [],
  links: [],
};

describe('stored spans', () => {
  test('in protobuf: read again as the same spans', () => {
    const { batch, rejected } = decodeSpansProtobuf(encodeSpanRecordsProtobuf([root, child]));
    expect([batch.length, batch.resources.length, batch.scopes.length, rejected]).toEqual([
      2, 1, 1, 0,
    ]);
    expect(batch.resources[0]).toEqual(resource);
    expect(batch.scopes[0]).toEqual(scope);
    expect([batch.traceId.hexAt(0), batch.parentSpanId.hexAt(1)]).toEqual([
      root.traceId,
      root.spanId,
    ]);
    expect([batch.name.textAt(0), batch.kind.at(0), batch.statusCode.at(0)]).toEqual([
      'GET /',
      2,
      2,
    ]);
    expect(batch.attributes.rowAt(0)).toEqual(root.attributes);
    expect(batch.endNs.at(0)).toBe(root.endNs);
    expect(batch.linkTraceId.hexAt(0)).toBe('f'.repeat(32));
  });

  test('in the JSON of gogo: base64 IDs, names of enums, no zero values but those of attributes', () => {
    expect(JSON.parse(printSpanRecordsJson([root, child]))).toEqual([
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'cart' } }] },
        scopeSpans: [
          {
            scope: { name: 'lib' },
            spans: [
              {
                traceId: 'AAAAAAAAAACjzpKdDg5HNg==',
                spanId: 'APBnqgupArc=',
                name: 'GET /',
                kind: 'SPAN_KIND_SERVER',
                startTimeUnixNano: '1700000000000000000',
                endTimeUnixNano: '1700000000000000005',
                attributes: [
                  { key: 'n', value: { intValue: '0' } },
                  { key: 'd', value: { doubleValue: 'NaN' } },
                  { key: 's', value: { stringValue: '' } },
                ],
                events: [{ timeUnixNano: '1', name: 'e' }],
                links: [{ traceId: '/////////////////////w==', spanId: 'ERERERERERE=' }],
                status: { message: 'no', code: 'STATUS_CODE_ERROR' },
              },
              {
                traceId: 'AAAAAAAAAACjzpKdDg5HNg==',
                spanId: 'ERERERERERE=',
                parentSpanId: 'APBnqgupArc=',
                startTimeUnixNano: '1700000000000000000',
                endTimeUnixNano: '1700000000000000005',
                status: {},
              },
            ],
            schemaUrl: 'u',
          },
        ],
      },
    ]);
  });
});

const metrics: TempoSearchMetrics = {
  inspectedTraces: 3,
  inspectedBytes: 2 ** 40,
  totalBlocks: 1,
  completedJobs: 2,
  totalJobs: 4,
  totalBlockBytes: 5,
  inspectedSpans: 6,
};
const shownMetrics = {
  inspectedTraces: 3,
  inspectedBytes: String(2 ** 40),
  totalBlocks: 1,
  completedJobs: 2,
  totalJobs: 4,
  totalBlockBytes: '5',
  inspectedSpans: '6',
};

describe.skipIf(protos === undefined)('search', () => {
  test('requests', () => {
    const message = {
      Tags: { 'service.name': 'cart', error: 'true' },
      MinDurationMs: 5,
      MaxDurationMs: 600,
      Limit: 20,
      start: 1_700_000_000,
      end: 1_700_000_600,
      Query: '{ .a = "b" }',
      SpansPerSpanSet: 3,
      skipASTTransformations: ['x'],
    };
    expect(decodeSearchRequest(encoded('SearchRequest', message))).toEqual({
      tags: { 'service.name': 'cart', error: 'true' },
      minDurationMs: 5,
      maxDurationMs: 600,
      limit: 20,
      startSeconds: 1_700_000_000,
      endSeconds: 1_700_000_600,
      query: '{ .a = "b" }',
      spansPerSpanset: 3,
    });
    expect(() => decodeSearchRequest(Uint8Array.of(66, 9))).toThrow(/in SearchRequest at byte/);
  });

  test('responses', () => {
    const status = [{ key: 'status', value: { kind: 'string', value: 'error' } }] as const;
    const spans = [
      { spanId: '00f0', name: 'GET', startNs: 7n, durationNs: 8n, attributes: status },
    ];
    const bytes = encodeSearchResponse({
      traces: [
        {
          traceId: 'abc',
          rootServiceName: 'cart',
          rootTraceName: 'GET /',
          startNs: 1_700_000_000_000_000_001n,
          durationMs: 12,
          spansets: [{ spans, matched: 1, attributes: [] }],
          serviceStats: { cart: { spanCount: 5, errorCount: 1 } },
        },
      ],
      metrics,
    });
    const spanSet = {
      spans: [
        {
          spanID: '00f0',
          name: 'GET',
          startTimeUnixNano: '7',
          durationNanos: '8',
          attributes: [{ key: 'status', value: { string_value: 'error' } }],
        },
      ],
      matched: 1,
    };
    expect(plainMessage(typeOf('SearchResponse'), bytes)).toEqual({
      traces: [
        {
          traceID: 'abc',
          rootServiceName: 'cart',
          rootTraceName: 'GET /',
          startTimeUnixNano: '1700000000000000001',
          durationMs: 12,
          spanSet,
          spanSets: [spanSet],
          serviceStats: { cart: { spanCount: 5, errorCount: 1 } },
        },
      ],
      metrics: shownMetrics,
    });
  });

  test('a trace by its ID', () => {
    const bytes = encodeTraceByIdResponse(encodeSpanRecordsProtobuf([root]), {
      partial: true,
      message: 'cut',
    });
    expect(plainMessage(typeOf('TraceByIDResponse'), bytes)).toMatchObject({
      trace: { resourceSpans: [{ scope_spans: [{ spans: [{ name: 'GET /' }] }] }] },
      metrics: {},
      status: 'PARTIAL',
      message: 'cut',
    });
    const unknown = encodeTraceByIdResponse(new Uint8Array());
    expect(plainMessage(typeOf('TraceByIDResponse'), unknown)).toEqual({ trace: {}, metrics: {} });
  });
});

describe.skipIf(protos === undefined)('tags', () => {
  test('requests', () => {
    const range = { query: '{}', start: 5, end: 6 };
    expect(
      decodeTagsRequest(
        encoded('SearchTagsRequest', { ...range, scope: 'span', maxTagsPerScope: 7 }),
      ),
    ).toEqual({ scope: 'span', query: '{}', startSeconds: 5, endSeconds: 6, limit: 7 });
    expect(
      decodeTagValuesRequest(
        encoded('SearchTagValuesRequest', { ...range, tagName: '.a', maxTagValues: 7 }),
      ),
    ).toEqual({ tagName: '.a', query: '{}', startSeconds: 5, endSeconds: 6, limit: 7 });
  });

  test('responses', () => {
    const check = (name: string, bytes: Uint8Array, expected: object): void =>
      expect(plainMessage(typeOf(name), bytes)).toEqual({ ...expected, metrics: {} });
    check('SearchTagsResponse', encodeTagList(['a', 'b']), { tagNames: ['a', 'b'] });
    check('SearchTagValuesResponse', encodeTagList(['']), { tagValues: [''] });
    check('SearchTagsV2Response', encodeTagScopes([{ name: 'span', tags: ['a'] }]), {
      scopes: [{ name: 'span', tags: ['a'] }],
    });
    check('SearchTagValuesV2Response', encodeTagValues([{ type: 'int', value: '5' }]), {
      tagValues: [{ type: 'int', value: '5' }],
    });
  });
});

describe.skipIf(protos === undefined)('metrics', () => {
  test('requests', () => {
    const range = {
      query: '{} | rate()',
      start: '1700000000000000000',
      end: '1700000000000000001',
    };
    const decoded = {
      query: '{} | rate()',
      startNs: 1_700_000_000_000_000_000n,
      endNs: 1_700_000_000_000_000_001n,
    };
    expect(
      decodeRangeRequest(
        encoded('QueryRangeRequest', {
          ...range,
          step: 60_000_000_000,
          exemplars: 9,
          maxSeries: 8,
        }),
      ),
    ).toEqual({ ...decoded, stepNs: 60_000_000_000n, exemplars: 9, seriesMax: 8 });
    expect(decodeInstantRequest(encoded('QueryInstantRequest', range))).toEqual({
      ...decoded,
      stepNs: 0n,
      exemplars: 0,
      seriesMax: 0,
    });
  });

  test('responses', () => {
    const labels = [{ key: 'a', value: { kind: 'string', value: 'b' } }] as const;
    const series = [
      {
        labels,
        timestampsMs: [1000, 2000],
        values: [0, 1.5],
        exemplars: [{ labels, value: 2, timestampMs: 1500 }],
      },
    ];
    const shownLabels = [{ key: 'a', value: { string_value: 'b' } }];
    expect(
      plainMessage(typeOf('QueryRangeResponse'), encodeRangeResponse(series, metrics)),
    ).toEqual({
      series: [
        {
          labels: shownLabels,
          samples: [{ timestamp_ms: '1000' }, { timestamp_ms: '2000', value: 1.5 }],
          exemplars: [{ labels: shownLabels, value: 2, timestamp_ms: '1500' }],
        },
      ],
      metrics: shownMetrics,
    });
    const instant = encodeInstantResponse([{ ...series[0]!, values: [4] }], metrics);
    expect(plainMessage(typeOf('QueryInstantResponse'), instant)).toEqual({
      series: [{ labels: shownLabels, value: 4 }],
      metrics: shownMetrics,
    });
  });
});
