// The ground and the selection of a comparison of spans as conditions on rows.

import { Failure } from '../../base/errors.ts';
import type { Selection, SpanGround } from '../../query/difference-source.ts';
import type { SpanPredicate, TenantRange } from '../../query/sources.ts';
import { decodeHexInto } from '../../base/hex.ts';
import { tenantCondition, timeCondition, timeValue } from '../attributes/read-blocks.ts';
import type { Database } from '../database.ts';
import { exactSpanCondition } from '../spans/exact-condition.ts';
import { findKnownKeys, predicateKeys } from '../spans/known-keys.ts';
import { and, type Sql, sql } from '../sql/sql.ts';

function keysOf(ground: SpanGround): string[] {
  return ground.kind === 'predicate'
    ? [ground.predicate, ...ground.traceHas].flatMap(predicateKeys)
    : [];
}

function isEverything(predicate: SpanPredicate): boolean {
  return predicate.kind === 'true';
}

/** Of each ground; undefined when it is all spans. */
export async function exactGrounds(
  database: Database,
  range: TenantRange,
  grounds: readonly SpanGround[],
  signal: AbortSignal,
): Promise<readonly (Sql | undefined | 'inexact')[]> {
  const keys = await findKnownKeys(database, range, grounds.flatMap(keysOf), signal);
  return grounds.map((ground) => {
    if (ground.kind === 'traces') return traceIdsCondition(ground.traceIds);
    const { predicate, traceHas } = ground;
    if (isEverything(predicate) && traceHas.every(isEverything)) return undefined;
    const parts = [predicate, ...traceHas].map((one) => exactSpanCondition(one, { range, keys }));
    const known = parts.filter((part) => part !== undefined);
    const [own, ...has] = known;
    if (own === undefined || known.length < parts.length) return 'inexact';
    return and([own, ...has.map((condition) => ofTracesWith(range, condition))]);
  });
}

function ofTracesWith({ tenants, startNs, endNs }: TenantRange, condition: Sql): Sql {
  return sql`trace_id IN (SELECT trace_id FROM spans
    WHERE ${tenantCondition(tenants)} AND ${timeCondition(startNs, endNs)} AND ${condition})`;
}

/** The same where all must be exact; fails with `unsupported` otherwise. */
export async function groundConditions(
  database: Database,
  range: TenantRange,
  grounds: readonly SpanGround[],
  signal: AbortSignal,
): Promise<readonly (Sql | undefined)[]> {
  const conditions = await exactGrounds(database, range, grounds, signal);
  return conditions.map((condition) => {
    if (condition === 'inexact')
      throw new Failure('unsupported', 'this filter cannot be counted where the spans are stored');
    return condition;
  });
}

export function traceIdsCondition(traceIds: readonly string[]): Sql {
  const ids = traceIds.flatMap((traceId) => {
    const bytes = new Uint8Array(16);
    return decodeHexInto(traceId, bytes, 0, 16) ? [bytes] : [];
  });
  return ids.length === 0 ? sql`0` : sql`trace_id IN (${ids})`;
}

export function timePart({ startNs, endNs }: Selection, time: Sql): readonly Sql[] {
  return [
    ...(startNs === undefined ? [] : [sql`${time} >= ${timeValue(startNs)}`]),
    ...(endNs === undefined ? [] : [sql`${time} < ${timeValue(endNs)}`]),
  ];
}

export function durationPart(
  { minDurationNs, maxDurationNs }: Selection,
  duration: Sql,
): readonly Sql[] {
  return [
    ...(minDurationNs === undefined ? [] : [sql`${duration} >= ${minDurationNs}`]),
    ...(maxDurationNs === undefined ? [] : [sql`${duration} <= ${maxDurationNs}`]),
  ];
}

/** A child may fail so long after its parent began, and is still why that failed. */
const failureMarginNs = 600_000_000_000n;

/** Spans with a child that failed: they failed through it. */
export function failedThroughChild(range: TenantRange, selection: Selection): Sql {
  const startNs = selection.startNs ?? range.startNs;
  const endNs = (selection.endNs ?? range.endNs) + failureMarginNs;
  return sql`(trace_id, span_id) IN (SELECT trace_id, parent_span_id FROM spans
    WHERE ${tenantCondition(range.tenants)} AND ${timeCondition(startNs, endNs)}
      AND status_code = 2 AND parent_span_id != toFixedString('', 8))`;
}

export function allOfParts(parts: readonly Sql[]): Sql {
  return parts.length === 0 ? sql`1` : and(parts);
}
