// A Clew for one test file, with the shop's telemetry in it, ended after the file's last test.

import { afterAll, beforeAll } from 'vitest';
import { type ClewProcess, removeFolder, startClew } from '../clew-process.ts';
import { check, type Expected, type Recorded } from './exchange.ts';
import { openShop, type Shop } from './shop-telemetry.ts';

export interface RunningShop {
  readonly clew: ClewProcess;
  readonly shop: Shop;
  /** `check` of this Clew. */
  readonly ask: (recorded: Recorded, expected?: Expected) => ReturnType<typeof check>;
}

/** Called at the top of a test file; its fields may be used inside of tests. */
export function runShop(args: readonly string[] = []): RunningShop {
  let started: { readonly clew: ClewProcess; readonly shop: Shop } | undefined;
  const running = (): { readonly clew: ClewProcess; readonly shop: Shop } => {
    if (started === undefined) throw new Error('the shop is open inside of tests only');
    return started;
  };
  beforeAll(async () => {
    const clew = await startClew({ args });
    started = { clew, shop: await openShop(clew) };
  });
  afterAll(async () => {
    await started?.clew.stop();
    if (started !== undefined) removeFolder(started.clew.data);
  });
  return {
    get clew() {
      return running().clew;
    },
    get shop() {
      return running().shop;
    },
    ask: (recorded, expected) => check(running().clew, recorded, expected),
  };
}
