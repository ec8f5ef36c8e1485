import { describe, expect, test } from 'vitest';
import { Failure } from '../base/errors.ts';
import { readTenant, readTenants } from './tenant.ts';

function outcome<T>(read: () => T): T | string {
  try {
    return read();
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    return `${thrown.code}: ${thrown.message}`;
  }
}

const on = { enabled: true };
const off = { enabled: false };
const noOrg = 'unauthenticated: no org id';
const badCharacters = /^invalid-data: tenant ID .* has characters that are not allowed/;

describe('queries may name several tenants', () => {
  for (const [named, expected] of [
    ['shop', ['shop']],
    ['shop|cart', ['shop', 'cart']],
    ['shop|cart|shop', ['shop', 'cart']],
    ['', noOrg],
    ['shop|', noOrg],
    ['|', noOrg],
    ['a/b', badCharacters],
    ['shop, cart', badCharacters],
    ['a'.repeat(151), badCharacters],
  ] as const) {
    test(named.slice(0, 20), () => {
      const read = outcome(() => readTenants(named, on));
      if (expected instanceof RegExp) expect(read).toMatch(expected);
      else expect(read).toEqual(expected);
      expect(readTenants(named, off)).toEqual(['default']);
    });
  }
});

describe('writes name one', () => {
  for (const [named, expected] of [
    ['shop', /^shop$/],
    ["Shop-1_2.3!*'()", /^Shop/],
    ['', /^unauthenticated: no org id$/],
    ['shop|cart', badCharacters],
  ] as const) {
    test(named, () => {
      expect(outcome(() => readTenant(named, on))).toMatch(expected);
      expect(readTenant(named, off)).toBe('default');
    });
  }
});
