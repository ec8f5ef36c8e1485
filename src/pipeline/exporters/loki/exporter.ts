// The `loki` exporter: log records become streams with labels. Into the embedded store nothing is dropped, the line is the body's text and all
// attributes stay; to a Loki elsewhere it really pushes.

import type { LogsConsumer } from '../../../model/consumers.ts';
import type { ComponentSettings, ExporterFactory } from '../../component.ts';
import { createEmbeddedExporter } from '../embedded.ts';
import { createSendingExporter } from '../sending/exporter.ts';
import { type LokiExporterConfig, parseLokiConfig } from './config.ts';
import { createLabeller, labelWarnings } from './labels.ts';
import { createLokiSender } from './sender.ts';

export const lokiExporter: ExporterFactory<LokiExporterConfig> = {
  kind: 'exporter',
  type: 'loki',
  aliases: [],
  signals: ['logs'],
  parseConfig: parseLokiConfig,
  addresses: ({ endpoint }) => [endpoint],
  create(settings, config, signal) {
    const isEmbedded = settings.embedded.isEmbedded(config.endpoint);
    const exporter = isEmbedded
      ? createEmbeddedExporter(settings, signal, {
          logs: labelled(settings, config),
          headers: config.headers,
        })
      : createSendingExporter(settings, config, signal, createLokiSender(settings, config));
    return {
      ...exporter,
      async start() {
        for (const warning of labelWarnings(config)) settings.logger.warn(warning);
        await exporter.start();
      },
    };
  },
};

function labelled(settings: ComponentSettings, config: LokiExporterConfig): LogsConsumer {
  const { logger, store } = settings;
  const labeller = createLabeller({ config, withResourceLabels: true, logger });
  return {
    consumeLogs(batch, context) {
      labeller.label(batch);
      return store.logs.consumeLogs(batch, context);
    },
  };
}
