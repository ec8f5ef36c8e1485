// The demo shop of this Clew: where its files are, where its telemetry goes, and how its plain-text service is read.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../base/clock.ts';
import { followOutput } from '../cli/run/follow-output.ts';
import { createShipper } from '../cli/run/shipper.ts';
import type { RunningClew } from '../cli/running.ts';
import { createDemo, type Demo } from '../demo/demo.ts';
import { tenantHeader, type TenantPolicy } from '../model/tenant.ts';
import type { Logger } from '../runtime/logger.ts';

export interface DemoSetUp {
  readonly running: RunningClew;
  readonly dataFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly tenants: TenantPolicy;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Where the checkout and the package have the shop. */
const shopFolder = fileURLToPath(new URL('../../examples/demo-shop', import.meta.url));
/** Whose the demo's telemetry is when every request must say so. */
const demoTenant = 'demo';
/** How long the last lines of a process that has ended may take to be stored. */
const farewellMs = 2000;

/** Undefined when the shop's files are not part of this Clew. */
export function setUpDemo(options: DemoSetUp): Demo | undefined {
  if (!existsSync(join(shopFolder, 'package-lock.json'))) return undefined;
  const { running, clock, logger, tenants } = options;
  const tenant = tenants.enabled ? demoTenant : undefined;
  return createDemo({
    source: shopFolder,
    dataFolder: options.dataFolder,
    env: withoutOwn(options.env),
    otlpUrl: `http://127.0.0.1:${running.ports.otlpHttp}`,
    otlpHeaders: tenant === undefined ? '' : `${tenantHeader}=${tenant}`,
    watchUrl: `http://localhost:${running.ports.ui}/overview?from=now-5m&to=now&refresh=10s`,
    clock,
    logger,
    readOutput: (service, pid, output) => {
      const shipper = createShipper({
        url: running.url,
        tenant,
        application: () => ({ pids: [pid], service }),
      });
      void followOutput(output, 'stdout', shipper, clock).then(() => shipper.finish(farewellMs));
    },
  });
}

/** What is meant for Clew, for Node.js running Clew or for another application's telemetry is not for the shop. */
function withoutOwn(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(?:OTEL_|CLEW_|NODE_OPTIONS$|NODE_ENV$)/.test(name)),
  );
}
