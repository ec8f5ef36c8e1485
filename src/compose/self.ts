// What Clew knows of itself: counters of what came in, the health that the screen's banner shows, and `/metrics`.

import type { Clock } from '../base/clock.ts';
import { asFailure } from '../base/errors.ts';
import type { Health } from '../api/explore/contract/records.ts';
import type {
  ConsumeOutcome,
  LogsConsumer,
  SeriesConsumer,
  SpansConsumer,
} from '../model/consumers.ts';
import type { Refusals } from '../runtime/refusals.ts';
import type { SelfMetric, SelfTelemetry } from '../runtime/self-telemetry.ts';
import type { DatabaseState } from '../storage/database.ts';
import {
  type ExposedMetric,
  type ExposedSample,
  printExposition,
} from '../wire/prometheus/exposition.ts';

const stored = {
  logs: 'clew_stored_log_records_total',
  spans: 'clew_stored_spans_total',
  samples: 'clew_stored_samples_total',
} as const;
const rejectedTotal = 'clew_rejected_total';
const answersTotal = 'clew_http_answers_total';

export interface StoreConsumers {
  readonly logs: LogsConsumer;
  readonly spans: SpansConsumer;
  readonly series: SeriesConsumer;
}

/** The same consumers, counted. */
export function countConsumers(
  consumers: StoreConsumers,
  telemetry: SelfTelemetry,
  refusals: Refusals,
): StoreConsumers {
  const note = async (
    signal: keyof typeof stored,
    count: number,
    consumed: Promise<ConsumeOutcome>,
  ): Promise<ConsumeOutcome> => {
    let outcome: ConsumeOutcome;
    try {
      outcome = await consumed;
    } catch (thrown) {
      const { code, message } = asFailure(thrown);
      refusals.note(signal, message, count, code === 'overloaded' || code === 'unavailable');
      throw thrown;
    }
    const { rejected, message } = outcome;
    telemetry.add(stored[signal], {}, count - rejected);
    if (rejected > 0) {
      telemetry.add(rejectedTotal, { signal }, rejected);
      refusals.note(signal, message, rejected, false);
    }
    return outcome;
  };
  return {
    logs: {
      consumeLogs: async (batch, context) => {
        const count = batch.length;
        return await note('logs', count, consumers.logs.consumeLogs(batch, context));
      },
    },
    spans: {
      consumeSpans: async (batch, context) => {
        const count = batch.length;
        return await note('spans', count, consumers.spans.consumeSpans(batch, context));
      },
    },
    series: {
      consumeSeries: async (batch, context) => {
        const count = batch.series.reduce(
          (sum, { values, histograms }) => sum + values.length + histograms.length,
          0,
        );
        return await note('samples', count, consumers.series.consumeSeries(batch, context));
      },
    },
  };
}

export interface SelfOptions {
  readonly telemetry: SelfTelemetry;
  readonly version: string;
  readonly clock: Clock;
  readonly state: () => DatabaseState;
  /** Sentences of the store about itself. */
  readonly problems: () => readonly { readonly code: string; readonly message: string }[];
  /** Whether the store has any telemetry. */
  readonly hasStored: () => boolean;
}

export interface Self {
  health(): Health;
  metrics(): string;
  /** Counts an answer of one of the HTTP ports. */
  answered(api: string, status: number): void;
  /** Undefined when ready. */
  notReady(): string | undefined;
}

const stateProblems: Readonly<
  Partial<Record<DatabaseState, { readonly code: string; readonly message: string }>>
> = {
  starting: {
    code: 'store-starting',
    message:
      'The store is starting: what is sent meanwhile is refused as retryable, nothing that was acknowledged is lost.',
  },
  'read-only': {
    code: 'disk-full',
    message:
      'The disk is full: new telemetry is refused as retryable, queries go on. Ingest resumes by itself when there is room.',
  },
  closed: { code: 'store-closed', message: 'The store is closed: Clew is stopping.' },
};

export function createSelf(options: SelfOptions): Self {
  const { telemetry, version, clock, state } = options;
  const startMs = clock.monotonicMs();
  telemetry.gauge('clew_build_info', { version }, () => 1);
  telemetry.gauge('clew_uptime_seconds', {}, () => (clock.monotonicMs() - startMs) / 1000);
  telemetry.gauge('process_resident_memory_bytes', {}, () => process.memoryUsage.rss());
  telemetry.gauge('clew_store_ready', {}, () => (state() === 'ready' ? 1 : 0));
  return {
    health: () => {
      const ofState = stateProblems[state()];
      const problems = [...(ofState === undefined ? [] : [ofState]), ...options.problems()];
      const unique = [...new Map(problems.map((problem) => [problem.code, problem])).values()];
      const received = {
        logs: telemetry.total(stored.logs),
        spans: telemetry.total(stored.spans),
        samples: telemetry.total(stored.samples),
      };
      return {
        status: state() === 'starting' ? 'starting' : unique.length === 0 ? 'ok' : 'degraded',
        version,
        problems: unique,
        received,
        isEmpty:
          state() !== 'starting' &&
          received.logs + received.spans + received.samples === 0 &&
          !options.hasStored(),
      };
    },
    answered: (api, status) => telemetry.add(answersTotal, { api, status: String(status) }, 1),
    metrics: () => printExposition(familiesOf(telemetry.read())),
    notReady: () =>
      state() === 'ready' || state() === 'read-only' ? undefined : `the store is ${state()}`,
  };
}

/** The metrics of one name as one family, in the order in which they come. */
function familiesOf(metrics: readonly SelfMetric[]): readonly ExposedMetric[] {
  const families = new Map<string, ExposedMetric & { readonly samples: ExposedSample[] }>();
  for (const { name, kind, labels, value } of metrics) {
    let family = families.get(name);
    if (family === undefined) families.set(name, (family = { name, type: kind, samples: [] }));
    family.samples.push({ labels, value });
  }
  return [...families.values()];
}
