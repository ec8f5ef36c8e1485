// The screen's own API: a trace by its ID in every spelling, and why something that one expects is not there, with numbers.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type {
  ExploreCounts,
  ExploreHistogram,
  ExploreLogs,
  ExploreStreams,
  ExploreTrace,
  ExploreTraces,
} from '../../src/api/explore/contract/records.ts';
import { removeFolder } from '../clew-process.ts';
import { path } from './exchange.ts';
import { runShop } from './running-shop.ts';
import { ns, type ShopTrace } from './shop-telemetry.ts';

const folder = mkdtempSync(join(tmpdir(), 'clew-datasources-'));
const datasources = join(folder, 'datasources.yaml');
writeFileSync(
  datasources,
  `apiVersion: 1
datasources:
  - name: Traces
    type: tempo
    uid: tempo
    url: http://tempo:3200
    jsonData:
      tracesToLogsV2:
        datasourceUid: loki
        spanStartTimeShift: "-2s"
        spanEndTimeShift: "+2s"
        filterByTraceID: true
  - name: Logs
    type: loki
    uid: loki
    url: http://loki:3100
    jsonData:
      derivedFields:
        - name: TraceID
          matcherRegex: '"traceId":\\s*"(\\w+)"'
          url: "$\${__value.raw}"
          datasourceUid: tempo
          urlDisplayLabel: View trace
`,
);
afterAll(() => removeFolder(folder));

const running = runShop(['--datasources', datasources]);

async function get<T>(
  base: string,
  parameters: Record<string, string | number | readonly string[]> = {},
): Promise<T> {
  const answer = await running.ask(
    { port: 'ui', path: path(base, parameters) },
    { headers: { 'content-type': 'application/json' } },
  );
  return answer.json<T>();
}

async function trace(id: string): Promise<ExploreTrace> {
  return await get<ExploreTrace>(`/api/explore/trace/${encodeURIComponent(id)}`);
}

function window(): { start: string; end: string } {
  const { startMs, endMs } = running.shop;
  return { start: ns(startMs), end: ns(endMs) };
}

function dashed(id: string): string {
  return id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

describe('a trace by its ID', () => {
  test('spans, logs of every service by every way in, counts and bounds, without a time range', async () => {
    const known = running.shop.traces[6]!;
    const story = await trace(known.traceId);
    expect(story).toMatchObject({
      traceId: known.traceId,
      givenAs: 'hex32',
      bounds: {
        startNs: ns(known.startMs),
        endNs: expect.stringMatching(/^\d{19}$/) as string,
      },
      counts: { spans: 5, errorSpans: 0, logs: 4, exemplars: 1 },
      coverage: {
        spans: { returned: 5, total: 5, next: null },
        logs: { returned: 4, total: 4, next: null },
      },
    });
    expect(story.services.toSorted()).toEqual(
      expect.arrayContaining(['cart', 'checkout', 'edge', 'mailer', 'payment', 'worker']),
    );
    const sources = story.logs.map(({ service, linkSource }) => [service, linkSource]);
    expect(new Map(sources as [string, string][])).toEqual(
      new Map([
        ['edge', 'key'],
        ['checkout', 'field'],
        ['cart', 'key'],
        ['worker', 'traceparent'],
      ]),
    );
    const times = story.logs.map(({ timeNs }) => BigInt(timeNs));
    expect(times).toEqual(times.toSorted((a, b) => (a < b ? -1 : 1)));
    const root = story.spans.find(({ parentSpanId }) => parentSpanId === '');
    expect(root).toMatchObject({ spanId: known.spanIds[0], service: 'checkout', kind: 'server' });
    expect(root?.logCount).toBeGreaterThanOrEqual(1);
  });

  const spellings: readonly [string, string, (one: ShopTrace) => string][] = [
    ['upper case', 'hex32', ({ traceId }) => traceId.toUpperCase()],
    ['dashed', 'dashed', ({ traceId }) => dashed(traceId)],
    ['a traceparent', 'traceparent', ({ traceId, spanIds }) => `00-${traceId}-${spanIds[1]}-01`],
    ['with space and quotes around it', 'hex32', ({ traceId }) => ` "${traceId}" `],
  ];
  for (const [name, givenAs, write] of spellings) {
    test(name, async () => {
      const known = running.shop.traces[1]!;
      expect(await trace(write(known))).toMatchObject({
        traceId: known.traceId,
        givenAs,
        counts: { spans: 5 },
      });
    });
  }

  test('64-bit, as an old tracer logged it, and with its zeroes trimmed', async () => {
    const { shortTraceId } = running.shop;
    const padded = shortTraceId.padStart(32, '0');
    expect(await trace(shortTraceId)).toMatchObject({ traceId: padded, givenAs: 'hex16' });
    const story = await trace(padded);
    expect(story.logs.map(({ service }) => service)).toEqual(['cart']);
    expect(await trace(padded.replace(/^0{15}/, ''))).toMatchObject({ traceId: padded });
  });

  test('text that is no ID is 400', async () => {
    for (const id of ['hello', '0'.repeat(32), `${'a'.repeat(33)}`, "' OR 1=1 --"]) {
      await running.ask(
        { port: 'ui', path: `/api/explore/trace/${encodeURIComponent(id)}` },
        { status: 400, json: { error: { code: 'invalid-data' } } },
      );
    }
  });

  test('pages through its logs', async () => {
    const { traceId } = running.shop.traces[6]!;
    const ids: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const page: ExploreTrace = await get(`/api/explore/trace/${traceId}`, { limit: 3, next });
      ids.push(...page.logs.map(({ id }) => id));
      expect(page.coverage.logs.total).toBe(4);
      ({ next } = page.coverage.logs);
    }
    expect(new Set(ids).size).toBe(4);
    expect(ids).toHaveLength(4);
  });
});

describe('reasons', () => {
  function reason(story: ExploreTrace, code: string) {
    return story.reasons.filter((one) => one.code === code);
  }

  test('services of the trace without logs, and with logs that carry no ID', async () => {
    const story = await trace(running.shop.traces[0]!.traceId);
    const silent = reason(story, 'service-sends-no-logs');
    expect(silent.map(({ evidence }) => evidence['service'])).toEqual(['payment']);
    expect(silent[0]?.message).toMatch(/^payment has never sent a log record/);
    const blind = reason(story, 'logs-without-trace-id');
    expect(blind).toMatchObject([{ evidence: { service: 'mailer', recordsWithTraceId: 0 } }]);
    expect(blind[0]?.evidence['records']).toBeGreaterThan(0);
    expect(blind[0]?.message).toContain(`${blind[0]?.evidence['records']} log records`);
  });

  test('a trace that nobody sent', async () => {
    const story = await trace('00000000000000000000000000abcdef');
    expect(story).toMatchObject({
      bounds: null,
      spans: [],
      logs: [],
      counts: { spans: 0, logs: 0 },
    });
    expect(reason(story, 'trace-unknown')).toMatchObject([{ evidence: { logs: 0 } }]);
  });

  test('a trace that only a log line names', async () => {
    const story = await trace(running.shop.orphanTraceId);
    expect(story.logs).toHaveLength(1);
    expect(reason(story, 'trace-unknown')).toMatchObject([{ evidence: { logs: 1 } }]);
    expect(reason(story, 'trace-unknown')[0]?.message).toContain('1 log line names it');
  });

  test('a configured shift that would hide a line in Grafana', async () => {
    const story = await trace(running.shop.late.traceId);
    expect(story.logs).toHaveLength(1);
    const [hidden] = reason(story, 'logs-outside-configured-window');
    expect(hidden?.evidence).toMatchObject({ hidden: 1 });
    // The line came 7 s after the end, the shift reaches 2 s.
    expect(hidden?.message).toMatch(/\b5(\.\d+)? s\b/);
    const inside = await trace(running.shop.traces[0]!.traceId);
    expect(reason(inside, 'logs-outside-configured-window')).toEqual([]);
  });
});

describe('links', () => {
  test('a log line leads to its trace, found and as configured', async () => {
    const { lines } = await get<ExploreLogs>('/api/explore/logs', {
      query: '{service_name="cart"}',
      limit: 30,
      ...window(),
    });
    const known = running.shop.traces[0]!;
    const line = lines.find(({ traceId }) => traceId === known.traceId);
    expect(line).toMatchObject({ service: 'cart', linkSource: 'key', level: 'debug' });
    expect(line?.links.map(({ source }) => source)).toContain('derivedField');
    for (const link of line?.links ?? [])
      expect(link).toMatchObject({ kind: 'trace', traceId: known.traceId, externalUrl: null });
  });

  test('a span leads to its logs as configured', async () => {
    const story = await trace(running.shop.traces[0]!.traceId);
    const links = story.spans.flatMap((span) => span.links);
    expect(links.some(({ kind, source }) => kind === 'logs' && source === 'tracesToLogs')).toBe(
      true,
    );
  });

  test('counts before the click', async () => {
    const [first, second] = running.shop.traces;
    const { traces } = await get<ExploreCounts>('/api/explore/counts', {
      trace: [first!.traceId, running.shop.orphanTraceId, second!.traceId, 'x'],
    });
    expect(traces[first!.traceId]).toEqual({ spans: 5, errorSpans: 0, logs: 4 });
    expect(traces[running.shop.orphanTraceId]).toMatchObject({ spans: 0, logs: 1 });
  });
});

describe('the logs page', () => {
  test('pages by cursor in both directions without loss or double', async () => {
    for (const direction of ['backward', 'forward']) {
      const seen: string[] = [];
      let next: string | null = '';
      while (next !== null) {
        const page: ExploreLogs = await get('/api/explore/logs', {
          query: '{service_name=~"edge|mailer"}',
          limit: 7,
          direction,
          next,
          ...window(),
        });
        seen.push(...page.lines.map(({ id }) => id));
        ({ next } = page.coverage);
      }
      expect(new Set(seen).size).toBe(40);
      expect(seen).toHaveLength(40);
    }
  });

  test('the histogram counts what the page shows', async () => {
    const histogram = await get<ExploreHistogram>('/api/explore/logs/histogram', {
      query: '{service_name="checkout"}',
      buckets: 50,
      ...window(),
    });
    expect(histogram.total).toBe(22);
    const byLevel = histogram.levels.map(({ level, counts }) => [
      level,
      counts.reduce((sum, count) => sum + count, 0),
    ]);
    expect(byLevel).toEqual([
      ['error', 4],
      ['info', 18],
    ]);
  });

  test('the histogram ends where the range does, whatever its buckets', async () => {
    const query = '{service_name=~".+"}';
    const { lines: all } = await get<ExploreLogs>('/api/explore/logs', {
      query,
      limit: 1000,
      direction: 'forward',
      ...window(),
    });
    const start = all[5]!.timeNs;
    const end = all.at(-5)!.timeNs;
    const within = all.filter(
      ({ timeNs }) => BigInt(timeNs) >= BigInt(start) && BigInt(timeNs) < BigInt(end),
    );
    expect(within.length).toBeGreaterThan(10);
    for (const buckets of [1, 2, 3, 7, 200]) {
      const range = { query, buckets, start, end };
      const { total } = await get<ExploreHistogram>('/api/explore/logs/histogram', range);
      expect({ buckets, total }).toEqual({ buckets, total: within.length });
    }
  });

  test('nothing found says how much was looked at and when the last match was', async () => {
    const { startMs } = running.shop;
    const { lines, nothing } = await get<ExploreLogs>('/api/explore/logs', {
      query: '{app="edge"} |= "status=502"',
      start: ns(startMs + 19 * 60_000),
      end: ns(startMs + 20 * 60_000),
    });
    expect(lines).toEqual([]);
    const last = running.shop.traces.findLast(({ failed }) => failed)!;
    expect(nothing).toEqual({ linesInRange: 2, lastMatchNs: ns(last.startMs + 1) });
  });

  test('an error has its place in the query', () =>
    running.ask(
      { port: 'ui', path: path('/api/explore/logs', { query: '{app="edge"} |= nope' }) },
      {
        status: 400,
        json: {
          error: {
            code: 'syntax',
            position: { start: expect.any(Number), end: expect.any(Number) },
          },
        },
      },
    ));

  test('what there is: streams and the newest traces', async () => {
    const { labels } = await get<ExploreStreams>('/api/explore/streams', window());
    expect(labels.find(({ name }) => name === 'app')).toEqual({ name: 'app', values: ['edge'] });
    const { traces } = await get<ExploreTraces>('/api/explore/traces', { limit: 3, ...window() });
    expect(traces).toHaveLength(3);
    expect(traces[0]).toMatchObject({
      rootService: 'checkout',
      rootName: 'POST /checkout',
      spans: 5,
      errorSpans: 0,
    });
  });
});
