import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Failure } from '../base/errors.ts';
import { decodeSnappy, encodeSnappy } from './snappy.ts';

// It has no type declarations.
const { compress, uncompress } = createRequire(import.meta.url)('snappyjs') as Record<
  'compress' | 'uncompress',
  (bytes: Uint8Array) => Uint8Array
>;

const megabyte = 1 << 20;
const repetitive = fc
  .array(
    fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 60 })),
    {
      maxLength: 8,
    },
  )
  .map((parts) =>
    Uint8Array.from(
      parts.flatMap(([bytes, times]) =>
        Array(times)
          .fill([...bytes])
          .flat(),
      ),
    ),
  );
const bytes = fc.oneof(fc.uint8Array({ maxLength: 3000 }), repetitive);

describe('blocks', () => {
  test('there and back, and the same for another implementation', () => {
    fc.assert(
      fc.property(bytes, (plain) => {
        expect(decodeSnappy(encodeSnappy(plain), megabyte)).toEqual(plain);
        expect(uncompress(encodeSnappy(plain))).toEqual(plain);
        expect(decodeSnappy(compress(plain), megabyte)).toEqual(plain);
      }),
    );
  });

  test('text becomes smaller, also beyond 64 KiB', () => {
    const plain = new TextEncoder().encode('{"level":"info","msg":"hello"}'.repeat(20_000));
    const small = encodeSnappy(plain);
    expect(small.length).toBeLessThan(plain.length / 15);
    expect(decodeSnappy(small, plain.length)).toEqual(plain);
  });

  test('a declared size above the limit is refused before anything is allocated', () => {
    const lie = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f, 0);
    expect(() => decodeSnappy(lie, 32 * megabyte)).toThrow(/exceeds the limit of 33554432 bytes/);
    expect(() => decodeSnappy(lie, 2 ** 40)).toThrow(/out of proportion/);
  });

  const bad: readonly (readonly [string, readonly number[], RegExp])[] = [
    ['nothing', [], /no size/],
    ['endless size', [255, 255, 255, 255, 255, 255], /no size/],
    ['truncated literal', [4, 12, 1], /truncated literal/],
    ['truncated copy', [4, 0, 1, 2], /truncated copy/],
    ['copy before the start', [8, 0, 1, 18, 9, 0], /before the start/],
    ['copy of nothing', [8, 0, 1, 18, 0, 0], /before the start/],
    ['longer than declared', [1, 4, 1, 2], /longer than declared/],
    ['shorter than declared', [3, 0, 1], /shorter than declared/],
    ['a literal of four gigabytes', [4, 252, 255, 255, 255, 255, 1], /truncated literal/],
  ];
  for (const [name, block, message] of bad) {
    test(name, () => expect(() => decodeSnappy(Uint8Array.from(block), megabyte)).toThrow(message));
  }

  test('any bytes: a block or a failure', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (block) => {
        try {
          decodeSnappy(block, 4096);
        } catch (error) {
          expect(error).toBeInstanceOf(Failure);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
