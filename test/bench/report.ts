// How benches print: the machine once, then a table for each subject, so that figures can be copied into
// `docs/benchmarks.md` as they are.

import { cpus, totalmem } from 'node:os';

export type Row = readonly (string | number)[];

export function printMachine(): void {
  const processors = cpus();
  const gib = Math.round(totalmem() / 2 ** 30);
  console.log(
    `${processors[0]?.model.trim() ?? 'unknown processor'}, ${processors.length} cores, ${gib} GiB, Node ${process.version}`,
  );
}

/** Numbers to the right, texts to the left. */
export function printTable(title: string, head: readonly string[], rows: readonly Row[]): void {
  const cells = rows.map((row) =>
    row.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en-US') : cell)),
  );
  const widths = head.map((name, at) =>
    Math.max(name.length, ...cells.map((row) => row[at]?.length ?? 0)),
  );
  const line = (row: readonly string[], right: (at: number) => boolean): string =>
    row
      .map((cell, at) =>
        right(at) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const isNumber = (at: number): boolean => typeof rows[0]?.[at] === 'number';
  console.log(`\n${title}`);
  console.log(line(head, isNumber));
  for (const row of cells) console.log(line(row, isNumber));
}

/** The value below which `share` of the values lie; 0 when there are none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

export function rounded(value: number, digits: number = 1): number {
  return Number(value.toFixed(digits));
}

/** CPU milliseconds of this process for the fastest of some rounds, garbage collection included. */
export function bestCpuMs(rounds: number, work: () => Promise<void>): Promise<number>;
export function bestCpuMs(rounds: number, work: () => void): number;
export function bestCpuMs(
  rounds: number,
  work: () => void | Promise<void>,
): number | Promise<number> {
  let best = Infinity;
  const took = (since: NodeJS.CpuUsage): void => {
    const { user, system } = process.cpuUsage(since);
    best = Math.min(best, (user + system) / 1000);
  };
  const round = (left: number): number | Promise<number> => {
    if (left === 0) return best;
    const since = process.cpuUsage();
    const done = work();
    if (done !== undefined)
      return done.then(() => {
        took(since);
        return round(left - 1);
      });
    took(since);
    return round(left - 1);
  };
  return round(rounds);
}
