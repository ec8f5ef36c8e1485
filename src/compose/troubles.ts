// What does not go well although everything runs, in sentences for the banner: telemetry that was refused lately, queues
// that fill up. Read from Clew's own counters whenever somebody asks.

import type { Clock } from '../base/clock.ts';
import type { Refusals } from '../runtime/refusals.ts';
import type { SelfMetric, SelfTelemetry } from '../runtime/self-telemetry.ts';

export interface Trouble {
  readonly code: string;
  readonly message: string;
}

const lately = 60_000;
/** A queue that is so full will refuse soon. */
const fullShare = 0.8;

interface Sample {
  readonly atMs: number;
  readonly failed: number;
}

function failedItems(metrics: readonly SelfMetric[]): number {
  return metrics
    .filter(({ name }) => name.startsWith('otelcol_receiver_failed_'))
    .reduce((sum, { value }) => sum + value, 0);
}

/** Items that senders were told to send again. */
function putOff(refusals: Refusals): number {
  return refusals
    .read()
    .reduce((sum, { count, isRetryable }) => (isRetryable ? sum + count : sum), 0);
}

function fullQueues(metrics: readonly SelfMetric[]): Trouble[] {
  const capacityOf = (labels: SelfMetric['labels']): number =>
    metrics.find(
      (one) =>
        one.name === 'otelcol_exporter_queue_capacity' &&
        one.labels['exporter'] === labels['exporter'] &&
        one.labels['data_type'] === labels['data_type'],
    )?.value ?? 0;
  return metrics.flatMap(({ name, labels, value }) => {
    if (name !== 'otelcol_exporter_queue_size') return [];
    const capacity = capacityOf(labels);
    if (capacity === 0 || value < capacity * fullShare) return [];
    const exporter = labels['exporter'] ?? '';
    return [
      {
        code: `exporter-queue-${exporter}-${labels['data_type'] ?? ''}`,
        message: `The exporter ${exporter} holds ${value} of at most ${capacity} requests with ${labels['data_type'] ?? 'telemetry'}: its destination does not take them.`,
      },
    ];
  });
}

/** Remembers what was asked before, so that "lately" means the last minute. */
export function createTroubles(
  telemetry: SelfTelemetry,
  clock: Clock,
  refusals: Refusals,
): () => readonly Trouble[] {
  let samples: Sample[] = [];
  return () => {
    const metrics = telemetry.read();
    const now: Sample = {
      atMs: clock.monotonicMs(),
      failed: failedItems(metrics) + putOff(refusals),
    };
    samples = [...samples.filter(({ atMs }) => now.atMs - atMs <= lately), now];
    const failed = now.failed - (samples[0]?.failed ?? now.failed);
    const refused: Trouble[] =
      failed === 0
        ? []
        : [
            {
              code: 'ingest-refused',
              message: `${failed} ${failed === 1 ? 'record' : 'records'} could not be stored in the last minute; senders were told to try again.`,
            },
          ];
    return [...refused, ...fullQueues(metrics)];
  };
}
