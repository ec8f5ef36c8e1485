// How much there is of a trace, counted from rows: what was stored twice counts once.

import type { TraceCounts } from '../../query/sources.ts';
import { tenantCondition } from '../attributes/read-blocks.ts';
import type { Database } from '../database.ts';
import { entryHash } from '../logs/count-logs.ts';
import { sql } from '../sql/sql.ts';
import { traceIdBytes, tracesCondition } from '../spans/read-traces.ts';
import { namedTraces, namingCondition, traceNames } from './naming-logs.ts';

interface SpanCount {
  readonly id: string;
  readonly spans: string;
  readonly errors: string;
}

interface LogCount {
  readonly id: string;
  readonly logs: string;
}

export async function countTraces(
  database: Database,
  tenants: readonly string[],
  traceIds: readonly string[],
  signal: AbortSignal,
): Promise<readonly TraceCounts[]> {
  const ids = traceIds.flatMap((traceId) => traceIdBytes(traceId) ?? []);
  const none = { spans: 0, errorSpans: 0, logs: 0, exemplars: 0 };
  if (ids.length === 0) return traceIds.map((traceId) => ({ traceId, ...none }));
  const names = traceNames(traceIds);
  const [spans, logs] = await Promise.all([
    database.rows<SpanCount>(
      sql`SELECT lower(hex(trace_id)) AS id, uniqExact(span_id, kind) AS spans,
          uniqExactIf((span_id, kind), status_code = 2) AS errors
        FROM spans WHERE ${tracesCondition(tenants, ids)} GROUP BY trace_id`,
      { signal },
    ),
    database.rows<LogCount>(
      sql`SELECT arrayJoin(${namedTraces(names)}) AS id, uniqExact(stream_id, ts, ${entryHash}) AS logs
        FROM logs WHERE ${tenantCondition(tenants)} AND (${namingCondition(names)}) GROUP BY id`,
      { signal },
    ),
  ]);
  const spansOf = new Map(spans.map((row) => [row.id, row]));
  const logsOf = new Map(logs.map((row) => [row.id, row]));
  return traceIds.map((traceId) => ({
    traceId,
    spans: Number(spansOf.get(traceId)?.spans ?? 0),
    errorSpans: Number(spansOf.get(traceId)?.errors ?? 0),
    logs: Number(logsOf.get(traceId)?.logs ?? 0),
    exemplars: 0,
  }));
}
