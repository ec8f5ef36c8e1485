// Metrics in ClickHouse: the consumer that writes them and the source that reads them.

import type { SeriesConsumer } from '../../model/consumers.ts';
import type { SeriesSource } from '../../query/sources.ts';
import type { StoreSettings } from '../attributes/store-settings.ts';
import { createSeriesConsumer } from './series-consumer.ts';
import { createSeriesSource } from './series-source.ts';

export interface SeriesStore {
  readonly consumer: SeriesConsumer;
  readonly source: SeriesSource;
}

export function createSeriesStore(settings: StoreSettings): SeriesStore {
  return {
    consumer: createSeriesConsumer(settings),
    source: createSeriesSource(settings),
  };
}
