// Who talks to whom, counted over whole traces in memory: spans whose parent is of another service, messages by the links
// of whoever took them, and calls to what sends no spans itself.

import { findAttribute, printAttributeText } from '../../model/attributes.ts';
import { serviceName } from '../../model/resource.ts';
import type { SpanRecord } from '../../model/span-record.ts';
import {
  calleeKeys,
  type MapEdge,
  type MapNode,
  type NamedBy,
  plainPorts,
} from '../overview-source.ts';

interface Call {
  readonly from: string;
  readonly to: MapNode;
  readonly namedBy: readonly NamedBy[];
  readonly isLinked: boolean;
  readonly isMessaging: boolean;
  readonly failed: boolean;
  readonly durationNs: number;
}

const keys = calleeKeys;

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
  const targetOf = (kind: MapNode['kind'], ...parts: (readonly NamedBy[])[]): Target => ({
    // A host and its port are one word.
    to: {
      kind,
      name: parts.map((words) => words.map(({ value }) => String(value)).join(':')).join(' '),
    },
    namedBy: parts.flat(),
  });
  const host = (): readonly NamedBy[] => {
    const peer = named(keys.peer);
    return peer.length === 0 ? [] : [...peer, ...port(span)];
  };
  const database = named(keys.database);
  if (database.length > 0) {
    const name = named(keys.databaseName);
    const place = name.length > 0 ? name : host();
    return place.length > 0
      ? targetOf('database', database, place)
      : targetOf('database', database);
  }
  const queue = [...named(keys.queue), ...named(keys.queueSystem)].slice(0, 1);
  if (queue.length > 0) return targetOf('queue', queue);
  const peer = span.kind === 'producer' ? [] : host();
  return peer.length === 0 ? undefined : targetOf('external', peer);
}

function port(span: SpanRecord): readonly NamedBy[] {
  for (const name of keys.port) {
    const value = findAttribute(span.attributes, name);
    if (value?.kind === 'int' && !plainPorts.includes(Number(value.value)))
      return [{ keys: keys.port, value: value.value }];
  }
  return [];
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
