// Nothing that was acknowledged is lost: `kill -9` of main, of the storage child and of both, under load, and a restart.

import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type ClewProcess,
  eventually,
  removeFolder,
  startClew,
  temporaryFolder,
} from '../clew-process.ts';

const dayNs = 86_400_000_000_000n;

/** One OTLP/JSON request with `count` records whose bodies are numbered. */
function logsRequest(first: number, count: number): string {
  const now = BigInt(Date.now()) * 1_000_000n;
  return JSON.stringify({
    resourceLogs: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'crash' } }] },
        scopeLogs: [
          {
            logRecords: Array.from({ length: count }, (_, at) => ({
              timeUnixNano: String(now + BigInt(first + at)),
              severityNumber: 9,
              body: { stringValue: `record ${first + at}` },
            })),
          },
        ],
      },
    ],
  });
}

interface Load {
  readonly acknowledged: Set<number>;
  stop(): Promise<void>;
}

/** Numbers are never used twice, for all tests share a store. */
let next = 0;

/** Four senders, each with one request at a time; notes what was acknowledged and goes on through refusals. */
function sendLoad(clew: () => ClewProcess): Load {
  const acknowledged = new Set<number>();
  let running = true;
  const sender = async (): Promise<void> => {
    while (running) {
      const first = next;
      next += 50;
      try {
        const answer = await fetch(clew().url(4318, '/v1/logs'), {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: logsRequest(first, 50),
        });
        await answer.arrayBuffer();
        if (answer.status === 200) for (let at = first; at < first + 50; at++) acknowledged.add(at);
      } catch {
        // The process was just killed: this request was not acknowledged.
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const senders = Array.from({ length: 4 }, sender);
  return {
    acknowledged,
    stop: async () => {
      running = false;
      await Promise.all(senders);
    },
  };
}

/** The numbers of all stored records, by Loki's API. */
async function storedNumbers(clew: ClewProcess): Promise<Map<number, number>> {
  const counts = new Map<number, number>();
  const end = BigInt(Date.now()) * 1_000_000n + dayNs / 24n;
  let start = end - dayNs;
  for (;;) {
    const parameters = new URLSearchParams({
      query: '{service_name="crash"}',
      start: String(start),
      end: String(end),
      limit: '5000',
      direction: 'forward',
    });
    const answer = await fetch(clew.url(3100, `/loki/api/v1/query_range?${parameters.toString()}`));
    expect(answer.status).toBe(200);
    const { data } = (await answer.json()) as {
      data: { result: { values: [string, string][] }[] };
    };
    const values = data.result.flatMap((stream) => stream.values);
    for (const [, line] of values) {
      const number = Number(line.slice('record '.length));
      counts.set(number, (counts.get(number) ?? 0) + 1);
    }
    if (values.length < 5000) return counts;
    start =
      values.reduce((latest, [time]) => (BigInt(time) > latest ? BigInt(time) : latest), 0n) + 1n;
  }
}

function descendants(pid: number): number[] {
  let children: number[];
  try {
    children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
      .trim()
      .split(/\s+/)
      .map(Number);
  } catch {
    return [];
  }
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('kill -9 under load', () => {
  const data = temporaryFolder('crash');
  let clew: ClewProcess;
  beforeAll(async () => {
    clew = await startClew({ data });
  });
  afterAll(async () => {
    await clew.stop();
    removeFolder(data);
  });

  async function check(
    kill: (main: number, storage: readonly number[]) => void,
    survives: boolean,
  ): Promise<void> {
    const load = sendLoad(() => clew);
    await eventually('some records are acknowledged', () =>
      Promise.resolve(load.acknowledged.size > 500),
    );
    const main = clew.child.pid ?? 0;
    const storage = descendants(main);
    expect(storage.length).toBeGreaterThan(0);
    kill(main, storage);
    if (!survives) {
      await eventually('the process is gone', () => Promise.resolve(!isAlive(main)));
      await eventually('no child is left behind', () =>
        Promise.resolve(storage.every((pid) => !isAlive(pid))),
      );
      clew = await startClew({ data, shift: clew.shift });
    }
    const before = load.acknowledged.size;
    await eventually('records are taken again', () =>
      Promise.resolve(load.acknowledged.size > before + 500),
    );
    await load.stop();
    const stored = await storedNumbers(clew);
    const lost = [...load.acknowledged].filter((number) => !stored.has(number));
    expect(lost).toEqual([]);
    const twice = [...stored].filter(([, count]) => count > 1);
    expect(twice).toEqual([]);
  }

  test('of main', async () => await check((main) => process.kill(main, 'SIGKILL'), false));
  test('of the storage child', async () => {
    await check((_, storage) => {
      for (const pid of storage) process.kill(pid, 'SIGKILL');
    }, true);
  });
  test('of both', async () => {
    await check((main, storage) => {
      for (const pid of [main, ...storage]) process.kill(pid, 'SIGKILL');
    }, false);
  });
});

test('SIGTERM drains and ends with 0; a second Clew on the same folder says so and ends with 1', async () => {
  const data = temporaryFolder('lock');
  const clew = await startClew({ data });
  await expect(startClew({ data })).rejects.toThrow(/another Clew|in use|already/i);
  expect(await clew.stop()).toBe(0);
  removeFolder(data);
});

test('a port in use: one sentence with the port and the flag, exit 1', async () => {
  const first = await startClew();
  const data = temporaryFolder('ports');
  await expect(startClew({ data, shift: first.shift })).rejects.toThrow(/port \d+ .*--port-shift/);
  expect(await first.stop()).toBe(0);
  removeFolder(first.data);
  removeFolder(data);
});
