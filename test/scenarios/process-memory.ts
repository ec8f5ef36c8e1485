// How much memory a Clew has needed at most, as the kernel counts it.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Peak resident MiB of the largest process of the tree; undefined where the kernel does not say. */
export function peakMiB(pid: number): number | undefined {
  const peaks = tree(pid).flatMap((one) => {
    try {
      const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${one}/status`, 'utf8'))?.[1];
      return kib === undefined ? [] : [Number(kib) / 1024];
    } catch {
      return [];
    }
  });
  return peaks.length === 0 ? undefined : Math.max(...peaks);
}

function tree(pid: number): number[] {
  try {
    const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], {
      encoding: 'utf8',
    });
    return [pid, ...children.trim().split(/\s+/).map(Number).flatMap(tree)];
  } catch {
    return [pid];
  }
}
