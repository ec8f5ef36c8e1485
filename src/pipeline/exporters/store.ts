// The `clew` exporter: into the embedded store, whatever host names mean. What the built-in pipelines use.

import { Section } from '../../config/collector/section.ts';
import type { ExporterFactory } from '../component.ts';
import { createEmbeddedExporter } from './embedded.ts';

export const storeExporter: ExporterFactory = {
  kind: 'exporter',
  type: 'clew',
  aliases: [],
  signals: ['traces', 'metrics', 'logs'],
  parseConfig(raw, problem) {
    new Section(raw, problem).end();
    return undefined;
  },
  create: (settings, _config, signal) => createEmbeddedExporter(settings, signal),
};
