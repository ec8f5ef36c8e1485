// The processes of the demo shop as a whole: started in order, told of each other, replaced one by one as a rolling deploy does
// it, and ended from the outside in, so that what they have to say is still taken.

import type { Readable } from 'node:stream';
import type { DemoService } from '../api/explore/contract/demo.ts';
import { assertDefined } from '../base/assert.ts';
import { type ShopProcess, shopProcesses } from './shop.ts';
import { type StartedProcess, startShopProcess } from './shop-process.ts';

export interface ProcessesOptions {
  readonly folder: string;
  readonly databaseFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly otlpUrl: string;
  /** Of OTLP requests, `name=value,…`; empty: none. */
  readonly otlpHeaders: string;
  readonly readOutput: (service: string, pid: number, output: Readable) => void;
  /** A process ended by itself. */
  readonly onBroken: (name: string, reason: string) => void;
}

/** What an incident changes about a process. */
export interface Change {
  readonly version?: string | undefined;
  readonly host?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

export interface ShopProcesses {
  startAll(progress: (name: string) => void, signal: AbortSignal): Promise<void>;
  /** A new process with the change (none: as it was at first) takes the place of the one that runs. */
  deploy(name: string, change: Change, signal: AbortSignal): Promise<void>;
  tell(name: string, message: Readonly<Record<string, unknown>>): void;
  services(): readonly DemoService[];
  stopAll(): Promise<void>;
}

/** Small heaps, and one helper thread of V8 each: the shop is idle most of the time. */
const nodeOptions = ['--max-old-space-size=96', '--max-semi-space-size=1', '--v8-pool-size=1'];

interface Running {
  readonly plan: ShopProcess;
  readonly process: StartedProcess;
  readonly service: DemoService | undefined;
}

export function createProcesses(options: ProcessesOptions): ShopProcesses {
  const running = new Map<string, Running>();
  /** Those that have been replaced and are not gone yet. */
  const leaving = new Set<Promise<void>>();
  let instances = 0;

  const addresses = (): Record<string, string> =>
    Object.fromEntries(
      [...running.values()].flatMap(({ plan, process }) =>
        [plan.name, ...(plan.alias === undefined ? [] : [plan.alias])].map(
          (name) => [name, process.url] as const,
        ),
      ),
    );

  const start = async (plan: ShopProcess, change: Change, signal: AbortSignal): Promise<void> => {
    const service =
      plan.service === undefined
        ? undefined
        : {
            name: plan.name,
            version: change.version ?? plan.service.version,
            host: change.host ?? plan.service.host,
          };
    const { readOutput } = options;
    const started = await startShopProcess(
      {
        name: plan.name,
        folder: options.folder,
        file: plan.file,
        nodeOptions: [
          ...nodeOptions,
          ...(plan.nodeOptions ?? []),
          ...(service === undefined ? [] : ['--require', './telemetry.js']),
        ],
        env: {
          ...options.env,
          ...(service === undefined
            ? { DATABASE_FOLDER: options.databaseFolder }
            : serviceEnvironment(options, service, ++instances)),
          ...change.env,
        },
        addresses: addresses(),
        ...(plan.readOutput === true && {
          readOutput: (output, pid) => readOutput(plan.name, pid, output),
        }),
      },
      signal,
    );
    const before = running.get(plan.name);
    running.set(plan.name, { plan, process: started, service });
    void started.broken.then((reason) => {
      if (running.get(plan.name)?.process !== started) return;
      running.delete(plan.name);
      options.onBroken(plan.name, reason);
    });
    for (const { process } of running.values()) process.tell({ addresses: addresses() });
    if (before !== undefined) {
      const gone = before.process.stop().finally(() => leaving.delete(gone));
      leaving.add(gone);
    }
  };
  const planOf = (name: string): ShopProcess =>
    assertDefined(
      shopProcesses.find((plan) => plan.name === name),
      `the shop has no ${name}`,
    );
  return {
    startAll: async (progress, signal) => {
      for (const plan of shopProcesses) {
        progress(plan.name);
        await start(plan, {}, signal);
      }
    },
    deploy: (name, change, signal) => start(planOf(name), change, signal),
    tell: (name, message) => running.get(name)?.process.tell(message),
    services: () => [...running.values()].flatMap(({ service }) => service ?? []),
    stopAll: async () => {
      const all = [...running.values()];
      running.clear();
      for (const turn of [0, 1, 2, 3])
        await Promise.all(
          all.filter(({ plan }) => stopTurnOf(plan) === turn).map(({ process }) => process.stop()),
        );
      await Promise.all(leaving);
    },
  };
}

/** Visitors first, then those who call others, then those who are called, the database last. */
function stopTurnOf({ name, service, stopsFirst }: ShopProcess): number {
  if (service === undefined) return name === 'database' ? 3 : 0;
  return stopsFirst === true ? 1 : 2;
}

function serviceEnvironment(
  { otlpUrl, otlpHeaders }: ProcessesOptions,
  { name, version, host }: DemoService,
  instance: number,
): Record<string, string> {
  const attributes = {
    'service.namespace': 'demo-shop',
    'service.version': version,
    'service.instance.id': `${name}-${instance}`,
    'host.name': host,
    'deployment.environment.name': 'demo',
  };
  return {
    SERVICE_VERSION: version,
    OTEL_SERVICE_NAME: name,
    OTEL_RESOURCE_ATTRIBUTES: Object.entries(attributes)
      .map(([key, value]) => `${key}=${value}`)
      .join(','),
    // What the environment says is all there is to know: this machine's own name would be in the way.
    OTEL_NODE_RESOURCE_DETECTORS: 'env',
    OTEL_EXPORTER_OTLP_ENDPOINT: otlpUrl,
    ...(otlpHeaders !== '' && { OTEL_EXPORTER_OTLP_HEADERS: otlpHeaders }),
    OTEL_SEMCONV_STABILITY_OPT_IN: 'http,database',
  };
}
