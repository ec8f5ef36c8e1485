import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { countRows, createNumbersTable, numbersBlock } from '../../test/storage/database-blocks.ts';
import type { Failure } from '../base/errors.ts';
import { silentLogger } from '../runtime/logger.ts';
import type { TableBlock } from './attributes/table-block.ts';
import type { Database } from './database.ts';
import { EmbeddedDatabase } from './drivers/embedded/embedded-database.ts';
import { GroupCommit } from './group-commit.ts';
import { migrate, parseMigration, readMigrations } from './migrate.ts';
import { sql } from './sql/sql.ts';

const folder = mkdtempSync(join(tmpdir(), 'clew-commit-'));
let database: EmbeddedDatabase;
beforeAll(async () => {
  database = await EmbeddedDatabase.open({ folder, logger: silentLogger });
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await createNumbersTable(database, 'names');
  await createNumbersTable(database, 'facts');
});

/** The database with a list of the tables that were inserted into. */
function watched(): { readonly database: Database; readonly inserts: string[] } {
  const inserts: string[] = [];
  const insert: Database['insert'] = (table, columns, native) => {
    inserts.push(table);
    return database.insert(table, columns, native);
  };
  const proxy = new Proxy<Database>(database, {
    get: (target, name) => {
      if (name === 'insert') return insert;
      const found: unknown = Reflect.get(target, name, target);
      return typeof found === 'function' ? (found.bind(target) as unknown) : found;
    },
  });
  return { database: proxy, inserts };
}

function block(table: string, from: number, count: number): TableBlock {
  return { table, columns: ['n', 'text'], rows: count, native: numbersBlock(from, count) };
}

test('requests that come together share inserts; each is stored when it settles', async () => {
  const { database: watching, inserts } = watched();
  const group = new GroupCommit({ database: watching });
  await Promise.all(
    Array.from({ length: 200 }, async (_, at) => {
      await group.commit([block('names', at, 1), block('facts', at * 10, 10)]);
      const rows = await database.rows(sql`SELECT 1 FROM facts WHERE n = ${at * 10 + 9}`);
      expect(rows).toHaveLength(1);
    }),
  );
  expect([await countRows(database, 'names'), await countRows(database, 'facts')]).toEqual([
    200, 2000,
  ]);
  expect(inserts.length).toBeLessThan(20);
  // What is referred to goes first.
  expect(inserts.slice(0, 2)).toEqual(['names', 'facts']);
  await group.close();
});

test('full groups do not wait, and a full queue refuses', async () => {
  const { database: watching, inserts } = watched();
  const group = new GroupCommit({ database: watching, waitMs: 60_000, rowsMax: 100 });
  await Promise.all(Array.from({ length: 4 }, (_, at) => group.commit([block('facts', at, 100)])));
  expect(inserts).toHaveLength(4);
  await group.close();

  const bytes = numbersBlock(0, 100).length;
  const small = new GroupCommit({ database, queueBytesMax: bytes * 2 });
  const outcomes = await Promise.allSettled(
    Array.from({ length: 4 }, () => small.commit([block('facts', 0, 100)])),
  );
  const refused = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [outcome.reason as Failure] : [],
  );
  expect(refused.map((failure) => [failure.code, failure.retryAfterMs])).toEqual([
    ['overloaded', 1000],
    ['overloaded', 1000],
  ]);
  await small.close();
});

test('rows that ClickHouse refuses fail their own request only', async () => {
  const group = new GroupCommit({ database });
  const poison: TableBlock = { ...block('facts', 500, 10), native: new Uint8Array([9, 9, 9, 9]) };
  const outcomes = await Promise.allSettled([
    group.commit([block('facts', 0, 10)]),
    group.commit([poison]),
    group.commit([block('facts', 20, 10)]),
  ]);
  expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  const rows = await database.rows(sql`SELECT DISTINCT n FROM facts`);
  expect(rows).toHaveLength(20);
  await group.close();
});

test('closing stores what waits and refuses the rest', async () => {
  const group = new GroupCommit({ database, waitMs: 60_000 });
  const commits = [group.commit([block('facts', 0, 5)]), group.commit([block('facts', 5, 5)])];
  await group.close();
  await Promise.all(commits);
  expect(await countRows(database, 'facts')).toBe(10);
  await expect(group.commit([block('facts', 0, 1)])).rejects.toMatchObject({ code: 'unavailable' });
});

test('the schema is created once, and a newer one is refused', async () => {
  await migrate(database);
  await migrate(database);
  const versions = await database.rows<{ version: number }>(
    sql`SELECT version FROM schema_version ORDER BY version`,
  );
  expect(versions.map(({ version }) => version)).toEqual(
    readMigrations().map(({ version }) => version),
  );
  const older = [parseMigration('001-first.sql', '')];
  await expect(migrate(database, {}, older)).rejects.toMatchObject({
    code: 'config',
    message: expect.stringMatching(/written by a newer Clew/),
  });
});
