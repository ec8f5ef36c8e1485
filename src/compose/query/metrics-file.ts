// `--metrics FILE`: the text that a /metrics page or a dump in OpenMetrics says, as series in memory.

import { MemorySeriesSource } from '../../query/promql/execute/memory-source.ts';
import type { SeriesBatch } from '../../model/series-batch.ts';
import { decodeExposition } from '../../wire/prometheus/decode-exposition.ts';
import { extentOf, inFile, type TextFile, type TimeExtent } from './files.ts';

export interface MetricsOfFiles {
  readonly source: MemorySeriesSource;
  readonly extent: TimeExtent | undefined;
}

function addBatch(source: MemorySeriesSource, { series, metadata }: SeriesBatch): bigint[] {
  const times: bigint[] = [];
  for (const { labels, timestampsMs, values, exemplars } of series) {
    timestampsMs.forEach((timestampMs, at) => {
      const sample = { kind: 'float', value: values[at] ?? 0 } as const;
      source.append(labels, { timestampMs, sample });
      times.push(BigInt(timestampMs) * 1_000_000n);
    });
    for (const exemplar of exemplars) source.appendExemplar(labels, exemplar);
  }
  for (const one of metadata) source.appendMetadata(one);
  return times;
}

/** All files are read as one text would be: a series may go on in the next file. */
export function readMetricFiles(files: readonly TextFile[], nowMs: number): MetricsOfFiles {
  const source = new MemorySeriesSource();
  const batches = files.map(({ path, text }) =>
    inFile(path, () => decodeExposition(text, { timestampMs: nowMs })),
  );
  return { source, extent: extentOf(batches.flatMap((batch) => addBatch(source, batch))) };
}
