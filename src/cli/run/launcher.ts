// `clew run -- COMMAND…`: starts an application so that the host names of a compose file reach the running Clew inside it, and
// reads its output as logs. The output passes through unchanged, signals and the exit code too.

import { spawn, type ChildProcess } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure } from '../../base/errors.ts';
import type { Clock } from '../../base/clock.ts';
import type { RunningClew } from '../running.ts';
import { followOutput } from './follow-output.ts';
import { tenantOfHeaders } from './otlp-headers.ts';
import { createShipper } from './shipper.ts';

export interface LaunchOptions {
  readonly command: readonly string[];
  readonly running: RunningClew;
  /** `--service`; else `OTEL_SERVICE_NAME`, else what the process's own spans say. */
  readonly service: string | undefined;
  /** Host names that mean Clew. */
  readonly hosts: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Messages of the launcher itself, for people: whole lines to standard error. */
  readonly tell: (message: string) => void;
}

/** How long the launcher stays after the application to see its last lines stored. */
const farewellMs = 6000;

/** Settles with the exit code that the application had, 128 + n when signal n ended it. */
export async function launch(options: LaunchOptions): Promise<number> {
  const { command, running, env, tell } = options;
  const [file, ...args] = command;
  if (file === undefined)
    throw new Failure('config', 'nothing to run: clew run [--service NAME] -- COMMAND [ARGUMENT…]');
  const folder = mkdtempSync(join(tmpdir(), 'clew-run-'));
  const pidFile = join(folder, 'pids');
  writeFileSync(pidFile, '');
  await tellResolvable(options.hosts, tell);
  const preload = fileURLToPath(new URL('./preload.cjs', import.meta.url));
  const child = spawn(file, args, {
    stdio: ['inherit', 'pipe', 'pipe'],
    env: {
      ...env,
      NODE_OPTIONS: `${env['NODE_OPTIONS'] ?? ''} --require ${JSON.stringify(preload)}`.trim(),
      CLEW_RUN: JSON.stringify({ hosts: options.hosts, ports: portMap(running), pidFile }),
    },
  });
  const shipper = createShipper({
    url: running.url,
    tenant: tenantOfHeaders(env['OTEL_EXPORTER_OTLP_HEADERS'] ?? ''),
    application: () => {
      const { pids, service } = readProcesses(pidFile, child.pid);
      return { pids, service: options.service ?? nonEmpty(env['OTEL_SERVICE_NAME']) ?? service };
    },
  });
  const forward = forwardSignals(child);
  try {
    child.stdout.on('data', (chunk: Buffer) => process.stdout.write(chunk));
    child.stderr.on('data', (chunk: Buffer) => process.stderr.write(chunk));
    const streams = [
      followOutput(child.stdout, 'stdout', shipper, options.clock),
      followOutput(child.stderr, 'stderr', shipper, options.clock),
    ];
    const code = await exitOf(child, file);
    await Promise.all(streams);
    const lost = await shipper.finish(farewellMs);
    if (lost > 0)
      tell(
        `clew run: ${lost} output records could not be stored: Clew at ${running.url} did not take them`,
      );
    return code;
  } finally {
    forward.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

/** The ports that files name -> the ports that the running Clew has. */
function portMap({ ports }: RunningClew): Record<string, number> {
  return {
    3000: ports.ui,
    3100: ports.loki,
    3200: ports.tempo,
    9009: ports.mimir,
    9090: ports.mimir,
    4317: ports.otlpGrpc,
    4318: ports.otlpHttp,
  };
}

/** Embedded names win over DNS; that is said when the name resolves as well. */
async function tellResolvable(
  hosts: readonly string[],
  tell: (message: string) => void,
): Promise<void> {
  const found = await Promise.all(
    hosts.map(async (host) => {
      try {
        return [host, (await lookup(host)).address] as const;
      } catch {
        return undefined;
      }
    }),
  );
  for (const one of found) {
    if (one !== undefined) {
      tell(
        `clew run: ${one[0]} also resolves to ${one[1]}; inside the application it means Clew (embedded: {${one[0]}: false} in clew.yaml turns that off)`,
      );
    }
  }
}

interface KnownProcesses {
  readonly pids: readonly number[];
  /** What the first of them that has a name calls itself. */
  readonly service: string | undefined;
}

/** Lines of the preload: `pid`, and `pid name` once the process has named itself. */
function readProcesses(pidFile: string, childPid: number | undefined): KnownProcesses {
  const pids = new Set<number>(childPid === undefined ? [] : [childPid]);
  let service: string | undefined;
  try {
    for (const line of readFileSync(pidFile, 'utf8').split('\n')) {
      const [, pid, name] = /^(\d+)(?: (.+))?$/.exec(line) ?? [];
      if (pid !== undefined) pids.add(Number(pid));
      if (name !== undefined && !name.startsWith('unknown_service')) service ??= name;
    }
  } catch {
    // Without the file the child's own process ID is what there is.
  }
  return { pids: [...pids], service };
}

function exitOf(child: ChildProcess, file: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'ENOENT' ? 'there is no such command' : (error.code ?? error.message);
      reject(
        new Failure('config', `cannot start ${JSON.stringify(file)}: ${reason}`, { cause: error }),
      );
    });
    child.on('exit', (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    );
  });
}

function forwardSignals(child: ChildProcess): { stop(): void } {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;
  const passOn = (signal: NodeJS.Signals): void => {
    // On a terminal, Ctrl-C has reached the whole group already: twice would make many applications quit at once.
    if (signal === 'SIGINT' && process.stdin.isTTY) return;
    child.kill(signal);
  };
  for (const signal of signals) process.on(signal, passOn);
  return {
    stop: () => {
      for (const signal of signals) process.off(signal, passOn);
    },
  };
}
