// Candidate traces of a search, newest first. With one condition the range is read in slices from its end, so that the
// newest traces of a week cost as much as those of the last minutes; with several, whose spans may lie in different
// slices, in one pass over the range.

import type { TraceSearch, TraceSpans } from '../../query/sources.ts';
import { futureGraceMs } from '../attributes/accepted-times.ts';
import type { Clock } from '../../base/clock.ts';
import { tenantCondition, timeCondition, timeValue } from '../attributes/read-blocks.ts';
import { scanSettings } from '../database.ts';
import { and, identifier, join, type Sql, sql } from '../sql/sql.ts';
import { findKnownKeys, predicateKeys } from './known-keys.ts';
import { readTraces, type SpanReaderSettings } from './read-traces.ts';
import { anyOf, conditionSql, type SpanCondition, spanCondition } from './span-conditions.ts';

/** Traces fetched whole by one statement. */
export const tracesPerPageMin: number = 20;
export const tracesPerPageMax: number = 200;

/** One bucket of the sort key: less would read the same rows. */
const firstSliceNs = 600_000_000_000n;
const sliceGrowth = 8n;

interface Slice {
  readonly startNs: bigint;
  readonly endNs: bigint;
}

interface CandidateRow {
  readonly trace_id: string;
  readonly start_ns: string;
}

interface Position {
  readonly startNs: bigint;
  readonly traceId: string;
}

/** Traces of a slice by their first matching span, newest first, behind a position. */
export function candidatesStatement(
  tenants: readonly string[],
  conditions: readonly SpanCondition[],
  slice: Slice,
  after: Position | undefined,
  limit: number,
): Sql {
  const [only] = conditions;
  const either = conditionSql(
    conditions.length === 1 && only !== undefined ? only : anyOf(conditions),
  );
  const having: Sql[] =
    conditions.length < 2 ? [] : conditions.map((_, at) => sql`max(${identifier(`holds${at}`)})`);
  if (after !== undefined) {
    const start = timeValue(after.startNs);
    having.push(sql`start_ts < ${start} OR (start_ts = ${start} AND hex_id < ${after.traceId})`);
  }
  const flags =
    conditions.length < 2
      ? []
      : conditions.map(
          (condition, at) => sql`${conditionSql(condition)} AS ${identifier(`holds${at}`)}`,
        );
  const source = sql`SELECT ${join([sql`trace_id`, sql`ts`, ...flags], ', ')} FROM spans
    WHERE ${tenantCondition(tenants)} AND ${timeCondition(slice.startNs, slice.endNs)} AND (${either})`;
  return sql`SELECT lower(hex(trace_id)) AS hex_id, min(ts) AS start_ts, hex_id AS trace_id,
      toString(toUnixTimestamp64Nano(start_ts)) AS start_ns
    FROM (${source}) AS matching GROUP BY matching.trace_id HAVING ${and(having)}
    ORDER BY start_ts DESC, hex_id DESC LIMIT ${limit}`;
}

export async function* searchTraces(
  settings: SpanReaderSettings & { readonly clock: Clock },
  request: TraceSearch,
  signal: AbortSignal,
): AsyncGenerator<readonly TraceSpans[]> {
  const { database, clock } = settings;
  const { tenants, startNs } = request;
  const keys = await findKnownKeys(
    database,
    request,
    request.required.flatMap(predicateKeys),
    signal,
  );
  const all = request.required.map((predicate) =>
    spanCondition(predicate, { range: request, keys }),
  );
  if (all.includes('none')) return;
  const narrowing = all.filter((condition) => condition !== 'all');
  const conditions: readonly SpanCondition[] = narrowing.length === 0 ? ['all'] : narrowing;
  const pageTraces = Math.min(
    Math.max(request.tracesWanted ?? tracesPerPageMin, tracesPerPageMin),
    tracesPerPageMax,
  );
  // Nothing is stored beyond the grace; without this the first slices of a far end would be empty.
  const lastNs = clock.nowNs() + BigInt(futureGraceMs) * 1_000_000n + 1n;
  let endNs = request.endNs < lastNs ? request.endNs : lastNs;
  let width = conditions.length > 1 ? endNs - startNs : firstSliceNs;
  const seen = new Set<string>();
  while (startNs < endNs) {
    const slice = { startNs: endNs - width > startNs ? endNs - width : startNs, endNs };
    let after: Position | undefined;
    for (;;) {
      const statement = candidatesStatement(tenants, conditions, slice, after, pageTraces);
      const found = await database.rows<CandidateRow>(statement, {
        signal,
        ...(width > firstSliceNs && { settings: scanSettings }),
      });
      const fresh = found.map((row) => row.trace_id).filter((traceId) => !seen.has(traceId));
      for (const traceId of fresh) seen.add(traceId);
      const traces = await readTraces(settings, tenants, fresh, signal);
      const page = fresh.flatMap((traceId) => {
        const spans = traces.get(traceId);
        return spans === undefined ? [] : [{ traceId, spans }];
      });
      if (page.length > 0) yield page;
      const last = found.at(-1);
      if (found.length < pageTraces || last === undefined) break;
      after = { startNs: BigInt(last.start_ns), traceId: last.trace_id };
    }
    endNs = slice.startNs;
    width *= sliceGrowth;
  }
}
