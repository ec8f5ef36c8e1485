// What tests of pipelines share: a store that remembers, settings around it, and a folder of shared reference files.

import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type Clock, seededRandom, systemClock } from '../src/base/clock.ts';
import { createEmbeddedNames } from '../src/config/embedded-names.ts';
import { accepted, type ConsumeContext, type ConsumeOutcome } from '../src/model/consumers.ts';
import type { LogsBatch } from '../src/model/logs-batch.ts';
import type { MetricsBatch } from '../src/model/metrics-batch.ts';
import type { SeriesBatch } from '../src/model/series-batch.ts';
import type { SpansBatch } from '../src/model/spans-batch.ts';
import type { EmbeddedStore } from '../src/pipeline/component.ts';
import type { PipelineSettings } from '../src/pipeline/pipeline.ts';
import { createLogger, type LogLevel } from '../src/runtime/logger.ts';
import { createSelfTelemetry, type SelfTelemetry } from '../src/runtime/self-telemetry.ts';

/** Answers as `answer` says, after it has noted the batch. */
export class MemoryStore implements EmbeddedStore {
  readonly logsBatches: LogsBatch[] = [];
  readonly spansBatches: SpansBatch[] = [];
  readonly metricsBatches: MetricsBatch[] = [];
  readonly seriesBatches: SeriesBatch[] = [];
  readonly contexts: ConsumeContext[] = [];
  answer: () => Promise<ConsumeOutcome> = async () => accepted;

  readonly logs: EmbeddedStore['logs'] = {
    consumeLogs: (batch, context) => this.#note(this.logsBatches, batch, context),
  };
  readonly spans: EmbeddedStore['spans'] = {
    consumeSpans: (batch, context) => this.#note(this.spansBatches, batch, context),
  };
  readonly metrics: EmbeddedStore['metrics'] = {
    consumeMetrics: (batch, context) => this.#note(this.metricsBatches, batch, context),
  };
  readonly series: EmbeddedStore['series'] = {
    consumeSeries: (batch, context) => this.#note(this.seriesBatches, batch, context),
  };

  #note<Batch>(batches: Batch[], batch: Batch, context: ConsumeContext): Promise<ConsumeOutcome> {
    batches.push(batch);
    this.contexts.push(context);
    return this.answer();
  }

  /** Bodies of all log records, in the order of arrival. */
  bodies(): string[] {
    return this.logsBatches.flatMap((batch) =>
      Array.from({ length: batch.length }, (_, row) => batch.body.textAt(row)),
    );
  }
}

export interface TestSettings extends PipelineSettings {
  readonly store: MemoryStore;
  readonly counters: SelfTelemetry;
  /** Messages that were logged, as `level: message`. */
  readonly logged: readonly string[];
  /** The same lines with all their fields. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
}

export function testSettings(
  overrides: Partial<Omit<PipelineSettings, 'store' | 'counters'>> = {},
  clock: Clock = systemClock,
): TestSettings {
  const logged: string[] = [];
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger({
    level: 'debug',
    nowMs: () => 0,
    write: (line) => {
      const fields = JSON.parse(line) as { level: LogLevel; message: string };
      logged.push(`${fields.level}: ${fields.message}`);
      lines.push({ ...fields });
    },
  });
  return {
    logger,
    clock,
    random: seededRandom(1),
    store: new MemoryStore(),
    embedded: createEmbeddedNames({ overrides: {}, portShift: 0 }),
    defaultTenant: 'default',
    portShift: 0,
    bindAnywhere: false,
    listenHost: 'localhost',
    lookup: () => Promise.reject(new Error('no network in tests')),
    counters: createSelfTelemetry(),
    logged,
    lines,
    ...overrides,
  };
}

/** A promise with its handles outside. */
export function deferred<T>(): {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
} {
  let resolve: (value: T) => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

/** A `--port-shift` with which all of these ports are free, below the range from which the system itself gives out ports. */
export async function freeShift(ports: readonly number[]): Promise<number> {
  for (let shift = 10_000 + (process.pid % 9000); ; shift += 7) {
    const free = await Promise.all(ports.map((port) => isFree(port + shift)));
    if (free.every(Boolean)) return shift;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/**
 * A path in the folder of reference files beside the repository, or undefined, with the reason printed, when there is none;
 * with `CI=true` its absence is an error.
 */
export function sharedPath(path: string): string | undefined {
  const full = fileURLToPath(new URL(`../../shared/${path}`, import.meta.url));
  if (existsSync(full)) return full;
  if (process.env['CI'] === 'true') throw new Error(`${full} is missing`);
  process.stderr.write(`skipped: ${full} is missing\n`);
  return undefined;
}
