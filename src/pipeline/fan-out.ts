// One consumer in front of several: each gets a batch of its own, all are waited for, one failure does not keep the others from the data,
// and the caller sees the worst of what happened.

import { asFailure, Failure, type FailureCode } from '../base/errors.ts';
import type {
  ConsumeContext,
  ConsumeOutcome,
  LogsConsumer,
  MetricsConsumer,
  SpansConsumer,
} from '../model/consumers.ts';
import { cloneLogs, cloneSpans } from '../model/batch-joining.ts';

export function fanOutLogs(consumers: readonly LogsConsumer[]): LogsConsumer {
  const [only] = consumers;
  if (only !== undefined && consumers.length === 1) return only;
  return {
    consumeLogs: (batch, context) =>
      consumeAll(consumers, batch, cloneLogs, (consumer, own) =>
        consumer.consumeLogs(own, context),
      ),
  };
}

export function fanOutSpans(consumers: readonly SpansConsumer[]): SpansConsumer {
  const [only] = consumers;
  if (only !== undefined && consumers.length === 1) return only;
  return {
    consumeSpans: (batch, context) =>
      consumeAll(consumers, batch, cloneSpans, (consumer, own) =>
        consumer.consumeSpans(own, context),
      ),
  };
}

export function fanOutMetrics(consumers: readonly MetricsConsumer[]): MetricsConsumer {
  const [only] = consumers;
  if (only !== undefined && consumers.length === 1) return only;
  // Metrics are read-only throughout: all consumers may share one batch.
  const share = <T>(batch: T): T => batch;
  return {
    consumeMetrics: (batch, context: ConsumeContext) =>
      consumeAll(consumers, batch, share, (consumer, own) => consumer.consumeMetrics(own, context)),
  };
}

async function consumeAll<Consumer, Batch>(
  consumers: readonly Consumer[],
  batch: Batch,
  clone: (batch: Batch) => Batch,
  consume: (consumer: Consumer, batch: Batch) => Promise<ConsumeOutcome>,
): Promise<ConsumeOutcome> {
  const last = consumers.length - 1;
  const own = consumers.map((_, at) => (at === last ? batch : clone(batch)));
  const results = await Promise.allSettled(
    consumers.map(async (consumer, at) => {
      const mine = own[at];
      if (mine === undefined) throw new Failure('internal', 'internal error');
      return consume(consumer, mine);
    }),
  );
  const failures = results.flatMap((result) =>
    result.status === 'rejected' ? [asFailure(result.reason)] : [],
  );
  if (failures.length > 0) throw combineFailures(failures);
  return combineOutcomes(
    results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])),
  );
}

const retryable: ReadonlySet<FailureCode> = new Set(['overloaded', 'unavailable', 'timeout']);

/** A failure that must not be retried decides: the others have the data, and a retry would only repeat it. */
export function combineFailures(failures: readonly Failure[]): Failure {
  const permanent = failures.filter(({ code }) => !retryable.has(code));
  const deciding = permanent[0] ?? failures[0] ?? new Failure('internal', 'internal error');
  const messages = [...new Set(failures.map(({ message }) => message))];
  if (messages.length === 1) return deciding;
  return new Failure(deciding.code, messages.join('; '), {
    retryAfterMs: deciding.retryAfterMs,
    cause: deciding,
  });
}

/** A record that one of the consumers rejected counts once, however many rejected it. */
function combineOutcomes(outcomes: readonly ConsumeOutcome[]): ConsumeOutcome {
  return {
    rejected: Math.max(0, ...outcomes.map(({ rejected }) => rejected)),
    message: [...new Set(outcomes.map(({ message }) => message))].filter(Boolean).join('; '),
  };
}
