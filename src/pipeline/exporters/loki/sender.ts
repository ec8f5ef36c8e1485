// Pushing to a Loki elsewhere, as JSON with gzip, which every version takes.

import { accepted } from '../../../model/consumers.ts';
import { labelsToRecord } from '../../../model/labels.ts';
import type { LogsBatch } from '../../../model/logs-batch.ts';
import type { ComponentSettings } from '../../component.ts';
import type { Sender } from '../sending/exporter.ts';
import { checkAnswer, createHttpClient, gzipBytes } from '../sending/http-client.ts';
import { tenantHeaders } from '../sending/tenant-header.ts';
import type { LokiExporterConfig } from './config.ts';
import { createLabeller } from './labels.ts';
import { lineFormat, makeLine } from './lines.ts';

export function createLokiSender(settings: ComponentSettings, config: LokiExporterConfig): Sender {
  const client = createHttpClient(config.tls, settings.clock);
  const labeller = createLabeller({
    config,
    withResourceLabels: false,
    logger: settings.logger,
  });
  const ofTenant = tenantHeaders(settings, config.headers);
  return {
    start: async () => client.start(),
    close: async () => client.close(),
    async prepare(outbound) {
      if (outbound.signal !== 'logs') return async () => accepted;
      labeller.label(outbound.batch);
      const body = await gzipBytes(
        Buffer.from(encodePush(outbound.batch, config, settings.clock.nowNs())),
      );
      const headers = {
        'Content-Type': 'application/json',
        'Content-Encoding': 'gzip',
        ...config.headers,
        ...ofTenant(outbound.context),
      };
      return async (abort) => {
        const answer = await client.post(config.endpoint, headers, body, abort);
        checkAnswer(answer, config.endpoint, { isRetryable: (status) => status >= 500 });
        return accepted;
      };
    },
  };
}

type PushValue = readonly [string, string] | readonly [string, string, Record<string, string>];

/** Needs the rows' streams; a record without any time is of now. */
export function encodePush(
  batch: LogsBatch,
  config: Pick<LokiExporterConfig, 'labels' | 'format'>,
  nowNs: bigint,
): string {
  const streams = new Map<number, PushValue[]>();
  // The first generation said how in its configuration, the last by hints that default to JSON.
  const fallback = config.labels === undefined ? 'json' : config.format;
  for (let row = 0; row < batch.length; row++) {
    const { line, metadata } = makeLine(batch, row, lineFormat(batch, row, fallback));
    const time = batch.timeNs.at(row) || batch.observedTimeNs.at(row) || nowNs;
    const value: PushValue =
      metadata.length === 0 ? [String(time), line] : [String(time), line, labelsToRecord(metadata)];
    const stream = batch.stream.at(row);
    const values = streams.get(stream);
    if (values === undefined) streams.set(stream, [value]);
    else values.push(value);
  }
  return JSON.stringify({
    streams: [...streams].map(([stream, values]) => ({
      stream: labelsToRecord(batch.streams[stream] ?? []),
      values,
    })),
  });
}
