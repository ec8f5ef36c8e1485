// Logs in ClickHouse: the consumer that writes them and the source that reads them.

import type { LogsConsumer } from '../../model/consumers.ts';
import type { LogSource } from '../../query/sources.ts';
import { SenderCatalog } from '../attributes/sender-catalog.ts';
import { KnownSenders } from '../attributes/sender-writer.ts';
import { Sequence } from '../attributes/sequence.ts';
import type { StoreSettings } from '../attributes/store-settings.ts';
import { createLogSource } from './log-source.ts';
import { createLogsConsumer } from './logs-consumer.ts';

export interface LogStore {
  readonly consumer: LogsConsumer;
  readonly source: LogSource;
}

export function createLogStore(settings: StoreSettings): LogStore {
  const { database, commit, clock, retentionMs } = settings;
  const known = settings.known ?? new KnownSenders();
  const catalog = settings.catalog ?? new SenderCatalog(database);
  const sequence = new Sequence(clock);
  return {
    consumer: createLogsConsumer({ commit, clock, retentionMs, known, sequence }),
    source: createLogSource({ database, catalog, clock, sequence }),
  };
}
