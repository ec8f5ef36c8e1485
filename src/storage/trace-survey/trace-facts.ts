// What a list of traces shows of each, made from its spans by one statement. The time that a trace takes is its root's:
// work that goes on behind the answer, and clocks that are off, would make a quick request look slow.

import type { TenantRange } from '../../query/sources.ts';
import { tenantCondition, timeCondition } from '../attributes/read-blocks.ts';
import type { Database } from '../database.ts';
import { and, join, type Sql, sql } from '../sql/sql.ts';
import { isRoot } from '../spans/span-conditions.ts';

/** Spans of a trace are looked for so long before and behind the range in which it matches. */
export const traceMarginNs: bigint = 600_000_000_000n;

/** Beyond so many spans in a range, every n-th trace stands for the others: a million take half a second of a processor. */
export const factSpansMax: number = 4_000_000;

export interface SurveySettings {
  readonly database: Database;
  readonly factSpansMax: number;
}

/**
 * Traces of which a span that starts in the range fulfils the condition. Columns: `trace_id`, `start_ts`, `trace_ns`,
 * `extent_ns`, `has_root`, `root_service`, `root_name`, `first_service`, `spans`, `errors`.
 */
export function traceFacts(
  range: TenantRange,
  matching: Sql | undefined,
  { oneIn, more = [] }: { readonly oneIn: number; readonly more?: readonly Sql[] },
): Sql {
  const { tenants, startNs, endNs } = range;
  const inRange = timeCondition(startNs, endNs);
  const conditions = [
    tenantCondition(tenants),
    timeCondition(startNs - traceMarginNs, endNs + traceMarginNs),
  ];
  const isChosen = sql`cityHash64(trace_id) % ${oneIn} = 0`;
  if (oneIn > 1) conditions.push(isChosen);
  if (matching !== undefined)
    conditions.push(
      sql`trace_id IN (SELECT trace_id FROM spans WHERE ${tenantCondition(tenants)} AND ${inRange}
        AND ${oneIn > 1 ? isChosen : sql`1`} AND ${matching})`,
    );
  const columns = [
    sql`trace_id`,
    sql`min(ts) AS first_ts`,
    sql`countIf(${isRoot}) > 0 AS has_root`,
    sql`argMinIf(duration_ns, ts, ${isRoot}) AS root_ns`,
    sql`argMinIf(ts, ts, ${isRoot}) AS root_ts`,
    sql`if(has_root, root_ts, first_ts) AS start_ts`,
    sql`toUnixTimestamp64Nano(max(addNanoseconds(ts, greatest(duration_ns, 0)))) - toUnixTimestamp64Nano(first_ts) AS extent_ns`,
    sql`if(has_root, root_ns, extent_ns) AS trace_ns`,
    sql`argMinIf(service, ts, ${isRoot}) AS root_service`,
    sql`argMinIf(name, ts, ${isRoot}) AS root_name`,
    sql`argMin(service, ts) AS first_service`,
    sql`count() AS spans`,
    sql`countIf(status_code = 2) AS errors`,
    ...more,
  ];
  return sql`SELECT ${join(columns, ', ')} FROM spans WHERE ${and(conditions)} GROUP BY trace_id
    HAVING ${matching === undefined ? sql`countIf(${inRange}) > 0` : sql`1`}`;
}
