import { expect, test } from 'vitest';
import { curlOf } from './logs-clicks.ts';

const request = {
  origin: 'http://clew:3000',
  source: '',
  headers: {},
  query: `{app="it's"}`,
  range: { startNs: 1n, endNs: 2n },
  order: 'newest',
} as const;

test('curl asks the same, of the same server and for the same tenant', () => {
  expect(curlOf(request)).toBe(
    [
      `curl -G 'http://clew:3000/loki/api/v1/query_range'`,
      `--data-urlencode 'query={app="it'\\''s"}'`,
      '-d start=1 -d end=2 -d limit=1000',
      '-d direction=backward',
    ].join(' \\\n  '),
  );
  const elsewhere = curlOf({ ...request, source: 'my loki', headers: { 'x-scope-orgid': 'a b' } });
  expect(elsewhere.split(' \\\n  ').slice(0, 2)).toEqual([
    `curl -G 'http://clew:3000/api/datasources/proxy/uid/my%20loki/loki/api/v1/query_range'`,
    `-H 'x-scope-orgid: a b'`,
  ]);
});
