// Writes metrics. What describes them (series of the day, metadata) is written once and remembered, so that the steady
// state writes samples only.

import { labelsKey } from '../../model/labels.ts';
import type { ConsumeOutcome, SeriesConsumer } from '../../model/consumers.ts';
import { accepted } from '../../model/consumers.ts';
import type { MetricMetadata } from '../../model/series-batch.ts';
import { futureGraceMs, rejectedTimesMessage } from '../attributes/accepted-times.ts';
import type { StoreSettings } from '../attributes/store-settings.ts';
import type { TableBlock } from '../attributes/table-block.ts';
import {
  exemplarsBlock,
  histogramsBlock,
  metadataBlock,
  samplesBlock,
  seriesBlock,
  type SeriesDay,
} from './encode-series.ts';
import { prepareSeries, type PreparedBatch } from './prepare-series.ts';

/** Rows that are remembered as stored; beyond it all are forgotten and written again, which does no harm. */
export const rememberedSeriesMax = 1_000_000;

/** Remembers across batches; one for the whole store. */
export class KnownSeries {
  readonly #known: Set<string> = new Set();

  has(key: string): boolean {
    return this.#known.has(key);
  }

  add(keys: readonly string[]): void {
    if (this.#known.size + keys.length > rememberedSeriesMax) this.#known.clear();
    for (const key of keys) this.#known.add(key);
  }

  /** When stored rows have been dropped: a late sample of their day brings its series again. */
  forget(): void {
    this.#known.clear();
  }
}

export function createSeriesConsumer(
  settings: Pick<StoreSettings, 'commit' | 'clock' | 'retentionMs'>,
  known: KnownSeries,
): SeriesConsumer {
  const { commit, clock, retentionMs } = settings;

  const newSeries = (
    tenant: string,
    batch: PreparedBatch,
  ): { readonly rows: readonly SeriesDay[]; readonly keys: readonly string[] } => {
    const rows: SeriesDay[] = [];
    const keys: string[] = [];
    for (const series of batch.series) {
      // A series whose sender changed is written again: the newest row of a day counts.
      const sender = series.resource.length === 0 ? '' : labelsKey(series.resource);
      for (const day of series.days) {
        const key = `s${tenant}\u0000${day} ${series.id} ${sender}`;
        if (known.has(key)) continue;
        rows.push({ series, day });
        keys.push(key);
      }
    }
    return { rows, keys };
  };

  const newMetadata = (
    tenant: string,
    metadata: readonly MetricMetadata[],
  ): { readonly rows: readonly MetricMetadata[]; readonly keys: readonly string[] } => {
    const key = (row: MetricMetadata): string =>
      `m${tenant}\u0000${row.metric}\u0000${row.type}\u0000${row.help}\u0000${row.unit}`;
    const rows = metadata.filter((row) => !known.has(key(row)));
    return { rows, keys: rows.map(key) };
  };

  const consumeSeries: SeriesConsumer['consumeSeries'] = async (
    batch,
    { tenant },
  ): Promise<ConsumeOutcome> => {
    const nowMs = clock.nowMs();
    const prepared = prepareSeries(batch, {
      nowMs: Math.trunc(nowMs),
      startMs: nowMs - retentionMs,
      endMs: nowMs + futureGraceMs,
    });
    const series = newSeries(tenant, prepared);
    const metadata = newMetadata(tenant, batch.metadata);
    const blocks: TableBlock[] = [];
    if (metadata.rows.length > 0) blocks.push(metadataBlock(tenant, metadata.rows, nowMs));
    if (series.rows.length > 0) blocks.push(seriesBlock(tenant, series.rows));
    if (prepared.exemplars.length > 0) blocks.push(exemplarsBlock(tenant, prepared));
    if (prepared.histograms.length > 0) blocks.push(histogramsBlock(tenant, prepared));
    if (prepared.sampleSeries.length > 0) blocks.push(samplesBlock(tenant, prepared));
    if (blocks.length > 0) await commit(blocks);
    known.add([...series.keys, ...metadata.keys]);
    if (prepared.rejected === 0) return accepted;
    return {
      rejected: prepared.rejected,
      message: rejectedTimesMessage(prepared.rejected, 'samples', retentionMs),
    };
  };

  return { consumeSeries };
}
