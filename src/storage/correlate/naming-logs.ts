// Which log rows name a trace. A record may have several IDs, and programs that cut a 128-bit ID to its low half name
// the same trace: a padded low half counts as the whole ID.

import { decodeHexInto } from '../../base/hex.ts';
import { type Sql, sql } from '../sql/sql.ts';

export interface TraceNames {
  /** Every spelling in bytes. */
  readonly spellings: readonly Uint8Array[];
  /** For each spelling the trace that it names. */
  readonly traces: readonly Uint8Array[];
}

/** IDs that are not of 32 hex digits are left out. */
export function traceNames(traceIds: readonly string[]): TraceNames {
  const spellings: Uint8Array[] = [];
  const traces: Uint8Array[] = [];
  const whole = new Set(traceIds);
  for (const traceId of whole) {
    const bytes = new Uint8Array(16);
    if (!decodeHexInto(traceId, bytes, 0, 16)) continue;
    spellings.push(bytes);
    traces.push(bytes);
    const padded = `${'0'.repeat(16)}${traceId.slice(16)}`;
    if (whole.has(padded)) continue;
    const low = new Uint8Array(16);
    low.set(bytes.subarray(8), 8);
    spellings.push(low);
    traces.push(bytes);
  }
  return { spellings, traces };
}

function fixedStrings(ids: readonly Uint8Array[]): Sql {
  return sql`arrayMap(id -> toFixedString(id, 16), ${ids})`;
}

/** On rows of `logs`; both columns have a bloom filter. */
export function namingCondition({ spellings }: TraceNames): Sql {
  return sql`trace_id IN (${spellings}) OR hasAny(other_trace_ids, ${fixedStrings(spellings)})`;
}

/** The traces that a row names, each once, as hex. */
export function namedTraces({ spellings, traces }: TraceNames): Sql {
  const hexes = (ids: readonly Uint8Array[]): Sql => sql`arrayMap(id -> lower(hex(id)), ${ids})`;
  return sql`arrayDistinct(arrayFilter(id -> id != '', arrayMap(
    id -> transform(lower(hex(id)), ${hexes(spellings)}, ${hexes(traces)}, ''),
    arrayPushBack(other_trace_ids, trace_id))))`;
}
