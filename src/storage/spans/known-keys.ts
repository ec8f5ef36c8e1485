// With which types an attribute key has been stored in a range. A condition on a key then reads only the maps in which
// it can be, and none at all when nobody has ever sent it.

import type { SpanPredicate, TenantRange } from '../../query/sources.ts';
import { type AttributeType, attributeTypeOfKind } from '../attributes/attribute-maps.ts';
import { dayCondition, tenantCondition } from '../attributes/read-blocks.ts';
import type { KeyHolder } from '../attributes/sender-writer.ts';
import type { Database } from '../database.ts';
import { sql } from '../sql/sql.ts';

export interface KnownKeys {
  types(holder: KeyHolder, key: string): ReadonlySet<AttributeType>;
}

const noTypes: ReadonlySet<AttributeType> = new Set();

/** Keys that a predicate names, whatever they are attributes of. */
export function predicateKeys(predicate: SpanPredicate): string[] {
  switch (predicate.kind) {
    case 'true':
      return [];
    case 'and':
    case 'or':
      return predicate.operands.flatMap(predicateKeys);
    case 'condition':
      return predicate.scope === 'intrinsic' ? [] : [predicate.name];
  }
}

export async function findKnownKeys(
  database: Database,
  range: TenantRange,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<KnownKeys> {
  const known = new Map<string, Set<AttributeType>>();
  const wanted = [...new Set(keys)];
  if (wanted.length > 0) {
    const rows = await database.rows<{ holder: string; key: string; kind: number }>(
      sql`SELECT DISTINCT holder, key, kind FROM attribute_keys
        WHERE ${tenantCondition(range.tenants)} AND ${dayCondition(range.startNs, range.endNs)}
          AND signal = 'spans' AND key IN (${wanted})`,
      { signal },
    );
    for (const { holder, key, kind } of rows) {
      const name = `${holder} ${key}`;
      const types = known.get(name) ?? new Set();
      types.add(attributeTypeOfKind(kind));
      known.set(name, types);
    }
  }
  return { types: (holder, key) => known.get(`${holder} ${key}`) ?? noTypes };
}
