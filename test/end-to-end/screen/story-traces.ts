// Traces made for the tests of the story: each is one thing that real systems send, or that the page is to be fast with.

export interface MadeSpan {
  /** Any text; made into an ID. */
  readonly id: string;
  readonly parent?: string;
  readonly service?: string;
  readonly host?: string;
  readonly name?: string;
  /** OTLP's number; 2: server. */
  readonly kind?: number;
  /** From the start of the trace. */
  readonly startMs: number;
  readonly endMs: number;
  readonly failed?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly events?: readonly { readonly atMs: number; readonly name: string }[];
  readonly links?: readonly { readonly traceId: string; readonly id: string }[];
}

export interface MadeLine {
  readonly span: string;
  readonly service?: string;
  readonly atMs: number;
  readonly body: string;
  readonly severity?: 'INFO' | 'WARN' | 'ERROR';
}

export interface MadeTrace {
  readonly traceId: string;
  readonly startMs: number;
  readonly spans: readonly MadeSpan[];
  readonly lines?: readonly MadeLine[];
}

/** The same text is the same ID everywhere. */
export function spanIdOf(text: string): string {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
  return `c0de${text.length.toString(16).padStart(4, '0')}${hash.toString(16).padStart(8, '0')}`;
}

function ns(ms: number): string {
  return String(BigInt(Math.round(ms * 1000)) * 1000n);
}

function attributes(of: Readonly<Record<string, string>>): unknown[] {
  return Object.entries(of).map(([key, stringValue]) => ({ key, value: { stringValue } }));
}

function resource(service: string, host: string): unknown {
  return { attributes: attributes({ 'service.name': service, 'host.name': host }) };
}

function groupBy<Item>(
  items: readonly Item[],
  key: (item: Item) => string,
): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

export function tracesBody(trace: MadeTrace): unknown {
  const groups = groupBy(
    trace.spans,
    ({ service = 'one', host = 'node-1' }) => `${service} ${host}`,
  );
  return {
    resourceSpans: Array.from(groups, ([key, spans]) => ({
      resource: resource(key.split(' ')[0] ?? '', key.split(' ')[1] ?? ''),
      scopeSpans: [
        {
          scope: { name: 'story' },
          spans: spans.map((span) => ({
            traceId: trace.traceId,
            spanId: spanIdOf(span.id),
            ...(span.parent === undefined ? {} : { parentSpanId: spanIdOf(span.parent) }),
            name: span.name ?? span.id,
            kind: span.kind ?? 1,
            startTimeUnixNano: ns(trace.startMs + span.startMs),
            endTimeUnixNano: ns(trace.startMs + span.endMs),
            status: span.failed === undefined ? {} : { code: 2, message: span.failed },
            attributes: attributes(span.attributes ?? {}),
            events: (span.events ?? []).map(({ atMs, name }) => ({
              timeUnixNano: ns(trace.startMs + atMs),
              name,
            })),
            links: (span.links ?? []).map(({ traceId, id }) => ({ traceId, spanId: spanIdOf(id) })),
          })),
        },
      ],
    })),
  };
}

export function logsBody(trace: MadeTrace): unknown {
  const groups = groupBy(trace.lines ?? [], ({ service = 'one' }) => service);
  const numbers = { INFO: 9, WARN: 13, ERROR: 17 } as const;
  return {
    resourceLogs: Array.from(groups, ([service, lines]) => ({
      resource: resource(service, 'node-1'),
      scopeLogs: [
        {
          logRecords: lines.map(({ span, atMs, body, severity = 'INFO' }) => ({
            timeUnixNano: ns(trace.startMs + atMs),
            severityNumber: numbers[severity],
            severityText: severity,
            body: { stringValue: body },
            ...(span === '' ? {} : { traceId: trace.traceId, spanId: spanIdOf(span) }),
          })),
        },
      ],
    })),
  };
}

async function post(url: string, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = await response.text();
  if (!response.ok || answer.includes('partialSuccess":{"'))
    throw new Error(`${url}: ${response.status} ${answer}`);
}

export async function sendTrace(otlpUrl: string, trace: MadeTrace): Promise<void> {
  await post(`${otlpUrl}/v1/traces`, tracesBody(trace));
  if (trace.lines !== undefined) await post(`${otlpUrl}/v1/logs`, logsBody(trace));
}

/** Three hundred spans one after the other, each with a line. */
export function longTrace(traceId: string, startMs: number): MadeTrace {
  const steps = Array.from({ length: 300 }, (_, at) => at);
  return {
    traceId,
    startMs,
    spans: [
      { id: 'root', name: 'POST /import', service: 'api', kind: 2, startMs: 0, endMs: 3100 },
      ...steps.map((at) => ({
        id: `s${at}`,
        parent: 'root',
        name: `step ${at}`,
        service: at % 2 === 0 ? 'api' : 'worker',
        startMs: 10 + at * 10,
        endMs: 18 + at * 10,
      })),
    ],
    lines: steps.map((at) => ({
      span: `s${at}`,
      service: at % 2 === 0 ? 'api' : 'worker',
      atMs: 14 + at * 10,
      body: `step ${at} done`,
    })),
  };
}

/** More lines than come at first, the later half of them of another span. */
export function wordyTrace(traceId: string, startMs: number): MadeTrace {
  const count = 1600;
  return {
    traceId,
    startMs,
    spans: [
      { id: 'talk', name: 'talk', service: 'wordy', kind: 2, startMs: 0, endMs: count },
      { id: 'reply', parent: 'talk', name: 'reply', service: 'wordy', startMs: 800, endMs: count },
    ],
    lines: Array.from({ length: count }, (_, at) => ({
      span: at < count / 2 ? 'talk' : 'reply',
      service: 'wordy',
      atMs: at,
      body: `word ${at}.`,
    })),
  };
}

/** A trace of a service whose logger adds no trace ID, and of one that sends no logs. */
export function silentTrace(traceId: string, startMs: number): MadeTrace {
  return {
    traceId,
    startMs,
    spans: [
      { id: 'ask', name: 'GET /ask', service: 'forgetful', kind: 2, startMs: 0, endMs: 100 },
      { id: 'tell', parent: 'ask', name: 'tell', service: 'mute', startMs: 5, endMs: 50 },
    ],
  };
}

/** Its lines: they name no trace. */
export function linesWithoutTrace(startMs: number, count: number): MadeTrace {
  return {
    traceId: '',
    startMs,
    spans: [],
    lines: Array.from({ length: count }, (_, at) => ({
      span: '',
      service: 'forgetful',
      atMs: at * 5,
      body: `thought ${at}`,
    })),
  };
}

/** A trace under way: what arrives first, and what belongs before and above it but arrives later. */
export function lateTrace(
  traceId: string,
  startMs: number,
): { readonly first: MadeTrace; readonly later: MadeTrace } {
  const steps = (name: string, count: number, fromMs: number): MadeSpan[] =>
    Array.from({ length: count }, (_, at) => ({
      id: `${name}${at}`,
      parent: 'root',
      name: `${name} ${at}`,
      startMs: fromMs + at * 5,
      endMs: fromMs + at * 5 + 4,
    }));
  const linesOf = (spans: readonly MadeSpan[]): MadeLine[] =>
    spans.map(({ id, name = '', startMs: atMs }) => ({ span: id, atMs: atMs + 1, body: name }));
  const early = steps('early', 30, 10);
  const steady = steps('steady', 100, 600);
  const root = { id: 'root', name: 'GET /late', kind: 2, startMs: 0, endMs: 1500 };
  const slow = { id: 'slow', parent: 'root', name: 'slow', startMs: 20, endMs: 1400 };
  return {
    first: { traceId, startMs, spans: [root, ...steady], lines: linesOf(steady) },
    later: { traceId, startMs, spans: [slow, ...early], lines: linesOf(early) },
  };
}

/** More spans than come whole: an outline. */
export function largeTrace(traceId: string, startMs: number): MadeTrace {
  return {
    traceId,
    startMs,
    spans: [
      { id: 'root', name: 'POST /import', service: 'api', kind: 2, startMs: 0, endMs: 2600 },
      ...Array.from({ length: 2500 }, (_, at) => ({
        id: `row${at}`,
        parent: 'root',
        name: `row ${at}`,
        service: 'api',
        startMs: at,
        endMs: at + 1,
        attributes: { 'app.row': String(at) },
      })),
    ],
  };
}

/** A trace whose span links to a span of another one. */
export function linkingTrace(traceId: string, startMs: number, to: string): MadeTrace {
  return {
    traceId,
    startMs,
    spans: [
      {
        id: 'receive',
        name: 'process imports',
        service: 'mailer',
        kind: 5,
        startMs: 0,
        endMs: 5,
        links: [{ traceId: to, id: 'row7' }],
      },
    ],
  };
}

/** What senders get wrong: circles, no root, ends before starts, nothing long and days long. */
export function hostileTraces(startMs: number): Readonly<Record<string, MadeTrace>> {
  const id = (digit: string): string => digit.repeat(32);
  const dayMs = 86_400_000;
  return {
    cycle: {
      traceId: id('1'),
      startMs,
      spans: [
        { id: 'a', parent: 'b', startMs: 0, endMs: 10 },
        { id: 'b', parent: 'a', startMs: 2, endMs: 8 },
        { id: 'c', parent: 'c', startMs: 3, endMs: 4 },
      ],
    },
    shared: {
      traceId: id('7'),
      startMs,
      spans: [
        { id: 'a', service: 'shop', kind: 3, name: 'GET /pay', startMs: 0, endMs: 10 },
        { id: 'a', service: 'pay', kind: 2, name: '', startMs: 1, endMs: 9 },
        { id: 'b', parent: 'a', service: 'pay', kind: 3, name: 'SELECT', startMs: 2, endMs: 5 },
      ],
    },
    rootless: {
      traceId: id('2'),
      startMs,
      spans: [
        { id: 'a', parent: 'lost', service: 'cart', startMs: 0, endMs: 10 },
        { id: 'b', parent: 'lost', service: 'cart', startMs: 5, endMs: 20 },
      ],
    },
    negative: {
      traceId: id('3'),
      startMs,
      spans: [
        { id: 'a', startMs: 0, endMs: 10 },
        { id: 'b', parent: 'a', startMs: 8, endMs: 3 },
      ],
    },
    instant: {
      traceId: id('4'),
      startMs,
      spans: [
        { id: 'a', startMs: 0, endMs: 0 },
        { id: 'b', parent: 'a', startMs: 0, endMs: 0 },
      ],
    },
    days: {
      traceId: id('5'),
      startMs: startMs - 3 * dayMs,
      spans: [
        { id: 'a', name: 'batch of three days', startMs: 0, endMs: 3 * dayMs },
        { id: 'b', parent: 'a', name: 'a moment', startMs: dayMs, endMs: dayMs + 1 },
      ],
    },
    wide: {
      traceId: id('6'),
      startMs,
      spans: [
        {
          id: 'a',
          name: '<img src=x onerror=alert(1)>',
          startMs: 0,
          endMs: 10,
          attributes: {
            ...Object.fromEntries(
              Array.from({ length: 10_000 }, (_, at) => [`key.${at}`, `v${at}`]),
            ),
            long: 'x'.repeat(200_000),
          },
        },
      ],
    },
  };
}

/** One of everything that the waterfall draws; every time is relative, so that it looks the same for ever. */
export function pictureTrace(traceId: string, startMs: number): MadeTrace {
  return {
    traceId,
    startMs,
    spans: [
      {
        id: 'root',
        name: 'POST /checkout',
        service: 'gateway',
        kind: 2,
        startMs: 0,
        endMs: 400,
        failed: '',
      },
      {
        id: 'cart',
        parent: 'root',
        name: 'GET /cart',
        service: 'cart',
        kind: 3,
        startMs: 10,
        endMs: 60,
      },
      ...[0, 1, 2, 3, 4, 5].map((at) => ({
        id: `q${at}`,
        parent: 'cart',
        name: 'SELECT item',
        service: 'cart',
        kind: 3,
        startMs: 12 + at * 7,
        endMs: 16 + at * 7 + at / 2,
      })),
      {
        id: 'pay',
        parent: 'root',
        name: 'POST /pay',
        service: 'payment',
        kind: 2,
        startMs: 80,
        endMs: 360,
        failed: 'card declined',
        events: [{ atMs: 350, name: 'exception' }],
      },
      { id: 'orphan', parent: 'lost', name: 'audit', service: 'audit', startMs: 200, endMs: 260 },
      { id: 'odd', parent: 'pay', name: 'backwards', service: 'payment', startMs: 150, endMs: 140 },
    ],
    lines: [
      { span: 'pay', service: 'payment', atMs: 90, body: 'charging card' },
      { span: 'pay', service: 'payment', atMs: 240, body: 'issuer is slow', severity: 'WARN' },
      {
        span: 'pay',
        service: 'payment',
        atMs: 355,
        body: 'Error: card declined\n    at charge (/app/src/charge.ts:41:11)\n    at pay (/app/src/pay.ts:17:9)',
        severity: 'ERROR',
      },
    ],
  };
}
