import { describe, expect, test } from 'vitest';
import type { FindResult } from '../../../src/api/explore/contract/find.ts';
import { suggest } from './suggest.ts';
import type { Asked, Suggested } from './suggest.ts';
import type { QueryInText } from './queries-in-text.ts';

const id = '4bf92f3577b34da6a3ce929d0e0e4736';
const pages = [
  { path: '/logs', title: 'Logs', hasRange: true, keys: 'g l' },
  { path: '/health', title: 'Health', hasRange: false, keys: 'g h' },
];

function check(
  text: string,
  results?: readonly FindResult[],
  queries: readonly QueryInText[] = [],
): Suggested {
  const asked: Asked = {
    text,
    pages,
    range: { from: 'now-5m' },
    ownHost: 'localhost:3000',
    zone: 'utc',
    nowMs: 1_000_000_120_000,
  };
  const found = results === undefined ? undefined : { results, truncated: false };
  return suggest(asked, { found, queries });
}

function lines({ suggestions }: Suggested): string[] {
  return suggestions.map(({ said, title, detail, href }) =>
    [said, title, detail, href].filter((part) => part !== '').join(' | '),
  );
}

describe('before the server has answered', () => {
  test('an ID leads to its trace', () => {
    expect(lines(check(id))).toEqual([`trace ID, 128-bit | ${id} | /trace/${id}`]);
    expect(lines(check(`00-${id}-00f067aa0ba902b7-01`))).toEqual([
      `traceparent | ${id} | /trace/${id}?span=00f067aa0ba902b7`,
    ]);
  });

  test('pages by the beginning of their names, with the range where they have one', () => {
    expect(lines(check('LO'))).toEqual(['page | Logs | g l | /logs?from=now-5m']);
    expect(lines(check('heal'))).toEqual(['page | Health | g h | /health']);
    expect(lines(check(''))).toHaveLength(2);
    expect(lines(check('zzz'))).toEqual([]);
  });

  test('a time leads to what was going on around it', () => {
    expect(lines(check('2001-09-09T01:46:40Z'))).toEqual([
      'time | Logs at 2001-09-09 01:46:40 | 5 min on either side · 2 min ago | /logs?from=999999700000&to=1000000300000',
    ]);
  });

  test('texts that are an attack on it are nothing, at once', () => {
    const hostile = [
      'x'.repeat(1_000_000),
      '9'.repeat(1_000_000),
      '\u{1f525}'.repeat(1000),
      '\u05e9\u05dc\u05d5\u05dd \u202e\u05e2\u05d5\u05dc\u05dd',
      '(?:a+)+$[^]*\\',
      '<img src=x onerror=alert(1)>',
    ];
    for (const text of hostile) expect(lines(check(text))).toEqual([]);
  });

  test('a query in every language that takes it', () => {
    expect(
      lines(check('{a="b"}', undefined, [{ page: '/logs', language: 'LogQL', mistake: '' }])),
    ).toEqual(['LogQL | {a="b"} | /logs?query=%7Ba%3D%22b%22%7D&from=now-5m']);
  });
});

describe('with what the server knows', () => {
  const trace: FindResult = {
    kind: 'trace',
    traceId: `${'0'.repeat(16)}a3ce929d0e0e4736`,
    spanId: '',
    said: 'trace ID, 64-bit',
    found: {
      rootService: 'gateway',
      rootName: 'POST /checkout',
      spans: 38,
      errorSpans: 0,
      logs: 1,
      services: [],
      startNs: '1000000000000000000',
    },
    reason: '',
  };

  test('a trace that is there', () => {
    expect(lines(check('a3ce929d0e0e4736', [trace]))).toEqual([
      'trace ID, 64-bit, found | POST /checkout | gateway · 38 spans · 1 log line · 2 min ago | /trace/0000000000000000a3ce929d0e0e4736',
    ]);
  });

  test('a trace that is not there leads to the page that says why, with the reason below', () => {
    const unknown = { ...trace, found: null, reason: 'No span.' };
    const suggested = check('a3ce929d0e0e4736', [unknown]);
    expect(lines(suggested)).toEqual([
      'trace ID, 64-bit, not found | a3ce929d0e0e4736 | Enter shows why | /trace/0000000000000000a3ce929d0e0e4736',
    ]);
    expect(suggested.reasons).toEqual(['No span.']);
  });

  test('services: the overview of each, logs and traces of the first', () => {
    const found = check('car', [{ kind: 'services', services: ['cart', 'cart-db'] }]);
    expect(lines(found)).toEqual([
      'service | cart | /overview?service=cart&from=now-5m',
      'its logs | cart | /logs?query=%7Bservice_name%3D%22cart%22%7D&from=now-5m',
      'its traces | cart | /traces?query=%7B+resource.service.name+%3D+%22cart%22+%7D&from=now-5m',
      'service | cart-db | /overview?service=cart-db&from=now-5m',
    ]);
  });

  test('metrics with their type and unit, and how many more there are', () => {
    const found = check('mem', [
      {
        kind: 'metrics',
        metrics: [
          {
            name: 'mem_bytes',
            type: 'gauge',
            unit: 'By',
            help: '',
            series: 1234,
            parts: ['mem_bytes'],
          },
        ],
        total: 3,
      },
    ]);
    expect(lines(found)).toEqual([
      'metric | mem_bytes | gauge · By · 1,234 series | /metrics?query=avg+by+%28job%29+%28mem_bytes%29&metric=mem_bytes&from=now-5m',
    ]);
    expect(found.reasons).toEqual(['2 more metrics with this in the name.']);
  });

  test('an attribute with how many there are, and why there is no door', () => {
    const found = check('http.route=/pay', [
      {
        kind: 'attribute',
        key: 'http.route',
        value: '/pay',
        startNs: '1000000000000000000',
        endNs: '1000003600000000000',
        logs: {
          query: '',
          count: 0,
          by: [],
          source: '',
          reason: 'no line of this time has http_route="/pay"',
        },
        traces: {
          query: '{ span.http.route = "/pay" }',
          count: 12,
          by: [],
          source: '',
          reason: null,
        },
      },
    ]);
    expect(lines(found)).toEqual([
      'attribute | http.route = /pay | 12 traces in the last 1 h | /traces?query=%7B+span.http.route+%3D+%22%2Fpay%22+%7D&from=1000000000000&to=1000003600000',
    ]);
    expect(found.reasons).toEqual(['In the last 1 h, no line of this time has http_route="/pay".']);
  });

  test('a line goes to its trace, else to itself among the lines around', () => {
    const line = {
      id: '1000000000000000000-7',
      timeNs: '1000000000000000000',
      service: 'cart',
      level: 'info',
      body: '<b>read</b>',
      traceId: id,
      spanId: '',
    };
    const found: FindResult = {
      kind: 'lines',
      fragment: 'read',
      startNs: '0',
      endNs: '1',
      byTime: true,
      lines: [line, { ...line, id: '1000000000000000000-8', traceId: '' }],
      reason: '',
    };
    expect(lines(check('cart read', [found]))).toEqual([
      `log line, in its trace | <b>read</b> | cart · 01:46:40.000 | /trace/${id}?log=1000000000000000000-7`,
      'log line | <b>read</b> | cart · 01:46:40.000 | /logs?query=%7Bservice_name%3D%22cart%22%7D&from=999999700000&to=1000000300000&line=1000000000000000000-8',
    ]);
  });
});
