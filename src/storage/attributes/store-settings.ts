// What the stores of logs and spans are made of.

import type { Clock } from '../../base/clock.ts';
import type { Database } from '../database.ts';
import type { SenderCatalog } from './sender-catalog.ts';
import type { KnownSenders } from './sender-writer.ts';
import type { CommitBlocks } from './table-block.ts';

export interface StoreSettings {
  readonly database: Database;
  readonly commit: CommitBlocks;
  readonly clock: Clock;
  readonly retentionMs: number;
  /** Shared by the stores, so that a sender of both logs and spans is written and fetched once. */
  readonly known?: KnownSenders | undefined;
  readonly catalog?: SenderCatalog | undefined;
}
