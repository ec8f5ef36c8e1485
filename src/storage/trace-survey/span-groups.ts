// Spans by the value of an attribute: how many, how many failed, how long they took.

import { spanKinds, spanStatuses } from '../../model/spans-batch.ts';
import type { SpanGroup, SpanGroups, TraceSurveyRequest } from '../../query/trace-survey-source.ts';
import type { SpanScope } from '../../query/sources.ts';
import { attributeMap, type AttributeType } from '../attributes/attribute-maps.ts';
import { dayCondition, tenantCondition, timeCondition } from '../attributes/read-blocks.ts';
import { allOfParts, durationPart, groundConditions, timePart } from '../difference/span-ground.ts';
import { findKnownKeys } from '../spans/known-keys.ts';
import { and, type Sql, sql } from '../sql/sql.ts';
import type { SurveySettings } from './trace-facts.ts';
import { selectedFacts } from './trace-list.ts';

type GroupsRequest = TraceSurveyRequest & {
  readonly scope: SpanScope;
  readonly name: string;
  readonly limit: number;
};

interface GroupRow {
  /** Empty: spans without the attribute. */
  readonly type: SpanGroup['type'] | '';
  readonly value: string;
  readonly count: string;
  readonly errors: string;
  readonly quantiles: readonly number[];
  readonly slowest: string;
  readonly all_values: string;
  readonly all_spans: string;
}

/** `(type, text)` of the first map that has the key; the type is empty when none has. */
function valueInMaps(types: ReadonlySet<AttributeType>, name: string): Sql {
  let value: Sql = sql`('', '')`;
  for (const type of types) {
    const map = attributeMap(type);
    const text =
      type === 'bool' ? sql`if(${map}[${name}], 'true', 'false')` : sql`toString(${map}[${name}])`;
    const shown = type === 'json' ? 'string' : type;
    value = sql`if(mapContains(${map}, ${name}), (${shown}, ${text}), ${value})`;
  }
  return value;
}

function intrinsicValue(name: string): Sql {
  switch (name) {
    case 'name':
      return sql`('string', toString(name))`;
    case 'statusMessage':
      return sql`('string', status_message)`;
    case 'status':
      return sql`('keyword', arrayElement(${spanStatuses}, status_code + 1))`;
    case 'kind':
      return sql`('keyword', arrayElement(${spanKinds}, kind + 1))`;
    default:
      return sql`('', '')`;
  }
}

function all(rows: Sql): ValueRows {
  return { rows, oneIn: 1 };
}

interface ValueRows {
  /** `found` (type and text), `duration`, `failed`, `id`. */
  readonly rows: Sql;
  readonly oneIn: number;
}

async function valueRows(
  settings: SurveySettings,
  request: GroupsRequest,
  signal: AbortSignal,
): Promise<ValueRows> {
  const { database } = settings;
  const { tenants, startNs, endNs, scope, name, selection } = request;
  if (scope === 'intrinsic' && (name === 'rootName' || name === 'rootServiceName')) {
    const column = name === 'rootName' ? sql`toString(root_name)` : sql`toString(root_service)`;
    const { facts, oneIn } = await selectedFacts(settings, request, signal);
    const rows = sql`SELECT ('string', ${column}) AS found, trace_ns AS duration, errors > 0 AS failed, trace_id AS id FROM (${facts})`;
    return { rows, oneIn };
  }
  const [grounds, keys] = await Promise.all([
    groundConditions(database, request, [request.ground], signal),
    findKnownKeys(database, request, [name], signal),
  ]);
  const [ground] = grounds;
  const box = allOfParts([
    ...timePart(selection, sql`ts`),
    ...durationPart(selection, sql`duration_ns`),
    ...(selection.errors ? [sql`status_code = 2`] : []),
  ]);
  const where = and([
    tenantCondition(tenants),
    timeCondition(startNs, endNs),
    box,
    ...(ground === undefined ? [] : [ground]),
  ]);
  const figures = sql`duration_ns AS duration, status_code = 2 AS failed, trace_id AS id`;
  if (scope === 'intrinsic')
    return all(sql`SELECT ${intrinsicValue(name)} AS found, ${figures} FROM spans WHERE ${where}`);
  if (name === 'service.name' && scope !== 'span')
    return all(
      sql`SELECT ('string', toString(service)) AS found, ${figures} FROM spans WHERE ${where}`,
    );
  const own = valueInMaps(keys.types('span', name), name);
  if (scope === 'span')
    return all(sql`SELECT ${own} AS found, ${figures} FROM spans WHERE ${where}`);
  const ofSender = valueInMaps(keys.types('resource', name), name);
  const value = scope === 'any' ? sql`if(own.1 = '', sent, own)` : sql`sent`;
  return all(sql`SELECT ${value} AS found, duration, failed, id FROM (
      SELECT resource_id, ${scope === 'any' ? own : sql`('', '')`} AS own, ${figures} FROM spans WHERE ${where}
    ) AS matching
    LEFT ANY JOIN (
      SELECT resource_id, ${ofSender} AS sent FROM resources
      WHERE ${tenantCondition(tenants)} AND ${dayCondition(startNs, endNs)} LIMIT 1 BY resource_id
    ) AS senders USING (resource_id)`);
}

export async function spanGroups(
  settings: SurveySettings,
  request: GroupsRequest,
  signal: AbortSignal,
): Promise<SpanGroups> {
  const { database } = settings;
  const { rows, oneIn } = await valueRows(settings, request, signal);
  const found = await database.rows<GroupRow>(
    sql`SELECT type, value, count, errors, quantiles, slowest, all_values, all_spans FROM (
        SELECT found.1 AS type, found.2 AS value, count() AS count, countIf(failed) AS errors,
          quantilesTDigest(0.5, 0.95, 0.99)(duration) AS quantiles, lower(hex(argMax(id, duration))) AS slowest,
          sum(count) OVER () AS all_spans, countIf(type != '') OVER () AS all_values
        FROM (${rows}) GROUP BY type, value
      ) ORDER BY type = '' DESC, count DESC, value LIMIT ${request.limit + 1}`,
    { signal },
  );
  const without = found.find(({ type }) => type === '');
  return {
    groups: found
      .flatMap(({ type, value, count, errors, quantiles, slowest }): SpanGroup[] =>
        type === ''
          ? []
          : [
              {
                type,
                value,
                count: Number(count) * oneIn,
                errors: Number(errors) * oneIn,
                p50Ns: Number(quantiles[0] ?? 0),
                p95Ns: Number(quantiles[1] ?? 0),
                p99Ns: Number(quantiles[2] ?? 0),
                slowestTraceId: slowest,
              },
            ],
      )
      .slice(0, request.limit),
    values: Number(found[0]?.all_values ?? 0),
    spans: Number(found[0]?.all_spans ?? 0) * oneIn,
    without: Number(without?.count ?? 0) * oneIn,
    lookedAtOneIn: oneIn,
  };
}
