// Clew with `--tenants`: two tenants that send the same things by every door do not see each other, `a|b` sees both, and a request
// that names no tenant is refused everywhere.

import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { ExploreOverview } from '../../src/api/explore/contract/overview.ts';
import type {
  ExploreLogs,
  ExploreStreams,
  ExploreTrace,
} from '../../src/api/explore/contract/records.ts';
import { type ClewProcess, removeFolder, root, startClew } from '../clew-process.ts';
import { check, path, type Port, ports, type Recorded } from './exchange.ts';
import { ns, remoteWriteOf } from './shop-telemetry.ts';
import { keyValues } from './wire-messages.ts';

const folder = mkdtempSync(join(tmpdir(), 'clew-tenants-'));
const datasources = join(folder, 'datasources.yaml');
writeFileSync(
  datasources,
  `apiVersion: 1
datasources:
  - name: Logs of the north
    type: loki
    uid: north-logs
    url: http://loki:3100
    jsonData: { httpHeaderName1: X-Scope-OrgID }
    secureJsonData: { httpHeaderValue1: north }
`,
);

let clew: ClewProcess;
const nowMs = Date.now();
const tenants = ['north', 'south'] as const;
type Tenant = (typeof tenants)[number];
const traceId = '5b8efff798038103d269b633813fc60c';
const named = (tenant: string): Record<string, string> => ({ 'x-scope-orgid': tenant });
const jsonType = { 'content-type': 'application/json' };

const resource = { attributes: keyValues({ 'service.name': 'cart' }) };

function otlpLogs(tenant: Tenant): string {
  const body = { stringValue: `order of the ${tenant}` };
  const record = { timeUnixNano: ns(nowMs), severityNumber: 9, body, traceId };
  return JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords: [record] }] }] });
}

/** Both tenants use the same trace ID. */
function otlpSpans(tenant: Tenant): string {
  const span = {
    traceId,
    spanId: tenant === 'north' ? '00f067aa0ba902b7' : '00f067aa0ba902b8',
    name: `GET /${tenant}`,
    kind: 2,
    startTimeUnixNano: ns(nowMs),
    endTimeUnixNano: ns(nowMs + 5),
  };
  return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] });
}

function otlpMetrics(tenant: Tenant): string {
  const point = { timeUnixNano: ns(nowMs), asInt: tenant === 'north' ? '1' : '2' };
  const metric = { name: 'stock', gauge: { dataPoints: [point] } };
  return JSON.stringify({ resourceMetrics: [{ resource, scopeMetrics: [{ metrics: [metric] }] }] });
}

function push(tenant: Tenant): string {
  return JSON.stringify({
    streams: [{ stream: { app: 'edge' }, values: [[ns(nowMs), `pushed by the ${tenant}`]] }],
  });
}

const writes: readonly {
  readonly port: Port;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: (tenant: Tenant) => string | Buffer;
  readonly status: number;
}[] = [
  { port: 'otlpHttp', path: '/v1/logs', headers: jsonType, body: otlpLogs, status: 200 },
  { port: 'otlpHttp', path: '/v1/traces', headers: jsonType, body: otlpSpans, status: 200 },
  { port: 'otlpHttp', path: '/v1/metrics', headers: jsonType, body: otlpMetrics, status: 200 },
  { port: 'loki', path: '/loki/api/v1/push', headers: jsonType, body: push, status: 204 },
  {
    port: 'prometheus',
    path: '/api/v1/push',
    headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy' },
    body: (tenant) => remoteWriteOf({ __name__: 'written', tenant }, 1, nowMs),
    status: 204,
  },
];

beforeAll(async () => {
  clew = await startClew({ args: ['--tenants', '--datasources', datasources] });
  for (const tenant of tenants) {
    for (const write of writes) {
      const headers = { ...write.headers, ...named(tenant) };
      await check(
        clew,
        { ...write, method: 'POST', headers, body: write.body(tenant) },
        { status: write.status },
      );
    }
  }
});
afterAll(async () => {
  await clew.stop();
  removeFolder(clew.data);
  removeFolder(folder);
});

const window = { start: ns(nowMs - 60_000), end: ns(nowMs + 60_000) };

async function ask<T>(recorded: Recorded, tenant: string): Promise<T> {
  return (await check(clew, { ...recorded, headers: named(tenant) })).json<T>();
}

async function lines(query: string, tenant: string): Promise<string[]> {
  const { data } = await ask<{ data: { result: { values: [string, string][] }[] } }>(
    { port: 'loki', path: path('/loki/api/v1/query_range', { query, ...window }) },
    tenant,
  );
  return data.result.flatMap(({ values }) => values.map(([, line]) => line)).toSorted();
}

async function samples(query: string, tenant: string): Promise<string[]> {
  const { data } = await ask<{ data: { result: { value: [number, string] }[] } }>(
    { port: 'prometheus', path: path('/api/v1/query', { query, time: nowMs / 1000 }) },
    tenant,
  );
  return data.result.map(({ value }) => value[1]).toSorted();
}

async function spanNames(tenant: string): Promise<string[]> {
  const { traces = [] } = await ask<{
    traces?: { spanSets: { spans: { name: string }[] }[] }[];
  }>({ port: 'tempo', path: path('/api/search', { q: '{} | select(name)' }) }, tenant);
  return traces
    .flatMap(({ spanSets }) => spanSets.flatMap(({ spans }) => spans.map(({ name }) => name)))
    .toSorted();
}

/** `seen(names)` is what somebody who names these tenants must see. */
function checkViews(
  what: string,
  look: (named: string) => Promise<unknown>,
  seen: (tenant: Tenant) => string,
) {
  test(what, async () => {
    expect(await look('north')).toEqual([seen('north')]);
    expect(await look('south')).toEqual([seen('south')]);
    expect(await look('north|south')).toEqual(tenants.map(seen));
    expect(await look('west')).toEqual([]);
  });
}

describe('each sees its own, both see both', () => {
  checkViews(
    'logs over OTLP',
    (as) => lines('{service_name="cart"}', as),
    (t) => `order of the ${t}`,
  );
  checkViews(
    'pushed logs',
    (as) => lines('{app="edge"}', as),
    (t) => `pushed by the ${t}`,
  );
  checkViews('spans', spanNames, (t) => `GET /${t}`);
  checkViews(
    'metrics over OTLP',
    (as) => samples('stock', as),
    (t) => (t === 'north' ? '1' : '2'),
  );

  checkViews(
    'the screen: spans of the trace that both have',
    async (as) => {
      const trace = await ask<ExploreTrace>(
        { port: 'ui', path: `/api/explore/trace/${traceId}` },
        as,
      );
      return trace.spans.map(({ name }) => name).toSorted();
    },
    (t) => `GET /${t}`,
  );
  checkViews(
    "the screen: the trace's logs",
    async (as) => {
      const trace = await ask<ExploreTrace>(
        { port: 'ui', path: `/api/explore/trace/${traceId}` },
        as,
      );
      return trace.logs.map(({ body }) => body).toSorted();
    },
    (t) => `order of the ${t}`,
  );
  checkViews(
    'the screen: logs',
    async (as) => {
      const target = path('/api/explore/logs', { query: '{app="edge"}', ...window });
      const found = await ask<ExploreLogs>({ port: 'ui', path: target }, as);
      return found.lines.map(({ body }) => body).toSorted();
    },
    (t) => `pushed by the ${t}`,
  );

  test('the screen: the overview counts the spans of those who ask, and the map is theirs', async () => {
    const target = { port: 'ui', path: path('/api/explore/overview', window) } as const;
    const requests = async (as: string): Promise<(string | number)[][]> =>
      (await ask<ExploreOverview>(target, as)).services
        .filter(({ range }) => range.requests > 0)
        .map(({ service, range }) => [service, range.requests]);
    expect(await requests('north')).toEqual([['cart', 1]]);
    expect(await requests('north|south')).toEqual([['cart', 2]]);
    expect(await requests('west')).toEqual([]);
  });

  test('the screen: streams', async () => {
    const target = { port: 'ui', path: path('/api/explore/streams', window) } as const;
    const names = async (as: string): Promise<string[]> =>
      (await ask<ExploreStreams>(target, as)).labels.map(({ name }) => name);
    expect(await names('north')).toContain('app');
    expect(await names('west')).toEqual([]);
  });

  test('a series that both have is two, each with its tenant, and one of them can be chosen', async () => {
    const target = path('/api/v1/query', {
      query: 'sum by (__tenant_id__) (stock{__tenant_id__=~".*"})',
      time: nowMs / 1000,
    });
    const { data } = await ask<{ data: { result: { metric: object; value: [number, string] }[] } }>(
      { port: 'prometheus', path: target },
      'north|south',
    );
    expect(data.result.map(({ metric, value }) => [metric, value[1]])).toEqual([
      [{ __tenant_id__: 'north' }, '1'],
      [{ __tenant_id__: 'south' }, '2'],
    ]);
    expect(await samples('stock{__tenant_id__="south"}', 'north|south')).toEqual(['2']);
    expect(await samples('sum(stock)', 'north|south')).toEqual(['3']);
  });

  test('remote write', async () => {
    const written = async (as: string): Promise<unknown> => {
      const target = path('/api/v1/label/tenant/values', {
        start: nowMs / 1000 - 60,
        end: nowMs / 1000 + 60,
      });
      return (await ask<{ data: string[] }>({ port: 'prometheus', path: target }, as)).data;
    };
    expect(await written('north')).toEqual(['north']);
    expect(await written('south|north')).toEqual(['north', 'south']);
  });

  test('a datasource whose headers name the tenant', async () => {
    const target = path('/api/datasources/proxy/uid/north-logs/loki/api/v1/query_range', {
      query: '{app="edge"}',
      ...window,
    });
    const answer = await check(clew, { port: 'ui', path: target });
    expect(answer.text).toContain('pushed by the north');
    expect(answer.text).not.toContain('pushed by the south');
  });
});

test('the output of an application is of the tenant that its OTLP headers name', async () => {
  const line = 'printed in the north';
  const program = `console.log(${JSON.stringify(line)})`;
  const args = ['run', '--url', clew.url(ports.ui), '--service', 'printer', '--'];
  const main = join(root, 'src/main.ts');
  const tsx = import.meta.resolve('tsx');
  const command = ['--import', tsx, main, ...args, process.execPath, '-e', program];
  const env = { ...process.env, OTEL_EXPORTER_OTLP_HEADERS: 'X-Scope-OrgID=north' };
  await promisify(execFile)(process.execPath, command, { env, cwd: folder });
  // It came now, which is later than what the other tests sent.
  const printed = async (tenant: string): Promise<string[]> => {
    const target = path('/loki/api/v1/query_range', { query: '{service_name="printer"}' });
    const { data } = await ask<{ data: { result: { values: [string, string][] }[] } }>(
      { port: 'loki', path: target },
      tenant,
    );
    return data.result.flatMap(({ values }) => values.map(([, text]) => text));
  };
  expect(await printed('north')).toEqual([line]);
  expect(await printed('south')).toEqual([]);
});

const reads: readonly { readonly port: Port; readonly path: string }[] = [
  { port: 'loki', path: path('/loki/api/v1/query_range', { query: '{app="edge"}' }) },
  { port: 'loki', path: '/loki/api/v1/labels' },
  { port: 'tempo', path: `/api/v2/traces/${traceId}` },
  { port: 'tempo', path: '/api/search' },
  { port: 'prometheus', path: path('/api/v1/query', { query: 'stock' }) },
  { port: 'prometheus', path: '/prometheus/api/v1/labels' },
  { port: 'ui', path: `/api/explore/trace/${traceId}` },
  { port: 'ui', path: path('/api/explore/logs', { query: '{app="edge"}' }) },
  { port: 'ui', path: '/api/explore/streams' },
  { port: 'ui', path: '/api/explore/overview' },
  { port: 'ui', path: '/api/explore/service-map' },
];

describe('who names no tenant is refused', () => {
  for (const read of reads) {
    test(`GET ${read.port}${read.path.split('?', 1)[0]}`, async () => {
      await check(clew, read, { status: 401, text: /no org id/ });
      await check(clew, { ...read, headers: named('north|') }, { status: 401, text: /no org id/ });
      await check(clew, { ...read, headers: named('a/b') }, { status: 400, text: /tenant ID/ });
    });
  }

  for (const write of writes) {
    test(`POST ${write.port}${write.path}`, async () => {
      const sent = { ...write, method: 'POST', body: write.body('north') };
      await check(clew, sent, { status: 401, text: /no org id/ });
      const several = { ...sent, headers: { ...write.headers, ...named('north|south') } };
      await check(clew, several, { status: 400, text: /tenant ID/ });
    });
  }

  test('a live tail', async () => {
    const target = path('/loki/api/v1/tail', { query: '{app="edge"}' });
    const client = new WebSocket(`ws://127.0.0.1:${ports.loki + clew.shift}${target}`);
    const status = await new Promise((resolve, reject) => {
      client.once('open', () => reject(new Error('was not refused')));
      client.once('unexpected-response', (_, response) => resolve(response.statusCode));
      client.on('error', () => undefined);
    });
    client.terminate();
    expect(status).toBe(401);
  });

  test('what is of no tenant answers all', async () => {
    await check(clew, { port: 'loki', path: '/ready' });
    await check(clew, { port: 'ui', path: '/api/health' });
    await check(clew, { port: 'ui', path: '/' }, { status: 200 });
  });
});
