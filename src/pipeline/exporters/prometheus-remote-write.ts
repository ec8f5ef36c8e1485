// The `prometheusremotewrite` exporter: metrics as Prometheus's series. Into the embedded store metrics go as they came, so that nothing is lost
// that series cannot carry, unless the configuration renames them; to a server elsewhere they go by remote write 1.0.

import type { ConsumeOutcome, MetricsConsumer } from '../../model/consumers.ts';
import { labelsFromEntries, type Labels, labelValue } from '../../model/labels.ts';
import { sanitizeLabelName } from '../../model/log-labels.ts';
import type { MetricsBatch } from '../../model/metrics-batch.ts';
import type { SeriesBatch } from '../../model/series-batch.ts';
import { DeltaConverter } from '../../wire/prometheus/delta.ts';
import { seriesFromMetrics, type TranslatedMetrics } from '../../wire/prometheus/from-otlp.ts';
import { encodeRemoteWrite } from '../../wire/prometheus/remote-write.ts';
import { encodeSnappy } from '../../wire/snappy.ts';
import type { ComponentSettings, ExporterFactory } from '../component.ts';
import { createEmbeddedExporter } from './embedded.ts';
import {
  isPlainTranslation,
  parseRemoteWriteConfig,
  type RemoteWriteConfig,
  type TranslationConfig,
} from './prometheus-remote-write-config.ts';
import { createSendingExporter, type Sender } from './sending/exporter.ts';
import { checkAnswer, createHttpClient } from './sending/http-client.ts';
import { tenantHeaders } from './sending/tenant-header.ts';

export const prometheusRemoteWriteExporter: ExporterFactory<RemoteWriteConfig> = {
  kind: 'exporter',
  type: 'prometheusremotewrite',
  aliases: ['prometheus_remote_write'],
  signals: ['metrics'],
  parseConfig: parseRemoteWriteConfig,
  addresses: ({ endpoint }) => [endpoint],
  create(settings, config, signal) {
    if (!settings.embedded.isEmbedded(config.endpoint))
      return createSendingExporter(settings, config, signal, createSender(settings, config));
    const instead = isPlainTranslation(config.translation)
      ? {}
      : { metrics: translated(settings, config.translation) };
    return createEmbeddedExporter(settings, signal, { ...instead, headers: config.headers });
  },
};

/** Renamed as configured, into the store. */
function translated(settings: ComponentSettings, config: TranslationConfig): MetricsConsumer {
  const { clock, store } = settings;
  const deltas = new DeltaConverter();
  return {
    async consumeMetrics(batch, context) {
      const cumulative = deltas.convert(batch, context.tenant, clock.nowNs());
      const { series, rejected, message } = translate(cumulative.batch, config, clock.nowMs());
      try {
        const outcome = await store.series.consumeSeries(series, context);
        return {
          rejected: cumulative.rejected + rejected + outcome.rejected,
          message: [cumulative.message, message, outcome.message].filter(Boolean).join('; '),
        };
      } catch (thrown) {
        cumulative.undo();
        throw thrown;
      }
    },
  };
}

/** Series with the names and labels that the exporter's configuration asks for. */
export function translate(
  batch: MetricsBatch,
  config: TranslationConfig,
  nowMs: number,
): TranslatedMetrics {
  const translation = seriesFromMetrics(batch, {
    addSuffixes: config.addMetricSuffixes,
    promoteScope: config.scopeInfo,
    promoteResourceAttributes: config.resourceToLabels ? resourceKeys(batch) : [],
    nowMs,
  });
  const prefix = config.namespace === '' ? '' : `${sanitizeLabelName(config.namespace)}_`;
  const external = Object.entries(config.externalLabels).map(
    ([name, value]) => [sanitizeLabelName(name), value] as const,
  );
  const { series, metadata } = translation.series;
  const rename = (labels: Labels): Labels =>
    prefix === '' && external.length === 0
      ? labels
      : labelsFromEntries([
          // A series' own label wins over an external one of the same name.
          ...external,
          ...labels.map(
            ({ name, value }) => [name, name === '__name__' ? prefix + value : value] as const,
          ),
        ]);
  return {
    ...translation,
    series: {
      series: series
        .filter(
          ({ labels }) => config.targetInfo || labelValue(labels, '__name__') !== 'target_info',
        )
        .map((one) => ({ ...one, labels: rename(one.labels) })),
      metadata: metadata.map((one) => ({ ...one, metric: prefix + one.metric })),
    },
  };
}

function resourceKeys(batch: MetricsBatch): readonly string[] {
  return [
    ...new Set(
      batch.resources.flatMap(({ resource }) => resource.attributes.map(({ key }) => key)),
    ),
  ];
}

function createSender(settings: ComponentSettings, config: RemoteWriteConfig): Sender {
  const client = createHttpClient(config.tls, settings.clock);
  const headers = {
    'Content-Type': 'application/x-protobuf',
    'Content-Encoding': 'snappy',
    'X-Prometheus-Remote-Write-Version': '0.1.0',
    ...config.headers,
  };
  const ofTenant = tenantHeaders(settings, config.headers);
  return {
    start: async () => client.start(),
    close: async () => client.close(),
    async prepare(outbound) {
      if (outbound.signal !== 'metrics') return async () => ({ rejected: 0, message: '' });
      const translation = translate(outbound.batch, config.translation, settings.clock.nowMs());
      const { rejected, message } = translation;
      const { series, metadata } = translation.series;
      const batch = { series, metadata: config.sendMetadata ? metadata : [] };
      const bodies = encodeParts(batch, config.batchBytesMax).map(encodeSnappy);
      const owned = { ...headers, ...ofTenant(outbound.context) };
      // A retry goes on with the first request that was not taken.
      let sent = 0;
      return async (abort): Promise<ConsumeOutcome> => {
        for (let body = bodies[sent]; body !== undefined; body = bodies[sent]) {
          const answer = await client.post(config.endpoint, owned, body, abort);
          checkAnswer(answer, config.endpoint, { isRetryable: (status) => status >= 500 });
          sent++;
        }
        return { rejected, message };
      };
    },
  };
}

/** Requests of at most so many bytes, as far as a single series allows. */
export function encodeParts(batch: SeriesBatch, bytesMax: number): readonly Uint8Array[] {
  if (batch.series.length === 0 && batch.metadata.length === 0) return [];
  const bytes = encodeRemoteWrite(batch);
  if (bytes.length <= bytesMax || batch.series.length <= 1) return [bytes];
  const middle = Math.ceil(batch.series.length / 2);
  return [
    ...encodeParts({ series: batch.series.slice(0, middle), metadata: batch.metadata }, bytesMax),
    ...encodeParts({ series: batch.series.slice(middle), metadata: [] }, bytesMax),
  ];
}
