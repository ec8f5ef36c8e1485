// A made-up shop whose telemetry the screen is looked at with: six services, one trace of 38 spans every few seconds,
// some of them failing, and log lines, those of `cart` without trace IDs. Everything follows from a seed and the time.

import { seededRandom } from '../../../src/base/clock.ts';
import type {
  ExploreAttribute,
  ExploreLogLine,
  ExploreSpan,
} from '../../../src/api/explore/contract/records.ts';

/** Offsets in ms from the start of the trace. */
interface SpanPlan {
  readonly id: number;
  readonly parent: number | null;
  readonly service: string;
  readonly name: string;
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

interface LogPlan {
  readonly at: number;
  readonly span: number;
  readonly level: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly onlyWhenFailing?: boolean;
}

const versions: Readonly<Record<string, string>> = {
  gateway: '1.4.2',
  checkout: '2.11.0',
  payment: '1.5.0',
  inventory: '0.9.7',
  shipping: '3.0.1',
  cart: '1.2.8',
};

function http(method: string, route: string, status: number): SpanPlan['attributes'] {
  return {
    'http.request.method': method,
    'http.route': route,
    'http.response.status_code': status,
    'network.protocol.version': '1.1',
    'server.address': 'shop.example',
  };
}

function sql(statement: string, rows: number): SpanPlan['attributes'] {
  return {
    'db.system.name': 'postgresql',
    'db.namespace': 'shop',
    'db.query.text': statement,
    'db.response.returned_rows': rows,
  };
}

function planSpans(failing: boolean): readonly SpanPlan[] {
  const spans: SpanPlan[] = [];
  const add = (
    parent: number | null,
    service: string,
    name: string,
    kind: string,
    start: number,
    end: number,
    attributes: SpanPlan['attributes'] = {},
  ): number => {
    spans.push({ id: spans.length, parent, service, name, kind, start, end, attributes });
    return spans.length - 1;
  };
  const root = add(null, 'gateway', 'POST /checkout', 'server', 0, 1840, {
    ...http('POST', '/checkout', failing ? 402 : 200),
    'url.path': '/checkout',
    'user_agent.original':
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/143.0 Safari/537.36',
    'client.address': '203.0.113.42',
    'user.id': 'u-1',
  });
  add(root, 'gateway', 'middleware auth', 'internal', 2, 21, { 'auth.method': 'session' });
  add(root, 'gateway', 'middleware rate-limit', 'internal', 21, 24);
  const call = add(
    root,
    'gateway',
    'POST checkout:8080/orders',
    'client',
    28,
    1822,
    http('POST', '/orders', failing ? 402 : 201),
  );
  const order = add(
    call,
    'checkout',
    'POST /orders',
    'server',
    36,
    1815,
    http('POST', '/orders', failing ? 402 : 201),
  );
  const create = add(order, 'checkout', 'createOrder', 'internal', 44, 1802, {
    'order.items': 3,
    'order.total': 118.4,
    'order.currency': 'EUR',
  });
  const getCart = add(
    create,
    'checkout',
    'GET cart:8080/carts/:id',
    'client',
    50,
    131,
    http('GET', '/carts/:id', 200),
  );
  const cart = add(
    getCart,
    'cart',
    'GET /carts/:id',
    'server',
    57,
    124,
    http('GET', '/carts/:id', 200),
  );
  add(cart, 'cart', 'redis GET', 'client', 60, 63, {
    'db.system.name': 'redis',
    'db.operation.name': 'GET',
  });
  for (let item = 0; item < 5; item++) {
    add(
      cart,
      'cart',
      'SELECT shop.prices',
      'client',
      66 + item * 11,
      74 + item * 11,
      sql('SELECT amount FROM prices WHERE sku = $1', 1),
    );
  }
  const reserve = add(
    create,
    'checkout',
    'POST inventory:8080/reservations',
    'client',
    140,
    412,
    http('POST', '/reservations', 201),
  );
  const stock = add(
    reserve,
    'inventory',
    'POST /reservations',
    'server',
    150,
    404,
    http('POST', '/reservations', 201),
  );
  add(stock, 'inventory', 'BEGIN', 'client', 154, 156, sql('BEGIN', 0));
  for (let item = 0; item < 3; item++) {
    add(
      stock,
      'inventory',
      'SELECT shop.stock',
      'client',
      160 + item * 60,
      178 + item * 60,
      sql('SELECT quantity FROM stock WHERE sku = $1 FOR UPDATE', 1),
    );
    add(
      stock,
      'inventory',
      'UPDATE shop.stock',
      'client',
      180 + item * 60,
      214 + item * 60,
      sql('UPDATE stock SET quantity = quantity - $2 WHERE sku = $1', 1),
    );
  }
  add(stock, 'inventory', 'COMMIT', 'client', 380, 401, sql('COMMIT', 0));
  const pay = add(
    create,
    'checkout',
    'POST payment:8080/charges',
    'client',
    420,
    1236,
    http('POST', '/charges', failing ? 402 : 201),
  );
  const charge = add(pay, 'payment', 'charge', 'server', 431, 1228, {
    ...http('POST', '/charges', failing ? 402 : 201),
    'payment.provider': 'acme-pay',
    'payment.amount': 118.4,
    'card.network': 'visa',
    'retry.count': failing ? 2 : 0,
  });
  add(charge, 'payment', 'fraud score', 'internal', 438, 521, {
    'fraud.score': 0.12,
    'fraud.model': 'v7',
  });
  add(
    charge,
    'payment',
    'POST acme-pay.example/v2/authorize',
    'client',
    530,
    failing ? 940 : 1180,
    http('POST', '/v2/authorize', failing ? 402 : 200),
  );
  if (failing)
    add(
      charge,
      'payment',
      'POST acme-pay.example/v2/authorize',
      'client',
      985,
      1201,
      http('POST', '/v2/authorize', 402),
    );
  else
    add(
      charge,
      'payment',
      'INSERT shop.charges',
      'client',
      1184,
      1204,
      sql('INSERT INTO charges VALUES ($1, $2, $3)', 1),
    );
  add(
    charge,
    'payment',
    'INSERT shop.charge_attempts',
    'client',
    1204,
    1224,
    sql('INSERT INTO charge_attempts VALUES ($1, $2, $3)', 1),
  );
  const release = add(
    create,
    'checkout',
    failing ? 'DELETE inventory:8080/reservations/:id' : 'POST shipping:8080/labels',
    'client',
    1250,
    1561,
    http('POST', '/labels', 201),
  );
  const label = add(
    release,
    failing ? 'inventory' : 'shipping',
    failing ? 'DELETE /reservations/:id' : 'POST /labels',
    'server',
    1262,
    1552,
    http('POST', '/labels', 201),
  );
  add(label, failing ? 'inventory' : 'shipping', 'lock wait', 'internal', 1270, 1502);
  add(
    label,
    failing ? 'inventory' : 'shipping',
    'UPDATE shop.stock',
    'client',
    1503,
    1544,
    sql('UPDATE stock SET quantity = quantity + $2 WHERE sku = $1', 3),
  );
  add(create, 'checkout', 'publish orders.events', 'producer', 1570, 1588, {
    'messaging.system': 'kafka',
    'messaging.destination.name': 'orders.events',
  });
  const consume = add(create, 'shipping', 'process orders.events', 'consumer', 1601, 1790, {
    'messaging.system': 'kafka',
    'messaging.consumer.group.name': 'shipping',
  });
  add(
    consume,
    'shipping',
    'INSERT shop.outbox',
    'client',
    1620,
    1668,
    sql('INSERT INTO outbox VALUES ($1, $2)', 1),
  );
  add(consume, 'shipping', 'render e-mail', 'internal', 1672, 1781);
  while (spans.length < 38)
    add(
      consume,
      'shipping',
      'SELECT shop.templates',
      'client',
      1680 + spans.length,
      1690 + spans.length,
      sql('SELECT body FROM templates WHERE id = $1', 1),
    );
  return spans;
}

const spanPlans = { failing: planSpans(true), fine: planSpans(false) };

const stack = `CardDeclined: card declined by issuer
    at authorize (/srv/payment/dist/acme.js:88:13)
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)
    at async charge (/srv/payment/dist/charge.js:41:20)`;

const logPlans: readonly LogPlan[] = [
  {
    at: 3,
    span: 0,
    level: 'info',
    body: 'request received',
    attributes: { method: 'POST', path: '/checkout', user: 'u-1' },
  },
  {
    at: 20,
    span: 1,
    level: 'debug',
    body: 'session resumed',
    attributes: { session: 's-81f2', age_s: 412 },
  },
  {
    at: 38,
    span: 4,
    level: 'info',
    body: 'order request accepted',
    attributes: { items: 3, user: 'u-1' },
  },
  { at: 46, span: 5, level: 'info', body: 'creating order', attributes: { order: 'o-20991' } },
  { at: 132, span: 5, level: 'debug', body: 'cart loaded', attributes: { items: 3, total: 118.4 } },
  {
    at: 141,
    span: 5,
    level: 'info',
    body: 'reserving stock',
    attributes: { order: 'o-20991', skus: 3 },
  },
  {
    at: 152,
    span: 15,
    level: 'info',
    body: 'reservation started',
    attributes: { order: 'o-20991' },
  },
  { at: 181, span: 15, level: 'debug', body: 'reserved 1 × sku-1142', attributes: { left: 41 } },
  { at: 241, span: 15, level: 'debug', body: 'reserved 1 × sku-0077', attributes: { left: 3 } },
  {
    at: 262,
    span: 15,
    level: 'warn',
    body: 'stock low for sku-0077: 3 left',
    attributes: { sku: 'sku-0077', left: 3 },
  },
  { at: 301, span: 15, level: 'debug', body: 'reserved 1 × sku-5120', attributes: { left: 207 } },
  {
    at: 402,
    span: 15,
    level: 'info',
    body: 'reservation committed',
    attributes: { order: 'o-20991', took_ms: 250 },
  },
  {
    at: 433,
    span: 25,
    level: 'info',
    body: 'charging card',
    attributes: { amount: 118.4, currency: 'EUR', provider: 'acme-pay' },
  },
  {
    at: 520,
    span: 26,
    level: 'debug',
    body: 'fraud score 0.12, below threshold 0.8',
    attributes: { model: 'v7' },
  },
  {
    at: 531,
    span: 27,
    level: 'info',
    body: '{"msg":"authorize","attempt":1,"card":{"network":"visa","last4":"4242"},"amount":118.4}',
    attributes: {},
  },
  {
    at: 941,
    span: 27,
    level: 'warn',
    body: 'acme-pay answered 402, retrying in 40 ms',
    attributes: { attempt: 1, status: 402 },
    onlyWhenFailing: true,
  },
  {
    at: 986,
    span: 28,
    level: 'info',
    body: '{"msg":"authorize","attempt":2,"card":{"network":"visa","last4":"4242"},"amount":118.4}',
    attributes: {},
    onlyWhenFailing: true,
  },
  {
    at: 1202,
    span: 25,
    level: 'error',
    body: stack,
    attributes: { code: 'card_declined', user: 'u-1', route: '/pay' },
    onlyWhenFailing: true,
  },
  {
    at: 1226,
    span: 25,
    level: 'error',
    body: 'charge failed: card declined by issuer',
    attributes: { user: 'u-1', route: '/pay', attempts: 2 },
    onlyWhenFailing: true,
  },
  {
    at: 1238,
    span: 5,
    level: 'warn',
    body: 'payment refused, releasing reservation',
    attributes: { order: 'o-20991' },
    onlyWhenFailing: true,
  },
  { at: 1264, span: 31, level: 'info', body: 'handling request', attributes: { order: 'o-20991' } },
  {
    at: 1501,
    span: 32,
    level: 'warn',
    body: 'waited 232 ms for a row lock',
    attributes: { table: 'stock' },
  },
  {
    at: 1572,
    span: 34,
    level: 'info',
    body: 'published orders.events',
    attributes: { partition: 4, offset: 88_120 },
  },
  {
    at: 1603,
    span: 35,
    level: 'info',
    body: 'processing orders.events',
    attributes: { partition: 4, offset: 88_120 },
  },
  {
    at: 1782,
    span: 35,
    level: 'info',
    body: 'e-mail queued',
    attributes: { template: 'order-result' },
  },
  {
    at: 1803,
    span: 5,
    level: 'error',
    body: 'order o-20991 failed: payment refused',
    attributes: { order: 'o-20991', status: 402 },
    onlyWhenFailing: true,
  },
  {
    at: 1838,
    span: 0,
    level: 'info',
    body: 'POST /checkout',
    attributes: { status: 402, ms: 1838, user: 'u-1' },
  },
];

function attribute(key: string, value: string | number | boolean): ExploreAttribute {
  if (typeof value === 'string') return { key, value, type: 'string' };
  if (typeof value === 'boolean') return { key, value: String(value), type: 'bool' };
  return { key, value: String(value), type: Number.isInteger(value) ? 'int' : 'double' };
}

function attributesOf(
  from: Readonly<Record<string, string | number | boolean>>,
): ExploreAttribute[] {
  return Object.entries(from).map(([key, value]) => attribute(key, value));
}

function resourceOf(service: string): ExploreAttribute[] {
  return attributesOf({
    'service.name': service,
    'service.version': versions[service] ?? '1.0.0',
    'service.namespace': 'shop',
    'deployment.environment.name': 'production',
    'host.name': 'node-3',
    'k8s.pod.name': `${service}-7c9f6d5b8-x2k4p`,
    'process.pid': 1042,
    'process.runtime.name': 'nodejs',
    'process.runtime.version': '20.20.2',
    'telemetry.sdk.name': 'opentelemetry',
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.version': '2.12.1',
  });
}

const traceEverySeconds = 3;

export interface Shop {
  /** All lines up to an instant, ascending by (time, seq). */
  linesUntil(nowMs: number): readonly ExploreLogLine[];
  /** The trace's spans, or undefined when the shop made no such trace. */
  spansOf(traceId: string): readonly ExploreSpan[] | undefined;
  linesOf(traceId: string): readonly ExploreLogLine[];
}

/** Services of which no record carries a trace ID. */
export const servicesWithoutTraceIds: readonly string[] = ['cart'];

export function createShop(seed: number, startMs: number): Shop {
  const lines: ExploreLogLine[] = [];
  const byTrace = new Map<string, ExploreLogLine[]>();
  const traces = new Map<string, { readonly startMs: number; readonly failing: boolean }>();
  let nextSecond = 0;
  let seq = 0;

  const push = (
    ms: number,
    service: string,
    level: string,
    body: string,
    attributes: ExploreAttribute[],
    traceId = '',
    spanId = '',
  ): void => {
    const timeNs = `${Math.floor(ms)}${String(Math.floor((ms % 1) * 1000)).padStart(3, '0')}000`;
    seq++;
    const line: ExploreLogLine = {
      id: `${timeNs}-${seq}`,
      timeNs,
      service,
      level,
      body,
      labels: {
        service_name: service,
        deployment_environment_name: 'production',
        k8s_namespace_name: 'shop',
      },
      attributes,
      resource: resourceOf(service),
      traceId,
      spanId,
      linkSource: traceId === '' ? '' : 'field',
      links:
        traceId === ''
          ? []
          : [
              {
                kind: 'trace',
                title: 'Trace of this line',
                href: `/trace/${traceId}?span=${spanId}`,
                externalUrl: null,
                traceId,
                count: null,
                reason: null,
                source: 'field',
              },
            ],
    };
    lines.push(line);
    if (traceId !== '') byTrace.set(traceId, [...(byTrace.get(traceId) ?? []), line]);
  };

  const second = (at: number): void => {
    const random = seededRandom(seed + at);
    const ms = startMs + at * 1000;
    const hex = (length: number): string =>
      Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');
    // A bad quarter of an hour, to be seen in the histogram.
    const isBad = at % 3600 > 2300 && at % 3600 < 2900;
    const before = lines.length;
    for (let one = 0; one < 2 + Math.floor(random() * 3); one++) {
      const routes = ['/', '/products', '/products/:id', '/cart', '/health'];
      const route = routes[Math.floor(random() * routes.length)] ?? '/';
      push(
        ms + random() * 999,
        'gateway',
        route === '/health' ? 'debug' : 'info',
        `GET ${route}`,
        attributesOf({
          status: random() < 0.02 ? 500 : 200,
          ms: Math.round(random() * 80),
          user: `u-${Math.floor(random() * 900)}`,
        }),
      );
    }
    if (random() < 0.6)
      push(
        ms + random() * 999,
        'cart',
        'info',
        'cart saved',
        attributesOf({ cart: `c-${Math.floor(random() * 9000)}` }),
      );
    if (random() < 0.05)
      push(ms + random() * 999, 'cart', 'warn', 'redis took 812 ms to answer', []);
    if (random() < 0.3)
      push(
        ms + random() * 999,
        'inventory',
        'debug',
        'cache refreshed',
        attributesOf({ entries: 5120 }),
      );
    if (isBad && random() < 0.7)
      push(
        ms + random() * 999,
        'payment',
        'error',
        'acme-pay: connection reset by peer',
        attributesOf({ attempt: 1 + Math.floor(random() * 3), route: '/pay' }),
      );
    if (random() < 0.0008)
      push(ms + random() * 999, 'payment', 'fatal', 'out of file descriptors', []);
    if (at % traceEverySeconds === 0) {
      const traceId = hex(32);
      const failing = random() < (isBad ? 0.8 : 0.1);
      const traceMs = ms + random() * 900;
      traces.set(traceId, { startMs: traceMs, failing });
      for (const plan of logPlans) {
        if (plan.onlyWhenFailing === true && !failing) continue;
        const span = spanPlans[failing ? 'failing' : 'fine'][plan.span];
        push(
          traceMs + plan.at,
          span?.service ?? 'gateway',
          plan.level,
          plan.body,
          attributesOf(plan.attributes),
          traceId,
          spanIdOf(traceId, plan.span),
        );
      }
    }
    if (lines.length > before) sortTail(lines, 200);
  };

  return {
    linesUntil: (nowMs) => {
      while (startMs + nextSecond * 1000 < nowMs) second(nextSecond++);
      const nowNs = `${Math.floor(nowMs)}000000`;
      let end = lines.length;
      while (end > 0 && (lines[end - 1]?.timeNs ?? '') > nowNs) end--;
      return end === lines.length ? lines : lines.slice(0, end);
    },
    linesOf: (traceId) => byTrace.get(traceId) ?? [],
    spansOf: (traceId) => {
      const trace = traces.get(traceId);
      if (trace === undefined) return undefined;
      return spansOfTrace(traceId, trace.startMs, trace.failing, byTrace.get(traceId) ?? []);
    },
  };
}

function sortTail(lines: ExploreLogLine[], length: number): void {
  const tail = lines.splice(Math.max(0, lines.length - length));
  tail.sort((a, b) => (a.timeNs < b.timeNs ? -1 : a.timeNs > b.timeNs ? 1 : 0));
  lines.push(...tail);
}

function spanIdOf(traceId: string, span: number): string {
  return traceId.slice(0, 12) + (0x1000 + span).toString(16);
}

function spansOfTrace(
  traceId: string,
  startMs: number,
  failing: boolean,
  lines: readonly ExploreLogLine[],
): ExploreSpan[] {
  const ns = (ms: number): string => String(BigInt(Math.round((startMs + ms) * 1000)) * 1000n);
  return spanPlans[failing ? 'failing' : 'fine'].map((plan): ExploreSpan => {
    const spanId = spanIdOf(traceId, plan.id);
    const isError = failing && /charge$|authorize|charges$|createOrder/.test(plan.name);
    return {
      spanId,
      parentSpanId: plan.parent === null ? '' : spanIdOf(traceId, plan.parent),
      service: plan.service,
      name: plan.name,
      kind: plan.kind,
      startNs: ns(plan.start),
      endNs: ns(plan.end),
      status: isError ? 'error' : 'unset',
      statusMessage: isError ? 'card declined by issuer' : '',
      attributes: attributesOf(plan.attributes),
      resource: resourceOf(plan.service),
      scope:
        plan.kind === 'internal' ? 'shop 1.0.0' : '@opentelemetry/instrumentation-http 0.223.0',
      events:
        isError && plan.service === 'payment'
          ? [
              {
                timeNs: ns(plan.end - 4),
                name: 'exception',
                attributes: attributesOf({
                  'exception.type': 'CardDeclined',
                  'exception.message': 'card declined by issuer',
                  'exception.stacktrace': stack,
                }),
              },
            ]
          : [],
      spanLinks:
        plan.kind === 'consumer'
          ? [
              {
                traceId,
                spanId: spanIdOf(traceId, 34),
                attributes: attributesOf({ 'messaging.batch.message_count': 1 }),
              },
            ]
          : [],
      logCount: lines.filter((line) => line.spanId === spanId).length,
      links: [],
    };
  });
}
