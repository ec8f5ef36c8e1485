// Which streams a selection means. Label matchers are answered by the `streams` table alone; the rows are then asked
// for numbers, and for services, which lead their sort key.

import type { TenantRange } from '../../query/sources.ts';
import { matcherPredicate, type LabelMatcher } from '../../query/language/matcher.ts';
import type { Database } from '../database.ts';
import { dayCondition, tenantCondition } from '../attributes/read-blocks.ts';
import { and, type Sql, sql } from '../sql/sql.ts';
import { labelMatchersCondition } from './label-conditions.ts';

/** The label that stands for the tenant when several are asked at a time. */
export const tenantLabel = '__tenant_id__';

/** Up to so many streams are named in the statement; more are a subquery. */
export const listedStreamsMax = 1000;

export interface StreamScope {
  readonly tenants: readonly string[];
  /** Condition on rows of `logs`; undefined when all streams are meant. */
  readonly condition: Sql | undefined;
  readonly isEmpty: boolean;
}

/** Tenants and matchers with the tenant label taken out. */
export function splitTenantMatchers(
  tenants: readonly string[],
  matchers: readonly LabelMatcher[],
): { tenants: readonly string[]; matchers: readonly LabelMatcher[] } {
  if (tenants.length < 2) return { tenants, matchers };
  const ofTenant = matchers.filter(({ name }) => name === tenantLabel).map(matcherPredicate);
  return {
    tenants: tenants.filter((tenant) => ofTenant.every((matches) => matches(tenant))),
    matchers: matchers.filter(({ name }) => name !== tenantLabel),
  };
}

/** Streams of the days that the range touches. */
export function streamsCondition(range: TenantRange, matchers: readonly LabelMatcher[]): Sql {
  return and([
    tenantCondition(range.tenants),
    dayCondition(range.startNs, range.endNs),
    labelMatchersCondition(matchers),
  ]);
}

export async function findStreamScope(
  database: Database,
  range: TenantRange,
  givenMatchers: readonly LabelMatcher[],
  signal: AbortSignal,
): Promise<StreamScope> {
  const { tenants, matchers } = splitTenantMatchers(range.tenants, givenMatchers);
  if (tenants.length === 0) return { tenants, condition: sql`0`, isEmpty: true };
  if (matchers.length === 0) return { tenants, condition: undefined, isEmpty: false };
  const where = streamsCondition({ ...range, tenants }, matchers);
  const found = await database.rows<{ stream_id: string; service: string }>(
    sql`SELECT DISTINCT stream_id, service FROM streams WHERE ${where} LIMIT ${listedStreamsMax + 1}`,
    { signal },
  );
  if (found.length === 0) return { tenants, condition: sql`0`, isEmpty: true };
  if (found.length > listedStreamsMax) {
    return {
      tenants,
      condition: sql`service IN (SELECT service FROM streams WHERE ${where})
        AND stream_id IN (SELECT stream_id FROM streams WHERE ${where})`,
      isEmpty: false,
    };
  }
  const services = [...new Set(found.map(({ service }) => service))];
  const ids = found.map((stream) => BigInt(stream.stream_id));
  return {
    tenants,
    condition: sql`service IN (${services}) AND stream_id IN (${ids})`,
    isEmpty: false,
  };
}
