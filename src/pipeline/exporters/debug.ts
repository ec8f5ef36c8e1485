// The `debug` exporter: what passes is written to Clew's own log, in as much detail as asked for.

import { encodeHex } from '../../base/hex.ts';
import { Section } from '../../config/collector/section.ts';
import { type Attributes, printAttributeText } from '../../model/attributes.ts';
import { accepted } from '../../model/consumers.ts';
import type { LogsBatch } from '../../model/logs-batch.ts';
import { countDataPoints, type MetricsBatch } from '../../model/metrics-batch.ts';
import { type SpansBatch, spanKinds } from '../../model/spans-batch.ts';
import type { ExporterFactory } from '../component.ts';

export interface DebugExporterConfig {
  readonly verbosity: 'basic' | 'normal' | 'detailed';
  /** Batches of each second that are shown; beyond them one in `samplingThereafter`. */
  readonly samplingInitial: number;
  readonly samplingThereafter: number;
}

/** Of one batch; the rest is only counted. */
const itemsShownMax = 1000;

export const debugExporter: ExporterFactory<DebugExporterConfig> = {
  kind: 'exporter',
  type: 'debug',
  aliases: [],
  signals: ['traces', 'metrics', 'logs'],
  parseConfig(raw, problem) {
    const section = new Section(raw, problem);
    const config: DebugExporterConfig = {
      verbosity: section.oneOf('verbosity', ['basic', 'normal', 'detailed'], 'basic'),
      samplingInitial: section.integer('sampling_initial', 2, { min: 0 }),
      samplingThereafter: section.integer('sampling_thereafter', 1, { min: 0 }),
    };
    section.ignore('use_internal_logger', 'output_paths', 'sending_queue');
    section.end();
    return config;
  },
  create(settings, config, signal) {
    const { logger, clock } = settings;
    let second = 0;
    let inSecond = 0;
    const isShown = (): boolean => {
      const present = Math.floor(clock.monotonicMs() / 1000);
      if (present !== second) inSecond = 0;
      second = present;
      inSecond++;
      if (inSecond <= config.samplingInitial) return true;
      const beyond = inSecond - config.samplingInitial;
      return config.samplingThereafter > 0 && beyond % config.samplingThereafter === 0;
    };
    const write = (
      message: string,
      fields: Readonly<Record<string, number>>,
      lines: () => Iterable<Readonly<Record<string, string | number>>>,
    ): void => {
      if (!isShown()) return;
      logger.info(message, fields);
      if (config.verbosity === 'basic') return;
      for (const line of lines()) logger.info(message, line);
    };
    const isDetailed = config.verbosity === 'detailed';
    return {
      gathers: true,
      logs:
        signal === 'logs'
          ? {
              async consumeLogs(batch) {
                const fields = { resources: batch.resources.length, records: batch.length };
                write('logs', fields, () => logLines(batch, isDetailed));
                return accepted;
              },
            }
          : undefined,
      spans:
        signal === 'traces'
          ? {
              async consumeSpans(batch) {
                const fields = { resources: batch.resources.length, spans: batch.length };
                write('traces', fields, () => spanLines(batch, isDetailed));
                return accepted;
              },
            }
          : undefined,
      metrics:
        signal === 'metrics'
          ? {
              async consumeMetrics(batch) {
                const fields = {
                  resources: batch.resources.length,
                  points: countDataPoints(batch),
                };
                write('metrics', fields, () => metricLines(batch));
                return accepted;
              },
            }
          : undefined,
      start: async () => undefined,
      stop: async () => undefined,
    };
  },
};

type Line = Record<string, string | number>;

function* logLines(batch: LogsBatch, isDetailed: boolean): Iterable<Line> {
  for (let row = 0; row < Math.min(batch.length, itemsShownMax); row++) {
    const line: Line = {
      time: String(batch.timeNs.at(row)),
      severity: batch.severityText.textAt(row) || batch.severityNumber.at(row),
      body: batch.body.textAt(row),
    };
    if (isDetailed) {
      line['traceId'] = batch.traceId.hexAt(row);
      line['spanId'] = batch.spanId.hexAt(row);
      line['attributes'] = printAttributes(batch.attributes.rowAt(row));
      line['resource'] = printAttributes(batch.resources[batch.resource.at(row)]?.attributes ?? []);
    }
    yield line;
  }
}

function* spanLines(batch: SpansBatch, isDetailed: boolean): Iterable<Line> {
  for (let row = 0; row < Math.min(batch.length, itemsShownMax); row++) {
    const line: Line = {
      name: batch.name.textAt(row),
      traceId: encodeHex(batch.traceId.bytes, row * 16, 16),
      spanId: encodeHex(batch.spanId.bytes, row * 8, 8),
    };
    if (isDetailed) {
      line['parentSpanId'] = batch.parentSpanId.hexAt(row);
      line['kind'] = spanKinds[batch.kind.at(row)] ?? batch.kind.at(row);
      line['startNs'] = String(batch.startNs.at(row));
      line['endNs'] = String(batch.endNs.at(row));
      line['attributes'] = printAttributes(batch.attributes.rowAt(row));
      line['resource'] = printAttributes(batch.resources[batch.resource.at(row)]?.attributes ?? []);
    }
    yield line;
  }
}

function* metricLines(batch: MetricsBatch): Iterable<Line> {
  let shown = 0;
  for (const { scopes } of batch.resources)
    for (const { metrics } of scopes)
      for (const metric of metrics) {
        if (++shown > itemsShownMax) return;
        yield { name: metric.name, kind: metric.data.kind, points: metric.data.points.length };
      }
}

function printAttributes(attributes: Attributes): string {
  return attributes.map(({ key, value }) => `${key}=${printAttributeText(value)}`).join(' ');
}
