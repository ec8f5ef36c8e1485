// What every driver must do, whichever ClickHouse is behind it: one suite, run by each driver's integration test.

import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Failure } from '../../src/base/errors.ts';
import type { Database } from '../../src/storage/database.ts';
import { decodeNative } from '../../src/storage/native/native-reader.ts';
import { identifier, sql } from '../../src/storage/sql/sql.ts';
import { countRows, createNumbersTable, numbersBlock } from './database-blocks.ts';

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  try {
    await work;
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
  throw new Error('expected a failure');
}

async function drain(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0;
  for await (const chunk of chunks) bytes += chunk.length;
  return bytes;
}

const endless = sql`SELECT sum(sipHash64(number)) AS s FROM numbers(1000000000000)`;

export function runDatabaseSuite(open: () => Promise<Database>): void {
  let database: Database;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(async () => {
    await database.close();
    expect(database.state).toBe('closed');
  });

  test('values come back as they went in, whatever they hold', async () => {
    const nasty = `'; DROP TABLE x; -- \\ \` " \n\t\0 ☃ \u{1f9f6} /* */ {a:String}`;
    const rows = await database.rows<{ text: string; big: string; flag: boolean }>(
      sql`SELECT ${nasty} AS text, ${2n ** 63n} AS big, ${true} AS flag`,
    );
    expect(rows).toEqual([{ text: nasty, big: '9223372036854775808', flag: true }]);
  });

  test('no text can leave its quotes, as a value or as a name', async () => {
    const hostile = fc.string({ unit: 'binary', maxLength: 40 });
    const quoting = fc.string({ unit: fc.constantFrom("'", '\\', '`', '\n', '"', '-', 'x') });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(hostile, quoting), { minLength: 1 }), async (texts) => {
        const [row] = await database.rows<{ texts: string[] }>(sql`SELECT ${texts} AS texts`);
        expect(row?.texts).toEqual(texts);
        const name = `n${texts.join('')}`.replaceAll('\0', '');
        const [named] = await database.rows(sql`SELECT 1 AS ${identifier(name)}`);
        expect(named).toEqual({ [name]: 1 });
      }),
      { numRuns: 60 },
    );
  });

  test('rows: none, special numbers, one object a row', async () => {
    expect(await database.rows(sql`SELECT 1 AS a WHERE 0`)).toEqual([]);
    const rows = await database.rows<{ v: number | string }>(
      sql`SELECT arrayJoin([1.5, ${Number.POSITIVE_INFINITY}, ${Number.NEGATIVE_INFINITY}]) AS v`,
    );
    expect(rows.map((row) => row.v)).toEqual([1.5, 'inf', '-inf']);
  });

  test('an insert is visible once it has settled', async () => {
    await createNumbersTable(database, 'suite_insert');
    await database.insert('suite_insert', ['n', 'text'], numbersBlock(0, 1000));
    expect(await countRows(database, 'suite_insert')).toBe(1000);
    await database.insert(
      'suite_insert',
      ['n', 'text'],
      [numbersBlock(1000, 10), numbersBlock(1010, 5)],
    );
    expect(await countRows(database, 'suite_insert')).toBe(1015);
    const rows = await database.rows(
      sql`SELECT text FROM suite_insert WHERE n IN (999, 1014) ORDER BY n`,
    );
    expect(rows).toEqual([{ text: 'row 999' }, { text: 'row 1014' }]);
  });

  test('blocks stream a large result in pieces', async () => {
    let rows = 0;
    let sum = 0n;
    let chunks = 0;
    const statement = sql`SELECT number AS n, concat('line ', toString(number)) AS line FROM numbers(${500_000})`;
    for await (const chunk of database.blocks(statement)) {
      chunks++;
      for (const block of decodeNative(chunk)) {
        rows += block.rows;
        for (const n of block.unsigned64('n')) sum += n;
        expect(block.texts('line').at(0)).toBe(`line ${block.unsigned64('n')[0]}`);
      }
    }
    expect(rows).toBe(500_000);
    expect(sum).toBe((499_999n * 500_000n) / 2n);
    expect(chunks).toBeGreaterThan(1);
  });

  test('leaving the loop ends the query', async () => {
    for await (const chunk of database.blocks(sql`SELECT number FROM numbers(10000000000)`)) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    await expectNothingRuns(database, 'numbers(10000000000)');
  });

  test('a signal stops the query in ClickHouse', async () => {
    for (const abortFirst of [true, false]) {
      const controller = new AbortController();
      if (abortFirst) controller.abort();
      const work = failureOf(drain(database.blocks(endless, { signal: controller.signal })));
      if (!abortFirst) {
        await untilSomethingRuns(database, 'numbers(1000000000000)');
        controller.abort();
      }
      expect((await work).code).toBe('canceled');
      await expectNothingRuns(database, 'numbers(1000000000000)');
    }
  });

  test('a time limit ends the query', async () => {
    const failure = await failureOf(database.rows(endless, { timeoutMs: 100 }));
    expect(failure.code).toBe('timeout');
    await expectNothingRuns(database, 'numbers(1000000000000)');
  });

  test('failures speak our words and show no statement', async () => {
    const check = async (statement: ReturnType<typeof sql>, code: string): Promise<void> => {
      const failure = await failureOf(database.rows(statement));
      expect(failure.code).toBe(code);
      expect(failure.message).not.toMatch(/select|secret|exception/i);
    };
    await check(sql`SELECT secret FROM nowhere`, 'internal');
    await check(sql`SELECT match('x', materialize('[')) AS secret`, 'syntax');
    await check(
      sql`SELECT groupArray(number) AS secret FROM numbers(100000000) GROUP BY number`,
      'limit',
    );
  });

  test('a failure in the middle of a result is a failure, not an end', async () => {
    const statement = sql`SELECT throwIf(number = 3000000) AS t, number FROM numbers(4000000)`;
    expect((await failureOf(drain(database.blocks(statement)))).code).toBe('internal');
  });

  test('many queries at a time all come to their end', async () => {
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, at) =>
        database.rows<{ v: number }>(sql`SELECT ${at} + sleepEachRow(0.01) AS v`),
      ),
    );
    expect(results.map((rows) => rows[0]?.v)).toEqual(Array.from({ length: 40 }, (_, at) => at));
  });

  test('queries that take everything do not keep inserts waiting', async () => {
    await createNumbersTable(database, 'suite_busy');
    const controller = new AbortController();
    const heavy = Array.from({ length: 8 }, () =>
      failureOf(drain(database.blocks(endless, { signal: controller.signal }))),
    );
    await untilSomethingRuns(database, 'numbers(1000000000000)', false);
    for (let at = 0; at < 5; at++)
      await database.insert('suite_busy', ['n', 'text'], numbersBlock(at, 1));
    controller.abort();
    for (const failure of await Promise.all(heavy)) expect(failure.code).toBe('canceled');
    expect(await countRows(database, 'suite_busy')).toBe(5);
  });

  test('held inserts fail as unavailable, queries go on', async () => {
    await createNumbersTable(database, 'suite_held');
    const seen: string[] = [];
    const stop = database.onState((state) => seen.push(state));
    database.holdInserts(true);
    const failure = await failureOf(
      database.insert('suite_held', ['n', 'text'], numbersBlock(0, 1)),
    );
    expect([failure.code, failure.retryAfterMs !== undefined]).toEqual(['unavailable', true]);
    expect(await countRows(database, 'suite_held')).toBe(0);
    database.holdInserts(false);
    await database.insert('suite_held', ['n', 'text'], numbersBlock(0, 1));
    stop();
    expect(seen).toEqual(['read-only', 'ready']);
  });

  test('a refused insert stores nothing and hurts no other', async () => {
    await createNumbersTable(database, 'suite_refused');
    const outcomes = await Promise.allSettled([
      database.insert('suite_refused', ['n', 'text'], numbersBlock(0, 10)),
      database.insert('suite_refused', ['n', 'nope'], numbersBlock(10, 10)),
      database.insert('suite_refused', ['n', 'text'], numbersBlock(20, 10)),
    ]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(await countRows(database, 'suite_refused')).toBe(20);
  });
}

async function running(database: Database, text: string): Promise<number> {
  const rows = await database.rows<{ c: string }>(
    sql`SELECT count() AS c FROM system.processes WHERE position(query, ${text}) > 0 AND position(query, 'system.processes') = 0`,
  );
  return Number(rows[0]?.c);
}

/** Polls, for ClickHouse stops a query in its own time; the test's own time limit is the bound. */
async function expectNothingRuns(database: Database, text: string): Promise<void> {
  while ((await running(database, text)) > 0);
}

/** `poll` false: where queries would wait behind the ones in question, one turn of the event loop is all there is. */
async function untilSomethingRuns(
  database: Database,
  text: string,
  poll: boolean = true,
): Promise<void> {
  if (!poll) {
    await new Promise((resolve) => setImmediate(resolve));
    return;
  }
  while ((await running(database, text)) === 0);
}
