import { expect, test } from 'vitest';
import { InFlightBytes } from './in-flight.ts';

test('refuses what does not fit, but never a request alone', () => {
  const held = new InFlightBytes(100);
  held.take(60);
  held.take(40);
  expect(() => held.take(1)).toThrow('too many bytes of requests are in flight');
  expect(held.held).toBe(100);
  held.release(100);
  held.take(1000);
  expect(() => held.take(1)).toThrow();
  held.release(1000);
  expect(held.held).toBe(0);
});
