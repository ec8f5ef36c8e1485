import { describe, expect, test } from 'vitest';
import { idsInText, instantsInText, lineFragments, wordsForId } from './pasted-text.ts';

const id = '4bf92f3577b34da6a3ce929d0e0e4736';
const span = '00f067aa0ba902b7';
const short = 'a3ce929d0e0e4736';

describe('IDs', () => {
  test.each([
    [id, [id], 'trace ID, 128-bit'],
    [id.toUpperCase(), [id], 'trace ID, 128-bit'],
    ['4bf92f35-77b3-4da6-a3ce-929d0e0e4736', [id], 'trace ID, 128-bit'],
    [`00-${id}-${span}-01`, [id], 'traceparent'],
    [` "${id}", `, [id], 'trace ID, 128-bit'],
    [short, [short.padStart(32, '0')], 'trace ID, 64-bit'],
    ['3ce929d0e0e4736', ['03ce929d0e0e4736'.padStart(32, '0')], 'trace ID, 64-bit'],
    [
      `ERROR declined span_id=${short} trace_id=${id}`,
      [id, short.padStart(32, '0')],
      'trace ID, 128-bit in this text',
    ],
    [
      `http://localhost:3000/trace/${id}?span=${span}`,
      [id, span.padStart(32, '0')],
      'trace ID, 128-bit in this text',
    ],
    [`0x${id}`, [id], 'trace ID, 128-bit'],
    [`0X${short}`, [short.padStart(32, '0')], 'trace ID, 64-bit'],
    ['11803532876627986230', [short.padStart(32, '0')], 'trace ID, decimal as Datadog has it'],
    ['S/kvNXezTaajzpKdDg5HNg==', [id], 'trace ID, base64'],
    [`${id}-${span}-1`, [id], 'B3 header'],
    [`b3: ${id}-${span}-1-${short}`, [id], 'B3 header'],
    [`traceparent: 00-${id}-${span}-01`, [id], 'traceparent'],
    [`{"trace_id": "${id}"}`, [id], 'trace ID, 128-bit in this text'],
    [`trace_id=${id}`, [id], 'trace ID, 128-bit'],
    [`uber-trace-id: ${id}:${span}:0:1`, [id], 'Jaeger header'],
    ['1-4bf92f35-77b34da6a3ce929d0e0e4736', [id], 'X-Ray trace ID'],
    [
      `X-Amzn-Trace-Id: Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=${span};Sampled=1`,
      [id],
      'X-Ray trace ID',
    ],
    ['\u{1f525}\u{1f525}', [], undefined],
    ['\u05e9\u05dc\u05d5\u05dd', [], undefined],
    ['(?:a+)+$[', [], undefined],
    ['14:03', [], undefined],
    ['14:03:12', [], undefined],
    ['hello', [], undefined],
    ['deadbeef', [], undefined],
    ['facade', [], undefined],
    ['12345', [], undefined],
    ['', [], undefined],
  ])('%s', (text, expected, words) => {
    const ids = idsInText(text);
    expect(ids.map(({ traceId }) => traceId)).toEqual(expected);
    expect(ids[0] === undefined ? undefined : wordsForId(ids[0])).toBe(words);
  });

  test('a long text without any takes no longer for being long', () => {
    expect(idsInText('"'.repeat(1_000_000))).toEqual([]);
    expect(idsInText(`${'a-'.repeat(500_000)} ${id}`)).toEqual([]);
  });
});

describe('the time of a line', () => {
  const nowMs = Date.UTC(2026, 10, 22, 14, 30);
  const at = (hour: number, minute: number, second = 0, ms = 0): bigint =>
    BigInt(Date.UTC(2026, 10, 22, hour, minute, second, ms)) * 1_000_000n;
  test.each([
    ['2026-11-22T14:03:12.481Z declined', 60, [at(14, 3, 12, 481)]],
    ['2026-11-22 14:03:12,481 declined', 60, [at(13, 3, 12, 481), at(14, 3, 12, 481)]],
    ['2026-11-22 16:03:12+02:00 declined', 0, [at(14, 3, 12)]],
    ['2026-11-22 09:03:12-0500 declined', 0, [at(14, 3, 12)]],
    ['14:03:12.481 E payment declined', 0, [at(14, 3, 12, 481)]],
    ['23:03:12 E payment declined', 0, [at(23, 3, 12) - 86_400_000_000_000n]],
    ['{"time":1795356192481,"msg":"declined"}', 0, [1_795_356_192_481_000_000n]],
    ['1795356192481123456 declined', 0, [1_795_356_192_481_123_456n]],
    ['declined', 0, []],
    ['at 10.0.0.1:8080 and 1:2:3', 0, []],
  ])('%s, %d min east', (text, offset, expected) => {
    expect(instantsInText(text, offset, nowMs)).toEqual(expected);
  });
});

describe('what of a pasted line is stored', () => {
  test.each([
    ['card declined by issuer', ['card declined by issuer', 'declined by issuer']],
    [
      '14:03:12.481 E payment card declined by issuer',
      [
        '14:03:12.481 E payment card declined by issuer',
        'E payment card declined by issuer',
        'payment card declined by issuer',
        'card declined by issuer',
      ],
    ],
    [
      '14:03:12.481\tI\tinfo\tcart\tcart read by u-1',
      [
        '14:03:12.481\tI\tinfo\tcart\tcart read by u-1',
        'I\tinfo\tcart\tcart read by u-1',
        'cart\tcart read by u-1',
        'cart read by u-1',
      ],
    ],
    [
      '[2026-11-22 14:03:12] ERROR: declined by issuer',
      [
        '[2026-11-22 14:03:12] ERROR: declined by issuer',
        'ERROR: declined by issuer',
        'declined by issuer',
        'by issuer',
      ],
    ],
    ['\n\n   level=error msg=declined\n next', ['level=error msg=declined']],
    ['short', []],
  ])('%s', (text, expected) => {
    expect(lineFragments(text)).toEqual(expected);
  });

  test('a line of a megabyte is looked for by its beginning', () => {
    expect(lineFragments('x'.repeat(1_000_000))).toEqual(['x'.repeat(400)]);
  });
});
