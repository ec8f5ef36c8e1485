// The tables of the store as the signals that people send: one row each for logs, spans, metrics and their exemplars,
// and one for all that is kept beside them to find things.

import type { StoreReport } from '../../../src/api/explore/contract/status.ts';

export interface StoredSignal {
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
  readonly oldestNs: string | null;
  readonly newestNs: string | null;
}

const signals: readonly { readonly name: string; readonly tables: readonly string[] }[] = [
  { name: 'log records', tables: ['logs'] },
  { name: 'spans', tables: ['spans'] },
  { name: 'metric samples', tables: ['samples', 'histograms'] },
  { name: 'exemplars', tables: ['exemplars'] },
];

type Table = StoreReport['tables'][number];

function extreme(times: readonly (string | null)[], wanted: 1 | -1): string | null {
  let found: string | null = null;
  for (const time of times) {
    if (time === null) continue;
    if (found === null || (BigInt(time) > BigInt(found) ? 1 : -1) === wanted) found = time;
  }
  return found;
}

function together(name: string, tables: readonly Table[]): StoredSignal {
  return {
    name,
    rows: tables.reduce((sum, { rows }) => sum + rows, 0),
    bytes: tables.reduce((sum, { bytes }) => sum + bytes, 0),
    oldestNs: extreme(
      tables.map(({ oldestNs }) => oldestNs),
      -1,
    ),
    newestNs: extreme(
      tables.map(({ newestNs }) => newestNs),
      1,
    ),
  };
}

export function storedSignals(tables: readonly Table[]): {
  readonly signals: readonly StoredSignal[];
  readonly rest: StoredSignal;
} {
  const named = new Set(signals.flatMap((one) => one.tables));
  const rest = tables.filter(({ table }) => !named.has(table));
  return {
    signals: signals.map(({ name, tables: own }) =>
      together(
        name,
        tables.filter(({ table }) => own.includes(table)),
      ),
    ),
    rest: { ...together('labels, senders and indexes', rest), oldestNs: null, newestNs: null },
  };
}
