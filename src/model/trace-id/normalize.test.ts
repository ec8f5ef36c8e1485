import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalizeSpanId, normalizeTraceId } from './normalize.ts';

const id = '4bf92f3577b34da6a3ce929d0e0e4736';
const span = '00f067aa0ba902b7';

function check(text: string, expected: string | undefined): void {
  const found = normalizeTraceId(text);
  const shown =
    found === undefined
      ? undefined
      : `${found.givenAs} ${found.traceId}${found.spanId === '' ? '' : ` ${found.spanId}`}`;
  expect(shown).toBe(expected);
}

describe('trace IDs in any form', () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    [id, `hex32 ${id}`],
    [id.toUpperCase(), `hex32 ${id}`],
    [`  "${id}"\n`, `hex32 ${id}`],
    [`['${id}']`, `hex32 ${id}`],
    ['4bf92f35-77b3-4da6-a3ce-929d0e0e4736', `dashed ${id}`],
    ['{4BF92F35-77B3-4DA6-A3CE-929D0E0E4736}', `dashed ${id}`],
    ['a3ce929d0e0e4736', 'hex16 0000000000000000a3ce929d0e0e4736'],
    ['3ce929d0e0e4736', 'trimmed 000000000000000003ce929d0e0e4736'],
    ['bf92f3577b34da6a3ce929d0e0e4736', 'trimmed 0bf92f3577b34da6a3ce929d0e0e4736'],
    [`00-${id}-${span}-01`, `traceparent ${id} ${span}`],
    [`01-${id}-${span}-01-future`, `traceparent ${id} ${span}`],
    [`ff-${id}-${span}-01`, undefined],
    [`${id}-${span}-1`, `b3 ${id} ${span}`],
    [`${id}:${span}:0:1`, `jaeger ${id} ${span}`],
    [`${id}:f067aa0ba902b7:0:1`, `jaeger ${id} ${span}`],
    [`Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=${span};Sampled=1`, `xray ${id} ${span}`],
    [`projects/shop/traces/${id}`, `gcp ${id}`],
    ['11803532876627986230', 'decimal 0000000000000000a3ce929d0e0e4736'],
    ['S/kvNXezTaajzpKdDg5HNg==', `base64 ${id}`],
    ['AGf1Z6oLqQK3', undefined],
    ['0'.repeat(32), undefined],
    ['0'.repeat(16), undefined],
    [`00-${'0'.repeat(32)}-${span}-01`, undefined],
    ['', undefined],
    ['checkout', undefined],
    [`${id}0`, undefined],
    ['a'.repeat(5000), undefined],
  ];
  for (const [text, expected] of cases)
    test(JSON.stringify(text.slice(0, 60)), () => check(text, expected));

  test('span IDs', () => {
    expect(normalizeSpanId(' 00F067AA0BA902B7 ')).toBe(span);
    expect(normalizeSpanId('f067aa0ba902b7')).toBe(span);
    expect(normalizeSpanId('APBnqgupArc=')).toBe(span);
    expect(normalizeSpanId('67667974448284343')).toBe(span);
    expect(normalizeSpanId('0000000000000000')).toBeUndefined();
    expect(normalizeSpanId(id)).toBeUndefined();
    expect(normalizeSpanId('xyz')).toBeUndefined();
  });

  test('every spelling of one ID becomes the same ID, and what comes out goes in again', () => {
    const hex = fc
      .uint8Array({ minLength: 16, maxLength: 16 })
      .map((bytes) => Buffer.from(bytes))
      .filter((bytes) => bytes.some((byte) => byte !== 0) && bytes[0]! > 15);
    fc.assert(
      fc.property(hex, (bytes) => {
        const plain = bytes.toString('hex');
        const dashed = plain.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
        const spellings = [
          plain.toUpperCase(),
          dashed,
          `00-${plain}-${span}-00`,
          bytes.toString('base64'),
          `"${plain}"`,
        ];
        for (const text of spellings) expect(normalizeTraceId(text)?.traceId).toBe(plain);
      }),
    );
  });

  test('any text at all: nothing thrown, what is found is a full ID', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (text) => {
        const found = normalizeTraceId(text);
        if (found === undefined) return;
        expect(found.traceId).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
        expect(found.spanId).toMatch(/^(?:[0-9a-f]{16})?$/);
      }),
    );
  });
});
