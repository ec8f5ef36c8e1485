// Who takes telemetry. The next component of a pipeline is one, and so is the store: `main` hands the store's
// consumers to the pipelines, so that neither knows the other.

import type { LogsBatch } from './logs-batch.ts';
import type { MetricsBatch } from './metrics-batch.ts';
import type { SeriesBatch } from './series-batch.ts';
import type { SpansBatch } from './spans-batch.ts';

export interface ConsumeContext {
  /** The tenant whose data this is; the single default one when tenants are off. */
  readonly tenant: string;
  readonly signal?: AbortSignal | undefined;
}

/** What became of a batch that was not refused as a whole. */
export interface ConsumeOutcome {
  /** Records, spans, points or samples that were not taken and never will be: the client must not retry. */
  readonly rejected: number;
  /** Why, for the client; empty when nothing was rejected. */
  readonly message: string;
}

export const accepted: ConsumeOutcome = { rejected: 0, message: '' };

/**
 * The promise settles when the rows are durable and visible to queries, or the batch has been refused as a whole:
 * `overloaded` or `unavailable` may be retried by the client, every other failure may not. The consumer may change
 * the batch and keeps it until then; the caller must not touch it any more. A caller that fans out gives each
 * consumer a batch of its own.
 */
export interface LogsConsumer {
  consumeLogs(batch: LogsBatch, context: ConsumeContext): Promise<ConsumeOutcome>;
}

/** Contract as for `LogsConsumer`. */
export interface SpansConsumer {
  consumeSpans(batch: SpansBatch, context: ConsumeContext): Promise<ConsumeOutcome>;
}

/** Contract as for `LogsConsumer`. */
export interface MetricsConsumer {
  consumeMetrics(batch: MetricsBatch, context: ConsumeContext): Promise<ConsumeOutcome>;
}

/** Contract as for `LogsConsumer`; metrics in Prometheus's shape. */
export interface SeriesConsumer {
  consumeSeries(batch: SeriesBatch, context: ConsumeContext): Promise<ConsumeOutcome>;
}
