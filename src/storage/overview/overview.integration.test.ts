import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { spansBatchOf } from '../../../test/storage/span-batch.ts';
import {
  openTelemetryDatabase,
  type TelemetryDatabase,
} from '../../../test/storage/telemetry-database.ts';
import { FakeClock, seededRandom } from '../../base/clock.ts';
import type { Attribute } from '../../model/attributes.ts';
import { bodyKind, LogsBatch } from '../../model/logs-batch.ts';
import { emptyScope, type Resource } from '../../model/resource.ts';
import type { SpanRecord } from '../../model/span-record.ts';
import type { OverviewSource, RequestRule, ServiceOverview } from '../../query/overview-source.ts';
import { createLogStore } from '../logs/log-store.ts';
import { createSpanStore } from '../spans/span-store.ts';
import { createOverviewSource, defaultOverviewLimits } from './overview-source.ts';

const nowMs = Date.UTC(2026, 5, 15, 12, 0, 0);
const minute = 60_000_000_000n;
const endNs = BigInt(nowMs) * 1_000_000n;
const startNs = endNs - 30n * minute;
const beforeNs = startNs - 30n * minute;
const never = new AbortController().signal;
const request = {
  tenants: ['north'],
  beforeNs,
  startNs,
  endNs,
  firstNs: startNs,
  stepNs: minute,
  buckets: 30,
};

function attributesOf(values: Readonly<Record<string, string | number>>): Attribute[] {
  return Object.entries(values).map(([key, value]) => ({
    key,
    value:
      typeof value === 'string' ? { kind: 'string', value } : { kind: 'int', value: BigInt(value) },
  }));
}

const resources = new Map<string, Resource>();

function resourceOf(service: string, version: string): Resource {
  const key = `${service} ${version}`;
  let resource = resources.get(key);
  if (resource === undefined) {
    const attributes = attributesOf({ 'service.name': service, 'service.version': version });
    resources.set(key, (resource = { attributes, droppedAttributesCount: 0, schemaUrl: '' }));
  }
  return resource;
}

interface Sketch extends Partial<Omit<SpanRecord, 'attributes' | 'resource'>> {
  readonly service: string;
  readonly version?: string;
  readonly attributes?: Readonly<Record<string, string | number>>;
  readonly durationNs?: bigint;
}

let ids = 1;
const random = seededRandom(11);

function hex(digits: number): string {
  return Array.from({ length: digits }, () => Math.floor(1 + random() * 15).toString(16)).join('');
}

function spanOf({ service, version = '1', attributes, durationNs, ...given }: Sketch): SpanRecord {
  const from = given.startNs ?? startNs;
  return {
    traceId: hex(32),
    spanId: (ids++).toString(16).padStart(16, '0'),
    parentSpanId: '',
    traceState: '',
    flags: 1,
    name: 'work',
    kind: 'internal',
    startNs: from,
    status: 'unset',
    statusMessage: '',
    resource: resourceOf(service, version),
    scope: emptyScope,
    events: [],
    links: [],
    ...given,
    endNs: from + (durationNs ?? BigInt(Math.floor(1000 * 10 ** (random() * 6)))),
    attributes: attributesOf(attributes ?? {}),
  };
}

function serviceOf(span: SpanRecord): string {
  const value = span.resource.attributes[0]?.value;
  return value?.kind === 'string' ? value.value : '';
}

/** A shop of four that send spans: `edge` by server spans, `cron` by roots only, `inner` only inside of traces. */
function randomTrace(): SpanRecord[] {
  const at = beforeNs + BigInt(Math.floor(random() * Number(endNs - beforeNs)));
  const status = (): SpanRecord['status'] => (random() < 0.2 ? 'error' : 'unset');
  const version = at > endNs - 10n * minute ? '2' : '1';
  if (random() < 0.2) return [spanOf({ service: 'cron', startNs: at, status: status() })];
  const root = spanOf({ service: 'edge', version, kind: 'server', startNs: at, status: status() });
  const child = { traceId: root.traceId, parentSpanId: root.spanId, startNs: at + 1000n };
  const inner = spanOf({ service: 'inner', ...child, status: status() });
  const call = spanOf({ service: 'edge', version, ...child, kind: 'client', status: status() });
  const callee = { traceId: root.traceId, parentSpanId: call.spanId, startNs: at + 2000n };
  const back = spanOf({ service: 'back', ...callee, kind: 'server', status: status() });
  const query = spanOf({
    service: 'back',
    traceId: root.traceId,
    parentSpanId: back.spanId,
    startNs: at + 3000n,
    kind: 'client',
    attributes: { 'db.system': 'postgresql', 'db.name': 'stock', 'server.address': 'db-1' },
  });
  return [root, inner, call, back, query];
}

const spans = Array.from({ length: 600 }, randomTrace).flat();

interface Line {
  readonly service: string;
  readonly timeNs: bigint;
  readonly level: 'info' | 'error';
}

const lines = Array.from({ length: 800 }, (): Line => ({
  service: random() < 0.5 ? 'edge' : 'talker',
  timeNs: beforeNs + BigInt(Math.floor(random() * Number(endNs - beforeNs))),
  level: random() < 0.3 ? 'error' : 'info',
}));

function linesBatch(given: readonly Line[]): LogsBatch {
  const batch = new LogsBatch();
  const services = [...new Set(given.map(({ service }) => service))];
  batch.resources.push(...services.map((service) => resourceOf(service, '1')));
  batch.scopes.push(emptyScope);
  given.forEach(({ service, timeNs, level }, at) => {
    batch.resource.push(services.indexOf(service));
    batch.scope.push(0);
    batch.stream.push(0);
    batch.timeNs.push(timeNs);
    batch.observedTimeNs.push(timeNs);
    batch.severityNumber.push(level === 'error' ? 17 : 9);
    batch.severityText.pushText('');
    batch.bodyKind.push(bodyKind.text);
    batch.body.pushText(`line ${at}`);
    batch.traceId.pushAbsent();
    batch.spanId.pushAbsent();
    batch.flags.push(0);
    batch.eventName.pushText('');
    batch.droppedAttributesCount.push(0);
    batch.attributes.endRow();
  });
  return batch;
}

let telemetry: TelemetryDatabase;
let source: OverviewSource;
beforeAll(async () => {
  telemetry = await openTelemetryDatabase();
  const settings = { ...telemetry, clock: new FakeClock(nowMs), retentionMs: 7 * 86_400_000 };
  const spanStore = createSpanStore(settings);
  const logStore = createLogStore(settings);
  source = createOverviewSource(telemetry);
  await spanStore.consumer.consumeSpans(spansBatchOf(spans), { tenant: 'north' });
  await spanStore.consumer.consumeSpans(
    spansBatchOf([spanOf({ service: 'stranger', kind: 'server' })]),
    { tenant: 'south' },
  );
  await spanStore.consumer.consumeSpans(spansBatchOf(messages), { tenant: 'post' });
  await logStore.consumer.consumeLogs(linesBatch(lines), { tenant: 'north' });
  // As a sender does that had no answer: these count once.
  await logStore.consumer.consumeLogs(linesBatch(lines), { tenant: 'north' });
});
afterAll(() => telemetry.close());

const rules: Readonly<Record<string, RequestRule>> = {
  edge: 'entry',
  back: 'entry',
  cron: 'root',
  inner: 'every',
  talker: 'none',
};

function isRequest(span: SpanRecord): boolean {
  const rule = rules[serviceOf(span)];
  if (rule === 'entry') return span.kind === 'server' || span.kind === 'consumer';
  return rule === 'root' ? span.parentSpanId === '' : rule === 'every';
}

function figuresOf(of: readonly SpanRecord[]): object {
  const durations = of.map((span) => Number(span.endNs - span.startNs)).toSorted((a, b) => a - b);
  const at = (level: number): number => durations[Math.floor(level * durations.length)] ?? NaN;
  return {
    requests: of.length,
    errors: of.filter(({ status }) => status === 'error').length,
    p50Ns: at(0.5),
    p95Ns: at(0.95),
    p99Ns: at(0.99),
  };
}

function within(fromNs: bigint, toNs: bigint, service?: string): SpanRecord[] {
  return spans.filter(
    (span) =>
      isRequest(span) &&
      span.startNs >= fromNs &&
      span.startNs < toNs &&
      (service === undefined || serviceOf(span) === service),
  );
}

function linesWithin(service: string, fromNs: bigint, toNs: bigint): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) {
    if (line.service !== service || line.timeNs < fromNs || line.timeNs >= toNs) continue;
    counts.set(line.level, (counts.get(line.level) ?? 0) + 1);
  }
  return counts;
}

function find(services: readonly ServiceOverview[], name: string): ServiceOverview {
  const found = services.find(({ service }) => service === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

describe('the overview', () => {
  test.each(Object.keys(rules))('%s as counted in memory', async (name) => {
    const { services, servicesTotal, lookedAt } = await source.readOverview(request, never);
    expect(services.map(({ service }) => service).toSorted()).toEqual(
      Object.keys(rules).toSorted(),
    );
    expect({ servicesTotal, lookedAt }).toEqual({
      servicesTotal: 5,
      lookedAt: { spans: spans.length, oneIn: 1 },
    });
    const overTime = (of: readonly SpanRecord[]): number[] => {
      const counts = Array.from({ length: request.buckets }, () => 0);
      for (const span of of) counts[Number((span.startNs - startNs) / minute)]! += 1;
      return counts;
    };
    const here = within(startNs, endNs, name);
    expect(find(services, name)).toMatchObject({
      rule: rules[name],
      range: { ...figuresOf(here), lines: linesWithin(name, startNs, endNs) },
      before: {
        ...figuresOf(within(beforeNs, startNs, name)),
        lines: linesWithin(name, beforeNs, startNs),
      },
      requestsOverTime: overTime(here),
      errorsOverTime: overTime(here.filter(({ status }) => status === 'error')),
      p95NsOverTime: Array.from({ length: request.buckets }, (_, bucket) => {
        const of = here.filter((span) => (span.startNs - startNs) / minute === BigInt(bucket));
        const durations = of.map((span) => Number(span.endNs - span.startNs));
        return durations.toSorted((a, b) => a - b)[Math.floor(0.95 * of.length)] ?? NaN;
      }),
    });
  });

  test('versions, the last seen first, with their first sign of life', async () => {
    const { services } = await source.readOverview(request, never);
    const times = (version: string): bigint[] =>
      spans
        .filter(({ resource }) => resource === resourceOf('edge', version))
        .map((span) => span.startNs)
        .concat(
          version === '1'
            ? lines.filter(({ service }) => service === 'edge').map(({ timeNs }) => timeNs)
            : [],
        )
        .toSorted((a, b) => (a < b ? -1 : 1));
    const versions = ['1', '2'].map((version) => ({
      version,
      firstNs: times(version)[0],
      lastNs: times(version).at(-1),
    }));
    expect(find(services, 'edge').versions).toEqual(
      versions.toSorted((a, b) => (a.lastNs! > b.lastNs! ? -1 : 1)),
    );
  });

  test.each([undefined, 'back'])('the charts of %s', async (service) => {
    const { overTime, heat } = await source.readOverview({ ...request, service }, never);
    const here = within(startNs, endNs, service);
    const expected = Array.from({ length: request.buckets }, (_, bucket) =>
      figuresOf(here.filter((span) => (span.startNs - startNs) / minute === BigInt(bucket))),
    );
    expect(overTime).toEqual(expected);
    const cells = new Map<string, { requests: number; errors: number }>();
    for (const span of here) {
      const bucket = Number((span.startNs - startNs) / minute);
      const band = Math.floor(Math.log10(Number(span.endNs - span.startNs) / 1000) * 6);
      const cell = cells.get(`${bucket} ${band}`) ?? { requests: 0, errors: 0 };
      cell.requests += 1;
      if (span.status === 'error') cell.errors += 1;
      cells.set(`${bucket} ${band}`, cell);
    }
    expect(new Map(heat.map(({ bucket, band, ...cell }) => [`${bucket} ${band}`, cell]))).toEqual(
      cells,
    );
  });

  test('another tenant has its own, and two together have both', async () => {
    const names = async (tenants: readonly string[]): Promise<string[]> => {
      const { services } = await source.readOverview({ ...request, tenants }, never);
      return services.map(({ service }) => service).toSorted();
    };
    expect(await names(['south'])).toEqual(['stranger']);
    expect(await names(['north', 'south'])).toEqual([...Object.keys(rules), 'stranger'].toSorted());
    expect(await names(['nobody'])).toEqual([]);
  });

  test('past the limit every n-th trace is looked at, counts are multiplied, and the answer says so', async () => {
    const limited = createOverviewSource({
      ...telemetry,
      limits: { ...defaultOverviewLimits, overviewSpansMax: 1000, servicesMax: 2 },
    });
    const { services, servicesTotal, lookedAt } = await limited.readOverview(request, never);
    const oneIn = Math.ceil(spans.length / 1000);
    expect(oneIn).toBeGreaterThan(1);
    expect(lookedAt.oneIn).toBe(oneIn);
    expect([services.length, servicesTotal]).toEqual([2, 5]);
    const { requests } = find(services, 'edge').range;
    expect(requests % oneIn).toBe(0);
    const all = within(startNs, endNs, 'edge').length;
    expect(requests).toBeGreaterThan(all * 0.6);
    expect(requests).toBeLessThan(all * 1.4);
  });
});

/** A shop's messages: `late` begins a trace of its own and links back, `batch` takes two at once, the last is not taken. */
const messages = ((): readonly SpanRecord[] => {
  const send = (name: string): SpanRecord =>
    spanOf({
      service: 'orders',
      kind: 'producer',
      startNs: startNs + minute,
      durationNs: 1000n,
      attributes: { 'messaging.system': 'kafka', 'messaging.destination.name': name },
    });
  const sent = ['now', 'late', 'one', 'two', 'lost'].map(send);
  const [now, late, one, two] = sent as [SpanRecord, SpanRecord, SpanRecord, SpanRecord];
  const linkTo = ({ traceId, spanId }: SpanRecord): SpanRecord['links'][number] => ({
    traceId,
    spanId,
    traceState: '',
    attributes: [],
  });
  const take = (given: Partial<Sketch>): SpanRecord =>
    spanOf({
      service: 'shipping',
      kind: 'consumer',
      startNs: startNs + 2n * minute,
      durationNs: 5000n,
      ...given,
    });
  return [
    ...sent,
    // Both a child and linked, as the conventions ask: it is one message.
    take({ traceId: now.traceId, parentSpanId: now.spanId, links: [linkTo(now)] }),
    take({ links: [linkTo(late)], status: 'error', durationNs: 9000n }),
    take({ service: 'batch', links: [linkTo(one), linkTo(two)] }),
    spanOf({
      service: 'orders',
      kind: 'client',
      status: 'error',
      durationNs: 7000n,
      attributes: { 'server.address': 'api.bank.example', 'server.port': 8443 },
    }),
    spanOf({ service: 'orders', kind: 'client' }),
  ];
})();

async function edgesOf(tenant: string, service?: string): Promise<object[]> {
  const { edges } = await source.readServiceMap({ ...request, tenants: [tenant], service }, never);
  return edges
    .map(({ from, to, isMessaging, requests, errors, p95Ns }) => ({
      way: `${from.kind} ${from.name} ${isMessaging ? '~>' : '->'} ${to.kind} ${to.name}`,
      requests,
      errors,
      p95Ns,
    }))
    .toSorted((a, b) => (a.way < b.way ? -1 : 1));
}

describe('the service map', () => {
  test('calls between services and to a database as counted in memory', async () => {
    const parents = new Map(spans.map((span) => [span.spanId, span]));
    const edges = new Map<string, { durations: number[]; errors: number }>();
    for (const span of spans) {
      if (span.startNs < startNs) continue;
      const parent = parents.get(span.parentSpanId);
      const isQuery = span.attributes.length > 0;
      const from = isQuery ? serviceOf(span) : parent === undefined ? '' : serviceOf(parent);
      if (from === '' || (!isQuery && from === serviceOf(span))) continue;
      const way = `service ${from} -> ${isQuery ? 'database postgresql stock' : `service ${serviceOf(span)}`}`;
      const edge = edges.get(way) ?? { durations: [], errors: 0 };
      edge.durations.push(Number(span.endNs - span.startNs));
      const callerFailed = parent?.kind === 'client' && parent.status === 'error';
      if (span.status === 'error' || (!isQuery && callerFailed)) edge.errors += 1;
      edges.set(way, edge);
    }
    expect(await edgesOf('north')).toEqual(
      [...edges]
        .map(([way, { durations, errors }]) => ({
          way,
          requests: durations.length,
          errors,
          p95Ns: durations.toSorted((a, b) => a - b)[Math.floor(0.95 * durations.length)],
        }))
        .toSorted((a, b) => (a.way < b.way ? -1 : 1)),
    );
  });

  test('messages by parent and by link, a queue nobody is known to read, and a foreign host', async () => {
    expect(await edgesOf('post')).toEqual([
      {
        way: 'service orders -> external api.bank.example:8443',
        requests: 1,
        errors: 1,
        p95Ns: 7000,
      },
      { way: 'service orders ~> queue lost', requests: 1, errors: 0, p95Ns: 1000 },
      { way: 'service orders ~> service batch', requests: 2, errors: 0, p95Ns: 5000 },
      { way: 'service orders ~> service shipping', requests: 2, errors: 1, p95Ns: 9000 },
    ]);
  });

  test('what the names are made of, and which messages only links tell of', async () => {
    const source = createOverviewSource(telemetry);
    const { edges } = await source.readServiceMap({ ...request, tenants: ['post'] }, never);
    expect(
      edges
        .toSorted((a, b) => (a.to.name < b.to.name ? -1 : 1))
        .map(({ to, namedBy, isLinked }) => [to.name, isLinked, namedBy.map(({ value }) => value)]),
    ).toEqual([
      ['api.bank.example:8443', false, ['api.bank.example', 8443n]],
      ['batch', true, []],
      ['lost', false, ['lost']],
      ['shipping', true, []],
    ]);
    const { edges: calls } = await source.readServiceMap({ ...request, tenants: ['north'] }, never);
    expect(calls.find(({ to }) => to.kind === 'database')?.namedBy).toEqual([
      { keys: ['db.system.name', 'db.system'], value: 'postgresql' },
      { keys: ['db.namespace', 'db.name'], value: 'stock' },
    ]);
  });

  test('of one service: what it talks to and what talks to it', async () => {
    const ways = async (service: string): Promise<string[]> =>
      (await edgesOf('north', service)).map((edge) => (edge as { way: string }).way);
    expect(await ways('back')).toEqual([
      'service back -> database postgresql stock',
      'service edge -> service back',
    ]);
    expect(await ways('inner')).toEqual(['service edge -> service inner']);
  });

  test('bounded: the busiest edges, how many there are, and one trace in so many', async () => {
    const limited = createOverviewSource({
      ...telemetry,
      limits: { ...defaultOverviewLimits, mapSpansMax: 300, edgesMax: 2 },
    });
    const { edges, edgesTotal, lookedAt } = await limited.readServiceMap(request, never);
    expect([edges.length, edgesTotal]).toEqual([2, 3]);
    expect(lookedAt.oneIn).toBeGreaterThan(1);
    expect(edges.every(({ requests }) => requests % lookedAt.oneIn === 0)).toBe(true);
  });
});
