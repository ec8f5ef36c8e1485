import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type ClickHouseServer,
  startClickHouseServer,
} from '../../../../test/storage/clickhouse-server.ts';
import { runDatabaseSuite } from '../../../../test/storage/database-suite.ts';
import { silentLogger } from '../../../runtime/logger.ts';
import { sql } from '../../sql/sql.ts';
import { defaultEngineLimits } from '../embedded/engine-settings.ts';
import { RemoteDatabase } from './remote-database.ts';

let server: ClickHouseServer;
beforeAll(async () => {
  server = await startClickHouseServer({
    ...defaultEngineLimits,
    queryMemoryBytesMax: 300_000_000,
  });
});
afterAll(() => server.close());

describe('against a server of our own', () => {
  runDatabaseSuite(() => RemoteDatabase.open({ url: server.url, logger: silentLogger }));
});

// A real server, when there is one: http://user:password@host:8123/scratch_database.
const realUrl = process.env['CLEW_TEST_CLICKHOUSE_URL'];
if (realUrl !== undefined) {
  describe('against CLEW_TEST_CLICKHOUSE_URL', () => {
    runDatabaseSuite(() => RemoteDatabase.open({ url: realUrl, logger: silentLogger }));
  });
}

test('an address that is none is refused in one sentence', async () => {
  const check = (url: string, message: RegExp): Promise<void> =>
    expect(RemoteDatabase.open({ url, logger: silentLogger })).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(message),
    });
  await check('nonsense', /not a URL/);
  await check('ftp://x', /http or https/);
  await check('http://127.0.0.1:1', /no ClickHouse that can be used at http:\/\/127.0.0.1:1/);
});

test('a server that goes away is unavailable', async () => {
  const other = await startClickHouseServer(defaultEngineLimits);
  const database = await RemoteDatabase.open({ url: other.url, logger: silentLogger });
  await other.close();
  await expect(database.rows(sql`SELECT 1`)).rejects.toMatchObject({
    code: 'unavailable',
    message: 'ClickHouse does not answer',
  });
  expect(database.state).toBe('starting');
  await database.close();
});
