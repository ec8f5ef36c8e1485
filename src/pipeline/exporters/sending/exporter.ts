// What every exporter to a server elsewhere has in common: queue, retries, timeout, counting. An exporter only says how one batch is turned
// into an attempt.

import { asFailure, type Failure } from '../../../base/errors.ts';
import { accepted, type ConsumeContext, type ConsumeOutcome } from '../../../model/consumers.ts';
import type { LogsBatch } from '../../../model/logs-batch.ts';
import { countDataPoints, type MetricsBatch } from '../../../model/metrics-batch.ts';
import type { SpansBatch } from '../../../model/spans-batch.ts';
import type { Component, ComponentSettings, NextConsumers, Signal } from '../../component.ts';
import type { SendingConfig } from './config.ts';
import { SendingQueue } from './queue.ts';
import { sendWithRetries } from './retry.ts';

export type Outbound =
  | { readonly signal: 'logs'; readonly batch: LogsBatch; readonly context: ConsumeContext }
  | { readonly signal: 'traces'; readonly batch: SpansBatch; readonly context: ConsumeContext }
  | { readonly signal: 'metrics'; readonly batch: MetricsBatch; readonly context: ConsumeContext };

/** One try to send what was prepared; may be called again after it failed. */
export type Attempt = (signal: AbortSignal) => Promise<ConsumeOutcome>;

export interface Sender {
  /** Encodes once, however often it is then tried. */
  prepare(outbound: Outbound): Promise<Attempt>;
  start(): Promise<void>;
  close(): Promise<void>;
}

const itemNames: Readonly<Record<Signal, string>> = {
  logs: 'log_records',
  traces: 'spans',
  metrics: 'metric_points',
};

export function countItems(outbound: Outbound): number {
  return outbound.signal === 'metrics' ? countDataPoints(outbound.batch) : outbound.batch.length;
}

/** A rough figure for metrics, which are objects. */
const bytesPerDataPoint = 200;

function countBytes(outbound: Outbound): number {
  return outbound.signal === 'metrics'
    ? countDataPoints(outbound.batch) * bytesPerDataPoint
    : outbound.batch.arena.length;
}

export function createSendingExporter(
  settings: ComponentSettings,
  config: SendingConfig,
  signal: Signal,
  sender: Sender,
): Component & NextConsumers {
  return new SendingExporter(settings, config, signal, sender).component();
}

class SendingExporter {
  readonly #settings: ComponentSettings;
  readonly #config: SendingConfig;
  readonly #signal: Signal;
  readonly #sender: Sender;
  readonly #queue: SendingQueue<Queued> | undefined;
  /** Retries end when this fires, attempts when `#abort` does. */
  readonly #stopping: AbortController = new AbortController();
  readonly #abort: AbortController = new AbortController();
  /** Said once an outage, not once an attempt. */
  #isOutageTold = false;

  constructor(settings: ComponentSettings, config: SendingConfig, signal: Signal, sender: Sender) {
    this.#settings = settings;
    this.#config = config;
    this.#signal = signal;
    this.#sender = sender;
    const { queue } = config;
    if (!queue.enabled) return;
    this.#queue = new SendingQueue({
      sizeMax: queue.size,
      consumers: queue.consumers,
      blockOnOverflow: queue.blockOnOverflow,
      sizeOf: ({ outbound }) =>
        queue.sizer === 'requests'
          ? 1
          : queue.sizer === 'items'
            ? countItems(outbound)
            : countBytes(outbound),
      work: ({ outbound, settle }) =>
        this.#send(outbound).then(
          (outcome) => settle(outcome),
          (thrown: unknown) => settle(asFailure(thrown)),
        ),
    });
  }

  component(): Component & NextConsumers {
    return {
      logs:
        this.#signal === 'logs'
          ? { consumeLogs: (batch, context) => this.#consume({ signal: 'logs', batch, context }) }
          : undefined,
      spans:
        this.#signal === 'traces'
          ? {
              consumeSpans: (batch, context) => this.#consume({ signal: 'traces', batch, context }),
            }
          : undefined,
      metrics:
        this.#signal === 'metrics'
          ? {
              consumeMetrics: (batch, context) =>
                this.#consume({ signal: 'metrics', batch, context }),
            }
          : undefined,
      start: () => this.#start(),
      stop: (signal) => this.#stop(signal),
    };
  }

  async #start(): Promise<void> {
    const queue = this.#queue;
    for (const key of this.#config.queue.unmet)
      this.#settings.logger.warn(
        'the queue is in memory and sends what it gets; this key changes nothing yet',
        {
          key,
        },
      );
    if (queue !== undefined) {
      const labels = { exporter: this.#settings.id, data_type: this.#signal };
      this.#settings.counters.gauge('otelcol_exporter_queue_size', labels, () => queue.size);
      this.#settings.counters.gauge(
        'otelcol_exporter_queue_capacity',
        labels,
        () => this.#config.queue.size,
      );
    }
    await this.#sender.start();
  }

  async #stop(signal: AbortSignal): Promise<void> {
    // As in the Collector, what waits for a retry gets no further one; what is queued gets its attempt.
    this.#stopping.abort();
    const abort = (): void => this.#abort.abort();
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    const left = (await this.#queue?.drain(signal)) ?? [];
    if (left.length > 0)
      this.#settings.logger.error('stopped with a queue that was not sent', {
        items: left.reduce((sum, { outbound }) => sum + countItems(outbound), 0),
      });
    signal.removeEventListener('abort', abort);
    await this.#sender.close();
  }

  #consume(outbound: Outbound): Promise<ConsumeOutcome> {
    const queue = this.#queue;
    if (queue === undefined) return this.#send(outbound);
    const push = (settle: Queued['settle']): Promise<void> =>
      queue.push({ outbound, settle }).catch((thrown: unknown) => {
        this.#count('enqueue_failed', countItems(outbound));
        throw thrown;
      });
    if (!this.#config.queue.waitForResult) return push(() => undefined).then(() => accepted);
    return new Promise((resolve, reject) => {
      push((result) => ('rejected' in result ? resolve(result) : reject(result))).catch(reject);
    });
  }

  async #send(outbound: Outbound): Promise<ConsumeOutcome> {
    const items = countItems(outbound);
    if (items === 0) return accepted;
    try {
      const attempt = await this.#sender.prepare(outbound);
      const outcome = await sendWithRetries(attempt, {
        config: this.#config.retry,
        timeoutMs: this.#config.timeoutMs,
        clock: this.#settings.clock,
        random: this.#settings.random,
        stopping: this.#stopping.signal,
        abort: this.#abort.signal,
        onRetry: (failure, delayMs) => this.#tellOutage(failure, delayMs),
      });
      if (this.#isOutageTold) {
        this.#isOutageTold = false;
        this.#settings.logger.info('the other side takes data again');
      }
      this.#count('sent', items - outcome.rejected);
      if (outcome.rejected > 0) {
        this.#count('send_failed', outcome.rejected);
        this.#settings.logger.warn('the other side took only a part', {
          rejected: outcome.rejected,
          reason: outcome.message,
        });
      }
      return outcome;
    } catch (thrown) {
      const failure = asFailure(thrown);
      this.#count('send_failed', items);
      this.#settings.logger.error('exporting failed; the data is lost', {
        items,
        reason: failure.message,
      });
      throw failure;
    }
  }

  #tellOutage(failure: Failure, delayMs: number): void {
    if (this.#isOutageTold) return;
    this.#isOutageTold = true;
    this.#settings.logger.warn(
      'sending failed and is tried again; what comes meanwhile is queued',
      {
        reason: failure.message,
        retryInMs: Math.round(delayMs),
      },
    );
  }

  #count(what: 'sent' | 'send_failed' | 'enqueue_failed', items: number): void {
    if (items > 0)
      this.#settings.counters.add(
        `otelcol_exporter_${what}_${itemNames[this.#signal]}`,
        { exporter: this.#settings.id },
        items,
      );
  }
}

interface Queued {
  readonly outbound: Outbound;
  readonly settle: (result: ConsumeOutcome | Failure) => void;
}
