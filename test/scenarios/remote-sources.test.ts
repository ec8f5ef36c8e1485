// The screen's own API over a Loki, a Tempo and a Prometheus elsewhere: a second Clew is that server, so what the first one
// answers by asking it must be what the second one answers itself.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {
  ExploreFieldTest,
  ExploreSpanLinks,
} from '../../src/api/explore/contract/datasources.ts';
import type {
  ExploreMetricLabels,
  ExploreMetricRelatives,
  ExploreMetrics,
} from '../../src/api/explore/contract/metrics.ts';
import type {
  ExploreHistogram,
  ExploreLogs,
  ExploreStreams,
  ExploreTrace,
} from '../../src/api/explore/contract/records.ts';
import type {
  ExploreOverview,
  ExploreServiceMap,
} from '../../src/api/explore/contract/overview.ts';
import type { ExploreDifference } from '../../src/api/explore/contract/difference.ts';
import type { ExploreFacets, ExplorePatterns } from '../../src/api/explore/contract/log-survey.ts';
import type {
  ExploreLatencyBands,
  ExploreSpanGroups,
  ExploreSpanKind,
  ExploreTraceList,
  ExploreTracePoints,
} from '../../src/api/explore/contract/traces.ts';
import type { ClewProcess } from '../clew-process.ts';
import { type NearClew, startNearClew } from '../near-clew.ts';
import { check, path } from './exchange.ts';
import { runShop } from './running-shop.ts';
import { ns } from './shop-telemetry.ts';

const far = runShop();
let nearClew: NearClew;
let near: ClewProcess;

beforeAll(async () => {
  nearClew = await startNearClew(far.clew);
  near = nearClew.clew;
});
afterAll(() => nearClew.stop());

type Given = Record<string, string | number | readonly string[]>;

function window(): Given {
  return { start: ns(far.shop.startMs), end: ns(far.shop.endMs) };
}

/** What the near one answers by asking, and the far one by itself. */
async function both<T>(base: string, source: string, given: Given = {}): Promise<[T, T]> {
  const parameters = { ...window(), ...given };
  const [asked, itself] = await Promise.all([
    check(near, { port: 'ui', path: path(base, { ...parameters, source }) }),
    far.ask({ port: 'ui', path: path(base, parameters) }),
  ]);
  return [asked.json<T>(), itself.json<T>()];
}

describe('a Loki elsewhere', () => {
  test('its lines, page by page, newest and oldest first', async () => {
    for (const direction of ['backward', 'forward']) {
      const bodies: string[][] = [[], []];
      let next: [string, string] = ['', ''];
      for (let page = 0; page < 2; page++) {
        const [one, other] = await Promise.all([
          both<ExploreLogs>('/api/explore/logs', 'far-loki', {
            direction,
            limit: 7,
            next: next[0],
          }),
          both<ExploreLogs>('/api/explore/logs', 'far-loki', {
            direction,
            limit: 7,
            next: next[1],
          }),
        ]);
        const pages = [one[0], other[1]] as const;
        pages.forEach(({ lines }, at) => bodies[at]!.push(...lines.map(({ body }) => body)));
        next = [pages[0].coverage.next ?? '', pages[1].coverage.next ?? ''];
      }
      expect(bodies[0]).toHaveLength(14);
      expect(new Set(bodies[0])).toEqual(new Set(bodies[1]));
    }
  });

  test('filters, levels, services and trace IDs', async () => {
    const query = '{service_name="checkout"} |= "order"';
    const [asked, itself] = await both<ExploreLogs>('/api/explore/logs', 'far-loki', { query });
    const told = ({ lines }: ExploreLogs): unknown[] =>
      lines
        .map(({ body, level, service, timeNs, traceId }) => ({
          body,
          level,
          service,
          timeNs,
          traceId,
        }))
        .toSorted((a, b) => (a.timeNs + a.body < b.timeNs + b.body ? -1 : 1));
    expect(told(asked).length).toBeGreaterThan(5);
    expect(told(asked)).toEqual(told(itself));
  });

  test('the histogram counts the same', async () => {
    const [asked, itself] = await both<ExploreHistogram>(
      '/api/explore/logs/histogram',
      'far-loki',
      {
        buckets: 20,
      },
    );
    expect(asked.total).toBeGreaterThan(20);
    expect(asked).toEqual(itself);
  });

  test('facets and patterns, of its newest lines', async () => {
    const [asked, itself] = await both<ExploreFacets>('/api/explore/logs/facets', 'far-loki');
    const counted = ({ fields }: ExploreFacets, name: string) =>
      fields
        .find((field) => field.name === name)
        ?.values.map(({ value, lines }) => `${value} ${lines}`)
        .toSorted();
    expect(asked.lines).toBe(itself.lines);
    for (const name of ['service_name', 'detected_level'])
      expect(counted(asked, name)).toEqual(counted(itself, name));
    const [patterns, own] = await both<ExplorePatterns>('/api/explore/logs/patterns', 'far-loki');
    expect(patterns.lines).toBe(own.lines);
    expect(patterns.patterns.map(({ pattern, lines }) => [pattern, lines])).toEqual(
      own.patterns.map(({ pattern, lines }) => [pattern, lines]),
    );
  });

  test('labels to complete with', async () => {
    const [asked, itself] = await both<ExploreStreams>('/api/explore/streams', 'far-loki');
    expect(asked).toEqual(itself);
  });

  test('a trace that a line names, from the Tempo beside it', async () => {
    const known = far.shop.traces[3]!;
    const base = `/api/explore/trace/${known.traceId}`;
    const [asked, itself] = await both<ExploreTrace>(base, 'far-loki');
    expect(asked.spans).toHaveLength(itself.spans.length);
    expect(asked.logs.length).toBeGreaterThan(0);
  });

  test('a single line by its ID', async () => {
    const [{ lines }] = await both<ExploreLogs>('/api/explore/logs', 'far-loki', { limit: 1 });
    const answer = await check(near, {
      port: 'ui',
      path: path('/api/explore/logs/line', { id: lines[0]!.id, source: 'far-loki' }),
    });
    expect(answer.json<{ body: string }>().body).toBe(lines[0]!.body);
  });

  test('nobody home is said, as are queries that are none', async () => {
    const nobody = path('/api/explore/logs', { ...window(), source: 'nobody' });
    const silent = await check(near, { port: 'ui', path: nobody }, { status: 503 });
    expect(silent.text).toContain('does not answer');
    const unknown = path('/api/explore/logs', { ...window(), source: 'x' });
    await check(near, { port: 'ui', path: unknown }, { status: 404 });
    const wrong = path('/api/explore/logs', { ...window(), query: '{a=', source: 'far-loki' });
    await check(near, { port: 'ui', path: wrong }, { status: 400 });
  });
});

describe('a Tempo elsewhere', () => {
  test('a trace with its spans, and its lines from the Loki that tracesToLogsV2 names', async () => {
    const known = far.shop.traces[3]!;
    const base = `/api/explore/trace/${known.traceId}`;
    const [asked, itself] = await both<ExploreTrace>(base, 'far-tempo');
    const spans = ({ spans: all }: ExploreTrace): unknown[] =>
      all
        .map(
          ({ spanId, parentSpanId, service, name, kind, startNs, endNs, status, attributes }) => ({
            spanId,
            parentSpanId,
            service,
            name,
            kind,
            startNs,
            endNs,
            status,
            attributes,
          }),
        )
        .toSorted((a, b) => (a.spanId < b.spanId ? -1 : 1));
    expect(asked.spans.length).toBeGreaterThan(3);
    expect(spans(asked)).toEqual(spans(itself));
    expect(asked.logs.length).toBeGreaterThan(0);
    const bodies = itself.logs.map(({ body }) => body);
    for (const { body } of asked.logs) expect(bodies).toContain(body);
  });

  test('lists and dots of a search', async () => {
    const query = '{ status = error }';
    const [asked, itself] = await both<ExploreTraceList>('/api/explore/traces', 'far-tempo', {
      query,
      order: 'newest',
    });
    const ids = ({ traces }: ExploreTraceList): string[] => traces.map(({ traceId }) => traceId);
    expect(ids(asked).length).toBeGreaterThan(1);
    expect(new Set(ids(asked))).toEqual(new Set(ids(itself)));
    const [points] = await both<ExploreTracePoints>('/api/explore/traces/points', 'far-tempo');
    expect(points.total).toBeGreaterThan(10);
  });

  test('groups by an attribute, of whole traces', async () => {
    for (const attribute of ['resource.service.name', 'name', 'status', 'rootName']) {
      const base = '/api/explore/traces/by';
      const [asked, itself] = await both<ExploreSpanGroups>(base, 'far-tempo', { attribute });
      const told = ({ groups }: ExploreSpanGroups): readonly unknown[] =>
        groups.map(({ value, count, errors, condition }) => [value, count, errors, condition]);
      expect(told(asked).length).toBeGreaterThan(0);
      expect(told(asked)).toEqual(told(itself));
      expect(asked.warnings).toEqual([]);
    }
  });

  test('latency bands, and how one span compares with its kind', async () => {
    const [bands] = await both<ExploreLatencyBands>('/api/explore/traces/bands', 'far-tempo');
    const traces = bands.bands.reduce((sum, band) => sum + band.traces, 0);
    expect(traces).toBeGreaterThan(10);
    const [asked, itself] = await both<ExploreSpanKind>('/api/explore/span-kind', 'far-tempo', {
      service: 'checkout',
      name: 'POST /checkout',
      spanDurationNs: 200_000_000,
    });
    expect(itself.spans).toBeGreaterThan(10);
    expect([asked.spans, asked.errors, asked.fasterShare, asked.buckets]).toEqual([
      itself.spans,
      itself.errors,
      itself.fasterShare,
      itself.buckets,
    ]);
  });

  test('what differs between failed traces and the others', async () => {
    const given = { unit: 'traces', signal: 'spans', errors: '1' };
    const base = '/api/explore/difference';
    const [asked, itself] = await both<ExploreDifference>(base, 'far-tempo', given);
    const told = ({ selected, rest, attributes }: ExploreDifference): unknown => ({
      selected,
      rest,
      attributes: attributes.map(({ key, value, selectedCount, restCount }) => [
        `${key}=${value}`,
        selectedCount,
        restCount,
      ]),
    });
    expect(asked.selected).toBeGreaterThan(1);
    expect(told(asked)).toEqual(told(itself));
    const bySpan = { signal: 'spans', errors: '1' };
    const [spans, own] = await both<ExploreDifference>(base, 'far-tempo', bySpan);
    expect(told(spans)).toEqual(told(own));
    expect(spans.warnings.join(' ')).toContain('Far Tempo');
  });
});

describe('the overview of a Tempo elsewhere', () => {
  test('services with their figures, and the lines of the Loki beside it', async () => {
    // Tempo's intervals hold their right edge, ours the left one; the shop's spans begin at whole steps.
    const start = ns(far.shop.startMs - 1000);
    const base = '/api/explore/overview';
    const [asked, itself] = await both<ExploreOverview>(base, 'far-tempo', { start });
    const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
    const told = ({ services }: ExploreOverview): readonly unknown[] =>
      services
        .map(({ service, requestsAre, range, before, requestsOverTime, errorsOverTime }) => ({
          service,
          requestsAre,
          requests: [range.requests, before.requests, sum(requestsOverTime)],
          errors: [range.errors, sum(errorsOverTime)],
          lines: range.lines,
        }))
        .toSorted((a, b) => (a.service < b.service ? -1 : 1));
    expect(asked.services.length).toBeGreaterThan(3);
    expect(told(asked)).toEqual(told(itself));
    expect(sum(asked.overTime.requests)).toBe(sum(itself.overTime.requests));
    const heat = ({ heat: { cells } }: ExploreOverview): readonly number[] => [
      cells.reduce((sum, { requests }) => sum + requests, 0),
      cells.reduce((sum, { errors }) => sum + errors, 0),
    ];
    expect(heat(asked)).toEqual(heat(itself));
  });

  test('the map', async () => {
    const [asked, itself] = await both<ExploreServiceMap>('/api/explore/service-map', 'far-tempo');
    const told = ({ edges }: ExploreServiceMap): readonly string[] =>
      edges.map(({ from, to, requests }) => `${from.name} > ${to.name} ${requests}`).toSorted();
    expect(told(asked).length).toBeGreaterThan(2);
    expect(told(asked)).toEqual(told(itself));
  });

  test('what differs between the lines of a box and the others', async () => {
    const selectedStart = ns(far.shop.startMs);
    const selectedEnd = ns(far.shop.startMs + 300_000);
    const given = { signal: 'logs', selectedStart, selectedEnd };
    const [asked, itself] = await both<ExploreDifference>(
      '/api/explore/difference',
      'far-tempo',
      given,
    );
    expect(asked.selected).toBeGreaterThan(10);
    expect([asked.selected, asked.rest]).toEqual([itself.selected, itself.rest]);
  });
});

test('a Prometheus elsewhere answers through the proxy', async () => {
  const proxied = '/api/datasources/proxy/uid/far-prom/api/v1/labels';
  const asked = await check(near, { port: 'ui', path: proxied });
  const itself = await far.ask({ port: 'prometheus', path: '/prometheus/api/v1/labels' });
  expect(asked.json()).toEqual(itself.json());
});

describe('a Prometheus elsewhere', () => {
  test('its metrics as families, and their labels with counts', async () => {
    const [asked, itself] = await both<ExploreMetrics>('/api/explore/metrics', 'far-prom');
    expect(asked.metrics.length).toBeGreaterThan(0);
    // How many series each has is told by none but Clew itself.
    expect(asked.metrics).toEqual(itself.metrics.map((one) => ({ ...one, series: null })));
    const [first] = itself.metrics;
    const part = first?.parts ?? [];
    const labels = await both<ExploreMetricLabels>('/api/explore/metrics/labels', 'far-prom', {
      part,
    });
    expect(labels[0]).toEqual(labels[1]);
    expect(labels[0].series).toBe(first?.series);
  });

  test('the logs and traces behind its values are where its exemplars lead', async () => {
    const query = 'http_requests_total';
    const [asked, itself] = await both<ExploreMetricRelatives>(
      '/api/explore/metrics/relatives',
      'far-prom',
      { query },
    );
    expect(itself.logs.count).toBeGreaterThan(0);
    expect(asked.logs).toEqual({ ...itself.logs, source: 'far-loki' });
    expect(asked.traces).toEqual({ ...itself.traces, source: 'far-tempo' });
  });

  test('the trace of an exemplar comes from the Tempo that the file names', async () => {
    const base = `/api/explore/trace/${far.shop.traces[3]!.traceId}`;
    const [asked, itself] = await both<ExploreTrace>(base, 'far-prom');
    expect(itself.spans.length).toBeGreaterThan(3);
    expect(asked.spans).toHaveLength(itself.spans.length);
  });
});

describe('what the file says is tried on real records of the server that it names', () => {
  test('a derived field on its lines', async () => {
    const given = { regex: '(\\w+)', name: 'x', url: '${__value.raw}', query: '' };
    const parameters = path('/api/explore/datasources/test', { ...given, source: 'far-loki' });
    const tested = await check(near, { port: 'ui', path: parameters });
    expect(tested.json<ExploreFieldTest>().tested).toBeGreaterThan(10);
  });

  test('tracesToLogsV2 on a span of it', async () => {
    const parameters = { uid: 'far-tempo', source: 'far-tempo' };
    const tried = await check(near, {
      port: 'ui',
      path: path('/api/explore/datasources/span-links', parameters),
    });
    expect(tried.json<ExploreSpanLinks>().span).not.toBeNull();
  });
});
