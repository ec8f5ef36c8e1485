// The Clew that benches measure: the build in `dist/`, with what the operating system knows of its whole process tree.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ClewProcess, root, startClew } from '../clew-process.ts';

/** Linux's unit of CPU time in /proc, on every architecture that Node.js runs on. */
const ticksPerSecond = 100;

export interface BuiltClewOptions {
  readonly data?: string | undefined;
  /** For Node.js itself, such as `--cpu-prof`. */
  readonly nodeArguments?: readonly string[];
}

export async function startBuiltClew(options: BuiltClewOptions = {}): Promise<ClewProcess> {
  const main = join(root, 'dist/main.js');
  if (!existsSync(main)) throw new Error('there is no build: run `npm run build` first');
  const given = (process.env['CLEW_BENCH_NODE'] ?? '').split(' ').filter((word) => word !== '');
  return await startClew({
    command: [process.execPath, ...given, ...(options.nodeArguments ?? []), main],
    ...(options.data !== undefined && { data: options.data }),
  });
}

function statOf(pid: number): readonly string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

/** The process and all below it. */
export function processTree(pid: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), parent: Number(statOf(Number(name))[1]) }));
  const below = (from: number): number[] => [
    from,
    ...parents.filter(({ parent }) => parent === from).flatMap((child) => below(child.pid)),
  ];
  return below(pid);
}

/** CPU seconds, user and system, that each process of the tree has spent. */
export function cpuSeconds(clew: ClewProcess): number[] {
  return processTree(clew.child.pid ?? 0).map((pid) => {
    const stat = statOf(pid);
    return (Number(stat[11] ?? 0) + Number(stat[12] ?? 0)) / ticksPerSecond;
  });
}

/** Proportional set size: what is shared with others counts in parts. */
export function processMemoryMiB(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0) / 1024;
}

/** Of each process of the tree. */
export function memoryMiB(clew: ClewProcess): number[] {
  return processTree(clew.child.pid ?? 0).map(processMemoryMiB);
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
