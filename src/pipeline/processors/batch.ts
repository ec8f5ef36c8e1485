// The `batch` processor: small batches become large ones, by size or by time, whichever is first. Unlike the Collector's it holds each
// acknowledgement until the consumer behind it has answered for the data, so that nothing is lost that a client believes sent. When what
// follows gathers by itself (the embedded store), batches pass at once: waiting twice would only be slower.

import { Failure } from '../../base/errors.ts';
import { Section } from '../../config/collector/section.ts';
import type { ConsumeContext, ConsumeOutcome } from '../../model/consumers.ts';
import { concatLogs, concatMetrics, concatSpans } from '../../model/batch-joining.ts';
import { splitLogs, splitMetrics, splitSpans } from '../../model/batch-splitting.ts';
import { countDataPoints } from '../../model/metrics-batch.ts';
import { untilAborted } from '../../runtime/waiting.ts';
import type { ProcessorFactory } from '../component.ts';

export interface BatchConfig {
  /** 0: nothing waits. */
  readonly timeoutMs: number;
  /** 0: size alone sends nothing. */
  readonly sizeItems: number;
  /** 0: no limit. */
  readonly sizeItemsMax: number;
}

/** Items that wait for an answer at most, over all tenants of one pipeline; beyond it senders are asked to come back. */
const heldItemsMax = 1_000_000;
const retryAfterMs = 1000;

export const batchProcessor: ProcessorFactory<BatchConfig> = {
  kind: 'processor',
  type: 'batch',
  aliases: [],
  signals: ['traces', 'metrics', 'logs'],
  parseConfig(raw, problem) {
    const section = new Section(raw, problem);
    const config: BatchConfig = {
      timeoutMs: section.durationMs('timeout', 200),
      sizeItems: section.integer('send_batch_size', 8192, { min: 0 }),
      sizeItemsMax: section.integer('send_batch_max_size', 0, { min: 0 }),
    };
    if (config.sizeItemsMax > 0 && config.sizeItemsMax < config.sizeItems)
      section.report('send_batch_max_size must be greater or equal to send_batch_size');
    if (config.timeoutMs < 0) section.report('timeout must be greater or equal to 0', 'timeout');
    // Batches never mix tenants, and client metadata goes no further than the tenant.
    section.ignore('metadata_keys', 'metadata_cardinality_limit');
    section.end();
    return config;
  },
  create(settings, config, next) {
    const { logs, spans, metrics } = next;
    const labels = { processor: settings.id };
    const count = (what: 'incoming' | 'outgoing', items: number): void =>
      settings.counters.add(`otelcol_processor_${what}_items`, labels, items);
    const gatherers: { drain(): Promise<void> }[] = [];
    const gather = <Batch>(
      kind: BatchKind<Batch>,
      consume: (batch: Batch, context: ConsumeContext) => Promise<ConsumeOutcome>,
    ): ((batch: Batch, context: ConsumeContext) => Promise<ConsumeOutcome>) => {
      const counted = (batch: Batch, context: ConsumeContext): Promise<ConsumeOutcome> => {
        count('outgoing', kind.length(batch));
        return consume(batch, context);
      };
      const gatherer = new Gatherer(config, kind, counted);
      gatherers.push(gatherer);
      return (batch, context) => {
        count('incoming', kind.length(batch));
        return next.gathers === true ? counted(batch, context) : gatherer.consume(batch, context);
      };
    };
    return {
      gathers: next.gathers,
      logs: logs && {
        consumeLogs: gather(
          { length: (batch) => batch.length, concat: concatLogs, split: splitLogs },
          (batch, context) => logs.consumeLogs(batch, context),
        ),
      },
      spans: spans && {
        consumeSpans: gather(
          { length: (batch) => batch.length, concat: concatSpans, split: splitSpans },
          (batch, context) => spans.consumeSpans(batch, context),
        ),
      },
      metrics: metrics && {
        consumeMetrics: gather(
          { length: countDataPoints, concat: concatMetrics, split: splitMetrics },
          (batch, context) => metrics.consumeMetrics(batch, context),
        ),
      },
      start: async () => undefined,
      stop: async (signal) => {
        await untilAborted(Promise.all(gatherers.map((gatherer) => gatherer.drain())), signal);
      },
    };
  },
};

interface BatchKind<Batch> {
  readonly length: (batch: Batch) => number;
  readonly concat: (batches: readonly Batch[]) => Batch;
  /** Parts of at most so many items, in order. */
  readonly split: (batch: Batch, itemsMax: number) => readonly Batch[];
}

interface Waiting<Batch> {
  readonly batch: Batch;
  readonly items: number;
  readonly resolve: (outcome: ConsumeOutcome) => void;
  readonly reject: (thrown: unknown) => void;
}

/** What waits to be sent together, of one tenant. */
interface Shard<Batch> {
  readonly context: ConsumeContext;
  waiting: Waiting<Batch>[];
  items: number;
  timer: NodeJS.Timeout | undefined;
}

class Gatherer<Batch> {
  readonly #config: BatchConfig;
  readonly #kind: BatchKind<Batch>;
  readonly #consume: (batch: Batch, context: ConsumeContext) => Promise<ConsumeOutcome>;
  readonly #shards: Map<string, Shard<Batch>> = new Map();
  readonly #sending: Set<Promise<void>> = new Set();
  #heldItems: number = 0;

  constructor(
    config: BatchConfig,
    kind: BatchKind<Batch>,
    consume: (batch: Batch, context: ConsumeContext) => Promise<ConsumeOutcome>,
  ) {
    this.#config = config;
    this.#kind = kind;
    this.#consume = consume;
  }

  consume(batch: Batch, context: ConsumeContext): Promise<ConsumeOutcome> {
    const items = this.#kind.length(batch);
    if (this.#heldItems > 0 && this.#heldItems + items > heldItemsMax)
      return Promise.reject(
        new Failure('overloaded', 'too many items wait in the batch processor', { retryAfterMs }),
      );
    this.#heldItems += items;
    let shard = this.#shards.get(context.tenant);
    if (shard === undefined) {
      shard = { context: { tenant: context.tenant }, waiting: [], items: 0, timer: undefined };
      this.#shards.set(context.tenant, shard);
    }
    const open = shard;
    return new Promise((resolve, reject) => {
      open.waiting.push({ batch, items, resolve, reject });
      open.items += items;
      const { timeoutMs, sizeItems } = this.#config;
      if (timeoutMs === 0 || (sizeItems > 0 && open.items >= sizeItems)) this.#send(open);
      else open.timer ??= setTimeout(() => this.#send(open), timeoutMs);
    });
  }

  /** Sends what waits and resolves when all answers are in. */
  async drain(): Promise<void> {
    for (const shard of this.#shards.values()) this.#send(shard);
    while (this.#sending.size > 0) await Promise.all(this.#sending);
  }

  #send(shard: Shard<Batch>): void {
    clearTimeout(shard.timer);
    this.#shards.delete(shard.context.tenant);
    if (shard.waiting.length === 0) return;
    const sending = this.#sendAll(shard).finally(() => {
      this.#sending.delete(sending);
      this.#heldItems -= shard.items;
    });
    this.#sending.add(sending);
  }

  async #sendAll({ waiting, context }: Shard<Batch>): Promise<void> {
    try {
      const [first] = waiting;
      if (first === undefined) return;
      const whole =
        waiting.length === 1 ? first.batch : this.#kind.concat(waiting.map(({ batch }) => batch));
      const { sizeItemsMax } = this.#config;
      const parts = sizeItemsMax === 0 ? [whole] : this.#kind.split(whole, sizeItemsMax);
      const outcomes = await Promise.all(parts.map((part) => this.#consume(part, context)));
      answer(waiting, {
        rejected: outcomes.reduce((sum, { rejected }) => sum + rejected, 0),
        message: [...new Set(outcomes.map(({ message }) => message))].filter(Boolean).join('; '),
      });
    } catch (thrown) {
      for (const { reject } of waiting) reject(thrown);
    }
  }
}

/** Whose items were rejected is not known any more: the total is right, and nobody is told of more than he sent. */
function answer<Batch>(waiting: readonly Waiting<Batch>[], outcome: ConsumeOutcome): void {
  let left = outcome.rejected;
  for (const { items, resolve } of waiting) {
    const rejected = Math.min(left, items);
    left -= rejected;
    resolve({ rejected, message: rejected > 0 || outcome.rejected === 0 ? outcome.message : '' });
  }
}
