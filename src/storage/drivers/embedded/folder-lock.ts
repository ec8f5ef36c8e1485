// One store, one Clew: a lock file in the data folder names the process that has it. A process that is gone, also by
// `kill -9` or a power cut, holds nothing. The file exists for its message and for waiting on a storage process that
// is about to end; ClickHouse itself locks its folder with `flock`, which is the guarantee.

import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../../../base/errors.ts';

/** How long a storage process may outlive the Clew that started it before it is ended by force. */
const orphanWaitMs = 5000;
const pollMs = 20;

interface Holder {
  readonly pid: number;
  /** When the process began, in the system's own words: a number that was used again is another process. */
  readonly started: string;
}

interface LockFile {
  readonly owner: Holder;
  readonly storage?: Holder | undefined;
}

/** The process's start as Linux counts it; empty elsewhere and for processes that are gone. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command may hold spaces and parentheses: fields are counted behind the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? '' : (fields[19] ?? '');
  } catch {
    return '';
  }
}

function isAlive({ pid, started }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Without permission to signal it, it exists.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return process.platform !== 'linux' || startOf(pid) === started;
}

function holder(pid: number): Holder {
  return { pid, started: startOf(pid) };
}

function readLock(path: string): LockFile | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  try {
    return JSON.parse(text) as LockFile;
  } catch {
    // Torn by a crash while it was written: its writer is gone.
    return { owner: { pid: 0, started: '' } };
  }
}

async function waitForOrphan(storage: Holder): Promise<void> {
  for (let waitedMs = 0; isAlive(storage); waitedMs += pollMs) {
    if (waitedMs >= orphanWaitMs) {
      process.kill(storage.pid, 'SIGKILL');
      waitedMs = 0;
    }
    await delay(pollMs);
  }
}

export class FolderLock {
  readonly #path: string;
  readonly #owner: Holder = holder(process.pid);

  private constructor(path: string) {
    this.#path = path;
  }

  /** Takes the folder, or fails with `config` when a running Clew has it. */
  static async take(folder: string): Promise<FolderLock> {
    const path = join(folder, 'clew.lock');
    const lock = new FolderLock(path);
    for (;;) {
      try {
        writeFileSync(path, JSON.stringify({ owner: lock.#owner }), { flag: 'wx' });
        return lock;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const found = readLock(path);
      if (found === undefined) continue;
      if (found.owner.pid > 0 && isAlive(found.owner)) throw folderInUse(folder, found.owner.pid);
      if (found.storage !== undefined) await waitForOrphan(found.storage);
      // Two that find the same stale lock: the one whose rename succeeds removes it, the other starts over.
      const stale = `${path}.${process.pid}`;
      try {
        renameSync(path, stale);
      } catch {
        continue;
      }
      const renamed = readLock(stale);
      if (renamed !== undefined && renamed.owner.pid > 0 && isAlive(renamed.owner)) {
        // Between reading and renaming somebody else took it: give it back.
        renameSync(stale, path);
        continue;
      }
      rmSync(stale, { force: true });
    }
  }

  /** Remembers the storage process, so that whoever finds the lock stale waits for it to be gone. */
  setStorage(pid: number): void {
    const next = `${this.#path}.next`;
    writeFileSync(next, JSON.stringify({ owner: this.#owner, storage: holder(pid) }));
    renameSync(next, this.#path);
  }

  release(): void {
    rmSync(this.#path, { force: true });
  }
}

export function folderInUse(folder: string, pid: number | undefined): Failure {
  const who = pid === undefined ? 'another process' : `another Clew (process ${pid})`;
  return new Failure(
    'config',
    `data folder ${JSON.stringify(folder)} is in use by ${who}; stop it or choose another folder with --data`,
  );
}
