// `clew query` over files, through the arguments that a shell would hand it. That a server answers the same is shown by
// test/scenarios/query-command.test.ts.

import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { FakeClock } from '../../base/clock.ts';
import { asFailure } from '../../base/errors.ts';
import { parseArguments } from '../../cli/arguments.ts';
import { query } from './query.ts';

const folder = fileURLToPath(new URL('../../../test/fixtures/query', import.meta.url));
const nowMs = Date.UTC(2026, 4, 5);

interface Outcome {
  readonly code: number;
  readonly printed: string;
  readonly told: string;
}

async function run(...words: readonly string[]): Promise<Outcome> {
  let printed = '';
  let told = '';
  const code = await query(parseArguments(['query', ...words]), {
    env: {},
    folder,
    clock: new FakeClock(nowMs),
    print: (text) => void (printed += text),
    tell: (message) => void (told += `${message}\n`),
  });
  return { code, printed, told };
}

const files: Readonly<Record<string, readonly string[]>> = {
  logql: ['--logs', 'checkout.ndjson'],
  promql: ['--metrics', 'checkout.prom'],
  traceql: ['--traces', 'checkout.json'],
};

async function check(words: readonly string[], expected: readonly string[]): Promise<void> {
  const [language = ''] = words;
  const { code, printed, told } = await run(...words, ...(files[language] ?? []));
  expect({ code, lines: printed.split('\n').slice(0, -1), told }).toEqual({
    code: 0,
    lines: expected,
    told: '',
  });
}

async function checkRefused(words: readonly string[], expected: readonly string[]): Promise<void> {
  const { code, printed, told } = await run(...words);
  expect({ code, printed, told: told.split('\n').slice(0, -1) }).toEqual({
    code: 1,
    printed: '',
    told: expected,
  });
}

async function checkFails(words: readonly string[], message: RegExp): Promise<void> {
  const failure = await run(...words).then(() => undefined, asFailure);
  expect(failure?.message).toMatch(message);
  expect(failure?.code).not.toBe('internal');
}

describe('logs', () => {
  test('lines of a Loki export and of OTLP, newest first, with what sets them apart', async () => {
    await check(
      ['logql', '{env="prod"}'],
      [
        'all have {env="prod"}',
        '',
        '2026-05-04T12:00:40.000Z  {app="shipping", service_name="shipping"}  level=info msg="parcel booked" took=80ms',
        '2026-05-04T12:00:20.500Z  {app="checkout", service_name="checkout"}  level=error msg="card refused" took=340ms',
        '2026-05-04T12:00:00.000Z  {app="checkout", service_name="checkout"}  level=info msg="cart opened" took=12ms',
      ],
    );
    await check(
      ['logql', '{service_name="checkout"} | trace_id="5b8efff798038103d269b633813fc60c"'],
      [
        'all have {service_name="checkout"}',
        '',
        '2026-05-04T12:01:00.000Z  level=warn msg="retrying the bank" took=95ms',
      ],
    );
    await check(['logql', '{env="dev"}'], ['no lines']);
  });

  test('samples at the last line, at a time, and in steps', async () => {
    await check(
      ['logql', 'sum by (app) (count_over_time({env="prod"}[5m]))'],
      ['{app="checkout"}  2', '{app="shipping"}  1'],
    );
    const total = 'sum(count_over_time({env="prod"}[5m]))';
    await check(['logql', total, '--at', '2026-05-04T12:00:30Z'], ['{}  2']);
    await check(['logql', total, '--at', 'now'], ['no series']);
    await check(
      ['logql', total, '--from', '1777896000', '--to', '1777896060000', '--step', '30s'],
      [
        '{}',
        '  2026-05-04T12:00:00.000Z  1',
        '  2026-05-04T12:00:30.000Z  2',
        '  2026-05-04T12:01:00.000Z  3',
      ],
    );
  });

  test('a limit that was reached is told', async () => {
    const { printed, told } = await run('logql', '{env="prod"}', '--limit=2', ...files['logql']!);
    expect(printed.split('\n')).toHaveLength(5);
    expect(told).toBe('2 lines, the limit: there may be more, --limit N asks for them\n');
  });
});

test('metrics', async () => {
  await check(
    ['promql', 'sum by (shop) (orders_total)'],
    ['{shop="berlin"}  22', '{shop="oslo"}    7'],
  );
  await check(['promql', '1 + 1'], ['2']);
  await check(
    ['promql', 'orders_total{shop="oslo"}', '--step', '1m'],
    [
      'orders_total{shop="oslo"}',
      '  2026-05-04T12:00:00.000Z  4',
      '  2026-05-04T12:01:00.000Z  4',
      '  2026-05-04T12:02:00.000Z  7',
    ],
  );
});

test('traces and their metrics', async () => {
  await check(
    ['traceql', '{ span.bank = "north" }'],
    [
      'trace                             start                     duration  matched  root',
      '5b8efff798038103d269b633813fc60c  2026-05-04T12:00:59.900Z  500 ms    1 span   checkout POST /orders',
    ],
  );
  await check(
    ['traceql', '{ status = error } >> { }'],
    [
      'trace                             start                     duration  matched  root',
      '5b8efff798038103d269b633813fc60c  2026-05-04T12:00:59.900Z  500 ms    1 span   checkout POST /orders',
    ],
  );
  await check(
    ['traceql', '{ kind = server } | count_over_time() by (name)'],
    ['{name="GET /cart"}     1', '{name="POST /orders"}  1'],
  );
});

test('each of the two signals asks about the other', async () => {
  const both = [...files['logql']!, ...files['traceql']!];
  const lines = await run('logql', '{app=~".+"} | trace({ span.bank = "north" })', ...both);
  expect(lines.printed).toBe('no lines\n');
  const named = '{service_name="checkout"} | trace({ span.bank = "north" })';
  expect((await run('logql', named, ...both)).printed).toContain('retrying the bank');
  const traces = await run('traceql', '{ } | logs({service_name="checkout"} |= "bank")', ...both);
  expect(traces.printed.split('\n')[1]).toMatch(/^5b8efff798038103d269b633813fc60c /);
  expect(traces.printed.split('\n')).toHaveLength(3);
  await checkFails(['logql', named, ...files['traceql']!], /^--traces goes with --logs/);
});

test('a rate over traces is of the whole seconds in which they started', async () => {
  // From 12:00:59 to 12:01:41.
  await check(['traceql', '{ name = "charge card" } | rate()'], [`rate  ${1 / 42}`]);
});

test('--json gives the answer of the API', async () => {
  const { printed } = await run(
    'promql',
    'orders_total{shop="oslo"}',
    '--json',
    ...files['promql']!,
  );
  expect(JSON.parse(printed)).toEqual({
    status: 'success',
    data: {
      resultType: 'vector',
      result: [{ metric: { __name__: 'orders_total', shop: 'oslo' }, value: [1777896120, '7'] }],
    },
  });
});

test('--explain prints the plan of all three languages, without asking anyone', async () => {
  const plan = async (...words: readonly string[]): Promise<string> =>
    (await run(...words, '--explain')).printed;
  expect(await plan('logql', '{app="a"} |= "x" | json')).toBe(
    'lines\n  storage: {app="a"}\n  storage: line contains "x"\n  engine: |= "x"\n  engine: | json\n  labels needed: all\n  line needed: yes\n',
  );
  expect(await plan('promql', 'up', '--at', '2026-05-04T12:00:00Z')).toContain(
    'samples 2026-05-04T11:55:00.001Z to 2026-05-04T12:00:00.000Z',
  );
  expect(await plan('traceql', '{ name = "a" }')).toContain('storage has a span with name = "a"');
});

test('a wrong query is shown with a caret at its place', async () => {
  await checkRefused(
    ['logql', '{a=~"x'],
    ['clew query: parse error at line 1, col 5: literal not terminated', '  {a=~"x', '      ^'],
  );
  await checkRefused(
    ['promql', 'sum(up', ...files['promql']!],
    ['clew query: 1:7: parse error: unclosed left parenthesis', '  sum(up', '        ^'],
  );
  await checkRefused(
    ['traceql', '{ nme = 1'],
    [
      'clew query: parse error at line 1, col 3: syntax error: unexpected IDENTIFIER nme',
      '  { nme = 1',
      '    ^^^',
      'did you mean name? An attribute has a scope: span.nme',
    ],
  );
});

test('a wrong query inside another one has its place too', async () => {
  await checkRefused(
    ['traceql', '{ } | logs({a=} |= "y")', '--explain'],
    [
      'clew query: in logs(…): parse error at line 1, col 15: syntax error: unexpected }, expecting STRING',
      '  { } | logs({a=} |= "y")',
      '                ^',
    ],
  );
  await checkRefused(
    ['logql', '{a="b"} | trace({ nam = })', '--explain'],
    [
      'clew query: in trace(…): parse error at line 1, col 19: syntax error: unexpected IDENTIFIER nam',
      '  {a="b"} | trace({ nam = })',
      '                    ^^^',
      'did you mean name? An attribute has a scope: span.nam',
    ],
  );
});

test('a query that may not mean what was meant is told so by its plan and by an empty answer', async () => {
  const note =
    'note: job=~"nobod" matches the whole value, as job="nobod" does; a part of it is job=~".*nobod.*"\n';
  const asked = ['promql', 'up{job=~"nobod"}', ...files['promql']!];
  expect((await run(...asked, '--explain')).printed).toContain(note);
  expect(await run(...asked)).toEqual({ code: 0, printed: 'no series\n', told: note });
});

test('wrong words and files are named', async () => {
  const logs = ['logql', '{a="b"}', '--logs'];
  await checkFails([...logs, 'absent.ndjson'], /^cannot read absent\.ndjson: /);
  await checkFails(
    [...logs, 'checkout.json'],
    /^checkout\.json:1: expected an OTLP\/JSON logs|^checkout\.json:1: malformed JSON/,
  );
  await checkFails(
    ['traceql', '{}', '--traces', 'checkout.prom'],
    /^checkout\.prom:1: malformed JSON/,
  );
  await checkFails(
    ['promql', 'up', '--metrics', 'checkout.json'],
    /^checkout\.json: line 1: expected /,
  );
  await checkFails(['promql', 'up', '--logs', 'checkout.ndjson'], /^--logs: promql asks metrics/);
  await checkFails([...logs, 'checkout.ndjson', '--at', 'noon'], /^--at: expected a time/);
  await checkFails(
    [...logs, 'checkout.ndjson', '--at', 'now', '--step', '1m'],
    /^--at asks at one/,
  );
  await checkFails([...logs, 'checkout.ndjson', '--step', '0'], /^--step: expected a duration/);
  await checkFails([...logs, 'checkout.ndjson', '--limit', 'all'], /^--limit: expected a whole/);
  await checkFails(['promql', 'up', '--data', '/nonexistent'], /^no Clew is running/);
  expect((await run('sql', 'select 1')).told).toMatch(/^usage: clew query/);
});
