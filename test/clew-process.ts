// A Clew of our own for tests: started as users start it, on shifted ports and a folder of its own, ended with certainty.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root: string = fileURLToPath(new URL('..', import.meta.url));

export interface ClewProcess {
  readonly child: ChildProcess;
  readonly shift: number;
  readonly data: string;
  readonly url: (port: number, path?: string) => string;
  /** Everything written so far. */
  readonly output: () => string;
  /** Ends it as a user would and gives the exit code. */
  stop(): Promise<number | null>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
}

export interface ClewOptions {
  /** Default: `start`. */
  readonly subcommand?: 'start' | 'demo';
  /** Command and arguments before the subcommand; default: this checkout's build. */
  readonly command?: readonly string[];
  readonly cwd?: string;
  readonly data?: string;
  readonly shift?: number;
  readonly args?: readonly string[];
}

/** `npm test` has built this checkout; a single test run by hand takes the sources. */
const fromCheckout: readonly string[] =
  process.env['CLEW_TEST_BUILT'] === '1'
    ? [process.execPath, join(root, 'dist/main.js')]
    : [process.execPath, '--import', import.meta.resolve('tsx'), join(root, 'src/main.ts')];

const basePorts = [3000, 3100, 3200, 9009, 4317, 4318];

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () =>
      server.close(() => resolve(true)),
    );
  });
}

/** A shift that leaves all of Clew's ports free. */
export async function freeShift(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const shift = 10_000 + Math.floor(Math.random() * 40_000);
    const free = await Promise.all(basePorts.map((port) => isFree(port + shift)));
    if (free.every(Boolean)) return shift;
  }
  throw new Error('no free ports');
}

export function temporaryFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `clew-${name}-`));
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Waits until the condition holds; fails with what was last seen. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  timeoutMs: number = 30_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const seen = await look();
      if (seen !== undefined && seen !== false) return seen;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline)
      throw new Error(`did not happen within ${timeoutMs} ms: ${what}`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export async function startClew(options: ClewOptions = {}): Promise<ClewProcess> {
  const shift = options.shift ?? (await freeShift());
  const data = options.data ?? temporaryFolder('data');
  const [file = '', ...before] = options.command ?? fromCheckout;
  const child = spawn(
    file,
    [
      ...before,
      options.subcommand ?? 'start',
      '--data',
      data,
      '--port-shift',
      String(shift),
      ...(options.args ?? []),
    ],
    {
      cwd: options.cwd ?? data,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const url = (port: number, path = ''): string => `http://127.0.0.1:${port + shift}${path}`;
  const clew: ClewProcess = {
    child,
    shift,
    data,
    url,
    output: () => output,
    stop: async () => {
      child.kill('SIGTERM');
      return await exited;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
  const failure = await eventually(
    'Clew is ready',
    async () => {
      if (child.exitCode !== null) return `ended with ${child.exitCode}`;
      const { pid } = JSON.parse(readFileSync(join(data, 'clew.json'), 'utf8')) as { pid: number };
      // After a kill the file of the process before is still there.
      const isOurs = isDescendant(pid, child.pid ?? 0);
      return isOurs && (await fetch(url(3000, '/ready'))).ok && 'ready';
    },
    60_000,
  ).catch((error: unknown) => String(error));
  if (failure !== 'ready') {
    child.kill('SIGKILL');
    throw new Error(`Clew did not start (${failure}): ${output}`);
  }
  return clew;
}

function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}

function isDescendant(pid: number, ancestor: number): boolean {
  for (let at = pid; at > 1; at = parentOf(at)) if (at === ancestor) return true;
  return false;
}
