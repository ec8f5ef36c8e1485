import { expect, test } from 'vitest';
import { permalink } from './permalink.ts';

const nowMs = Date.UTC(2026, 10, 22, 14);

test.each([
  ['http://h/logs', `http://h/logs?from=${nowMs - 3_600_000}&to=${nowMs}`],
  [
    'http://h/logs?query=%7B%7D&from=now-5m&to=now&live=1&refresh=5s',
    `http://h/logs?query=%7B%7D&from=${nowMs - 300_000}&to=${nowMs}`,
  ],
  [
    'http://h/metrics?from=1700000000000&to=1700000060000',
    'http://h/metrics?from=1700000000000&to=1700000060000',
  ],
  ['http://h/trace/4bf9?span=1', 'http://h/trace/4bf9?span=1'],
])('%s', (href, expected) => {
  expect(permalink(href, nowMs, '')).toBe(expected);
});

test('where tenants are kept apart, the link says whose it is', () => {
  expect(permalink('http://h/trace/4bf9?span=1', nowMs, 'a|b')).toBe(
    'http://h/trace/4bf9?span=1&tenant=a%7Cb',
  );
});
