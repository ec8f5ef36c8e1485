// Log rows as they become visible, in the order of their arrival.

import { asFailure } from '../../base/errors.ts';
import type { LogRows, LogSelection } from '../../query/sources.ts';
import type { Sequence } from '../attributes/sequence.ts';
import { readBlocks, timeValue } from '../attributes/read-blocks.ts';
import { sql } from '../sql/sql.ts';
import { findLogConditions } from './log-conditions.ts';
import { loadSenders, logRowColumns, LogRowsReader } from './log-rows.ts';
import { type LogReaderSettings, pageRowsMax } from './read-logs.ts';

/** Settles when something has been stored, or the signal fires. */
async function somethingStored(
  sequence: Sequence,
  after: bigint,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted || sequence.lastSettled() > after) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      stopListening();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const stopListening = sequence.onSettled(done);
    signal.addEventListener('abort', done);
  });
}

/** Ends when the signal fires. */
export async function* followLogs(
  settings: LogReaderSettings & { readonly sequence: Sequence },
  selection: Omit<LogSelection, 'endNs'>,
  signal: AbortSignal,
): AsyncGenerator<LogRows> {
  try {
    yield* follow(settings, selection, signal);
  } catch (error) {
    // A statement was running when the follower left.
    if (signal.aborted && asFailure(error).code === 'canceled') return;
    throw error;
  }
}

async function* follow(
  settings: LogReaderSettings & { readonly sequence: Sequence },
  selection: Omit<LogSelection, 'endNs'>,
  signal: AbortSignal,
): AsyncGenerator<LogRows> {
  const { database, catalog, sequence } = settings;
  const reader = new LogRowsReader(catalog, selection.tenants.length > 1);
  const endNs = 9_223_372_036_854_775_807n;
  let after = sequence.lastSettled();
  while (!signal.aborted) {
    await somethingStored(sequence, after, signal);
    if (signal.aborted) return;
    const upTo = sequence.lastSettled();
    if (upTo <= after) continue;
    // Asked anew each time: the rows that have come may belong to streams that are new.
    const conditions = await findLogConditions(database, { ...selection, endNs }, signal);
    while (!conditions.isEmpty && after < upTo) {
      const statement = sql`SELECT ${logRowColumns} FROM logs
        WHERE ${conditions.condition} AND ts >= ${timeValue(selection.startNs)} AND seq > ${after} AND seq <= ${upTo}
        ORDER BY seq LIMIT ${pageRowsMax}`;
      let found = 0;
      for await (const block of readBlocks(database, statement, { signal })) {
        found += block.rows;
        after = block.unsigned64('seq')[block.rows - 1] ?? after;
        await loadSenders(catalog, conditions.tenants, block, signal);
        yield reader.read(block);
      }
      if (found < pageRowsMax) break;
    }
    after = upTo;
  }
}
