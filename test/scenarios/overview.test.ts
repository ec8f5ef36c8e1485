// The overview of the screen over HTTP: services, their charts and the map, of a shop whose truth is known.

import { describe, expect, test } from 'vitest';
import type {
  ExploreOverview,
  ExploreService,
  ExploreServiceMap,
} from '../../src/api/explore/contract/overview.ts';
import { path } from './exchange.ts';
import { runShop } from './running-shop.ts';
import { ns, type ShopTrace } from './shop-telemetry.ts';

const running = runShop();

function shopRange(): { start: string; end: string } {
  const { startMs, endMs } = running.shop;
  return { start: ns(startMs), end: ns(endMs) };
}

function traces(): readonly ShopTrace[] {
  return [...running.shop.traces, running.shop.late];
}

async function overview(parameters: Record<string, string> = {}): Promise<ExploreOverview> {
  const target = path('/api/explore/overview', { ...shopRange(), ...parameters });
  const headers = { 'content-type': 'application/json' };
  return (await running.ask({ port: 'ui', path: target }, { headers })).json<ExploreOverview>();
}

async function map(parameters: Record<string, string> = {}): Promise<ExploreServiceMap> {
  const target = path('/api/explore/service-map', { ...shopRange(), ...parameters });
  return (await running.ask({ port: 'ui', path: target })).json<ExploreServiceMap>();
}

function serviceOf({ services }: ExploreOverview, name: string): ExploreService {
  const found = services.find(({ service }) => service === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);

describe('the overview', () => {
  test('requests, errors and latencies of each service by its own rule', async () => {
    const found = await overview();
    const failed = traces().filter((trace) => trace.failed).length;
    const all = traces().length;
    expect(serviceOf(found, 'checkout')).toMatchObject({
      requestsAre: 'entry',
      range: { requests: all, errors: failed },
      before: { requests: 0, errors: 0, p95Ms: null },
    });
    expect(serviceOf(found, 'payment').range).toMatchObject({ requests: all, errors: failed });
    expect(serviceOf(found, 'cart').range).toMatchObject({ requests: all, errors: 0 });
    // Its only spans are internal ones inside of traces.
    expect(serviceOf(found, 'mailer')).toMatchObject({
      requestsAre: 'every',
      range: { requests: all },
    });
    // It only logs.
    expect(serviceOf(found, 'worker')).toMatchObject({
      requestsAre: 'none',
      range: { requests: 0, p50Ms: null },
    });
    const durations = traces()
      .map(({ durationMs }) => durationMs)
      .toSorted((a, b) => a - b);
    expect(serviceOf(found, 'checkout').range.p50Ms).toBe(durations[Math.floor(all / 2)]);
    expect(found.sampled).toBe(null);
  });

  test('the charts add up to the services, and may be of one alone', async () => {
    const every = await overview({ buckets: '20' });
    const requests = sum(every.services.map(({ range }) => range.requests));
    expect(sum(every.overTime.requests)).toBe(requests);
    expect(sum(every.heat.cells.map((cell) => cell.requests))).toBe(requests);
    for (const { service, range, requestsOverTime, errorsOverTime } of every.services)
      expect([service, sum(requestsOverTime), sum(errorsOverTime)]).toEqual([
        service,
        range.requests,
        range.errors,
      ]);
    const one = await overview({ buckets: '20', service: 'payment' });
    expect(one.services.length).toBe(every.services.length);
    expect(one.overTime.requests).toEqual(serviceOf(one, 'payment').requestsOverTime);
    expect(sum(one.overTime.errors)).toBe(serviceOf(one, 'payment').range.errors);
    const { boundsMs, cells } = one.heat;
    expect(boundsMs.toSorted((a, b) => a - b)).toEqual(boundsMs);
    expect(Math.max(...cells.map(({ band }) => band))).toBe(boundsMs.length - 2);
  });

  test('the window before is what was there before', async () => {
    const { startMs, endMs } = running.shop;
    const later = await overview({ start: ns(endMs), end: ns(2 * endMs - startMs) });
    expect(serviceOf(later, 'checkout')).toMatchObject({
      range: { requests: 0 },
      before: { requests: traces().length },
    });
  });

  test('lines of a service are as many as the logs endpoint finds', async () => {
    const { services } = await overview();
    for (const { service, range } of services) {
      const query = `{service_name=${JSON.stringify(service)}}`;
      const target = path('/api/explore/logs', { ...shopRange(), query, limit: '1000' });
      const answer = await running.ask({ port: 'ui', path: target });
      const { lines } = answer.json<{ lines: readonly { level: string }[] }>();
      expect([service, sum(Object.values(range.lines))]).toEqual([service, lines.length]);
    }
  });

  test('a range without anything has no service, and what is not a range is refused', async () => {
    const nothing = await overview({ start: ns(1_600_000_000_000), end: ns(1_600_003_600_000) });
    expect(nothing).toMatchObject({ services: [], servicesTotal: 0, heat: { cells: [] } });
    for (const endpoint of ['overview', 'service-map'])
      await running.ask(
        { port: 'ui', path: path(`/api/explore/${endpoint}`, { start: 'yesterday' }) },
        { status: 400, json: { error: { code: 'invalid-data' } } },
      );
    await running.ask(
      { port: 'ui', path: path('/api/explore/overview', { ...shopRange(), buckets: '100000' }) },
      { status: 400 },
    );
  });
});

test('the map: who calls whom, how often, and what fails', async () => {
  const failed = traces().filter((trace) => trace.failed).length;
  const requests = traces().length;
  const service = (name: string): object => ({ kind: 'service', name });
  const from = service('checkout');
  const { edges, edgesTotal } = await map();
  expect(edges).toHaveLength(3);
  expect(edgesTotal).toBe(3);
  expect(edges).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        from,
        to: service('cart'),
        requests,
        errors: 0,
        isMessaging: false,
      }),
      expect.objectContaining({ from, to: service('payment'), requests, errors: failed }),
      expect.objectContaining({ from, to: service('mailer'), requests, errors: 0 }),
    ]),
  );
  const { edges: ofCart } = await map({ service: 'cart' });
  expect(ofCart).toMatchObject([{ from, to: service('cart') }]);
});
