// The demo shop as a whole: installs it, runs it, and makes its incidents happen. One at a time; start and stop may be asked for at
// any moment.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import {
  type DemoIncidentId,
  demoIncidentIds,
  type DemoPhase,
  type DemoStatus,
} from '../api/explore/contract/demo.ts';
import type { Clock } from '../base/clock.ts';
import { asFailure, Failure } from '../base/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import { installShop } from './install.ts';
import { createProcesses, type ShopProcesses } from './processes.ts';
import { incidentPlans } from './shop.ts';
import {
  createTimetable,
  defaultPace,
  type DueChange,
  type Timetable,
  type TimetablePace,
} from './timetable.ts';

export interface DemoOptions {
  /** The files of the shop. */
  readonly source: string;
  /** Clew's data folder. */
  readonly dataFolder: string;
  /** Without what is meant for Clew itself. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly otlpUrl: string;
  readonly otlpHeaders: string;
  /** Where the screen shows it. */
  readonly watchUrl: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Reads standard output as `clew run` does. */
  readonly readOutput: (service: string, pid: number, output: Readable) => void;
  readonly pace?: TimetablePace;
}

export interface Demo {
  status(): DemoStatus;
  /** Returns at once; `status` tells how it goes. A demo that runs goes on. */
  start(): void;
  /** Settles when no process is left. */
  stop(): Promise<void>;
  /** Fails with `unavailable` unless the shop runs, with `not-found` when there is no such incident. */
  startIncident(id: string): void;
}

const tickMs = 500;
/** A process that ends by itself is started again, but not for ever. */
const restartsMax = 5;

/** One run from start to stop. */
interface Session {
  readonly stopping: AbortController;
  processes?: ShopProcesses;
  timer?: NodeJS.Timeout;
  runningSinceMs: number | null;
  restarts: number;
  /** Deploys, one after the other. */
  work: Promise<void>;
}

const stepTitles = [
  'Install the packages',
  'Create the database',
  'Start the database and seven services',
];
const startingStep = 2;

export function createDemo(options: DemoOptions): Demo {
  const { clock, logger } = options;
  let phase: DemoPhase = 'off';
  let message = 'The demo shop is not running';
  let step = 0;
  let session: Session | undefined;
  /** Of the last shop that was open: what happened in it can still be looked at. */
  let timetable: Timetable | undefined;

  const enter = (next: DemoPhase, sentence: string): void => {
    phase = next;
    message = sentence;
  };

  const endSession = async (ending: Session): Promise<void> => {
    ending.stopping.abort();
    clearInterval(ending.timer);
    timetable?.close(clock.nowMs());
    await ending.work;
    await ending.processes?.stopAll();
  };

  const fail = async (failing: Session, error: unknown): Promise<void> => {
    if (failing.stopping.signal.aborted) return;
    const failure = asFailure(error);
    logger.warn('the demo shop failed', { reason: failure.message });
    await endSession(failing);
    if (session !== failing) return;
    session = undefined;
    enter('failed', `The demo shop could not run: ${failure.message}.`);
  };

  const open = async (opening: Session): Promise<void> => {
    const { signal } = opening.stopping;
    const target = join(options.dataFolder, 'demo');
    mkdirSync(target, { recursive: true });
    const installed = await installShop(
      {
        source: options.source,
        target,
        env: options.env,
        progress: (part, sentence) => {
          // What npm still says while it ends is not shown any more.
          if (signal.aborted) return;
          step = part === 'packages' ? 0 : 1;
          enter('installing', sentence);
        },
      },
      signal,
    );
    step = startingStep;
    opening.processes = createProcesses({
      ...options,
      ...installed,
      onBroken: (name, reason) => restart(opening, name, reason),
    });
    await opening.processes.startAll((name) => {
      if (!signal.aborted) enter('starting', `Starting ${name}`);
    }, signal);
    opening.runningSinceMs = clock.nowMs();
    const opened = createTimetable(
      incidentPlans,
      options.pace ?? defaultPace,
      opening.runningSinceMs,
    );
    timetable = opened;
    opening.timer = setInterval(() => {
      for (const change of opened.due(clock.nowMs())) enqueue(opening, () => act(opening, change));
    }, tickMs);
    opening.timer.unref();
    step = stepTitles.length;
    enter('running', 'The shop is open: seven services, about four requests a second');
    logger.info('the demo shop is open', { watch: options.watchUrl });
  };

  const enqueue = (on: Session, work: () => Promise<void>): void => {
    on.work = on.work.then(work).catch((error: unknown) => {
      if (!on.stopping.signal.aborted)
        logger.warn('the demo shop could not be changed', { reason: asFailure(error).message });
    });
  };

  const act = async (on: Session, { kind, id }: DueChange): Promise<void> => {
    const plan = incidentPlans.find((one) => one.id === id);
    if (plan === undefined || on.stopping.signal.aborted) return;
    logger.info(`the demo's incident ${kind}s`, { incident: id });
    const { effect } = plan;
    if (effect.kind === 'message') on.processes?.tell(effect.process, effect[kind]);
    else
      await on.processes?.deploy(
        effect.process,
        kind === 'start' ? effect : {},
        on.stopping.signal,
      );
  };

  const restart = (on: Session, name: string, reason: string): void => {
    if (on.stopping.signal.aborted) return;
    logger.warn('a process of the demo shop ended', { process: name, reason });
    on.restarts++;
    if (on.restarts > restartsMax) {
      void fail(on, new Failure('unavailable', `${name} ${reason}`));
      return;
    }
    enqueue(on, async () => await on.processes?.deploy(name, {}, on.stopping.signal));
  };

  return {
    status: () => ({
      phase,
      message,
      steps: stepTitles.map((title, at) => ({
        title,
        state: at < step ? 'done' : at === step && phase !== 'off' ? 'doing' : 'waiting',
      })),
      runningSinceMs: session?.runningSinceMs ?? null,
      services: session?.processes?.services() ?? [],
      incidents: timetable?.incidents() ?? [],
    }),
    start: () => {
      if (session !== undefined) return;
      const opening: Session = {
        stopping: new AbortController(),
        runningSinceMs: null,
        restarts: 0,
        work: Promise.resolve(),
      };
      session = opening;
      step = 0;
      enter('installing', 'Installing the demo shop');
      logger.info('starting the demo shop; its packages are fetched from npm once');
      opening.work = open(opening).catch((error: unknown) => {
        // Not awaited: ending the session waits for this very work.
        void fail(opening, error);
      });
    },
    stop: async () => {
      const stopping = session;
      if (stopping === undefined) return;
      enter('stopping', 'Stopping the demo shop');
      await endSession(stopping);
      if (session !== stopping) return;
      session = undefined;
      enter('off', 'The demo shop is not running');
    },
    startIncident: (id) => {
      if (!isIncidentId(id))
        throw new Failure(
          'not-found',
          `no incident ${JSON.stringify(id.slice(0, 100))}: there are ${demoIncidentIds.join(', ')}`,
        );
      if (timetable === undefined || phase !== 'running')
        throw new Failure('unavailable', 'the demo shop is not running: start it first');
      timetable.startNow(id);
    },
  };
}

function isIncidentId(id: string): id is DemoIncidentId {
  return (demoIncidentIds as readonly string[]).includes(id);
}
