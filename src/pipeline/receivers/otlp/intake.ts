// What both protocols of the receiver share: bytes of one export request to a batch, the batch to the pipelines, and the Collector's
// counts of what became of it.

import { asFailure, Failure } from '../../../base/errors.ts';
import type { ConsumeContext, ConsumeOutcome } from '../../../model/consumers.ts';
import { countDataPoints } from '../../../model/metrics-batch.ts';
import { readTenant } from '../../../model/tenant.ts';
import { decodeLogs, decodeMetrics, decodeSpans, type OtlpEncoding } from '../../otlp-codecs.ts';
import type { ComponentSettings, NextConsumers, Signal } from '../../component.ts';

/** The last part of the Collector's metric names. */
export const itemNames: Readonly<Record<Signal, string>> = {
  logs: 'log_records',
  traces: 'spans',
  metrics: 'metric_points',
};

interface Decoded {
  readonly items: number;
  readonly rejected: number;
  readonly message: string;
  consume(context: ConsumeContext): Promise<ConsumeOutcome>;
}

export interface Intake {
  /** Whether some pipeline takes this signal from the receiver. */
  has(signal: Signal): boolean;
  /** Whose data a request brings; `named` is its header, empty when there is none. Throws `unauthenticated` when one is needed. */
  tenantOf(named: string): string;
  /** Resolves when the pipelines have answered for the data; throws a `Failure` otherwise. */
  accept(
    signal: Signal,
    body: Uint8Array,
    encoding: OtlpEncoding,
    transport: string,
    context: ConsumeContext,
  ): Promise<ConsumeOutcome>;
}

export function createIntake(settings: ComponentSettings, next: NextConsumers): Intake {
  const decode = (signal: Signal, body: Uint8Array, encoding: OtlpEncoding): Decoded => {
    switch (signal) {
      case 'logs': {
        const { batch, rejected, message } = decodeLogs(body, encoding);
        const consume: Decoded['consume'] = (context) =>
          present(next.logs).consumeLogs(batch, context);
        return { items: batch.length, rejected, message, consume };
      }
      case 'traces': {
        const { batch, rejected, message } = decodeSpans(body, encoding);
        const consume: Decoded['consume'] = (context) =>
          present(next.spans).consumeSpans(batch, context);
        return { items: batch.length, rejected, message, consume };
      }
      case 'metrics': {
        const { batch, rejected, message } = decodeMetrics(body, encoding);
        const consume: Decoded['consume'] = (context) =>
          present(next.metrics).consumeMetrics(batch, context);
        return { items: countDataPoints(batch), rejected, message, consume };
      }
    }
  };
  const has = (signal: Signal): boolean =>
    (signal === 'logs' ? next.logs : signal === 'traces' ? next.spans : next.metrics) !== undefined;
  const tenants = settings.tenants ?? { enabled: false };
  return {
    has,
    tenantOf: (named) => (tenants.enabled ? readTenant(named, tenants) : settings.defaultTenant),
    async accept(signal, body, encoding, transport, context) {
      if (!has(signal))
        throw new Failure(
          'not-found',
          `no pipeline takes ${signal} from the receiver "${settings.id}"`,
        );
      const decoded = decode(signal, body, encoding);
      const count = (outcome: 'accepted' | 'refused' | 'failed', items: number): void => {
        const labels = { receiver: settings.id, transport };
        if (items > 0)
          settings.counters.add(`otelcol_receiver_${outcome}_${itemNames[signal]}`, labels, items);
      };
      if (decoded.items === 0) {
        count('refused', decoded.rejected);
        return { rejected: decoded.rejected, message: decoded.message };
      }
      try {
        const outcome = await decoded.consume(context);
        count('accepted', decoded.items - outcome.rejected);
        count('refused', decoded.rejected + outcome.rejected);
        return {
          rejected: decoded.rejected + outcome.rejected,
          message: [decoded.message, outcome.message].filter(Boolean).join('; '),
        };
      } catch (thrown) {
        const failure = asFailure(thrown);
        const isRefusal = failure.code === 'overloaded' || failure.code === 'unavailable';
        count(isRefusal ? 'refused' : 'failed', decoded.items);
        if (failure.code === 'internal')
          settings.logger.error('telemetry was not taken', {
            signal,
            reason: describeCause(failure),
          });
        throw failure;
      }
    },
  };
}

function present<T>(consumer: T | undefined): T {
  if (consumer === undefined) throw new Failure('internal', 'internal error');
  return consumer;
}

function describeCause(failure: Failure): string {
  return failure.cause instanceof Error
    ? (failure.cause.stack ?? failure.cause.message)
    : failure.message;
}
