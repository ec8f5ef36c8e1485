// Who talks to whom: spans whose parent is of another service, messages by the links of whoever took them, and calls to
// what sends no spans itself (databases, queues without a known reader, foreign hosts), as the caller's span names it.

import {
  calleeKeys,
  type MapEdge,
  type MapNode,
  type NamedBy,
  plainPorts,
  type ServiceMap,
  type ServiceMapRequest,
} from '../../query/overview-source.ts';
import type { TenantRange } from '../../query/sources.ts';
import { attributeMap } from '../attributes/attribute-maps.ts';
import type { Database } from '../database.ts';
import { findKnownKeys, type KnownKeys } from '../spans/known-keys.ts';
import { type Sql, sql } from '../sql/sql.ts';
import {
  chooseSample,
  errorStatus,
  rangeCondition,
  sampledCondition,
  spanKind,
} from './request-spans.ts';

export interface ServiceMapLimits {
  readonly mapSpansMax: number;
  readonly edgesMax: number;
}

const minuteNs = 60_000_000_000n;
/** A parent starts before its child, and clocks differ. */
const parentApartNs = minuteNs;
/** How long a message may have waited in its queue. */
const messageApartNs = 10n * minuteNs;

interface EdgeRow {
  readonly caller: string;
  readonly callee: string;
  readonly kind: MapNode['kind'];
  readonly is_messaging: number;
  readonly requests: string;
  readonly errors: string;
  readonly p95: number | string;
  readonly is_linked: number;
  /** What a leaf's name was made of: database, its name, queue, its system, host, port. */
  readonly parts: readonly string[];
}

const noId: Sql = sql`toFixedString('', 8)`;

function widen(range: TenantRange, backNs: bigint, aheadNs: bigint): TenantRange {
  const startNs = range.startNs > backNs ? range.startNs - backNs : 0n;
  return { ...range, startNs, endNs: range.endNs + aheadNs };
}

/** A call fails when the caller's own span of it does, or what it called. */
function crossings(request: ServiceMapRequest, oneIn: number): Sql {
  return sql`SELECT toString(parent_service) AS caller, toString(child_service) AS callee,
      child_kind = ${spanKind.consumer} OR parent_kind = ${spanKind.producer} AS is_messaging, duration,
      child_status = ${errorStatus} OR (parent_kind IN (${[spanKind.client, spanKind.producer]})
        AND parent_status = ${errorStatus}) AS failed, false AS by_link
    FROM (SELECT trace_id, parent_span_id AS span_id, service AS child_service, kind AS child_kind,
        status_code AS child_status, duration_ns AS duration
      FROM spans WHERE ${sampledCondition(request, oneIn)} AND parent_span_id != ${noId}) AS children
    INNER JOIN (SELECT trace_id, span_id, service AS parent_service, kind AS parent_kind, status_code AS parent_status
      FROM spans WHERE ${sampledCondition(widen(request, parentApartNs, parentApartNs), oneIn)}) AS parents
    USING (trace_id, span_id)
    WHERE child_service != parent_service`;
}

/** Messages whose taker began a trace of its own, or took many at once: only its links say who sent them. */
function linked(request: ServiceMapRequest, oneIn: number): Sql {
  return sql`SELECT toString(sender) AS caller, toString(taker) AS callee, true AS is_messaging, duration, failed, true AS by_link
    FROM (SELECT link_trace AS trace_id, link_span AS span_id, service AS taker,
        status_code = ${errorStatus} AS failed, duration_ns AS duration
      FROM spans ARRAY JOIN link_trace_ids AS link_trace, link_span_ids AS link_span
      WHERE ${sampledCondition(request, oneIn)} AND notEmpty(link_span_ids) AND link_span != parent_span_id) AS taken
    INNER JOIN (SELECT trace_id, span_id, service AS sender FROM spans
      WHERE ${rangeCondition(widen(request, messageApartNs, parentApartNs))} AND kind = ${spanKind.producer}) AS sent
    USING (trace_id, span_id)
    WHERE sender != taker`;
}

function betweenServices(request: ServiceMapRequest, oneIn: number): Sql {
  const { service } = request;
  const touches =
    service === undefined ? sql`1` : sql`(caller = ${service} OR callee = ${service})`;
  return sql`SELECT caller, callee, 'service' AS kind, toUInt8(is_messaging) AS is_messaging, count() AS requests,
      countIf(failed) AS errors, quantileExact(0.95)(duration) AS p95, toUInt8(max(by_link)) AS is_linked,
      emptyArrayString() AS parts
    FROM (${crossings(request, oneIn)} UNION ALL ${linked(request, oneIn)}) WHERE ${touches}
    GROUP BY caller, callee, is_messaging`;
}

const keys = calleeKeys;

/** In the order of `EdgeRow.parts`. */
const partKeys = [
  keys.database,
  keys.databaseName,
  keys.queue,
  keys.queueSystem,
  keys.peer,
  keys.port,
] as const;

/** The first of the keys that is set; keys that nobody sends are not looked for. */
function firstText(known: KnownKeys, names: readonly string[]): Sql {
  const sent = names.filter((name) => known.types('span', name).has('string'));
  return sent.reduceRight<Sql>(
    (rest, name) =>
      sql`if(${attributeMap('string')}[${name}] != '', ${attributeMap('string')}[${name}], ${rest})`,
    sql`''`,
  );
}

function portText(known: KnownKeys): Sql {
  const sent = keys.port.filter((name) => known.types('span', name).has('int'));
  return sent.reduceRight<Sql>(
    (rest, name) =>
      sql`if(${attributeMap('int')}[${name}] NOT IN (${plainPorts}), toString(${attributeMap('int')}[${name}]), ${rest})`,
    sql`''`,
  );
}

function leavesStatement(request: ServiceMapRequest, oneIn: number, known: KnownKeys): Sql {
  const nearby = widen(request, parentApartNs, messageApartNs);
  const answered = sql`SELECT trace_id, parent_span_id FROM spans
      WHERE ${sampledCondition(nearby, oneIn)} AND kind IN (${[spanKind.server, spanKind.consumer]}) AND parent_span_id != ${noId}
    UNION ALL
    SELECT link_trace, link_span FROM spans ARRAY JOIN link_trace_ids AS link_trace, link_span_ids AS link_span
      WHERE ${rangeCondition(nearby)} AND notEmpty(link_span_ids)`;
  // A driver's client span that goes to a database by the name of its own service is still a call of a database.
  return sql`SELECT toString(service) AS caller, name AS callee, leaf AS kind, leaf = 'queue' AS is_messaging,
      count() AS requests, countIf(status_code = ${errorStatus}) AS errors, quantileExact(0.95)(duration_ns) AS p95,
      0 AS is_linked, any([database, database_name, queue, queue_system, peer_host, peer_port]) AS parts
    FROM (SELECT service, status_code, duration_ns,
        ${firstText(known, keys.database)} AS database, ${firstText(known, keys.databaseName)} AS database_name,
        ${firstText(known, keys.queue)} AS queue, ${firstText(known, keys.queueSystem)} AS queue_system,
        ${firstText(known, keys.peer)} AS peer_host, ${portText(known)} AS peer_port,
        multiIf(peer_host = '', '', peer_port = '', peer_host, concat(peer_host, ':', peer_port)) AS peer,
        multiIf(database != '', 'database', queue != '' OR queue_system != '' OR kind = ${spanKind.producer}, 'queue', 'external') AS leaf,
        multiIf(leaf = 'database', concat(database, multiIf(database_name != '', concat(' ', database_name), peer != '', concat(' ', peer), '')),
          leaf = 'queue', if(queue != '', queue, queue_system), peer) AS name
      FROM spans WHERE ${sampledCondition(request, oneIn)} AND kind IN (${[spanKind.client, spanKind.producer]})
        AND (trace_id, span_id) NOT IN (${answered}))
    WHERE name != '' AND ${request.service === undefined ? sql`1` : sql`caller = ${request.service}`}
    GROUP BY caller, callee, kind`;
}

export async function readServiceMap(
  database: Database,
  limits: ServiceMapLimits,
  request: ServiceMapRequest,
  signal: AbortSignal,
): Promise<ServiceMap> {
  const lookedAt = await chooseSample(database, request, limits.mapSpansMax, signal);
  const { oneIn } = lookedAt;
  const known = await findKnownKeys(database, request, Object.values(keys).flat(), signal);
  const statements = [betweenServices(request, oneIn), leavesStatement(request, oneIn, known)];
  const found = await Promise.all(
    statements.map((statement) =>
      database.rows<EdgeRow & { total: string }>(
        sql`SELECT *, count() OVER () AS total FROM (${statement}) ORDER BY requests DESC, caller, callee LIMIT ${limits.edgesMax}`,
        { signal },
      ),
    ),
  );
  const edges = found.flat().map((row) => edgeOf(row, oneIn));
  edges.sort((a, b) => b.requests - a.requests);
  const edgesTotal = found.reduce((sum, rows) => sum + Number(rows[0]?.total ?? 0), 0);
  return { edges: edges.slice(0, limits.edgesMax), edgesTotal, lookedAt };
}

function edgeOf(row: EdgeRow, oneIn: number): MapEdge {
  return {
    from: { kind: 'service', name: row.caller },
    to: { kind: row.kind, name: row.callee },
    namedBy: namedBy(row),
    isLinked: row.is_linked === 1,
    isMessaging: row.is_messaging === 1,
    requests: Number(row.requests) * oneIn,
    errors: Number(row.errors) * oneIn,
    p95Ns: Number(row.p95),
  };
}

function namedBy({ kind, parts }: EdgeRow): readonly NamedBy[] {
  const [, databaseName = '', queue = ''] = parts;
  // As the name is put together in SQL.
  const used: Readonly<Record<MapNode['kind'], readonly number[]>> = {
    service: [],
    database: databaseName === '' ? [0, 4, 5] : [0, 1],
    queue: queue === '' ? [3] : [2],
    external: [4, 5],
  };
  return used[kind].flatMap((at): NamedBy[] => {
    const text = parts[at] ?? '';
    const names = partKeys[at] ?? [];
    if (text === '') return [];
    return [{ keys: names, value: names === keys.port ? BigInt(text) : text }];
  });
}
