// The `memory_limiter` processor: while the process holds more than the soft limit (the limit less the spike), data is refused in a way
// that tells senders to come back.

import { Failure } from '../../base/errors.ts';
import { Section } from '../../config/collector/section.ts';
import {
  availableMemoryBytes,
  createMemoryWatch,
  readProcessMemory,
} from '../../runtime/memory-watch.ts';
import type { ProcessorFactory } from '../component.ts';

export interface MemoryLimiterConfig {
  readonly checkIntervalMs: number;
  /** 0: `limitPercentage` decides. */
  readonly limitBytes: number;
  readonly limitPercentage: number;
  /** 0: a fifth of the limit, or `spikePercentage`. */
  readonly spikeBytes: number;
  readonly spikePercentage: number;
}

const bytesPerMebibyte = 1024 * 1024;
const spikeShare = 0.2;
const retryAfterMs = 1000;

export const memoryLimiter: ProcessorFactory<MemoryLimiterConfig> = createMemoryLimiterFactory();

/** `readBytes` says what the process holds; tests say it themselves. */
export function createMemoryLimiterFactory(
  readBytes: () => number = readProcessMemory,
): ProcessorFactory<MemoryLimiterConfig> {
  return {
    kind: 'processor',
    type: 'memory_limiter',
    aliases: [],
    signals: ['traces', 'metrics', 'logs'],
    parseConfig(raw, problem) {
      const section = new Section(raw, problem);
      const config: MemoryLimiterConfig = {
        checkIntervalMs: section.durationMs('check_interval', 0),
        limitBytes: section.integer('limit_mib', 0, { min: 0 }) * bytesPerMebibyte,
        limitPercentage: section.integer('limit_percentage', 0, { min: 0, max: 100 }),
        spikeBytes: section.integer('spike_limit_mib', 0, { min: 0 }) * bytesPerMebibyte,
        spikePercentage: section.integer('spike_limit_percentage', 0, { min: 0, max: 100 }),
      };
      section.ignore('min_gc_interval_when_soft_limited', 'min_gc_interval_when_hard_limited');
      if (config.checkIntervalMs <= 0)
        section.report("'check_interval' must be greater than zero", 'check_interval');
      if (config.limitBytes === 0 && config.limitPercentage === 0)
        section.report("'limit_mib' or 'limit_percentage' must be greater than zero");
      if (config.limitBytes > 0 && config.spikeBytes >= config.limitBytes)
        section.report("'spike_limit_mib' must be smaller than 'limit_mib'", 'spike_limit_mib');
      if (config.limitPercentage > 0 && config.spikePercentage >= config.limitPercentage)
        section.report(
          "'spike_limit_percentage' must be smaller than 'limit_percentage'",
          'spike_limit_percentage',
        );
      section.end();
      return config;
    },
    create(settings, config, next) {
      const softBytes = softLimit(config);
      let isOver = false;
      const watch = createMemoryWatch({
        intervalMs: config.checkIntervalMs,
        read: readBytes,
        looked: (used) => {
          if (used > softBytes !== isOver) {
            isOver = !isOver;
            if (isOver)
              settings.logger.warn('memory is above the soft limit; data is refused', {
                used,
                softBytes,
              });
            else settings.logger.info('memory is below the soft limit again', { used, softBytes });
          }
        },
      });
      const check = (): void => {
        if (watch.usedBytes() > softBytes)
          throw new Failure('overloaded', 'data refused due to high memory usage', {
            retryAfterMs,
          });
      };
      const { logs, spans, metrics } = next;
      return {
        gathers: next.gathers,
        logs: logs && {
          consumeLogs: async (batch, context) => {
            check();
            return logs.consumeLogs(batch, context);
          },
        },
        spans: spans && {
          consumeSpans: async (batch, context) => {
            check();
            return spans.consumeSpans(batch, context);
          },
        },
        metrics: metrics && {
          consumeMetrics: async (batch, context) => {
            check();
            return metrics.consumeMetrics(batch, context);
          },
        },
        start: async () => watch.start(),
        stop: async () => watch.stop(),
      };
    },
  };
}

function softLimit(config: MemoryLimiterConfig): number {
  if (config.limitBytes > 0)
    return config.limitBytes - (config.spikeBytes || Math.floor(config.limitBytes * spikeShare));
  const total = availableMemoryBytes();
  const limit = (total * config.limitPercentage) / 100;
  const spike =
    config.spikePercentage > 0 ? (total * config.spikePercentage) / 100 : limit * spikeShare;
  return Math.floor(limit - spike);
}
