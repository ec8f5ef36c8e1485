// What the demo shop costs while it runs: CPU and memory of its processes and of the Clew that stores what they send, over whole
// minutes with an incident in each, the deploys of the incidents included.

import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { DemoStatus } from '../../src/api/explore/contract/demo.ts';
import { demoIncidentIds } from '../../src/api/explore/contract/demo.ts';
import { type ClewProcess, eventually, removeFolder, temporaryFolder } from '../clew-process.ts';
import { processTree, startBuiltClew, sum } from './built-clew.ts';
import { printTable, type Row, rounded } from './report.ts';

const minutes = Number(process.env['CLEW_BENCH_MINUTES'] ?? '5');
const sampleMs = 5000;
const minuteMs = 60_000;
const ticksPerSecond = 100;

interface Usage {
  /** User and system, since the process began. */
  readonly cpuSeconds: number;
  readonly pssMiB: number;
}

type Part = 'services' | 'database and visitors' | 'Clew';
const parts: readonly Part[] = ['services', 'database and visitors', 'Clew'];

function partOf(pid: number): Part {
  const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  if (command.includes('services/')) return 'services';
  return command.includes('backstage/') ? 'database and visitors' : 'Clew';
}

function usageOf(pid: number): Usage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
    pssMiB: Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0) / 1024,
  };
}

/** Keeps what processes that have ended had spent when they were last seen. */
class Meter {
  readonly #clew: ClewProcess;
  readonly #spent = new Map<number, { part: Part; cpuSeconds: number }>();
  readonly peakMiB: Record<Part, number> = { services: 0, 'database and visitors': 0, Clew: 0 };
  peakTotalMiB = 0;

  constructor(clew: ClewProcess) {
    this.#clew = clew;
  }

  sample(): void {
    const mebibytes: Record<Part, number> = { services: 0, 'database and visitors': 0, Clew: 0 };
    for (const pid of processTree(this.#clew.child.pid ?? 0)) {
      try {
        const part = partOf(pid);
        const { cpuSeconds, pssMiB } = usageOf(pid);
        this.#spent.set(pid, { part, cpuSeconds });
        mebibytes[part] += pssMiB;
      } catch {
        // It has ended between the list and the look.
      }
    }
    for (const part of parts) this.peakMiB[part] = Math.max(this.peakMiB[part], mebibytes[part]);
    this.peakTotalMiB = Math.max(this.peakTotalMiB, sum(Object.values(mebibytes)));
  }

  cpuSeconds(of: Part): number {
    return sum(
      [...this.#spent.values()].map(({ part, cpuSeconds }) => (part === of ? cpuSeconds : 0)),
    );
  }
}

async function call(clew: ClewProcess, path: string, method: 'GET' | 'POST'): Promise<DemoStatus> {
  const answer = await fetch(clew.url(3000, path), { method });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return (await answer.json()) as DemoStatus;
}

export async function run(): Promise<void> {
  const data = temporaryFolder('bench-demo');
  try {
    const clew = await startBuiltClew({ data });
    await call(clew, '/api/demo/start', 'POST');
    await eventually(
      'the demo shop is open',
      async () => (await call(clew, '/api/demo', 'GET')).phase === 'running',
      300_000,
    );
    // The start itself, and what is compiled at first use, is over by then.
    await wait(minuteMs);
    const meter = new Meter(clew);
    meter.sample();
    const before = parts.map((part) => meter.cpuSeconds(part));
    const startedMs = Date.now();
    for (let minute = 0; minute < minutes; minute++) {
      const incident = demoIncidentIds[minute % demoIncidentIds.length];
      await call(clew, `/api/demo/incidents/${incident}`, 'POST');
      while (Date.now() - startedMs < (minute + 1) * minuteMs) {
        await wait(sampleMs);
        meter.sample();
      }
    }
    const seconds = (Date.now() - startedMs) / 1000;
    const shares = parts.map(
      (part, at) => ((meter.cpuSeconds(part) - (before[at] ?? 0)) / seconds) * 100,
    );
    const rows: Row[] = parts.map((part, at) => [
      part,
      rounded(shares[at] ?? 0),
      rounded(meter.peakMiB[part]),
    ]);
    rows.push(['all', rounded(sum(shares)), rounded(meter.peakTotalMiB)]);
    await clew.stop();
    printTable(
      `the demo shop over ${rounded(seconds / 60)} minutes, an incident begun in each`,
      ['part', '% of a core', 'peak MiB (PSS)'],
      rows,
    );
  } finally {
    removeFolder(data);
  }
}
