// How long after its start Clew's ports all answer, on a store that is there already.

import { createConnection } from 'node:net';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { freeShift, removeFolder, root, temporaryFolder } from '../clew-process.ts';
import { printTable, quantile, rounded } from './report.ts';
import { startSender } from './sender.ts';
import { startBuiltClew } from './built-clew.ts';

const rounds = 5;
const timeoutMs = 30_000;
const paths = [
  [3000, '/ready'],
  [3100, '/ready'],
  [3200, '/ready'],
  [9009, '/ready'],
] as const;
const sockets = [4317, 4318];

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function answers(shift: number): Promise<boolean> {
  const http = paths.map(async ([port, path]) => {
    try {
      return (await fetch(`http://127.0.0.1:${port + shift}${path}`)).ok;
    } catch {
      return false;
    }
  });
  const open = sockets.map((port) => isOpen(port + shift));
  return (await Promise.all([...http, ...open])).every(Boolean);
}

async function startOnce(data: string): Promise<{ readyMs: number; ownMs: number }> {
  const shift = await freeShift();
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [join(root, 'dist/main.js'), 'start', '--data', data, '--port-shift', String(shift)],
    { cwd: data, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  try {
    while (!(await answers(shift))) {
      if (child.exitCode !== null || performance.now() - started > timeoutMs)
        throw new Error(`Clew did not get ready: ${output}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const readyMs = performance.now() - started;
    return { readyMs, ownMs: Number(/ready \(([\d.]+) s\)/.exec(output)?.[1] ?? 0) * 1000 };
  } finally {
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await exited;
  }
}

export async function run(): Promise<void> {
  const data = temporaryFolder('bench-ready');
  try {
    const empty = await startOnce(data);
    const clew = await startBuiltClew({ data });
    for (const signal of ['logs', 'spans'] as const)
      await startSender({
        signal,
        port: 4318 + clew.shift,
        rowsPerRequest: 1000,
        connections: 4,
        seconds: 60,
        rowsMax: 200_000,
      }).result;
    await clew.stop();
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) times.push((await startOnce(data)).readyMs);
    printTable(
      'ready: from start to all six ports answering',
      ['store', 'median ms', 'worst ms'],
      [
        ['empty folder (once)', rounded(empty.readyMs, 0), rounded(empty.readyMs, 0)],
        [
          `200,000 logs and as many spans (${rounds} starts)`,
          rounded(quantile(times, 0.5), 0),
          rounded(Math.max(...times), 0),
        ],
      ],
    );
  } finally {
    removeFolder(data);
  }
}
