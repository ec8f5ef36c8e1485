import { describe, expect, test } from 'vitest';
import { FakeClock, seededRandom } from '../../../base/clock.ts';
import type { Failure } from '../../../base/errors.ts';
import { labelsFromEntries, labelsToRecord, type Labels } from '../../../model/labels.ts';
import type { LogqlRequest, LogqlResult, LogqlStream } from '../engine.ts';
import type { LogSource } from '../../sources.ts';
import { rangeOperations } from '../syntax/functions.ts';
import { createLogqlEngine } from './engine.ts';
import { MemoryLogSource } from './memory-source.ts';

const second = 1_000_000_000n;

function labels(record: Readonly<Record<string, string>>): Labels {
  return labelsFromEntries(Object.entries(record));
}

interface Line {
  readonly at: number;
  readonly line: string;
  readonly stream?: Readonly<Record<string, string>>;
  readonly metadata?: Readonly<Record<string, string>>;
}

function sourceOf(lines: readonly Line[]): MemoryLogSource {
  const source = new MemoryLogSource();
  for (const { at, line, stream = { app: 'a' }, metadata = {} } of lines)
    source.add({
      tenant: 't',
      timeNs: BigInt(at) * second,
      labels: labels(stream),
      line,
      metadata: labels(metadata),
    });
  return source;
}

const signal = (): AbortSignal => new AbortController().signal;

async function query(
  source: LogSource,
  text: string,
  request: Partial<LogqlRequest> = {},
): Promise<LogqlResult> {
  const engine = createLogqlEngine({ logs: source, clock: new FakeClock(0) });
  return engine.query(
    {
      query: text,
      tenants: ['t'],
      kind: 'range',
      startNs: 0n,
      endNs: 100n * second,
      stepNs: 10n * second,
      intervalNs: 0n,
      limit: 100,
      direction: 'backward',
      ...request,
    },
    signal(),
  );
}

/** Each entry on a line: labels by kind, text. */
function show(streams: readonly LogqlStream[]): string[] {
  return streams.flatMap((stream) =>
    stream.entries.map((entry) => {
      const kinds = [stream.labels, entry.structuredMetadata, entry.parsed];
      const shown = kinds.map((kind) =>
        Object.entries(labelsToRecord(kind))
          .map(([name, value]) => `${name}=${value}`)
          .join(','),
      );
      return `${entry.timeNs / second} ${shown.join(' / ')}: ${entry.line}`;
    }),
  );
}

async function lines(
  source: LogSource,
  text: string,
  request?: Partial<LogqlRequest>,
): Promise<string[]> {
  const { data } = await query(source, text, request);
  if (data.kind !== 'streams') throw new Error(data.kind);
  return show(data.streams);
}

async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  return promise.then(
    () => {
      throw new Error('did not fail');
    },
    (error: unknown) => error as Failure,
  );
}

describe('log queries', () => {
  const source = sourceOf([
    { at: 10, line: 'one' },
    { at: 20, line: 'two', stream: { app: 'b' } },
    { at: 30, line: 'three' },
    { at: 30, line: 'three and a half' },
    { at: 40, line: 'four', stream: { app: 'b' } },
  ]);
  const all = '{app=~".+"}';

  test('start is part of the range, end is not', async () => {
    expect(await lines(source, all, { startNs: 10n * second, endNs: 40n * second })).toEqual([
      '30 app=a /  / : three and a half',
      '30 app=a /  / : three',
      '10 app=a /  / : one',
      '20 app=b /  / : two',
    ]);
  });

  test('the limit is for all streams together, from the direction it is read in', async () => {
    expect(await lines(source, all, { limit: 2, direction: 'forward' })).toEqual([
      '10 app=a /  / : one',
      '20 app=b /  / : two',
    ]);
    expect(await lines(source, all, { limit: 2 })).toEqual([
      '30 app=a /  / : three and a half',
      '40 app=b /  / : four',
    ]);
    expect(await lines(source, all, { limit: 0 })).toEqual([]);
  });

  test('an interval skips what is near the last entry', async () => {
    expect(await lines(source, all, { intervalNs: 15n * second, direction: 'forward' })).toEqual([
      '10 app=a /  / : one',
      '30 app=a /  / : three',
    ]);
  });

  test('stats say what was read', async () => {
    const { stats } = await query(source, `${all} |= "t"`);
    expect(stats).toMatchObject({ linesRead: 3, bytesRead: 24, linesReturned: 3 });
  });
});

describe('labels of entries', () => {
  const source = sourceOf([
    {
      at: 1,
      line: '{"app":"parsed","id":"p","n":1,"nested":{"deep":{"x":true}},"list":[1]}',
      stream: { app: 'a', env: 'prod' },
      metadata: { id: 'm', env: 'meta' },
    },
  ]);

  test.each([
    ['{app="a"}', 'app=a,env=prod / env_extracted=meta,id=m / '],
    [
      '{app="a"} | json',
      'app=a,env=prod / env_extracted=meta,id=m / app_extracted=parsed,id_extracted=p,n=1,nested_deep_x=true',
    ],
    [
      '{app="a"} | json | drop id, env',
      'app=a / env_extracted=meta / app_extracted=parsed,id_extracted=p,n=1,nested_deep_x=true',
    ],
    ['{app="a"} | json | keep env, n', 'env=prod /  / n=1'],
    ['{app="a"} | label_format env="{{.id}}", new=app', 'new=a / env_extracted=meta,id=m / env=m'],
    ['{app="a"} | label_format service=env | keep service', 'service=prod /  / '],
    [
      '{app="a"} | json x="nested.deep", y="list[0]", z="none" | keep x, y, z',
      ' /  / x={"x":true},y=1,z=',
    ],
    [
      '{app="a"} | logfmt --strict | keep none',
      " /  / __error__=LogfmtParserErr,__error_details__=logfmt syntax error at pos 2 : unexpected '\"'",
    ],
    ['{app="a"} | line_format "{{.app}} {{.id}}"', 'app=a,env=prod / env_extracted=meta,id=m / '],
  ])('%s', async (text, expected) => {
    const [first = ''] = await lines(source, text);
    expect(first.slice(2)).toMatch(expected);
    expect(first.slice(2).startsWith(expected)).toBe(true);
  });

  test("Grafana's link from a trace to its logs finds lines by field and by text", async () => {
    const logs = sourceOf([
      { at: 1, line: 'has abc123 in it' },
      { at: 2, line: 'has it beside it', metadata: { trace_id: 'abc123' } },
      { at: 3, line: 'has nothing' },
    ]);
    const text =
      '{app="a"} | label_format log_line_contains_trace_id=`{{ contains "abc123" __line__  }}` | log_line_contains_trace_id="true" OR trace_id="abc123"';
    expect(await lines(logs, text)).toEqual([
      '2 app=a / trace_id=abc123 / log_line_contains_trace_id=false: has it beside it',
      '1 app=a /  / log_line_contains_trace_id=true: has abc123 in it',
    ]);
    expect(
      await lines(logs, '{app="a"} | logfmt | json | drop __error__ | trace_id="abc123"'),
    ).toHaveLength(1);
  });
});

describe('metric queries', () => {
  test('an instant vector, a matrix, a number', async () => {
    const none = sourceOf([]);
    const instant = { kind: 'instant', endNs: 60n * second } as const;
    expect((await query(none, 'vector(1)+vector(1)', instant)).data).toEqual({
      kind: 'vector',
      series: [{ labels: [], timestampsMs: Float64Array.of(60_000), values: Float64Array.of(2) }],
    });
    expect((await query(none, '1+1', instant)).data).toEqual({
      kind: 'scalar',
      timestampMs: 60_000,
      value: 2,
    });
    expect((await query(none, '1+1', { endNs: 10n * second })).data).toEqual({
      kind: 'matrix',
      series: [
        { labels: [], timestampsMs: Float64Array.of(0, 10_000), values: Float64Array.of(2, 2) },
      ],
    });
  });

  test('windows far wider than the step are merged, not read again', async () => {
    const random = seededRandom(3);
    const source = new MemoryLogSource();
    const times = Array.from({ length: 300 }, () => Math.floor(random() * 100_000));
    times.forEach((ms, at) =>
      source.add({
        tenant: 't',
        timeNs: BigInt(ms) * 1_000_000n,
        labels: labels({ app: 'a' }),
        line: `v=${at % 17} n=${at}`,
        metadata: [],
      }),
    );
    const values = new Map(times.map((ms, at) => [at, { ms, v: at % 17 }]));
    for (const [operation, reduce] of [
      ['sum_over_time', (window: number[]) => window.reduce((a, b) => a + b, 0)],
      ['max_over_time', (window: number[]) => Math.max(...window)],
      ['min_over_time', (window: number[]) => Math.min(...window)],
      ['avg_over_time', (window: number[]) => window.reduce((a, b) => a + b, 0) / window.length],
    ] as const) {
      const { data } = await query(
        source,
        `${operation}({app="a"} | logfmt | keep v | unwrap v [37s])`,
        {
          stepNs: 3n * second,
        },
      );
      if (data.kind !== 'matrix') throw new Error(data.kind);
      const [series] = data.series;
      series?.timestampsMs.forEach((endMs, step) => {
        const window = [...values.values()].filter(({ ms }) => ms > endMs - 37_000 && ms <= endMs);
        expect(series.values[step]).toBeCloseTo(reduce(window.map(({ v }) => v)), 9);
      });
    }
  });
});

describe('limits', () => {
  const source = sourceOf(
    Array.from({ length: 600 }, (_, at) => ({
      at: at % 60,
      line: `n=${at}`,
      metadata: { pod: `p${at}` },
    })),
  );

  test.each<[string, Partial<LogqlRequest>, string, string]>([
    [
      '{app="a"}',
      { limit: 5001 },
      'limit',
      'max entries limit per query exceeded, limit > max_entries_limit_per_query (5001 > 5000)',
    ],
    [
      'count_over_time({app="a"}[2m])',
      {},
      'limit',
      'maximum number of series (500) reached for a single query',
    ],
    [
      'rate({app="a"}[1m])',
      { stepNs: 1_000n },
      'limit',
      'exceeded maximum resolution of 11,000 points per time series',
    ],
    ['rate({app="a"}[1m])', { stepNs: 0n }, 'semantics', 'zero or negative query resolution step'],
    [
      'rate({app="a"}[1m])',
      { startNs: 200n * second },
      'semantics',
      'end timestamp must not be before',
    ],
    [
      '{app="a"}',
      { kind: 'instant' },
      'semantics',
      'log queries are not supported as an instant query type',
    ],
    [
      'rate({app="a"} | json [1m])',
      {},
      'semantics',
      "pipeline error: 'JSONParserErr' for series: '{__error__=\"JSONParserErr\", __error_details__=",
    ],
    [
      'approx_topk(1, vector(1))',
      {},
      'semantics',
      'approx_topk is only supported on instant queries',
    ],
  ])('%s %o', async (text, request, code, message) => {
    const failure = await failureOf(query(source, text, request));
    expect([failure.code, failure.message]).toEqual([code, expect.stringContaining(message)]);
  });

  test('what is held is bounded too', async () => {
    const engine = createLogqlEngine({
      logs: source,
      clock: new FakeClock(0),
      limits: { cellsMax: 50, samplesMax: 100, heldSeriesMax: 40 },
    });
    const request = {
      tenants: ['t'],
      kind: 'instant',
      startNs: 0n,
      endNs: 100n * second,
      stepNs: 0n,
      intervalNs: 0n,
      limit: 1,
      direction: 'forward',
    } as const;
    const run = (text: string): Promise<Failure> =>
      failureOf(engine.query({ ...request, query: text }, signal()));
    expect((await run('max(count_over_time({app="a"}[5m]))')).message).toContain(
      'more than 40 series',
    );
    expect(
      (await run('quantile_over_time(0.5, {app="a"} | logfmt | unwrap n [5m]) by (app)')).message,
    ).toContain('more than 100 values');
    const wide = { ...request, kind: 'range', stepNs: second / 10n } as const;
    const failure = await failureOf(
      engine.query({ ...wide, query: 'sum by (app) (rate({app="a"}[15ms]))' }, signal()),
    );
    expect(failure.message).toContain('more than 50 partial results');
  });

  test('only quantiles hold values: everything else streams, whatever the number of lines', async () => {
    const many = sourceOf(
      Array.from({ length: 5000 }, (_, at) => ({ at: at % 60, line: `n=${at % 7}` })),
    );
    const engine = createLogqlEngine({
      logs: many,
      clock: new FakeClock(0),
      limits: { cellsMax: 20, samplesMax: 1 },
    });
    const ask = (text: string): Promise<LogqlResult> =>
      engine.query(
        {
          query: text,
          tenants: ['t'],
          kind: 'range',
          startNs: 0n,
          endNs: 60n * second,
          stepNs: 15n * second,
          intervalNs: 0n,
          limit: 1,
          direction: 'forward',
        },
        signal(),
      );
    const unwrapped = Object.entries(rangeOperations).filter(
      ([name, { unwrap }]) => unwrap === 'required' && name !== 'quantile_over_time',
    );
    expect(unwrapped.length).toBeGreaterThan(8);
    for (const [name] of unwrapped) {
      const { data } = await ask(`${name}({app="a"} | logfmt | unwrap n [30s])`);
      expect(data.kind === 'matrix' && data.series[0]?.values.length, name).toBeGreaterThan(3);
    }
    await ask('sum(count_over_time({app="a"}[30s]))');
    const failure = await failureOf(
      ask('quantile_over_time(0.5, {app="a"} | logfmt | unwrap n [30s])'),
    );
    expect(failure.message).toContain('more than 1 values');
  });

  test('results are bounded in characters and values', async () => {
    const engine = createLogqlEngine({
      logs: source,
      clock: new FakeClock(0),
      limits: { valuesMax: 1000, lineCharactersMax: 100 },
    });
    const request = {
      tenants: ['t'],
      kind: 'range',
      startNs: 0n,
      endNs: 100n * second,
      stepNs: 10n * second,
      intervalNs: 0n,
      limit: 500,
      direction: 'forward',
    } as const;
    for (const [text, message] of [
      ['{app="a"}', 'more than 100 characters'],
      ['count_over_time({app="a"}[10s])', 'more than 1000 values'],
      ['sum by (pod) (count_over_time({app="a"}[10s]))', 'more than 1000 values'],
    ] as const) {
      const failure = await failureOf(engine.query({ ...request, query: text }, signal()));
      expect([failure.code, failure.message]).toEqual(['limit', expect.stringContaining(message)]);
    }
  });

  test('a canceled query stops at the next page', async () => {
    const stop = new AbortController();
    const engine = createLogqlEngine({ logs: source, clock: new FakeClock(0) });
    stop.abort();
    const failure = await failureOf(
      engine.query(
        {
          query: '{app="a"}',
          tenants: ['t'],
          kind: 'range',
          startNs: 0n,
          endNs: second,
          stepNs: 1n,
          intervalNs: 0n,
          limit: 10,
          direction: 'forward',
        },
        stop.signal,
      ),
    );
    expect(failure.code).toBe('canceled');
  });
});

test('the host gets its turn while a query works', async () => {
  const source = sourceOf(Array.from({ length: 2000 }, (_, at) => ({ at: 1, line: `n=${at}` })));
  // Each look at the clock finds a millisecond gone.
  class BusyClock extends FakeClock {
    override monotonicMs(): number {
      this.advance(1);
      return super.monotonicMs();
    }
  }
  let pauses = 0;
  const pause = (): Promise<void> => {
    pauses++;
    return Promise.resolve();
  };
  const engine = createLogqlEngine({ logs: source, clock: new BusyClock(0), pause });
  const request = {
    tenants: ['t'],
    kind: 'instant',
    startNs: 0n,
    endNs: 10n * second,
    stepNs: 0n,
    intervalNs: 0n,
    limit: 1,
    direction: 'forward',
  } as const;
  await engine.query(
    { ...request, query: 'max_over_time({app="a"} | logfmt | unwrap n [1m]) by ()' },
    signal(),
  );
  expect(pauses).toBeGreaterThan(0);
});

describe('counting in storage', () => {
  const random = seededRandom(11);
  const source = sourceOf(
    Array.from({ length: 400 }, (_, at) => ({
      at: Math.floor(random() * 120),
      line: `${'ü'.repeat(at % 5)} line ${at}`,
      stream: { app: `a${at % 3}`, ...(at % 4 === 0 ? { level: 'stream' } : {}) },
      metadata: { level: at % 2 === 0 ? 'info' : 'warn' },
    })),
  );
  const withoutCounts: LogSource = {
    readLogs: (request, stop) => source.readLogs(request, stop),
    followLogs: (selection, stop) => source.followLogs(selection, stop),
    streams: (range, matchers, stop) => source.streams(range, matchers, stop),
    logStats: (selection, stop) => source.logStats(selection, stop),
    countLogs: () => Promise.resolve(undefined),
  };

  test.each([
    'sum by (level) (count_over_time({app=~"a.+"}[10s]))',
    'sum(rate({app=~"a.+"} |= "1" [10s]))',
    'sum by (app, level) (bytes_over_time({app=~"a.+"} | level="warn" | drop __error__ [10s] offset 5s))',
    'sum by (app) (bytes_rate({app=~"a.+"} != "2" or "3" [10s]))',
  ])('%s is what reading the lines gives', async (text) => {
    expect((await query(source, text)).data).toEqual((await query(withoutCounts, text)).data);
    const instant = { kind: 'instant', endNs: 60n * second } as const;
    expect((await query(source, text, instant)).data).toEqual(
      (await query(withoutCounts, text, instant)).data,
    );
    expect((await query(source, text)).stats.linesRead).toBe(0);
  });
});

describe('tail', () => {
  test('begins with the newest that is there, then follows', async () => {
    const source = sourceOf([1, 2, 3].map((at) => ({ at, line: `old ${at}` })));
    const engine = createLogqlEngine({ logs: source, clock: new FakeClock(0) });
    const stop = new AbortController();
    const seen: string[][] = [];
    const request = { query: '{app="a"} |= "o"', tenants: ['t'], startNs: 0n, limit: 2 };
    for await (const streams of engine.tail(request, stop.signal)) {
      seen.push(show(streams));
      if (seen.length === 1)
        for (const line of ['new and no', 'nay', 'another one'])
          source.add({
            tenant: 't',
            timeNs: 9n * second,
            labels: labels({ app: 'a' }),
            line,
            metadata: [],
          });
      if (seen.flat().length === 4) stop.abort();
    }
    expect(seen.flat()).toEqual([
      '2 app=a /  / : old 2',
      '3 app=a /  / : old 3',
      '9 app=a /  / : new and no',
      '9 app=a /  / : another one',
    ]);
  });

  test('a metric query cannot be tailed', async () => {
    const engine = createLogqlEngine({ logs: sourceOf([]), clock: new FakeClock(0) });
    const frames = engine.tail(
      { query: 'rate({a="b"}[1m])', tenants: ['t'], startNs: 0n },
      signal(),
    );
    const failure = await failureOf(frames[Symbol.asyncIterator]().next());
    expect(failure.message).toContain('only log queries can be tailed');
  });
});
