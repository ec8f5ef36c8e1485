#!/usr/bin/env node
// The program: reads the command line and hands over to the subcommand. The only place that ends the process.

import { onDefect } from './api/http/defect.ts';
import { asFailure, Failure } from './base/errors.ts';
import { systemClock } from './base/clock.ts';
import { type Arguments, helpText, parseArguments } from './cli/arguments.ts';
import { launch } from './cli/run/launcher.ts';
import { readRunning, type RunningClew } from './cli/running.ts';
import { check } from './compose/check.ts';
import { loadSettings } from './compose/configuration.ts';
import { exportSignal } from './compose/export.ts';
import { query } from './compose/query/query.ts';
import { start } from './compose/start.ts';
import { version } from './compose/version.ts';
import { createLogger } from './runtime/logger.ts';

/** From the first signal to the exit; what is not flushed by then is cut. */
const stopTimeoutMs = 9000;

const tell = (message: string): void => void process.stderr.write(`${message}\n`);

async function runStart({ subcommand, flags }: Arguments): Promise<number> {
  const settings = loadSettings(flags, process.env, process.cwd());
  const logger = createLogger({
    level: settings.logLevel,
    nowMs: () => systemClock.nowMs(),
    write: (line) => void process.stderr.write(line),
  });
  onDefect((stack) => logger.error('a request failed by a mistake of ours', { reason: stack }));
  process.on('unhandledRejection', (reason) => {
    logger.error('a promise failed unattended', {
      reason: reason instanceof Error ? (reason.stack ?? reason.message) : String(reason),
    });
  });
  const clew = await start({
    settings,
    env: process.env,
    folder: process.cwd(),
    logger,
    clock: systemClock,
    print: (text) => void process.stdout.write(text),
  });
  if (subcommand === 'demo') clew.startDemo();
  await firstSignal();
  logger.info('stopping: sources first, then what is in flight, the store last');
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
  const cut = new AbortController();
  const timer = setTimeout(() => cut.abort(), stopTimeoutMs);
  await clew.stop(cut.signal);
  clearTimeout(timer);
  return 0;
}

function firstSignal(): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      process.off('SIGINT', done);
      process.off('SIGTERM', done);
      resolve();
    };
    process.on('SIGINT', done);
    process.on('SIGTERM', done);
  });
}

async function runCommand({ flags, run, rest }: Arguments): Promise<number> {
  const settings = loadSettings(flags, process.env, process.cwd());
  const running = run.url === undefined ? readRunning(settings.data) : await askRunning(run.url);
  const off = (host: string): boolean => settings.embedded[host] === false;
  return await launch({
    command: rest,
    running,
    service: run.service,
    hosts: ['otel-collector', 'loki', 'tempo', 'mimir', 'prometheus', 'pyroscope'].filter(
      (host) => !off(host),
    ),
    env: process.env,
    clock: systemClock,
    tell,
  });
}

/** A Clew that is named by its address says itself which ports it has. */
async function askRunning(url: string): Promise<RunningClew> {
  try {
    const answer = await fetch(new URL('/api/running', url));
    if (!answer.ok) throw new Error(`it answered ${answer.status}`);
    return { ...((await answer.json()) as RunningClew), url: url.replace(/\/$/, '') };
  } catch (error) {
    throw new Failure(
      'unavailable',
      `no Clew answers at ${JSON.stringify(url)}: --url takes the address of its screen, such as http://localhost:3000`,
      { cause: error },
    );
  }
}

async function main(argv: readonly string[]): Promise<number> {
  const parsed = parseArguments(argv);
  switch (parsed.subcommand) {
    case 'start':
    case 'demo':
      return await runStart(parsed);
    case 'run':
      return await runCommand(parsed);
    case 'query':
      return await query(parsed, {
        env: process.env,
        folder: process.cwd(),
        clock: systemClock,
        print: (text) => void process.stdout.write(text),
        tell,
      });
    case 'export':
      return await exportSignal(parsed, {
        env: process.env,
        folder: process.cwd(),
        clock: systemClock,
        standardOutput: process.stdout,
        tell,
      });
    case 'check':
      return check(parsed, process.env, process.cwd(), tell);
    case 'version':
      process.stdout.write(`clew ${version}\n`);
      return 0;
    case 'help':
      process.stdout.write(helpText());
      return 0;
  }
}

try {
  process.exit(await main(process.argv.slice(2)));
} catch (error) {
  const failure = asFailure(error);
  tell(`clew: ${failure.message}`);
  if (failure.code === 'internal' && failure.cause instanceof Error)
    tell(failure.cause.stack ?? '');
  process.exit(1);
}
