import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { loadProtos } from '../../../test/proto-oracle.ts';
import { labelsFromEntries, labelsToRecord, labelValue } from '../../model/labels.ts';
import { encodePushJson, encodePushProtobuf } from './encode-push.ts';
import { parseLabels, printLabels } from './labels.ts';
import { decodePushJson, decodePushProtobuf } from './push.ts';
import type { DecodedPush } from './push-rows.ts';

const protos = loadProtos('loki/pkg/push', ['push.proto']);
const type = protos?.lookupType('logproto.PushRequest');

/** Rows as text: labels save for the discovered service, time, line, metadata. */
function shown({ batch }: DecodedPush): string[] {
  return Array.from({ length: batch.length }, (_, row) => {
    const all = batch.streams[batch.stream.at(row)]!;
    const labels = all.filter(({ name }) => name !== 'service_name');
    const metadata = batch.attributes
      .rowAt(row)
      .map(({ key, value }) => `${key}=${value.kind === 'string' ? value.value : value.kind}`);
    const parts = [printLabels(labels), batch.timeNs.at(row), batch.body.textAt(row), ...metadata];
    return parts.join(' ');
  });
}

describe('label sets', () => {
  const good: readonly (readonly [string, Record<string, string>])[] = [
    ['{app="cart", env="prod"}', { app: 'cart', env: 'prod' }],
    [' { b = "1" ,a="2", } ', { a: '2', b: '1' }],
    ['{}', {}],
    ['{a=""}', {}],
    [
      '{a="q\\"\\\\\\n\\u00e9\\xc3\\xa9\\303\\251\\U0001F408"}',
      { a: 'q"\\\néééé🐈'.replace('éééé', 'ééé') },
    ],
    ['{a=`raw "\\n`}', { a: 'raw "\\n' }],
    ['{a="\\\\x41"}', { a: '\\x41' }],
  ];
  for (const [text, expected] of good) {
    test(text, () => expect(labelsToRecord(parseLabels(text))).toEqual(expected));
  }
  const bad: readonly (readonly [string, RegExp])[] = [
    ['', /expected "\{", got the end/],
    ['app="x"', /expected "\{", got "app=/],
    ['{app="x"', /expected "," or "\}", got the end/],
    ['{foo.bar="x"}', /expected "=", got "\.bar=/],
    ['{app=x}', /expected a quoted value, got "x\}"/],
    ['{app="x"} more', /expected the end, got "more"/],
    ['{a="\\q"}', /expected a Go string/],
    ['{a="1", a="2"}', /has duplicate label name: 'a'/],
  ];
  for (const [text, message] of bad)
    test(text, () => expect(() => parseLabels(text)).toThrow(message));

  test('printed and parsed', () => {
    const name = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,5}$/);
    const value = fc.string({ unit: 'binary', minLength: 1 });
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key }),
        (entries) => {
          const labels = labelsFromEntries(entries);
          expect(parseLabels(printLabels(labels))).toEqual(labels);
        },
      ),
    );
  });
});

describe('JSON', () => {
  test('streams, metadata flat and in categories', () => {
    const decoded = decodePushJson(
      JSON.stringify({
        streams: [
          {
            stream: { app: 'cart' },
            values: [
              ['1700000000000000001', 'one'],
              ['1700000000000000002', 'two', { trace_id: 'abc', n: 5 }],
              ['3', 'three', { structuredMetadata: { a: 'b' }, parsed: { c: 'd' } }],
            ],
          },
          { stream: { app: 'pay' }, values: [['4', 'four']] },
        ],
      }),
    );
    expect(shown(decoded)).toEqual([
      '{app="cart"} 1700000000000000001 one',
      '{app="cart"} 1700000000000000002 two trace_id=abc n=5',
      '{app="cart"} 3 three a=b',
      '{app="pay"} 4 four',
    ]);
    expect(decoded.batch.origin).toBe('push');
    expect([decoded.rejected, decoded.message]).toEqual([0, '']);
  });

  test('the service is discovered', () => {
    const streams = [{ app: 'cart' }, { env: 'prod' }, { app: 'cart', service_name: 'pay' }];
    const { batch } = decodePushJson(
      JSON.stringify({ streams: streams.map((stream) => ({ stream, values: [['1', 'x']] })) }),
    );
    expect(batch.streams.map((labels) => labelValue(labels, 'service_name'))).toEqual([
      'cart',
      'unknown_service',
      'pay',
    ]);
  });

  test('the older form', () => {
    const text = JSON.stringify({
      streams: [
        { labels: '{a="b"}', entries: [{ ts: '2023-11-14T23:13:20.000000005+01:00', line: 'x' }] },
      ],
    });
    expect(shown(decodePushJson(text))).toEqual(['{a="b"} 1700000000000000005 x']);
  });

  test('what is wrong costs its entry or stream only', () => {
    const decoded = decodePushJson(
      JSON.stringify({
        streams: [
          {
            stream: { app: 'a' },
            values: [
              ['1', 'kept'],
              ['soon', 'x'],
              ['2'],
              ['3', 4],
              ['-1', 'old'],
              ['5', 'also kept'],
            ],
          },
          {
            stream: {},
            values: [
              ['1', 'x'],
              ['2', 'y'],
            ],
          },
          { stream: { n: 1 }, values: [['1', 'x']] },
          { labels: '{', entries: [{ ts: '2023-11-14T23:13:20Z', line: 'x' }] },
          7,
        ],
      }),
    );
    expect(shown(decoded)).toEqual(['{app="a"} 1 kept', '{app="a"} 5 also kept']);
    expect(decoded.rejected).toBe(8);
    expect(decoded.message.split('\n')).toEqual([
      'streams[0].values[1]: [0]: expected nanoseconds as a string, got "soon"',
      'streams[0].values[2]: $: expected a list of a timestamp, a line and perhaps metadata',
      'streams[0].values[3]: [1]: expected a string, got 4',
      'streams[0].values[4]: $: timestamp out of range: -1',
      'streams[1]: error at least one label pair is required per stream',
      'streams[2]: stream.n: expected a string, got 1',
      'streams[3]: error parsing labels: expected a label name, got the end',
      'streams[4]: $: expected an object, got 7',
    ]);
  });

  test('not a push at all', () => {
    expect(() => decodePushJson('[]')).toThrow('$: expected an object, got a list');
    expect(() => decodePushJson('{"streams":5}')).toThrow('streams: expected a list, got 5');
    expect(() => decodePushJson('{"streams"')).toThrow(/^malformed JSON/);
    expect(decodePushJson('{}').batch.length).toBe(0);
  });
});

describe.skipIf(protos === undefined)('protobuf', () => {
  const push = (streams: readonly object[]): Uint8Array =>
    type!.encode(type!.fromObject({ streams })).finish();

  test('valid streams beside invalid ones', () => {
    const metadata = [{ name: 'trace_id', value: 'abc' }];
    const decoded = decodePushProtobuf(
      push([
        {
          labels: '{app="a"}',
          entries: [
            {
              timestamp: { seconds: 1_700_000_000, nanos: 7 },
              line: 'one',
              structuredMetadata: metadata,
            },
            { timestamp: { seconds: -5 }, line: 'old', structuredMetadata: metadata },
            { timestamp: { seconds: 1 }, line: 'two' },
          ],
        },
        { labels: '{oops', entries: [{ line: 'x' }, { line: 'y' }] },
        { labels: '{}', entries: [{ line: 'z' }] },
      ]),
    );
    expect(shown(decoded)).toEqual([
      '{app="a"} 1700000000000000007 one trace_id=abc',
      '{app="a"} 1000000000 two',
    ]);
    expect(decoded.rejected).toBe(4);
    expect(decoded.message.split('\n')).toEqual([
      'entry for stream \'{app="a"}\' has timestamp out of range: -5000000000',
      'error parsing labels: expected "=", got the end',
      'error at least one label pair is required per stream',
    ]);
  });

  test('encoded for a foreign Loki, decoded the same, in both forms', () => {
    const decoded = decodePushProtobuf(
      push([
        {
          labels: '{app="a", b="\\"q"}',
          entries: [
            {
              timestamp: { seconds: 1, nanos: 5 },
              line: 'ünï',
              structuredMetadata: [{ name: 'k', value: 'v' }],
            },
          ],
        },
        { labels: '{app="b"}', entries: [{ timestamp: { seconds: 2 }, line: '' }] },
      ]),
    );
    decoded.batch.attributes.keys[0] = 'k.x';
    const expected = shown(decoded).map((row) => row.replace('k.x=', 'k_x='));
    expect(shown(decodePushProtobuf(encodePushProtobuf(decoded.batch)))).toEqual(expected);
    expect(shown(decodePushJson(encodePushJson(decoded.batch)))).toEqual(expected);
  });
});

test('truncated protobuf', () => {
  expect(() => decodePushProtobuf(Uint8Array.of(10, 9, 10))).toThrow(
    /^malformed protobuf: .* in PushRequest at byte/,
  );
});
