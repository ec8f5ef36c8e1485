import { describe, expect, test } from 'vitest';
import { recognizeUrl } from './grafana-url.ts';

const own = 'localhost:3000';
const nowMs = Date.UTC(2026, 10, 18, 14, 30);
const context = { ownHost: own, zone: 'utc', nowMs } as const;

function explore(parameters: Record<string, unknown>): string {
  const search = new URLSearchParams(
    Object.entries(parameters).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
  return `https://grafana.example.org/explore?${search.toString()}`;
}

function check(text: string, href: string | undefined): void {
  expect(recognizeUrl(text, context)?.urls[0]?.href).toBe(href);
}

const id = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('panes=', () => {
  const panes = (query: object, range = { from: 'now-1h', to: 'now' }): string =>
    explore({ schemaVersion: '1', panes: { abc: { datasource: 'P8E', queries: [query], range } } });

  test('Loki, Tempo and Prometheus go to their pages with the query and the range', () => {
    check(
      panes({ expr: '{app="x"}', datasource: { type: 'loki', uid: 'P8E' } }),
      '/logs?query=%7Bapp%3D%22x%22%7D&from=now-1h&to=now',
    );
    check(
      panes({ query: '{ status = error }', queryType: 'traceql', datasource: { type: 'tempo' } }),
      '/traces?query=%7B+status+%3D+error+%7D&from=now-1h&to=now',
    );
    check(
      panes(
        { expr: 'up', datasource: { type: 'prometheus' } },
        { from: '1795356000000', to: '1795359600000' },
      ),
      '/metrics?query=up&from=1795356000000&to=1795359600000',
    );
  });

  test('a trace by its ID is its story', () => {
    check(
      panes({ query: id, queryType: 'traceId', datasource: { type: 'tempo' } }),
      `/trace/${id}`,
    );
  });

  test('the filters of a search become TraceQL', () => {
    const filters = [
      {
        tag: 'service.name',
        operator: '=',
        scope: 'resource',
        value: ['cart'],
        valueType: 'string',
      },
      { tag: 'status', operator: '=', scope: 'intrinsic', value: 'error', valueType: 'keyword' },
      { tag: 'name', operator: '=', value: [] },
    ];
    expect(
      recognizeUrl(
        panes({ queryType: 'traceqlSearch', filters, datasource: { type: 'tempo' } }),
        context,
      )?.urls[0]?.title,
    ).toBe('traces { resource.service.name = "cart" && status = error }');
  });
});

describe('left=', () => {
  test('as an object', () => {
    check(
      explore({
        left: {
          datasource: 'loki',
          queries: [{ refId: 'A', expr: '{app="x"}' }],
          range: { from: 'now-6h', to: 'now' },
        },
      }),
      '/logs?query=%7Bapp%3D%22x%22%7D&from=now-6h&to=now',
    );
  });

  test('as the list of older versions', () => {
    check(
      explore({ left: ['now-30m', 'now', 'Prometheus', { expr: 'rate(up[5m])' }] }),
      '/metrics?query=rate%28up%5B5m%5D%29&from=now-30m&to=now',
    );
  });

  test('without any hint the query decides', () => {
    check(
      explore({ left: ['now-30m', 'now', 'abc', { expr: '{a="b"}' }] }),
      '/logs?query=%7Ba%3D%22b%22%7D&from=now-30m&to=now',
    );
    check(
      explore({ left: ['now-30m', 'now', 'abc', { expr: 'up' }] }),
      '/metrics?query=up&from=now-30m&to=now',
    );
  });
});

describe('other addresses', () => {
  test.each([
    ['http://localhost:3000/logs?query=x', '/logs?query=x'],
    [`http://localhost:3000/trace/${id}?span=1`, `/trace/${id}?span=1`],
    ['/logs?query={a="b"}&from=now-1h', '/logs?query={a=%22b%22}&from=now-1h'],
    [` /trace/${id} `, `/trace/${id}`],
    ['/overview', '/overview'],
    ['/overviews', undefined],
    ['/etc/passwd', undefined],
    ['//evil.example/logs', undefined],
    [`/logs?${'x'.repeat(1_000_000)}`, undefined],
    ['http://localhost:3000/api/health', undefined],
    ['https://example.org/', undefined],
    [explore({ left: '{broken' }), undefined],
    [explore({ panes: '[]' }), undefined],
    ['javascript:alert(1)', undefined],
    ['hello', undefined],
    ['', undefined],
  ])('%s', check);
});

function titles(text: string): readonly string[] | undefined {
  return recognizeUrl(text, context)?.urls.map(({ title }) => title);
}

test('several values of a filter are alternatives', () => {
  const filters = [
    {
      tag: 'service.name',
      operator: '=',
      scope: 'resource',
      value: ['cart', 'a.b'],
      valueType: 'string',
    },
    {
      tag: 'status',
      operator: '!=',
      scope: 'intrinsic',
      value: ['ok', 'unset'],
      valueType: 'keyword',
    },
  ];
  const query = { queryType: 'traceqlSearch', filters, datasource: { type: 'tempo' } };
  expect(titles(explore({ panes: { a: { queries: [query] } } }))).toEqual([
    'traces { resource.service.name =~ "cart|a\\\\.b" && (status != ok && status != unset) }',
  ]);
});

test('the search form before TraceQL', () => {
  const query = {
    queryType: 'nativeSearch',
    serviceName: 'cart',
    spanName: 'GET /x',
    minDuration: '100ms',
    search: 'http.status_code=500 user="a b"',
  };
  expect(titles(explore({ left: { datasource: 'Tempo', queries: [query] } }))).toEqual([
    'traces { resource.service.name = "cart" && name = "GET /x" && duration >= 100ms && .http.status_code = "500" && .user = "a b" }',
  ]);
});

test('every query of every pane is offered', () => {
  const loki = (expr: string) => ({ expr, datasource: { type: 'loki' } });
  const up = { expr: 'up', datasource: { type: 'prometheus' } };
  expect(
    titles(
      explore({
        panes: { a: { queries: [up, loki('{a="b"}')] }, b: { queries: [loki('{c="d"}')] } },
      }),
    ),
  ).toEqual(['metrics up', 'logs {a="b"}', 'logs {c="d"}']);
  const list = ['now-1h', 'now', 'Loki', { expr: '{a="b"}' }, { mode: 'Logs' }, { ui: [true] }];
  expect(titles(explore({ left: list, right: list.with(3, { expr: '{c="d"}' }) }))).toEqual([
    'logs {a="b"}',
    'logs {c="d"}',
  ]);
});

describe('times that round', () => {
  test.each([
    ['now/d', 'now/d', Date.UTC(2026, 10, 18), Date.UTC(2026, 10, 19)],
    ['now-1d/d', 'now-1d/d', Date.UTC(2026, 10, 17), Date.UTC(2026, 10, 18)],
    ['now/w', 'now', Date.UTC(2026, 10, 15), 'now'],
    ['now/M', 'now/M', Date.UTC(2026, 10, 1), Date.UTC(2026, 11, 1)],
    ['now/y', 'now+1h', Date.UTC(2026, 0, 1), nowMs + 3_600_000],
  ])('%s to %s', (from, to, start, end) => {
    const pane = { queries: [{ expr: 'up' }], range: { from, to } };
    check(explore({ panes: { a: pane } }), `/metrics?query=up&from=${start}&to=${end}`);
  });
});

describe('Drilldown apps and dashboards', () => {
  test.each([
    [
      'https://g.example/a/grafana-lokiexplore-app/explore/service/payment/logs?from=now-15m&to=now&var-filters=service_name%7C%3D%7Cpayment&var-levels=detected_level%7C%3D%7Cerror%7Cwarn&var-fields=',
      'logs {service_name="payment"} | detected_level=~"error|warn"',
    ],
    [
      'https://g.example/a/grafana-lokiexplore-app/explore/service/my%20app/logs?var-fields=status%7C%3D%7C%7B%22value%22%3A%22500%22__gfc__%22parser%22%3A%22json%22%7D',
      'logs {service_name="my app"} | json | logfmt | status="500"',
    ],
    [
      'https://g.example/a/grafana-exploretraces-app/explore?from=now-30m&to=now&var-primarySignal=nestedSetParent%3C0&var-filters=resource.service.name%7C%3D%7Cpayment&var-filters=status%7C%3D%7Cerror',
      'traces { nestedSetParent<0 && resource.service.name = "payment" && status = error }',
    ],
    [
      'https://g.example/a/grafana-metricsdrilldown-app/drilldown?metric=up&var-filters=job%7C%3D%7Ca%2Fb',
      'metrics up{job="a/b"}',
    ],
    ['https://g.example/d/abc/board?from=now-1h&to=now', 'overview at its time'],
  ])('%s', (url, title) => {
    expect(titles(url)?.[0]).toBe(title);
  });

  test('what names no query says so', () => {
    const reason = (url: string): string | undefined => recognizeUrl(url, context)?.reason;
    expect(reason('https://g.example/goto/aBc-1?orgId=1')).toContain('short link');
    expect(reason('https://g.example/d/abc/board')).toContain('does not name its queries');
    expect(reason('https://example.org/')).toBeUndefined();
  });
});

test('a loopback address is this Clew by any of its names', () => {
  check('http://127.0.0.1:3000/logs?query=x', '/logs?query=x');
  check('http://127.0.0.1:3001/logs?query=x', undefined);
});
