import { describe, expect, test } from 'vitest';
import { recognizeUrl } from './grafana-url.ts';

const own = 'localhost:3000';

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
  expect(recognizeUrl(text, own)?.href).toBe(href);
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
        own,
      )?.title,
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
