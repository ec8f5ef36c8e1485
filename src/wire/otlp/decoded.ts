// What a decoder of OTLP gives: the batch, and how many of its items were unusable. Those are for the partial success
// of the answer; a body that is malformed as a whole throws `invalid-data` instead.

import type { LogsBatch } from '../../model/logs-batch.ts';
import type { MetricsBatch } from '../../model/metrics-batch.ts';
import type { SpansBatch } from '../../model/spans-batch.ts';

export interface Rejections {
  /** Records, spans or data points that are not in the batch. */
  readonly rejected: number;
  /** Why, for the client; empty when nothing was rejected. */
  readonly message: string;
}

export interface DecodedLogs extends Rejections {
  readonly batch: LogsBatch;
}

export interface DecodedSpans extends Rejections {
  readonly batch: SpansBatch;
}

export interface DecodedMetrics extends Rejections {
  readonly batch: MetricsBatch;
}

export function spanRejections(rejected: number): Rejections {
  return {
    rejected,
    message:
      rejected === 0
        ? ''
        : `${rejected} spans without a valid trace ID (16 bytes) or span ID (8 bytes), not all zeroes`,
  };
}
