import { expect, test } from 'vitest';
import { addressAt } from './ask-clew.ts';

test.each([
  ['', '/logs', '/api/explore/logs?query=x', '/api/explore/logs?query=x'],
  ['far', '/logs', '/api/explore/logs?query=x', '/api/explore/logs?query=x&source=far'],
  ['far', '/trace/4bf9', '/api/explore/trace/4bf9', '/api/explore/trace/4bf9?source=far'],
  ['far', '/logs', '/api/explore/status', '/api/explore/status'],
  [
    'far',
    '/logs',
    '/api/explore/datasources/test?regex=x',
    '/api/explore/datasources/test?regex=x',
  ],
  ['far', '/logs', '/api/health', '/api/health'],
  [
    'a/b',
    '/metrics',
    '/prometheus/api/v1/query?query=up',
    '/api/datasources/proxy/uid/a%2Fb/api/v1/query?query=up',
  ],
  [
    'far',
    '/logs',
    '/loki/api/v1/labels?start=1',
    '/api/datasources/proxy/uid/far/loki/api/v1/labels?start=1',
  ],
  [
    'far',
    '/traces',
    '/tempo/api/v2/search/tags',
    '/api/datasources/proxy/uid/far/api/v2/search/tags',
  ],
  // A Tempo, of which the page of a trace is, answers no PromQL.
  ['far', '/trace/4bf9', '/prometheus/api/v1/series?x=1', '/prometheus/api/v1/series?x=1'],
])('from “%s” on %s: %s', (source, pathname, address, expected) => {
  expect(addressAt(source, pathname, address)).toBe(expected);
});
