// The store as `main` opens it: a ClickHouse, its schema, and what reads and writes each signal. It opens first and
// closes last.

import type { Clock } from '../base/clock.ts';
import { asFailure } from '../base/errors.ts';
import type { LogsConsumer, SeriesConsumer, SpansConsumer } from '../model/consumers.ts';
import type { DifferenceSource } from '../query/difference-source.ts';
import type { LogSurveySource } from '../query/log-survey-source.ts';
import type { MetricSurveySource } from '../query/metric-survey-source.ts';
import type { OverviewSource } from '../query/overview-source.ts';
import type { CorrelationSource, LogSource, SeriesSource, SpanSource } from '../query/sources.ts';
import type { TraceSurveySource } from '../query/trace-survey-source.ts';
import type { Logger } from '../runtime/logger.ts';
import { SenderCatalog } from './attributes/sender-catalog.ts';
import { KnownSenders } from './attributes/sender-writer.ts';
import { createCorrelationSource } from './correlate/correlation-source.ts';
import { type Database, type DatabaseState, forScans } from './database.ts';
import { createDifferenceSource } from './difference/difference-source.ts';
import { EmbeddedDatabase } from './drivers/embedded/embedded-database.ts';
import { defaultEngineLimits } from './drivers/embedded/engine-settings.ts';
import { RemoteDatabase } from './drivers/remote/remote-database.ts';
import { GroupCommit } from './group-commit.ts';
import { createLogSurveySource } from './log-survey/log-survey-source.ts';
import { createLogStore } from './logs/log-store.ts';
import { createMetricSurveySource } from './metrics/metric-survey.ts';
import { createSeriesStore } from './metrics/series-store.ts';
import { migrate } from './migrate.ts';
import { createOverviewSource } from './overview/overview-source.ts';
import { Retention, type StoreFigures, type StoreProblem } from './retention.ts';
import { createSpanStore } from './spans/span-store.ts';
import { createTraceSurveySource } from './trace-survey/trace-survey-source.ts';

export type StoreLocation =
  | { readonly kind: 'embedded'; readonly folder: string }
  | { readonly kind: 'remote'; readonly url: string };

export interface StoreOptions {
  readonly where: StoreLocation;
  readonly retentionMs: number;
  readonly diskBytesMax: number;
  readonly diskReserveBytes?: number | undefined;
  /** One query's memory in the embedded engine; more fails with `limit`. */
  readonly queryMemoryBytesMax?: number | undefined;
  /** The longest that a record waits for others to be stored with. */
  readonly groupCommitMs?: number | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface StoreStatus {
  readonly state: DatabaseState;
  /** As of the last check, at most a minute ago. */
  readonly figures: StoreFigures;
  /** Bytes that wait to be stored. */
  readonly waitingBytes: number;
  readonly problems: readonly StoreProblem[];
}

export interface Store {
  readonly logs: LogSource;
  readonly logSurvey: LogSurveySource;
  readonly spans: SpanSource;
  readonly series: SeriesSource;
  readonly metricSurvey: MetricSurveySource;
  readonly correlation: CorrelationSource;
  readonly difference: DifferenceSource;
  readonly traceSurvey: TraceSurveySource;
  readonly overview: OverviewSource;
  readonly consumers: {
    readonly logs: LogsConsumer;
    readonly spans: SpansConsumer;
    readonly series: SeriesConsumer;
  };
  readonly database: Database;
  readonly state: DatabaseState;
  onState(listener: (state: DatabaseState) => void): () => void;
  status(): StoreStatus;
  /** Stores what waits, then closes. */
  close(): Promise<void>;
}

const spaceCheckMs = 10_000;
const partitionCheckMs = 60_000;

function openDatabase({ where, logger, queryMemoryBytesMax }: StoreOptions): Promise<Database> {
  const limits = {
    ...defaultEngineLimits,
    queryMemoryBytesMax: queryMemoryBytesMax ?? defaultEngineLimits.queryMemoryBytesMax,
  };
  return where.kind === 'embedded'
    ? EmbeddedDatabase.open({ folder: where.folder, logger, limits })
    : RemoteDatabase.open({ url: where.url, logger });
}

/** Repeats a check until it is stopped; a check that fails is tried again the next time. */
function repeat(everyMs: number, logger: Logger, check: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  const run = (): void => {
    running ??= check()
      .catch((thrown: unknown) => {
        const { code, message } = asFailure(thrown);
        if (code !== 'unavailable') logger.warn('store check failed', { code, reason: message });
      })
      .finally(() => {
        running = undefined;
      });
  };
  run();
  const timer = setInterval(run, everyMs).unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}

/** Fails with `config` when the data cannot be had, and lets go of it again when anything else fails. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { clock, logger, retentionMs, diskBytesMax, diskReserveBytes } = options;
  const database = await openDatabase(options);
  try {
    await migrate(database);
  } catch (thrown) {
    await database.close();
    throw thrown;
  }
  const group = new GroupCommit({ database, waitMs: options.groupCommitMs });
  const known = new KnownSenders();
  const retention = new Retention({
    database,
    clock,
    logger,
    retentionMs,
    diskBytesMax,
    diskReserveBytes,
    // A late record of a dropped day brings its sender again.
    onDropped: () => {
      known.forget();
      series.forget();
    },
  });
  const settings = {
    database,
    commit: group.commit,
    clock,
    retentionMs,
    known,
    catalog: new SenderCatalog(database),
  };
  const scans = forScans(database);
  const logs = createLogStore(settings);
  const spans = createSpanStore(settings);
  const series = createSeriesStore(settings);
  const stops = [
    repeat(spaceCheckMs, logger, () => retention.checkSpace()),
    repeat(partitionCheckMs, logger, () => retention.checkPartitions()),
  ];
  return {
    logs: logs.source,
    logSurvey: createLogSurveySource({ ...settings, database: scans }),
    spans: spans.source,
    series: series.source,
    metricSurvey: createMetricSurveySource(scans),
    correlation: createCorrelationSource({
      ...settings,
      retainedSinceNs: () => retention.retainedSinceNs(),
    }),
    overview: createOverviewSource({ database: scans }),
    difference: createDifferenceSource(scans),
    traceSurvey: createTraceSurveySource(scans),
    consumers: { logs: logs.consumer, spans: spans.consumer, series: series.consumer },
    database,
    get state() {
      return database.state;
    },
    onState: (listener) => database.onState(listener),
    status: () => ({
      state: database.state,
      figures: retention.figures,
      waitingBytes: group.bytes,
      problems: retention.problems,
    }),
    close: async () => {
      await Promise.all(stops.map((stop) => stop()));
      await group.close();
      await database.close();
    },
  };
}
