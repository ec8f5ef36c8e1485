import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type StartedProcess, startShopProcess } from './shop-process.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'clew-shop-process-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts a process that runs the program. */
async function startProgram(program: string, signal?: AbortSignal): Promise<StartedProcess> {
  writeFileSync(join(folder, 'program.js'), program);
  return await startShopProcess(
    {
      name: 'baker',
      folder,
      file: 'program.js',
      nodeOptions: [],
      env: { PATH: process.env['PATH'] },
      addresses: { mill: 'http://127.0.0.1:1' },
    },
    signal ?? new AbortController().signal,
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('a process of the shop', () => {
  test('hears where the others are, says its port, and ends when it is told to', async () => {
    const started = await startProgram(`
      process.on('message', ({ addresses, stop }) => {
        if (addresses !== undefined) process.send({ ready: addresses.mill === 'http://127.0.0.1:1' ? 4711 : 1 });
        if (stop === true) process.exit(0);
      });`);
    expect(started.url).toBe('http://127.0.0.1:4711');
    await started.stop();
    expect(isAlive(started.pid)).toBe(false);
  });

  test('that crashes at its start is told with its error', async () => {
    await expect(startProgram(`throw new TypeError('no flour');`)).rejects.toMatchObject({
      code: 'unavailable',
      message: 'baker of the demo shop ended with 1: TypeError: no flour',
    });
  });

  test('that ends later by itself is broken, one that is stopped is not', async () => {
    const started = await startProgram(`
      process.send({ ready: 1 });
      process.on('message', ({ fall }) => fall === true && process.exit(7));`);
    started.tell({ fall: true });
    expect(await started.broken).toBe('ended with 7');
  });

  test('that does not get ready is gone when the start is given up', async () => {
    const stopping = new AbortController();
    const starting = startProgram(`process.on('message', () => undefined);`, stopping.signal);
    stopping.abort();
    await expect(starting).rejects.toMatchObject({ code: 'canceled' });
  });
});
