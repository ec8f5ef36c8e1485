import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sharedFolder } from '../../../test/proto-oracle.ts';
import { bodyKind } from '../../model/logs-batch.ts';
import { decodeLogsJson } from './decode-logs-json.ts';
import { decodeMetricsJson } from './decode-metrics-json.ts';
import { decodeSpansJson } from './decode-spans-json.ts';

function logs(records: readonly object[]): string {
  return JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: records }] }] });
}

describe('forms that senders use', () => {
  test('IDs in any case, enums by name, integers as numbers beyond 2^53', () => {
    const text = `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{
      "timeUnixNano": 1544712660300000001, "severityNumber":"SEVERITY_NUMBER_WARN2",
      "traceId":"5B8EFFF798038103D269B633813FC60C", "spanId":"EEE19B7EC3C1B174",
      "body":{"intValue":-9223372036854775808},
      "attributes":[{"key":"digits","value":{"stringValue":"[12345678901234567890, \\\\"}},
        {"key":"int","value":{"intValue":"7"}},{"key":"list","value":{"arrayValue":{"values":[{"doubleValue":1}]}}},
        {"key":"none","value":{}},{"key":"bytes","value":{"bytesValue":"AQI="}},
        {"key":"nan","value":{"doubleValue":"NaN"}}],
      "unknown":{"a":[1]}}]}]}]}`;
    const { batch } = decodeLogsJson(text);
    expect(batch.timeNs.at(0)).toBe(1_544_712_660_300_000_001n);
    expect(batch.severityNumber.at(0)).toBe(14);
    expect(batch.traceId.hexAt(0)).toBe('5b8efff798038103d269b633813fc60c');
    expect(batch.spanId.hexAt(0)).toBe('eee19b7ec3c1b174');
    expect([batch.bodyKind.at(0), batch.body.textAt(0)]).toEqual([
      bodyKind.json,
      '-9223372036854775808',
    ]);
    expect(batch.attributes.rowAt(0)).toEqual([
      { key: 'digits', value: { kind: 'string', value: '[12345678901234567890, \\' } },
      { key: 'int', value: { kind: 'int', value: 7n } },
      { key: 'list', value: { kind: 'list', values: [{ kind: 'double', value: 1 }] } },
      { key: 'none', value: { kind: 'empty' } },
      { key: 'bytes', value: { kind: 'bytes', value: Uint8Array.of(1, 2) } },
      { key: 'nan', value: { kind: 'double', value: Number.NaN } },
    ]);
  });

  test('snake case, nulls, base64 IDs', () => {
    const text = JSON.stringify({
      resource_spans: [
        {
          resource: null,
          scope_spans: [
            {
              spans: [
                {
                  trace_id: Buffer.alloc(16, 1).toString('base64'),
                  span_id: Buffer.alloc(8, 2).toString('base64'),
                  kind: 'SPAN_KIND_SERVER',
                  status: { code: 'STATUS_CODE_ERROR' },
                  events: null,
                },
              ],
            },
          ],
        },
      ],
    });
    const { batch, rejected } = decodeSpansJson(text);
    expect(rejected).toBe(0);
    expect(batch.traceId.hexAt(0)).toBe('01'.repeat(16));
    expect([batch.kind.at(0), batch.statusCode.at(0)]).toEqual([2, 2]);
  });

  test('a record with a wrong ID is kept, a span is rejected', () => {
    const { batch } = decodeLogsJson(
      logs([{ traceId: 'xyz', spanId: '00', body: { stringValue: 'a' } }]),
    );
    expect([batch.length, batch.traceId.hexAt(0)]).toEqual([1, '']);
    const span = {
      traceId: 'zz',
      spanId: 'eee19b7ec3c1b174',
      attributes: [{ key: 'a', value: {} }],
    };
    const spans = decodeSpansJson(
      JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
    );
    expect([spans.batch.length, spans.rejected]).toEqual([0, 1]);
    expect(spans.message).toMatch(/^1 spans without/);
  });
});

function check(text: string, message: string | RegExp): void {
  expect(() => decodeLogsJson(text)).toThrow(message);
}

describe('what is wrong, and where', () => {
  const at = 'resourceLogs[0].scopeLogs[0].logRecords';
  const deep = JSON.stringify({ a: 1 }).replace(
    '1',
    `${'{"arrayValue":{"values":['.repeat(70)}{}${']}}'.repeat(70)}`,
  );
  const cases: readonly (readonly [string, string | RegExp])[] = [
    ['{', /^malformed JSON: /],
    ['[]', '$: expected an object, got a list'],
    ['{"resourceLogs":{}}', 'resourceLogs: expected a list, got an object'],
    ['['.repeat(200_000) + ']'.repeat(200_000), '$: expected an object, got a list'],
    ['{"resourceLogs":[3]}', 'resourceLogs[0]: expected an object, got 3'],
    [
      logs([{}, { timeUnixNano: 'soon' }]),
      `${at}[1].timeUnixNano: expected an unsigned 64-bit integer, got "soon"`,
    ],
    [
      logs([{ timeUnixNano: -1 }]),
      `${at}[0].timeUnixNano: expected an unsigned 64-bit integer, got -1`,
    ],
    [logs([{ body: 'text' }]), `${at}[0].body: expected an object, got "text"`],
    [logs([{ body: { stringValue: 5 } }]), `${at}[0].body.stringValue: expected a string, got 5`],
    [
      logs([{ attributes: [{ key: 'a', value: { intValue: 1.5 } }] }]),
      `${at}[0].attributes[0].value.intValue: expected a 64-bit integer, got 1.5`,
    ],
    [logs([{ flags: 4_294_967_296 }]), /flags: expected an unsigned 32-bit integer/],
    [logs([{ body: JSON.parse(deep).a }]), /values nested more than 64 deep/],
    ['['.repeat(200_000), /^malformed JSON: /],
  ];
  for (const [text, message] of cases) test(text.slice(0, 70), () => check(text, message));
});

const examples = sharedFolder('conformance/otlp-json');

describe.skipIf(examples === undefined)('the examples of the OTLP repository', () => {
  const example = (name: string): string => readFileSync(join(examples!, name), 'utf8');

  test('logs.json', () => {
    const { batch } = decodeLogsJson(example('logs.json'));
    expect(batch.length).toBe(1);
    expect(batch.body.textAt(0)).toBe('Example log record');
    expect(batch.traceId.hexAt(0)).toBe('5b8efff798038103d269b633813fc60c');
    expect(batch.attributes.rowAt(0).map(({ value }) => value.kind)).toEqual([
      'string',
      'bool',
      'int',
      'double',
      'list',
      'map',
    ]);
  });
  test('events.json', () => {
    const { batch } = decodeLogsJson(example('events.json'));
    expect(batch.length).toBeGreaterThan(0);
    expect(batch.eventName.textAt(0)).not.toBe('');
  });
  test('trace.json', () => {
    const { batch, rejected } = decodeSpansJson(example('trace.json'));
    expect([batch.length, rejected]).toEqual([1, 0]);
    expect(batch.parentSpanId.hexAt(0)).toBe('eee19b7ec3c1b173');
    expect(batch.kind.at(0)).toBe(2);
  });
  test('metrics.json', () => {
    const { batch } = decodeMetricsJson(example('metrics.json'));
    const metrics = batch.resources[0]!.scopes[0]!.metrics;
    expect(metrics.map(({ data }) => data.kind)).toEqual([
      'sum',
      'gauge',
      'histogram',
      'exponential-histogram',
    ]);
    expect(metrics[0]!.data.points[0]).toMatchObject({
      value: 5,
      timeNs: 1_544_712_660_300_000_000n,
    });
  });
});
