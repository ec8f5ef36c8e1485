// The telemetry that benches send and store: a shop of eight services with three pods each, 215-byte JSON lines with
// four attributes, spans with nine, eight attributes on each resource, ten rows to a trace. Everything comes from a
// seed; a row is its number, so that a bench knows which IDs it has stored.

import { type Random, seededRandom } from '../../src/base/clock.ts';
import { encodeHex } from '../../src/base/hex.ts';
import type { AttributeValue } from '../../src/model/attributes.ts';
import { bodyKind, LogsBatch } from '../../src/model/logs-batch.ts';
import { emptyScope, type Resource } from '../../src/model/resource.ts';
import { SpansBatch } from '../../src/model/spans-batch.ts';

export const rowsPerTrace = 10;
const services = [
  'frontend',
  'cart',
  'checkout',
  'payment',
  'shipping',
  'catalogue',
  'users',
  'mail',
];
const routes = ['/', '/cart', '/api/products/{id}', '/api/checkout', '/api/users/{id}', '/health'];
const text = (value: string): AttributeValue => ({ kind: 'string', value });
const int = (value: number): AttributeValue => ({ kind: 'int', value: BigInt(value) });

export const resources: readonly Resource[] = services.flatMap((service) =>
  [0, 1, 2].map((pod) => ({
    attributes: Object.entries({
      'service.name': service,
      'service.namespace': 'shop',
      'deployment.environment': 'production',
      'k8s.namespace.name': 'shop',
      'k8s.pod.name': `${service}-6f7d9c-${pod}`,
      'host.name': `node-${pod}`,
      'telemetry.sdk.language': 'nodejs',
      'process.pid': String(1000 + pod),
    }).map(([key, value]) => ({ key, value: text(value) })),
    droppedAttributesCount: 0,
    schemaUrl: '',
  })),
);

/** Log record and span of one number are of one service, whatever requests they are sent in. */
function resourceOf(row: number): number {
  return (Math.imul((row % 250) + 1, 0x9e3779b1) >>> 8) % resources.length;
}

/** Rows `first` to `first + count`, each at the time that `timeOf` gives it. */
export interface GeneratedRows {
  readonly first: number;
  readonly count: number;
  readonly timeOf: (row: number) => bigint;
  readonly random: Random;
}

/** Where `logLine` has the digits that tell one line from all others. */
export const requestDigits = { start: '{"request":"'.length, length: 12 } as const;

export function traceIdOf(row: number): string {
  const bytes = new Uint8Array(16);
  writeTraceId(row, bytes, 0);
  return encodeHex(bytes);
}

/** The same ID as bytes: spread over the whole range, as random ones are. */
export function writeTraceId(row: number, into: Uint8Array, at: number): void {
  let state = (Math.floor(row / rowsPerTrace) + 1) | 0;
  for (let word = 0; word < 16; word += 4) {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    mixed ^= mixed >>> 14;
    into[at + word] = mixed;
    into[at + word + 1] = mixed >>> 8;
    into[at + word + 2] = mixed >>> 16;
    into[at + word + 3] = mixed >>> 24;
  }
}

export function spanIdOf(row: number): string {
  return (row + 1).toString(16).padStart(16, '7');
}

function pick<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

function logLine(random: Random, route: string, status: number): string {
  const request = Math.floor(random() * 10 ** requestDigits.length);
  const line = JSON.stringify({
    request: String(request).padStart(requestDigits.length, '0'),
    message: `${pick(random, ['GET', 'POST', 'PUT'])} ${route} took ${Math.floor(random() * 900)} ms`,
    route,
    status,
    user: `user-${Math.floor(random() * 50_000)}`,
    bytes: Math.floor(random() * 1e6),
    component: pick(random, ['http', 'db', 'cache', 'queue']),
    version: '1.24.3',
    agent: '',
  });
  const padding = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36'.slice(
    0,
    Math.max(0, 215 - line.length),
  );
  return `${line.slice(0, -2)}${padding}"}`;
}

export function generateLogs({ first, count, timeOf, random }: GeneratedRows): LogsBatch {
  const batch = new LogsBatch();
  batch.resources.push(...resources);
  batch.scopes.push({ ...emptyScope, name: 'winston' });
  for (let row = first; row < first + count; row++) {
    const isError = random() < 0.03;
    const route = pick(random, routes);
    const status = isError ? 500 : 200;
    batch.resource.push(resourceOf(row));
    batch.scope.push(0);
    batch.stream.push(0);
    batch.timeNs.push(timeOf(row));
    batch.observedTimeNs.push(timeOf(row));
    batch.severityNumber.push(isError ? 17 : 9);
    batch.severityText.pushText(isError ? 'error' : 'info');
    batch.bodyKind.push(bodyKind.text);
    batch.body.pushText(logLine(random, route, status));
    batch.traceId.pushAbsent();
    batch.traceId.setHex(row - first, traceIdOf(row));
    batch.spanId.pushAbsent();
    batch.spanId.setHex(row - first, spanIdOf(row));
    batch.flags.push(1);
    batch.eventName.pushText('');
    batch.droppedAttributesCount.push(0);
    batch.attributes.push('http.route', text(route));
    batch.attributes.push('http.status_code', int(status));
    batch.attributes.push('user.id', text(`user-${Math.floor(random() * 50_000)}`));
    batch.attributes.push('cache.hit', { kind: 'bool', value: random() < 0.5 });
    batch.attributes.endRow();
  }
  return batch;
}

export function generateSpans({ first, count, timeOf, random }: GeneratedRows): SpansBatch {
  const batch = new SpansBatch();
  batch.resources.push(...resources);
  batch.scopes.push({
    ...emptyScope,
    name: '@opentelemetry/instrumentation-http',
    version: '0.52.0',
  });
  for (let row = first; row < first + count; row++) {
    const time = timeOf(row);
    batch.resource.push(resourceOf(row));
    batch.scope.push(0);
    batch.traceId.pushAbsent();
    batch.traceId.setHex(row - first, traceIdOf(row));
    batch.spanId.pushAbsent();
    batch.spanId.setHex(row - first, spanIdOf(row));
    batch.parentSpanId.pushAbsent();
    if (row % rowsPerTrace !== 0) batch.parentSpanId.setHex(row - first, spanIdOf(row - 1));
    batch.traceState.pushText('');
    batch.name.pushText(`${pick(random, ['GET', 'POST'])} ${pick(random, routes)}`);
    batch.kind.push(1 + Math.floor(random() * 3));
    batch.startNs.push(time);
    batch.endNs.push(time + BigInt(Math.floor(random() * 2e8)));
    batch.statusCode.push(random() < 0.03 ? 2 : 0);
    batch.statusMessage.pushText('');
    batch.flags.push(257);
    batch.droppedAttributesCount.push(0);
    batch.droppedEventsCount.push(0);
    batch.droppedLinksCount.push(0);
    batch.attributes.push('http.request.method', text('GET'));
    batch.attributes.push('http.route', text(pick(random, routes)));
    batch.attributes.push('http.response.status_code', int(random() < 0.03 ? 500 : 200));
    batch.attributes.push('server.address', text('10.0.0.7'));
    batch.attributes.push('server.port', int(8080));
    batch.attributes.push('url.path', text(`/api/products/${Math.floor(random() * 10_000)}`));
    batch.attributes.push('user_agent.original', text('Mozilla/5.0 (X11; Linux x86_64)'));
    batch.attributes.push('network.peer.port', int(30_000 + Math.floor(random() * 30_000)));
    batch.attributes.push('user.id', text(`user-${Math.floor(random() * 50_000)}`));
    batch.attributes.endRow();
    batch.eventOffsets.push(0);
    batch.linkOffsets.push(0);
  }
  return batch;
}

/** A generator of its own for each run of rows, so that a bench can make any of them again. */
export function randomAt(row: number): Random {
  return seededRandom(42 + row);
}
