// Metrics in ClickHouse: the consumer that writes them and the source that reads them.

import type { SeriesConsumer } from '../../model/consumers.ts';
import type { SeriesSource } from '../../query/sources.ts';
import type { StoreSettings } from '../attributes/store-settings.ts';
import { createSeriesConsumer, KnownSeries } from './series-consumer.ts';
import { createSeriesSource } from './series-source.ts';
import { federateTenants } from './tenant-federation.ts';

export interface SeriesStore {
  readonly consumer: SeriesConsumer;
  readonly source: SeriesSource;
  /** To be called when stored days have been dropped. */
  forget(): void;
}

export function createSeriesStore(settings: StoreSettings): SeriesStore {
  const known = new KnownSeries();
  return {
    consumer: createSeriesConsumer(settings, known),
    source: federateTenants(createSeriesSource(settings)),
    forget: () => known.forget(),
  };
}
