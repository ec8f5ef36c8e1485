// The law of `countLogs`: whenever it answers, it answers what counting the rows of `readLogs` one by one would.

import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  openTelemetryDatabase,
  type TelemetryDatabase,
} from '../../../test/storage/telemetry-database.ts';
import { FakeClock, type Random, seededRandom } from '../../base/clock.ts';
import type { AttributeValue } from '../../model/attributes.ts';
import { type Labels, labelsFromEntries, labelsKey, labelValue } from '../../model/labels.ts';
import { bodyKind, LogsBatch } from '../../model/logs-batch.ts';
import { type LabelMatcher, matcherPredicate } from '../../query/language/matcher.ts';
import type { LogCountRequest, LogCountRow } from '../../query/sources.ts';
import { createLogStore, type LogStore } from './log-store.ts';

const nowMs = Date.UTC(2026, 5, 15, 0, 20, 0);
const nowNs = BigInt(nowMs) * 1_000_000n;
const second = 1_000_000_000n;
const spanSeconds = 3600;
const never = new AbortController().signal;
const seed = 20_260_615;

let telemetry: TelemetryDatabase;
let store: LogStore;

function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[Math.floor(random() * items.length)]!;
}

const text = (value: string): AttributeValue => ({ kind: 'string', value });

function randomBatch(random: Random): LogsBatch {
  const batch = new LogsBatch();
  const isPushed = random() < 0.4;
  for (const service of ['a', 'b']) {
    const attributes = [{ key: 'service.name', value: text(service) }];
    if (random() < 0.5)
      attributes.push({ key: 'host.name', value: text(pick(random, ['h1', 'h2'])) });
    if (random() < 0.3) attributes.push({ key: 'zone', value: text('z1') });
    batch.resources.push({ attributes, droppedAttributesCount: 0, schemaUrl: '' });
    batch.scopes.push({
      name: pick(random, ['', 'lib']),
      version: '',
      attributes: random() < 0.3 ? [{ key: 'zone', value: text('z2') }] : [],
      droppedAttributesCount: 0,
      schemaUrl: '',
    });
  }
  if (isPushed) {
    batch.streams.push(
      labelsFromEntries([
        ['job', 'x'],
        ['zone', pick(random, ['', 'z3'])],
      ]),
    );
    batch.streams.push(
      labelsFromEntries([
        ['job', 'y'],
        ['service_name', 'a'],
      ]),
    );
  }
  for (let row = 0; row < 60; row++) {
    batch.resource.push(Math.floor(random() * 2));
    batch.scope.push(Math.floor(random() * 2));
    batch.stream.push(isPushed ? Math.floor(random() * 2) : 0);
    // Few distinct times: twins and edges of buckets are frequent.
    batch.timeNs.push(nowNs - BigInt(Math.floor(random() * 60) * (spanSeconds / 60)) * second);
    batch.observedTimeNs.push(random() < 0.2 ? nowNs : 0n);
    batch.severityNumber.push(pick(random, [0, 9, 17]));
    batch.severityText.pushText(pick(random, ['', 'INFO']));
    batch.bodyKind.push(bodyKind.text);
    batch.body.pushText(pick(random, ['one', 'two ünï', 'level=warn three', '']));
    batch.traceId.pushAbsent();
    batch.spanId.pushAbsent();
    if (random() < 0.3) batch.traceId.setHex(row, pick(random, ['a', 'b']).repeat(32));
    if (random() < 0.3) batch.spanId.setHex(row, 'c'.repeat(16));
    batch.flags.push(pick(random, [0, 1]));
    batch.eventName.pushText('');
    batch.droppedAttributesCount.push(0);
    if (random() < 0.4) batch.attributes.push('http.route', text(pick(random, ['/a', '', "/b'"])));
    if (random() < 0.3)
      batch.attributes.push('code', { kind: 'int', value: BigInt(pick(random, [-1, 200])) });
    if (random() < 0.2) batch.attributes.push('code', text('none'));
    if (random() < 0.2) batch.attributes.push('ok', { kind: 'bool', value: random() < 0.5 });
    if (random() < 0.2) batch.attributes.push('zone', text('own'));
    if (random() < 0.1) batch.attributes.push('trace_id', text('mine'));
    if (random() < 0.1) batch.attributes.push('ratio', { kind: 'double', value: 0.5 });
    batch.attributes.endRow();
  }
  return batch;
}

beforeAll(async () => {
  telemetry = await openTelemetryDatabase();
  store = createLogStore({ ...telemetry, clock: new FakeClock(nowMs), retentionMs: 86_400_000 });
  for (let round = 0; round < 12; round++) {
    // Each is sent twice by chance, and half of the tenants' data is the other's too.
    const times = round % 3 === 0 ? 2 : 1;
    for (let time = 0; time < times; time++) {
      const tenant = round % 4 === 3 ? 'u' : 't';
      await store.consumer.consumeLogs(randomBatch(seededRandom(seed + round)), { tenant });
    }
  }
});
afterAll(() => telemetry.close());

const names = [
  'service_name',
  'job',
  'host_name',
  'zone',
  'scope_name',
  'detected_level',
  'severity_text',
  'http_route',
  'code',
  'ok',
  'trace_id',
  'span_id',
  'flags',
  'ratio',
  'nowhere',
];

function randomMatcher(random: Random, from: readonly string[]): LabelMatcher {
  const value = pick(random, [
    'a',
    '',
    'x',
    'z1',
    'z2',
    'z3',
    'own',
    '/a',
    'info',
    '200',
    'true',
    'lib',
    'mine',
    'a'.repeat(32),
  ]);
  const operator = pick(random, ['=', '=', '!=', '=~', '!~'] as const);
  return {
    name: pick(random, from),
    operator,
    value: operator.includes('~') ? `${value}|b` : value,
  };
}

function randomRequest(random: Random): LogCountRequest {
  const startNs = nowNs - BigInt(Math.floor(random() * spanSeconds)) * second;
  const hasStep = random() < 0.5;
  return {
    tenants: random() < 0.3 ? ['t', 'u'] : ['t'],
    startNs,
    endNs: startNs + BigInt(Math.floor(random() * spanSeconds)) * second,
    matchers: random() < 0.5 ? [randomMatcher(random, ['service_name', 'job', 'zone'])] : [],
    lineFilters: random() < 0.3 ? [[{ kind: 'contains', negated: random() < 0.5, text: 'e' }]] : [],
    metadataMatchers: random() < 0.4 ? [randomMatcher(random, names)] : [],
    groupBy: names.filter(() => random() < 0.12).concat(random() < 0.1 ? ['__tenant_id__'] : []),
    stepNs: hasStep ? 60n * BigInt(1 + Math.floor(random() * 20)) * second : undefined,
    measure: random() < 0.5 ? 'lines' : 'bytes',
  };
}

/** Row by row, from what `readLogs` gives; `narrowed`: it is told the metadata matchers, which must lose no row. */
async function countByHand(request: LogCountRequest, narrowed: boolean): Promise<LogCountRow[]> {
  const totals = new Map<string, { labels: Labels; bucket: number; value: number }>();
  const matchers = request.metadataMatchers.map((matcher) => ({
    name: matcher.name,
    holds: matcherPredicate(matcher),
  }));
  const { stepNs } = request;
  const metadataMatchers = narrowed ? request.metadataMatchers : [];
  const read = { ...request, metadataMatchers, direction: 'forward' as const };
  const shift = stepNs === undefined ? 0n : 1n;
  for await (const rows of store.source.readLogs(
    { ...read, startNs: request.startNs + shift, endNs: request.endNs + shift },
    never,
  )) {
    for (let row = 0; row < rows.length; row++) {
      const own = rows.metadata[row]!;
      const stream = rows.streams[rows.stream[row]!]!;
      const valueOf = (name: string): string => labelValue(stream, name) || labelValue(own, name);
      if (!matchers.every(({ name, holds }) => holds(valueOf(name)))) continue;
      const line = rows.lines[row]!;
      for (const [either] of request.lineFilters)
        if (either?.kind === 'contains') expect(line.includes(either.text)).toBe(!either.negated);
      const labels = labelsFromEntries(request.groupBy.map((name) => [name, valueOf(name)]));
      const bucket =
        stepNs === undefined ? 0 : Number((rows.timeNs[row]! - request.startNs - 1n) / stepNs);
      const key = `${bucket} ${labelsKey(labels)}`;
      const total = totals.get(key) ?? { labels, bucket, value: 0 };
      total.value += request.measure === 'lines' ? 1 : Buffer.byteLength(line);
      totals.set(key, total);
    }
  }
  return [...totals.values()].filter(({ value }) => value > 0);
}

function inOrder(rows: readonly LogCountRow[]): LogCountRow[] {
  const key = ({ labels, bucket }: LogCountRow): string => `${bucket} ${labelsKey(labels)}`;
  return rows.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

test('what SQL counts is what there is to read', async () => {
  const random = seededRandom(seed);
  let answered = 0;
  const requests = 100;
  for (let at = 0; at < requests; at++) {
    const request = randomRequest(random);
    const counted = await store.source.countLogs(request, never);
    if (counted === undefined) continue;
    answered++;
    expect(
      inOrder(counted),
      `request ${at}: ${JSON.stringify(request, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value))}`,
    ).toEqual(inOrder(await countByHand(request, at % 2 === 0)));
  }
  expect(answered).toBeGreaterThan(requests / 2);
}, 120_000);
