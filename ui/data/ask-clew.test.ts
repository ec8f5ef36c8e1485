import { expect, test } from 'vitest';
import { addressAt } from './ask-clew.ts';

test.each([
  ['', '/api/explore/logs?query=x', '/api/explore/logs?query=x'],
  ['far', '/api/explore/logs?query=x', '/api/explore/logs?query=x&source=far'],
  ['far', '/api/explore/trace/4bf9', '/api/explore/trace/4bf9?source=far'],
  ['far', '/api/explore/status', '/api/explore/status'],
  ['far', '/api/explore/datasources/test?regex=x', '/api/explore/datasources/test?regex=x'],
  ['far', '/api/health', '/api/health'],
  [
    'a/b',
    '/prometheus/api/v1/query?query=up',
    '/api/datasources/proxy/uid/a%2Fb/api/v1/query?query=up',
  ],
  [
    'far',
    '/loki/api/v1/labels?start=1',
    '/api/datasources/proxy/uid/far/loki/api/v1/labels?start=1',
  ],
  ['far', '/tempo/api/v2/search/tags', '/api/datasources/proxy/uid/far/api/v2/search/tags'],
])('from “%s”: %s', (source, address, expected) => {
  expect(addressAt(source, address)).toBe(expected);
});
