// Facets, patterns, the context of a line and `clew export` of a running Clew: what aggregates say is what the lines say.

import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {
  ExploreFacets,
  ExploreLogContext,
  ExplorePatterns,
} from '../../src/api/explore/contract/log-survey.ts';
import type { ExploreLogLine, ExploreLogs } from '../../src/api/explore/contract/records.ts';
import { systemClock } from '../../src/base/clock.ts';
import { parseArguments } from '../../src/cli/arguments.ts';
import { exportSignal } from '../../src/compose/export.ts';
import { type ClewProcess, removeFolder, startClew } from '../clew-process.ts';

const toMs = Math.floor(Date.now() / 60_000) * 60_000;
const fromMs = toMs - 600_000;
const count = 1200;

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue: string } | { readonly intValue: string };
}

const text = (key: string, value: string): Attribute => ({ key, value: { stringValue: value } });

/** Two services; the second half of the range has lines that the first has not, and the other way round. */
function recordAt(at: number) {
  const isLate = at >= count / 2;
  const bodies = isLate
    ? [`took ${at} ms`, `user u-${at} declined`, '{"status":402,"route":"/pay"}']
    : [`took ${at} ms`, 'cache is warm', '{"status":200,"route":"/pay"}'];
  return {
    timeUnixNano: `${fromMs + Math.floor((at * (toMs - fromMs)) / count)}000000`,
    severityText: at % 10 === 0 ? 'ERROR' : 'INFO',
    body: { stringValue: bodies[at % 3] },
    attributes: [
      text('http.route', at % 4 === 0 ? '/pay' : '/cart'),
      { key: 'size', value: { intValue: String(at % 5) } },
      text('request.id', `r-${at}`),
    ],
  };
}

function resourceOf(service: string, pod: string, at: number) {
  const logRecords = Array.from({ length: count }, (_, place) => recordAt(place)).filter(
    (_, place) => place % 2 === at,
  );
  return {
    resource: { attributes: [text('service.name', service), text('k8s.pod.name', pod)] },
    scopeLogs: [{ logRecords }],
  };
}

let clew: ClewProcess;

beforeAll(async () => {
  clew = await startClew();
  const answer = await fetch(clew.url(4318, '/v1/logs'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      resourceLogs: [resourceOf('even', 'pod-1', 0), resourceOf('odd', 'pod-2', 1)],
    }),
  });
  expect(answer.status).toBe(200);
});

afterAll(async () => {
  await clew.stop();
  removeFolder(clew.data);
});

async function ask<T>(path: string, search: Readonly<Record<string, string>>): Promise<T> {
  const range = { start: `${fromMs}000000`, end: `${toMs}000000` };
  const parameters = new URLSearchParams({ ...range, ...search });
  const answer = await fetch(clew.url(3000, `/api/explore/logs${path}?${parameters.toString()}`));
  expect(answer.status, path).toBe(200);
  return (await answer.json()) as T;
}

async function linesOf(query: string): Promise<readonly ExploreLogLine[]> {
  return (await ask<ExploreLogs>('', { query, limit: '5000' })).lines;
}

function valueOf(line: ExploreLogLine, name: string): string {
  if (name === 'detected_level') return line.level;
  const attribute = [...line.attributes, ...line.resource].find(
    ({ key }) => key.replaceAll('.', '_') === name,
  );
  return line.labels[name] ?? attribute?.value ?? '';
}

function tally(lines: readonly ExploreLogLine[], name: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const value = valueOf(line, name);
    if (value !== '') counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}

describe('facets count what the lines have', () => {
  test.each([
    '{service_name=~".+"}',
    '{service_name="even"} |= "took"',
    '{service_name=~".+"} | http_route="/pay"',
    '{service_name=~".+"} | http_route!="/pay" | detected_level=~"error|warn"',
    '{service_name=~".+"} | size="3" != "took"',
    // Only the engine can say these.
    '{service_name=~".+"} | json | status="402"',
  ])('%s', async (query) => {
    const [facets, lines] = await Promise.all([
      ask<ExploreFacets>('/facets', { query }),
      linesOf(query),
    ]);
    expect(facets.lines).toBe(lines.length);
    expect(facets.sampled).toBeNull();
    for (const name of ['service_name', 'detected_level', 'http_route', 'size', 'k8s_pod_name']) {
      const field = facets.fields.find((one) => one.name === name);
      const wanted = tally(lines, name);
      // A field that the query narrows has its other values too.
      const own = (field?.values ?? []).filter(({ value }) => wanted.has(value));
      expect(new Map(own.map((one) => [one.value, one.lines])), name).toEqual(wanted);
    }
  });

  test('what the query narrows shows what else there is, and parsed fields are fields', async () => {
    const narrowed = await ask<ExploreFacets>('/facets', { query: '{service_name="even"}' });
    expect(narrowed.fields[0]).toMatchObject({
      name: 'service_name',
      values: [
        { value: 'even', lines: count / 2 },
        { value: 'odd', lines: count / 2 },
      ],
    });
    const parsed = await ask<ExploreFacets>('/facets', { query: '{service_name="even"} | json' });
    const status = parsed.fields.find(({ name }) => name === 'status');
    expect(status?.kind).toBe('parsed');
    expect(status?.values.map(({ value }) => value).toSorted()).toEqual(['200', '402']);
  });

  test.each([
    ['{service_name="even"}', 'service_name', 2],
    ['{service_name=~".+"} | request_id="r-7"', 'request_id', count],
    ['{service_name=~".+"} | json', 'status', 2],
  ])('%s: %s alone, with all its values', async (query, field, distinct) => {
    const { fields } = await ask<ExploreFacets>('/facets', { query, field, values: '1000' });
    expect(fields.map(({ name }) => name)).toEqual([field]);
    expect(fields[0]?.distinct).toBe(distinct);
    expect(fields[0]?.values).toHaveLength(Math.min(1000, distinct));
  });
});

describe('patterns', () => {
  test.each(['{service_name=~".+"}', '{service_name=~".+"} | size >= 0'])('%s', async (query) => {
    const half = `${fromMs + 300_000}000000`;
    const { patterns, lines, linesBefore } = await ask<ExplorePatterns>('/patterns', {
      query,
      start: half,
    });
    expect([lines, linesBefore]).toEqual([count / 2, count / 2]);
    const third = count / 6;
    const words = patterns.map((one) =>
      [one.pattern, one.lines, one.linesBefore, one.change].join(' · '),
    );
    expect(words.toSorted()).toEqual(
      [
        `took <_> ms · ${third} · ${third} · stays`,
        `user <_> declined · ${third} · 0 · new`,
        `{"status":<_>,"route":"/pay"} · ${third} · ${third} · stays`,
        `cache is warm · 0 · ${third} · vanished`,
      ].toSorted(),
    );
    expect(patterns.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
    for (const one of patterns.filter(({ change }) => change !== 'vanished')) {
      const filter = `${query} |> ${JSON.stringify(one.pattern)}`;
      const found = await ask<ExploreLogs>('', { query: filter, start: half, limit: '5000' });
      expect(found.lines, one.pattern).toHaveLength(one.lines);
    }
  });
});

test('the context of a line continues in both directions, without gap or repeat', async () => {
  const all = (await linesOf('{service_name="even"}')).toReversed();
  const own = all[300]!;
  const sideOf = async (side: 'before' | 'after'): Promise<string[]> => {
    let found: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const page: ExploreLogContext = await ask('/context', {
        id: own.id,
        scope: 'pod',
        side,
        limit: '90',
        next,
      });
      const ids = page.lines.map(({ id }) => id);
      found = side === 'before' ? [...ids, ...found] : [...found, ...ids];
      ({ next } = page);
    }
    return found;
  };
  const shown = [...(await sideOf('before')), own.id, ...(await sideOf('after'))];
  expect(shown).toEqual(all.map(({ id }) => id));
  const trace: ExploreLogContext = await ask('/context', { id: own.id, scope: 'trace' });
  expect(trace.lines).toEqual([]);
  expect(trace.scopes.find(({ scope }) => scope === 'trace')?.reason).toContain('no trace ID');
});

describe('clew export', () => {
  async function run(...words: readonly string[]) {
    let printed = '';
    let told = '';
    const standardOutput = new Writable({
      write: (chunk: Uint8Array, _, done) => {
        printed += Buffer.from(chunk).toString();
        done();
      },
    });
    const folder = mkdtempSync(join(tmpdir(), 'clew-export-'));
    const code = await exportSignal(
      parseArguments(['export', 'logs', ...words, '--url', clew.url(3000)]),
      { env: {}, folder, clock: systemClock, standardOutput, tell: (line) => void (told += line) },
    );
    const files = readdirSync(folder).map((name) => [
      name,
      readFileSync(join(folder, name), 'utf8'),
    ]);
    removeFolder(folder);
    return { code, printed, told, files };
  }

  test('to standard output and into a file', async () => {
    const out = await run('{service_name="even"}', '--from', 'now-1h');
    expect([out.code, out.told]).toEqual([0, `${count / 2} lines`]);
    expect(out.printed.trimEnd().split('\n')).toHaveLength(count / 2);
    const file = await run('{service_name="odd"}', '--format', 'csv', '--output', 'lines.csv');
    expect(file).toMatchObject({
      code: 0,
      printed: '',
      told: `${count / 2} lines are in lines.csv`,
    });
    expect(file.files.map(([name]) => name)).toEqual(['lines.csv']);
    expect(file.files[0]?.[1]?.startsWith('time,level,service,trace_id,fields,line\n')).toBe(true);
  });

  test('what cannot be is told with its place, and leaves no file', async () => {
    const wrong = await run('{service_name="even"} | oops', '--output', 'x');
    expect(wrong).toMatchObject({ code: 1, files: [] });
    expect(wrong.told).toContain('^');
    const numbers = await run('sum(rate({service_name="even"}[1m]))');
    expect(numbers.told).toContain('an export is of lines');
    await expect(run('{a="b"}', '--format', 'xml')).rejects.toThrow('--format: expected ndjson');
  });
});
