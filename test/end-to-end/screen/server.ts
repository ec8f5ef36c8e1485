// A small server that answers `api/explore/contract/records.ts` from the made-up shop and hands out the built screen: for
// browser tests of the screen alone, and for looking at it while working on it. Understands a little LogQL only.
//
//   npx tsx test/end-to-end/screen/server.ts [port] [empty|down|huge]

import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import type {
  ExploreCounts,
  ExploreHistogram,
  ExploreLogLine,
  ExploreLogs,
  ExploreSpan,
  ExploreStreams,
  ExploreTrace,
  Health,
} from '../../../src/api/explore/contract/records.ts';
import type {
  ExploreOverview,
  ExploreServiceMap,
} from '../../../src/api/explore/contract/overview.ts';
import { normalizeTraceId } from '../../../src/model/trace-id/normalize.ts';
import { createShop, servicesWithoutTraceIds } from './shop.ts';
import type { Shop } from './shop.ts';

/** `empty`: nothing was ever received. `degraded`: the banner has something to say. `huge`: one trace of 12,000 spans. */
export type ShopMode = 'normal' | 'empty' | 'degraded' | 'huge';

const hourMs = 3_600_000;
const levelOrder = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

class BadQuery extends Error {
  readonly start: number;
  readonly end: number;
  constructor(message: string, start: number, end: number) {
    super(message);
    this.start = start;
    this.end = end;
  }
}

type LineTest = (line: ExploreLogLine) => boolean;

/** Matchers, line filters and label filters: as much as the screen's own clicks write. */
function parseQuery(query: string): LineTest {
  const text = query.trim();
  if (text === '') return () => true;
  const selector = /^\{([^}]*)\}/.exec(text);
  if (selector === null)
    throw new BadQuery('unexpected end of the stream selector, expected "}"', 0, text.length);
  const tests: LineTest[] = [];
  for (const match of (selector[1] ?? '').matchAll(/(\w+)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"/g)) {
    tests.push(labelTest(match[1] ?? '', match[2] ?? '', match[3] ?? ''));
  }
  let at = selector[0].length;
  const stage =
    /\s*(?:(\|=|!=|\|~|!~)\s*"((?:[^"\\]|\\.)*)"|\|\s*(\w+)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"|\|\s*(?:json|logfmt))\s*/y;
  while (at < text.length) {
    stage.lastIndex = at;
    const match = stage.exec(text);
    if (match === null) {
      const end = text.indexOf(' ', at + 2);
      throw new BadQuery(
        `unexpected ${JSON.stringify(text.slice(at).trim().split(' ')[0])}, expected a stage or the end of the query`,
        at + (text[at] === ' ' ? 1 : 0),
        end < 0 ? text.length : end,
      );
    }
    const [, operator, wanted = '', name, compare = '', value = ''] = match;
    if (operator !== undefined) {
      const sought: unknown = JSON.parse(`"${wanted}"`);
      tests.push((line) => line.body.includes(String(sought)) === operator.startsWith('|'));
    } else if (name !== undefined) tests.push(labelTest(name, compare, value));
    at = stage.lastIndex;
  }
  return (line) => tests.every((one) => one(line));
}

function labelTest(name: string, operator: string, quoted: string): LineTest {
  const value = String(JSON.parse(`"${quoted}"`));
  const pattern = operator.endsWith('~') ? new RegExp(`^(?:${value})$`) : undefined;
  return (line) => {
    const given =
      line.labels[name] ??
      (name === 'detected_level' || name === 'level' ? line.level : undefined) ??
      [...line.attributes, ...line.resource].find(
        (one) => one.key.replaceAll(/[^\w]/g, '_') === name,
      )?.value ??
      (name === 'trace_id' ? line.traceId : '');
    const same = pattern === undefined ? given === value : pattern.test(given);
    return operator.startsWith('!') ? !same : same;
  };
}

function inRange(lines: readonly ExploreLogLine[], search: URLSearchParams): ExploreLogLine[] {
  const start = BigInt(search.get('start') ?? 0);
  const end = BigInt(search.get('end') ?? '9223372036854775807');
  return lines.filter((line) => BigInt(line.timeNs) >= start && BigInt(line.timeNs) < end);
}

function answerLogs(lines: readonly ExploreLogLine[], search: URLSearchParams): ExploreLogs {
  const test = parseQuery(search.get('query') ?? '');
  const ranged = inRange(lines, search);
  const matching = ranged.filter(test);
  const backward = search.get('direction') !== 'forward';
  const ordered = backward ? matching.toReversed() : matching;
  const next = search.get('next');
  const from = next === null ? 0 : ordered.findIndex((line) => line.id === next) + 1;
  const limit = Number(search.get('limit') ?? 100);
  const page = ordered.slice(from, from + limit);
  const isLast = from + limit >= ordered.length;
  const last = lines.findLast(test);
  return {
    lines: page,
    coverage: {
      returned: page.length,
      total: matching.length,
      next: isLast ? null : (page.at(-1)?.id ?? null),
    },
    nothing:
      matching.length > 0
        ? null
        : { linesInRange: ranged.length, lastMatchNs: last?.timeNs ?? null },
    warnings: [],
  };
}

function answerHistogram(
  lines: readonly ExploreLogLine[],
  search: URLSearchParams,
): ExploreHistogram {
  const test = parseQuery(search.get('query') ?? '');
  const matching = inRange(lines, search).filter(test);
  const buckets = Number(search.get('buckets') ?? 60);
  const start = BigInt(search.get('start') ?? 0);
  const step = (BigInt(search.get('end') ?? 0) - start) / BigInt(buckets) + 1n;
  const counts = new Map<string, number[]>();
  for (const line of matching) {
    const level = counts.get(line.level) ?? Array.from({ length: buckets }, () => 0);
    counts.set(line.level, level);
    const bucket = Number((BigInt(line.timeNs) - start) / step);
    level[bucket] = (level[bucket] ?? 0) + 1;
  }
  return {
    startNs: String(start),
    stepNs: String(step),
    levels: levelOrder.flatMap((level) => {
      const found = counts.get(level);
      return found === undefined ? [] : [{ level, counts: found }];
    }),
    total: matching.length,
  };
}

function answerTrace(shop: Shop, given: string, mode: ShopMode): ExploreTrace {
  const traceId = normalizeTraceId(given)?.traceId;
  if (traceId === undefined)
    throw new BadQuery(
      `${JSON.stringify(given)} is not a trace ID: expected 16 or 32 hex digits`,
      0,
      given.length,
    );
  const spans = mode === 'huge' ? hugeTrace(shop, traceId) : (shop.spansOf(traceId) ?? []);
  const logs = shop.linesOf(traceId);
  const times = spans.flatMap((span) => [BigInt(span.startNs), BigInt(span.endNs)]);
  const min = (all: readonly bigint[]): bigint => all.reduce((a, b) => (a < b ? a : b));
  const max = (all: readonly bigint[]): bigint => all.reduce((a, b) => (a > b ? a : b));
  const services = [...new Set(spans.map((span) => span.service))];
  const silent = services.filter((service) => servicesWithoutTraceIds.includes(service));
  return {
    traceId,
    givenAs: given,
    bounds: times.length === 0 ? null : { startNs: String(min(times)), endNs: String(max(times)) },
    services,
    counts: {
      spans: spans.length,
      errorSpans: spans.filter((span) => span.status === 'error').length,
      logs: logs.length,
      exemplars: 0,
    },
    spans,
    logs,
    reasons:
      spans.length === 0
        ? [
            {
              code: 'trace-unknown',
              message: `No span and no log line with trace ID ${traceId} has been received. 38,204 spans of other traces were received in the last 60 min, so spans do arrive: was this trace sampled, and is its service sending here?`,
              evidence: { spansReceived: 38_204 },
            },
          ]
        : silent.map((service) => ({
            code: 'logs-without-trace-id',
            message: `${service} sent 1,204 log records in these minutes, none with a trace ID. Its logger does not add one: add the winston instrumentation, or start it with \`clew run\`.`,
            evidence: { service, records: 1204, withTraceId: 0 },
          })),
    coverage: {
      spans: { returned: spans.length, total: spans.length, next: null },
      logs: { returned: logs.length, total: logs.length, next: null },
    },
  };
}

function hugeTrace(shop: Shop, traceId: string): ExploreSpan[] {
  const spans = shop.spansOf(traceId) ?? [];
  const root = spans[0];
  if (root === undefined) return [];
  const startMs = Number(BigInt(root.startNs) / 1_000_000n);
  const more = Array.from({ length: 12_000 }, (_, at): ExploreSpan => ({
    ...root,
    ...spans[at % spans.length],
    spanId: (0x10000 + at).toString(16).padStart(16, '0'),
    parentSpanId:
      at % 100 === 0 ? root.spanId : (0x10000 + at - (at % 100)).toString(16).padStart(16, '0'),
    startNs: `${startMs + Math.floor(at / 8)}000000`,
    endNs: `${startMs + Math.floor(at / 8) + 30 + (at % 7) * 10}000000`,
    logCount: 0,
  }));
  return [...spans, ...more];
}

function answerCounts(shop: Shop, search: URLSearchParams): ExploreCounts {
  const traces: Record<string, { spans: number; errorSpans: number; logs: number }> = {};
  for (const id of search.getAll('trace')) {
    const spans = shop.spansOf(id) ?? [];
    traces[id] = {
      spans: spans.length,
      errorSpans: spans.filter((span) => span.status === 'error').length,
      logs: shop.linesOf(id).length,
    };
  }
  return { traces };
}

function answerStreams(lines: readonly ExploreLogLine[]): ExploreStreams {
  const values = new Map<string, Set<string>>();
  for (const line of lines.slice(-5000)) {
    for (const [name, value] of Object.entries(line.labels)) {
      values.set(name, (values.get(name) ?? new Set()).add(value));
    }
  }
  return { labels: [...values].map(([name, found]) => ({ name, values: [...found].toSorted() })) };
}

function answer(shop: Shop, mode: ShopMode, url: URL): unknown {
  const lines = mode === 'empty' ? [] : shop.linesUntil(Date.now());
  const search = url.searchParams;
  if (url.pathname === '/api/explore/logs') return answerLogs(lines, search);
  if (url.pathname === '/api/explore/logs/histogram') return answerHistogram(lines, search);
  if (url.pathname === '/api/explore/streams') return answerStreams(lines);
  if (url.pathname === '/loki/api/v1/labels') {
    return { status: 'success', data: answerStreams(lines).labels.map(({ name }) => name) };
  }
  if (url.pathname === '/api/explore/counts') return answerCounts(shop, search);
  if (url.pathname.startsWith('/api/explore/trace/')) {
    return answerTrace(shop, decodeURIComponent(url.pathname.slice(19)), mode);
  }
  if (mode === 'empty' && url.pathname === '/api/explore/overview') return emptyOverview(search);
  if (mode === 'empty' && url.pathname === '/api/explore/service-map') return emptyMap(search);
  if (url.pathname === '/api/health') return health(lines.length, mode);
  return undefined;
}

function emptyOverview(search: URLSearchParams): ExploreOverview {
  const startNs = search.get('start') ?? '0';
  return {
    startNs,
    endNs: search.get('end') ?? '0',
    beforeNs: '0',
    firstNs: startNs,
    stepNs: '60000000000',
    overTime: { requests: [], errors: [], p50Ms: [], p95Ms: [], p99Ms: [] },
    heat: { boundsMs: [], cells: [] },
    services: [],
    servicesTotal: 0,
    sampled: null,
  };
}

function emptyMap(search: URLSearchParams): ExploreServiceMap {
  const range = { startNs: search.get('start') ?? '0', endNs: search.get('end') ?? '0' };
  return { ...range, edges: [], edgesTotal: 0, sampled: null };
}

function health(logs: number, mode: ShopMode): Health {
  return {
    status: mode === 'degraded' ? 'degraded' : 'ok',
    version: '0.1.0',
    problems:
      mode === 'degraded'
        ? [
            {
              code: 'disk-full',
              message:
                'The disk is full: new logs, spans and metrics are refused and senders asked to retry; queries work. Free space under ./data, or lower --disk.',
            },
          ]
        : [],
    received: { logs, spans: Math.round(logs * 1.3), samples: 0 },
    isEmpty: logs === 0,
  };
}

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

async function handOutFile(built: string, path: string, response: ServerResponse): Promise<void> {
  const file = extname(path) === '' ? 'index.html' : normalize(path).replace(/^(?:\.\.[/\\])+/, '');
  const bytes = await readFile(join(built, file)).catch(() => undefined);
  response.writeHead(bytes === undefined ? 404 : 200, {
    'content-type': contentTypes[extname(file)] ?? 'application/octet-stream',
  });
  response.end(bytes ?? 'not found');
}

function answerRequest(
  shop: Shop,
  mode: ShopMode,
  built: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (!url.pathname.startsWith('/api/') && !url.pathname.startsWith('/loki/')) {
    void handOutFile(built, url.pathname, response);
    return;
  }
  const send = (status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  try {
    const found = answer(shop, mode, url);
    if (found === undefined)
      send(404, { error: { code: 'not-found', message: `no such path: ${url.pathname}` } });
    else send(200, found);
  } catch (thrown) {
    if (!(thrown instanceof BadQuery)) throw thrown;
    send(400, {
      error: {
        code: 'syntax',
        message: thrown.message,
        position: { start: thrown.start, end: thrown.end },
      },
    });
  }
}

/** Hands out the screen in the folder `built`. Listens on loopback; port 0 takes a free one. The caller closes it. */
export async function startScreenServer(
  mode: ShopMode,
  built: string,
  port: number,
): Promise<Server> {
  const shop = createShop(20_251_122, Date.now() - hourMs);
  const server = createServer((request, response) =>
    answerRequest(shop, mode, built, request, response),
  );
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
  return server;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const mode = (process.argv[3] ?? 'normal') as ShopMode; // As typed by the person who starts it.
  const built = fileURLToPath(new URL('../../../dist/ui', import.meta.url));
  await startScreenServer(mode, built, Number(process.argv[2] ?? 4400));
  console.log(`http://127.0.0.1:${process.argv[2] ?? 4400}`);
}
