import { expect, test } from 'vitest';
import { systemClock } from '../../base/clock.ts';
import { createLogqlEngine } from '../../query/logql/execute/engine.ts';
import { MemoryLogSource } from '../../query/logql/execute/memory-source.ts';
import type { LogqlLimits } from '../../query/logql/execute/limits.ts';
import type { LogRead, LogRows, LogSource } from '../../query/sources.ts';
import { defaultExploreLimits } from './dependencies.ts';
import { exportLogs } from './log-export.ts';

const lines = 12_000;

/** A source that tells how it was read. */
class WatchedSource extends MemoryLogSource {
  reads = 0;
  readonly signals: AbortSignal[] = [];

  override async *readLogs(request: LogRead, signal: AbortSignal): AsyncGenerator<LogRows> {
    this.reads++;
    this.signals.push(signal);
    yield* super.readLogs(request, signal);
  }
}

const logs = new WatchedSource();
for (let at = 0; at < lines; at++) {
  logs.add({
    tenant: 'a',
    // Several lines share a time, so that pages end between them.
    timeNs: BigInt(Math.floor(at / 7)) * 1_000_000n,
    labels: [{ name: 'service_name', value: 'shop' }],
    line: `line ${at}, "quoted"\nand more`,
    metadata: [{ name: 'detected_level', value: 'info' }],
  });
}

logs.add({
  tenant: 'a',
  timeNs: 1_000_000_001n,
  labels: [
    { name: 'quoted"name', value: 'back\\slash' },
    { name: 'service_name', value: 'odd' },
  ],
  line: 'status=500 \u2028"\ud800',
  metadata: [{ name: '__proto__', value: 'a\u0000b' }],
});

interface StartOptions {
  readonly client?: AbortController;
  readonly source?: LogSource;
  readonly limits?: Partial<LogqlLimits>;
}

function start(
  search: Readonly<Record<string, string>>,
  { client = new AbortController(), source = logs, limits = {} }: StartOptions = {},
) {
  const parameters = new URLSearchParams({ start: '0', end: '9000000000000000000', ...search });
  const logql = createLogqlEngine({ logs: source, clock: systemClock, limits });
  const dependencies = { logql, clock: systemClock, limits: defaultExploreLimits };
  return exportLogs(parameters, ['a'], dependencies, client.signal);
}

test.each(['forward', 'backward'])('every line once and in order, %s', async (direction) => {
  const response = await start({ direction, query: '{service_name="shop"}' });
  const rows = (await response.text()).trimEnd().split('\n');
  const texts = rows.map((row) => (JSON.parse(row) as { line: string }).line);
  const wanted = Array.from({ length: lines }, (_, at) => `line ${at}, "quoted"\nand more`);
  expect(texts).toEqual(direction === 'forward' ? wanted : wanted.toReversed());
  expect(response.headers.get('content-disposition')).toMatch(
    /^attachment; filename="logs-.*\.ndjson"$/,
  );
});

test('lines of which a page is more than an answer may hold come in smaller pages', async () => {
  const few = new MemoryLogSource();
  for (let at = 0; at < 300; at++)
    few.add({
      tenant: 'a',
      timeNs: BigInt(at),
      labels: [{ name: 'service_name', value: 'shop' }],
      line: `line ${at}`,
      metadata: [],
    });
  const search = { query: '{service_name="shop"}' };
  const response = await start(search, { source: few, limits: { lineCharactersMax: 150 } });
  const rows = (await response.text()).trimEnd().split('\n');
  expect(rows).toHaveLength(300);
  expect(new Set(rows).size).toBe(300);
});

test('a row says what a line has, whatever the names and values are', async () => {
  const response = await start({ query: '{service_name="odd"} | logfmt' });
  expect(await response.text()).toBe(
    `${JSON.stringify({
      time: '1970-01-01T00:00:01.000000001Z',
      labels: { 'quoted"name': 'back\\slash', service_name: 'odd' },
      // Not by assignment, which would set the prototype.
      metadata: JSON.parse('{"__proto__":"a\\u0000b"}'),
      parsed: { status: '500' },
      line: 'status=500 \u2028"\ud800',
    })}\n`,
  );
});

test('CSV quotes what it must, with the columns that were asked for', async () => {
  const response = await start({
    format: 'csv',
    query: '{service_name="shop"} |= "line 3,"',
    columns: 'service_name,nothing',
  });
  expect(await response.text()).toBe(
    'time,level,service,service_name,nothing,line\n' +
      '1970-01-01T00:00:00.000000000Z,info,shop,shop,,"line 3, ""quoted""\nand more"\n',
  );
});

test('nothing is read ahead of a client that waits, and nothing behind one that has gone', async () => {
  logs.reads = 0;
  const response = await start({ query: '{service_name="shop"}' });
  const reader = response.body!.getReader();
  await reader.read();
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  const read = logs.reads;
  expect(read).toBeLessThanOrEqual(3);
  await reader.cancel();
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(logs.reads).toBe(read);
  expect(logs.signals.at(-1)?.aborted).toBe(true);
});

test('a client that goes away stops the reading', async () => {
  const client = new AbortController();
  const response = await start({ query: '{service_name="shop"}' }, { client });
  const reader = response.body!.getReader();
  await reader.read();
  client.abort();
  const drain = async (): Promise<void> => {
    for (;;) if ((await reader.read()).done) return;
  };
  await expect(drain()).rejects.toMatchObject({ code: 'canceled' });
});

test.each([
  ['{service_name="shop"} |', 'syntax'],
  ['sum(rate({service_name="shop"}[1m]))', 'unsupported'],
])('%s is refused before anything is sent', async (query, code) => {
  await expect(start({ query })).rejects.toMatchObject({ code });
});
