// The whole promise, from the packed package to the screen: the users' own four files byte for byte, an application started
// with `-r ./dist/tracing.js` under `clew run`, real requests, and one click from a log line to its trace and back.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type ClewProcess,
  eventually,
  freeShift,
  removeFolder,
  root,
  startClew,
  temporaryFolder,
} from '../clew-process.ts';

const shared = join(root, '../shared/quickstart');
const isThere = existsSync(shared);
if (!isThere && process.env['CI'] === 'true')
  throw new Error('../shared/quickstart must be beside the checkout in CI');
if (!isThere) console.warn('skipped: ../shared/quickstart is not beside the checkout');

const chromiumPath = process.env['CLEW_TEST_CHROMIUM'] ?? '/usr/bin/chromium';

function run(command: string, args: readonly string[], cwd: string): string {
  return execFileSync(command, [...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
  });
}

interface LogLine {
  readonly stream: Record<string, string>;
  readonly line: string;
}

async function readLines(clew: ClewProcess, query: string): Promise<LogLine[]> {
  const parameters = new URLSearchParams({ query, limit: '1000' });
  const answer = await fetch(clew.url(3100, `/loki/api/v1/query_range?${parameters.toString()}`));
  expect(answer.status).toBe(200);
  const { data } = (await answer.json()) as {
    data: { result: { stream: Record<string, string>; values: [string, string][] }[] };
  };
  return data.result.flatMap(({ stream, values }) => values.map(([, line]) => ({ stream, line })));
}

describe.skipIf(!isThere)('the quick-start files', () => {
  let installed: string;
  let app: string;
  let browser: Browser;

  beforeAll(async () => {
    installed = temporaryFolder('installed');
    const packed = run(
      'npm',
      ['pack', '--ignore-scripts', '--pack-destination', installed, '--silent'],
      root,
    ).trim();
    writeFileSync(join(installed, 'package.json'), '{"private":true}');
    run(
      'npm',
      ['install', '--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline', `./${packed}`],
      installed,
    );
    for (const name of ['otel-collector-config.yaml', 'datasources.yaml'])
      cpSync(join(shared, name), join(installed, name));

    app = temporaryFolder('app');
    cpSync(join(root, 'test/fixtures/quick-start-app'), app, { recursive: true });
    mkdirSync(join(app, 'src'), { recursive: true });
    for (const name of readdirSync(join(shared, 'src')))
      cpSync(join(shared, 'src', name), join(app, 'src', name));
    run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'], app);
    run('npx', ['tsc', '-p', '.'], app);
    browser = await chromium.launch({
      executablePath: chromiumPath,
      args: ['--no-sandbox', '--disable-dev-shm-usage'],
    });
  });
  afterAll(async () => {
    await browser?.close();
    if (installed !== undefined) removeFolder(installed);
    if (app !== undefined) removeFolder(app);
  });

  interface Stage {
    readonly clew: ClewProcess;
    readonly application: ChildProcess;
    readonly output: () => string;
    readonly port: number;
  }

  /** `npx` starts Clew through a shell, which passes no signal on: a person's Ctrl-C reaches all of them. */
  async function stopBehindNpx(clew: ClewProcess): Promise<void> {
    const running = JSON.parse(readFileSync(join(clew.data, 'clew.json'), 'utf8')) as {
      pid: number;
    };
    process.kill(running.pid, 'SIGTERM');
    expect(
      await eventually('Clew ends', () => Promise.resolve(clew.child.exitCode ?? undefined)),
    ).toBe(0);
  }

  async function withStage(scenario: (stage: Stage) => Promise<void>): Promise<void> {
    // No flags but the ports: the YAML files are found in the working directory.
    const clew = await startClew({ command: ['npx', 'clew'], cwd: installed });
    const port = 8080 + (await freeShift());
    const application = spawn(
      join(installed, 'node_modules/.bin/clew'),
      [
        'run',
        '--url',
        clew.url(3000),
        '--',
        process.execPath,
        '-r',
        './dist/tracing.js',
        'dist/main.js',
      ],
      { cwd: app, env: { ...process.env, PORT: String(port) }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let output = '';
    application.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    application.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const ended = new Promise((resolve) => application.once('exit', resolve));
    try {
      await eventually(
        'the application answers',
        async () => (await fetch(`http://127.0.0.1:${port}/hello?user=u-0`)).ok,
        60_000,
      ).catch((error: unknown) => {
        throw new Error(`the application did not start: ${output}`, { cause: error });
      });
      await scenario({ clew, application, output: () => output, port });
    } catch (error) {
      throw new Error(
        `${error instanceof Error ? error.message : String(error)}\n--- clew\n${clew.output()}\n--- application\n${output}`,
        { cause: error },
      );
    } finally {
      application.kill('SIGTERM');
      await ended;
      await stopBehindNpx(clew);
      removeFolder(clew.data);
    }
  }

  async function walk(page: Page, clew: ClewProcess): Promise<void> {
    // The screen opens on the overview; its rail leads to the log lines.
    await page.goto(clew.url(3000, '/'));
    await page.getByTestId('service-row').filter({ hasText: 'my-api-service' }).waitFor();
    await page.getByRole('link', { name: 'Logs', exact: true }).click();
    const row = page.getByTestId('log-row').filter({ hasText: 'hello served' }).first();
    await row.waitFor({ timeout: 30_000 });
    await row.click();
    const link = row.getByTestId('trace-link').first();
    await link.waitFor();
    await link.click();
    await page.waitForURL(/\/trace\/[0-9a-f]{32}/);
    const span = page.getByTestId('span-row').filter({ hasText: 'load greeting' }).first();
    await span.click();
    await page.getByTestId('span-logs').filter({ hasText: 'greeting was slow' }).first().waitFor();
    await page.getByTestId('back-link').first().click();
    await page.getByTestId('log-row').first().waitFor();
  }

  for (const transport of ['without', 'with'] as const) {
    test(`${transport} @opentelemetry/winston-transport: every line once, each with its trace, one click away`, async () => {
      const present = join(app, 'node_modules/@opentelemetry/winston-transport');
      const hidden = join(app, 'node_modules/@opentelemetry/.winston-transport-hidden');
      if (transport === 'without') renameSync(present, hidden);
      try {
        await withStage(async ({ clew, port, output }) => {
          for (let n = 1; n <= 5; n++)
            expect((await fetch(`http://127.0.0.1:${port}/hello?user=u-${n}`)).status).toBe(200);
          expect((await fetch(`http://127.0.0.1:${port}/fail`)).status).toBe(500);
          const served = await eventually('all lines are stored', async () => {
            const lines = await readLines(
              clew,
              '{service_name="my-api-service"} |= "hello served"',
            );
            return lines.length >= 6 && lines;
          });
          // Long enough for a second copy to have arrived by the other way.
          await eventually('the output has passed through', () =>
            Promise.resolve(output().includes('payment declined')),
          );
          await eventually(
            'the declined payment is stored',
            async () =>
              (await readLines(clew, '{service_name="my-api-service"} |= "payment declined"'))
                .length > 0,
          );
          expect(served).toHaveLength(6);
          const again = await readLines(clew, '{service_name="my-api-service"} |= "hello served"');
          expect(again).toHaveLength(6);

          const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
          await walk(page, clew);
          await page.close();
        });
      } finally {
        if (transport === 'without') renameSync(hidden, present);
      }
    });
  }
});
