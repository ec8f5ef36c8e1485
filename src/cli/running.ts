// Where the running Clew is: `clew start` writes `clew.json` into its data folder, the other subcommands read it.

import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../base/errors.ts';

export interface RunningClew {
  readonly pid: number;
  /** Of the UI port, which serves every API. */
  readonly url: string;
  readonly portShift: number;
  readonly ports: Readonly<
    Record<'ui' | 'loki' | 'tempo' | 'mimir' | 'otlpGrpc' | 'otlpHttp', number>
  >;
}

const fileName = 'clew.json';

export function writeRunning(dataFolder: string, running: RunningClew): void {
  const file = join(dataFolder, fileName);
  // Whole or not at all: a reader never sees half of it.
  writeFileSync(`${file}.new`, `${JSON.stringify(running, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

export function removeRunning(dataFolder: string): void {
  rmSync(join(dataFolder, fileName), { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Fails with `unavailable`: one sentence that says what to do. */
export function readRunning(dataFolder: string): RunningClew {
  const hint = `start one with npm start (or clew start), or name it with --data DIR or --url URL`;
  let running: RunningClew;
  try {
    running = JSON.parse(readFileSync(join(dataFolder, fileName), 'utf8')) as RunningClew;
  } catch (error) {
    throw new Failure('unavailable', `no Clew is running on ${dataFolder}: ${hint}`, {
      cause: error,
    });
  }
  if (!isAlive(running.pid))
    throw new Failure('unavailable', `the Clew of ${dataFolder} has ended: ${hint}`);
  return running;
}
