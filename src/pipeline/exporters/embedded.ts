// The short way: an exporter whose address means this Clew hands its batches to the embedded store, and the acknowledgement waits until they
// are durable there.

import type { ConsumeOutcome, LogsConsumer, MetricsConsumer } from '../../model/consumers.ts';
import { countDataPoints } from '../../model/metrics-batch.ts';
import type { Component, ComponentSettings, NextConsumers, Signal } from '../component.ts';
import { embeddedContext } from './sending/tenant-header.ts';

export interface EmbeddedConsumers {
  /** Instead of the store's own, for exporters that change what is stored. */
  readonly logs?: LogsConsumer | undefined;
  readonly metrics?: MetricsConsumer | undefined;
  /** Headers of the exporter's configuration: they may name the tenant. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export function createEmbeddedExporter(
  settings: ComponentSettings,
  signal: Signal,
  instead: EmbeddedConsumers = {},
): Component & NextConsumers {
  const { store } = settings;
  const logs = instead.logs ?? store.logs;
  const metrics = instead.metrics ?? store.metrics;
  const owned = embeddedContext(settings, instead.headers ?? {});
  const count = async (
    name: string,
    items: number,
    consumed: Promise<ConsumeOutcome>,
  ): Promise<ConsumeOutcome> => {
    const add = (what: string, value: number): void => {
      if (value > 0)
        settings.counters.add(`otelcol_exporter_${what}_${name}`, { exporter: settings.id }, value);
    };
    try {
      const outcome = await consumed;
      add('sent', items - outcome.rejected);
      add('send_failed', outcome.rejected);
      return outcome;
    } catch (thrown) {
      add('send_failed', items);
      throw thrown;
    }
  };
  return {
    gathers: true,
    logs:
      signal === 'logs'
        ? {
            consumeLogs: (batch, context) =>
              count('log_records', batch.length, logs.consumeLogs(batch, owned(context))),
          }
        : undefined,
    spans:
      signal === 'traces'
        ? {
            consumeSpans: (batch, context) =>
              count('spans', batch.length, store.spans.consumeSpans(batch, owned(context))),
          }
        : undefined,
    metrics:
      signal === 'metrics'
        ? {
            consumeMetrics: (batch, context) =>
              count(
                'metric_points',
                countDataPoints(batch),
                metrics.consumeMetrics(batch, owned(context)),
              ),
          }
        : undefined,
    start: async () => undefined,
    stop: async () => undefined,
  };
}
