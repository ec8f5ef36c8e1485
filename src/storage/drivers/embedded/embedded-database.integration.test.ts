import { fork } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import {
  countRows,
  createNumbersTable,
  numbersBlock,
} from '../../../../test/storage/database-blocks.ts';
import { runDatabaseSuite } from '../../../../test/storage/database-suite.ts';
import { Failure } from '../../../base/errors.ts';
import { silentLogger } from '../../../runtime/logger.ts';
import type { DatabaseState } from '../../database.ts';
import { sql } from '../../sql/sql.ts';
import { EmbeddedDatabase } from './embedded-database.ts';
import { defaultEngineLimits } from './engine-settings.ts';

const root = mkdtempSync(join(tmpdir(), 'clew-embedded-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function open(folder: string): Promise<EmbeddedDatabase> {
  return EmbeddedDatabase.open({
    folder: join(root, folder),
    logger: silentLogger,
    limits: { ...defaultEngineLimits, queryMemoryBytesMax: 300_000_000 },
  });
}

function untilState(database: EmbeddedDatabase, wanted: DatabaseState): Promise<void> {
  return new Promise((resolve) => {
    if (database.state === wanted) resolve();
    const stop = database.onState((state) => {
      if (state !== wanted) return;
      stop();
      resolve();
    });
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

describe('as any database', () => {
  runDatabaseSuite(() => open("suite [a, b] 'c"));
});

test('a killed storage process is replaced, and nothing that was acknowledged is lost', async () => {
  const database = await open('killed');
  await createNumbersTable(database, 'kept');
  let acknowledged = 0;
  let refused = 0;
  for (let life = 0; life < 3; life++) {
    const batches = Array.from({ length: 12 }, (_, at) =>
      database.insert('kept', ['n', 'text'], numbersBlock((life * 12 + at) * 100, 100)).then(
        () => {
          acknowledged += 100;
          if (at === 3) process.kill(database.storagePid!, 'SIGKILL');
        },
        (thrown: unknown) => {
          expect(thrown).toBeInstanceOf(Failure);
          expect((thrown as Failure).code).toBe('unavailable');
          expect((thrown as Failure).retryAfterMs).toBeGreaterThan(0);
          refused += 100;
        },
      ),
    );
    const query = database.rows(sql`SELECT sleepEachRow(1) FROM numbers(3)`).catch((thrown) => {
      expect((thrown as Failure).code).toBe('unavailable');
    });
    await Promise.all(batches);
    await query;
    await untilState(database, 'ready');
  }
  expect(refused).toBeGreaterThan(0);
  const rows = await database.rows<{ c: string; d: string }>(
    sql`SELECT count() AS c, uniqExact(n) AS d FROM kept`,
  );
  expect(Number(rows[0]!.d)).toBe(Number(rows[0]!.c));
  expect(Number(rows[0]!.c)).toBeGreaterThanOrEqual(acknowledged);
  await database.close();
  expect(readdirSync(join(root, 'killed', 'incoming'))).toEqual([]);
});

test('when Clew itself is killed, its storage process ends and nothing acknowledged is lost', async () => {
  const folder = join(root, 'orphan');
  const script = fileURLToPath(
    new URL('../../../../test/storage/write-until-killed.ts', import.meta.url),
  );
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  for (let life = 0; life < 2; life++) {
    const writer = fork(script, [folder], { execArgv: ['--import', tsx] });
    let acknowledged = 0;
    let storagePid = 0;
    writer.on('message', (message: { acknowledged?: number; storagePid?: number }) => {
      storagePid = message.storagePid ?? storagePid;
      acknowledged = message.acknowledged ?? acknowledged;
      if (acknowledged >= 1000) writer.kill('SIGKILL');
    });
    await new Promise((resolve) => writer.once('exit', resolve));
    // At once, while the storage process may still be there.
    const database = await EmbeddedDatabase.open({ folder, logger: silentLogger });
    expect(isAlive(storagePid)).toBe(false);
    expect(await countRows(database, 'kept')).toBeGreaterThanOrEqual(acknowledged);
    await database.close();
  }
});

test('closing leaves no process and no lock; opening again finds everything', async () => {
  let database = await open('again');
  const pid = database.storagePid!;
  await createNumbersTable(database, 'kept');
  await database.insert('kept', ['n', 'text'], numbersBlock(0, 7));
  await database.close();
  expect(isAlive(pid)).toBe(false);
  expect(existsSync(join(root, 'again', 'clew.lock'))).toBe(false);
  await expect(database.rows(sql`SELECT 1`)).rejects.toThrow('closed');
  database = await open('again');
  expect(await countRows(database, 'kept')).toBe(7);
  await database.close();
});

test('a second Clew on the folder is told so in one sentence', async () => {
  const first = await open('shared');
  await expect(open('shared')).rejects.toMatchObject({
    code: 'config',
    message: expect.stringMatching(
      /data folder ".*shared" is in use by another Clew \(process \d+\)/,
    ),
  });
  // Also when the lock file is gone: ClickHouse holds a lock of its own.
  rmSync(join(root, 'shared', 'clew.lock'));
  await expect(open('shared')).rejects.toMatchObject({
    code: 'config',
    message: expect.stringMatching(/is in use by another process/),
  });
  await first.close();
});

test('a folder whose path would be a pattern is refused', async () => {
  await expect(open('a{b}')).rejects.toMatchObject({
    code: 'config',
    message: expect.stringMatching(/has one of the characters/),
  });
});

test('a lock of a process that is gone is taken over', async () => {
  for (const content of [
    '',
    JSON.stringify({ owner: { pid: 4_000_000, started: '1' } }),
    // The number lives on as another process.
    JSON.stringify({
      owner: { pid: process.pid, started: '1' },
      storage: { pid: 1, started: '0' },
    }),
  ]) {
    const database = await open('stale');
    await database.close();
    writeFileSync(join(root, 'stale', 'clew.lock'), content);
    const next = await open('stale');
    await next.close();
  }
});
