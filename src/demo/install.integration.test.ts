import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type InstalledShop, installShop } from './install.ts';

const errandFile = fileURLToPath(
  new URL('../../examples/demo-shop/backstage/errand.js', import.meta.url),
);
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'clew-install-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A shop whose only file besides its lock is the maker of its database. */
function writeShop(name: string, packages: Readonly<Record<string, object>>): string {
  const source = join(folder, name);
  mkdirSync(join(source, 'backstage'), { recursive: true });
  const dependencies = Object.fromEntries(
    Object.entries(packages).map(([path]) => [path.replace('node_modules/', ''), '1.0.0']),
  );
  writeFileSync(join(source, 'package.json'), JSON.stringify({ name, dependencies }));
  writeFileSync(
    join(source, 'package-lock.json'),
    JSON.stringify({
      name,
      lockfileVersion: 3,
      requires: true,
      packages: { '': { name, dependencies }, ...packages },
    }),
  );
  writeFileSync(
    join(source, 'backstage/database.js'),
    `require('node:fs').mkdirSync(process.env.DATABASE_FOLDER);`,
  );
  copyFileSync(errandFile, join(source, 'backstage/errand.js'));
  return source;
}

interface Install {
  readonly source: string;
  readonly signal?: AbortSignal;
  readonly env?: Readonly<Record<string, string>>;
}

async function install({
  source,
  signal,
  env,
}: Install): Promise<InstalledShop & { said: string[] }> {
  const said: string[] = [];
  const installed = await installShop(
    {
      source,
      target: `${source}-installed`,
      env: {
        ...process.env,
        // Nobody listens there.
        npm_config_registry: 'http://127.0.0.1:9',
        npm_config_cache: join(folder, 'cache'),
        npm_config_fetch_retries: '0',
        ...env,
      },
      progress: (_part, message) => void said.push(message),
    },
    signal ?? new AbortController().signal,
  );
  return { ...installed, said };
}

describe('the installation of the shop', () => {
  test('is done once for a lock file', async () => {
    const source = writeShop('plain', {});
    const { folder: shop, databaseFolder, said } = await install({ source });
    expect(existsSync(join(shop, 'package-lock.json'))).toBe(true);
    expect(existsSync(databaseFolder)).toBe(true);
    expect(said.length).toBeGreaterThan(0);
    expect((await install({ source })).said).toEqual([]);
  });

  test('says what to do when the registry is out of reach', async () => {
    const source = writeShop('distant', { 'node_modules/yarn-of-clew': { version: '1.0.0' } });
    await expect(install({ source })).rejects.toMatchObject({
      code: 'unavailable',
      message:
        'npm could not install the packages of the demo shop (ECONNREFUSED): is there a way to the npm registry? Try again when there is; what has been fetched is kept',
    });
  });

  test('says what to do when there is no npm', async () => {
    const source = writeShop('bare', { 'node_modules/yarn-of-clew': { version: '1.0.0' } });
    await expect(install({ source, env: { PATH: folder } })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('there is no command of that name') as string,
    });
  });

  test('can be given up', async () => {
    const source = writeShop('hasty', { 'node_modules/yarn-of-clew': { version: '1.0.0' } });
    await expect(install({ source, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'canceled',
    });
  });
});

describe('an errand', () => {
  /** Runs a command that would go on for ever, and tells its process's ID. */
  async function startErrand(): Promise<{ errand: ChildProcess; pid: number }> {
    const errand = fork(
      errandFile,
      [process.execPath, '--eval', 'console.log(process.pid); setInterval(() => undefined, 1000)'],
      { execArgv: [], stdio: ['ignore', 'pipe', 'ignore', 'ipc'] },
    );
    const [said] = (await once(errand.stdout!, 'data')) as [Buffer];
    return { errand, pid: Number(said) };
  }

  for (const [end, how] of [
    ['its parent is gone, however that came about', (errand) => errand.disconnect()],
    ['it is told to end', (errand) => void errand.kill()],
  ] as readonly (readonly [string, (errand: ChildProcess) => void])[]) {
    test(`ends its command when ${end}`, async () => {
      const { errand, pid } = await startErrand();
      process.kill(pid, 0);
      const ended = once(errand, 'exit');
      how(errand);
      await ended;
      expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    });
  }
});
