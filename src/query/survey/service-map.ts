// Who talks to whom, counted over whole traces in memory: spans whose parent is of another service, messages by the links
// of whoever took them, and calls to what sends no spans itself.

import { findAttribute, printAttributeText } from '../../model/attributes.ts';
import { serviceName } from '../../model/resource.ts';
import type { SpanRecord } from '../../model/span-record.ts';
import type { MapEdge, MapNode, NamedBy } from '../overview-source.ts';

interface Call {
  readonly from: string;
  readonly to: MapNode;
  readonly namedBy: readonly NamedBy[];
  readonly isLinked: boolean;
  readonly isMessaging: boolean;
  readonly failed: boolean;
  readonly durationNs: number;
}

/** Names by the semantic conventions, the newer first. */
const keys = {
  database: ['db.system.name', 'db.system'],
  databaseName: ['db.namespace', 'db.name'],
  queue: ['messaging.destination.name', 'messaging.destination'],
  queueSystem: ['messaging.system'],
  peer: ['peer.service', 'server.address', 'net.peer.name', 'net.peer.ip'],
} as const;

function text(span: SpanRecord, names: readonly string[]): string {
  for (const name of names) {
    const value = findAttribute(span.attributes, name);
    if (value?.kind === 'string' && value.value !== '') return printAttributeText(value);
  }
  return '';
}

type Target = Pick<Call, 'to' | 'namedBy'>;

/** What a client's or producer's span goes to, by its own words; undefined when it says nothing. */
function namedTarget(span: SpanRecord): Target | undefined {
  const named = (names: readonly string[]): readonly NamedBy[] => {
    const value = text(span, names);
    return value === '' ? [] : [{ keys: names, value }];
  };
  const targetOf = (kind: MapNode['kind'], namedBy: readonly NamedBy[]): Target => ({
    to: { kind, name: namedBy.map(({ value }) => String(value)).join(' ') },
    namedBy,
  });
  const [database] = named(keys.database);
  if (database !== undefined) {
    const [name = named(keys.peer)[0]] = named(keys.databaseName);
    return targetOf('database', name === undefined ? [database] : [database, name]);
  }
  const [queue = named(keys.queueSystem)[0]] = named(keys.queue);
  if (queue !== undefined) return targetOf('queue', [queue]);
  const peer = span.kind === 'producer' ? [] : named(keys.peer);
  return peer.length === 0 ? undefined : targetOf('external', peer);
}

function durationNs({ startNs, endNs }: SpanRecord): number {
  return Number(endNs - startNs);
}

function isCalling({ kind }: SpanRecord): boolean {
  return kind === 'client' || kind === 'producer';
}

/** Calls of the spans of whole traces. */
function callsOf(spans: readonly SpanRecord[]): readonly Call[] {
  const idOf = (traceId: string, spanId: string): string => `${traceId} ${spanId}`;
  const byId = new Map(spans.map((span) => [idOf(span.traceId, span.spanId), span]));
  const answered = new Set<string>();
  const calls: Call[] = [];
  for (const span of spans) {
    const service = serviceName(span.resource);
    const takes = span.kind === 'server' || span.kind === 'consumer';
    const parent = byId.get(idOf(span.traceId, span.parentSpanId));
    if (takes && span.parentSpanId !== '') answered.add(idOf(span.traceId, span.parentSpanId));
    const caller = parent === undefined ? service : serviceName(parent.resource);
    if (parent !== undefined && caller !== service)
      calls.push({
        from: caller,
        to: { kind: 'service', name: service },
        namedBy: [],
        isLinked: false,
        isMessaging: span.kind === 'consumer' || parent.kind === 'producer',
        failed: span.status === 'error' || (isCalling(parent) && parent.status === 'error'),
        durationNs: durationNs(span),
      });
    for (const link of span.links) {
      const sent = byId.get(idOf(link.traceId, link.spanId));
      answered.add(idOf(link.traceId, link.spanId));
      if (sent?.kind !== 'producer' || link.spanId === span.parentSpanId) continue;
      const sender = serviceName(sent.resource);
      if (sender === service) continue;
      calls.push({
        from: sender,
        to: { kind: 'service', name: service },
        namedBy: [],
        isLinked: true,
        isMessaging: true,
        failed: span.status === 'error',
        durationNs: durationNs(span),
      });
    }
  }
  for (const span of spans) {
    if (!isCalling(span) || answered.has(idOf(span.traceId, span.spanId))) continue;
    const target = namedTarget(span);
    if (target === undefined) continue;
    calls.push({
      from: serviceName(span.resource),
      ...target,
      isLinked: false,
      isMessaging: target.to.kind === 'queue',
      failed: span.status === 'error',
      durationNs: durationNs(span),
    });
  }
  return calls;
}

/** The busiest first; counts are multiplied by `oneIn`. */
export function serviceEdges(spans: readonly SpanRecord[], oneIn: number): readonly MapEdge[] {
  const edges = new Map<string, [Call, ...Call[]]>();
  for (const call of callsOf(spans)) {
    const id = [call.from, call.to.kind, call.to.name, String(call.isMessaging)].join('\u0000');
    const known = edges.get(id);
    if (known === undefined) edges.set(id, [call]);
    else known.push(call);
  }
  return [...edges.values()]
    .map((calls): MapEdge => {
      const [{ from, to, namedBy, isMessaging }] = calls;
      const durations = calls.map((call) => call.durationNs).toSorted((a, b) => a - b);
      return {
        from: { kind: 'service', name: from },
        to,
        namedBy,
        isLinked: calls.some((call) => call.isLinked),
        isMessaging,
        requests: calls.length * oneIn,
        errors: calls.filter(({ failed }) => failed).length * oneIn,
        p95Ns: durations[Math.ceil(0.95 * durations.length) - 1] ?? 0,
      };
    })
    .toSorted((a, b) => b.requests - a.requests);
}
