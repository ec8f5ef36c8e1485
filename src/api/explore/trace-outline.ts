// The outline of a large trace: columns of numbers and one list of texts instead of an object a span, a tenth of the
// bytes, so that a hundred thousand spans open in a moment. The rest of a span is asked for when it is selected.

import { findAttribute, printAttributeText } from '../../model/attributes.ts';
import { shownService } from '../../model/log-labels.ts';
import type { Resource } from '../../model/resource.ts';
import type { SpanRecord } from '../../model/span-record.ts';
import { clockOf } from '../../query/correlate/skew.ts';
import type { SpanOutline } from './contract/trace.ts';

/** Each text once, named by its place. */
class TextList {
  readonly texts: string[] = [];
  readonly #places = new Map<string, number>();

  place(text: string): number {
    let place = this.#places.get(text);
    if (place === undefined) {
      place = this.texts.push(text) - 1;
      this.#places.set(text, place);
    }
    return place;
  }
}

interface Sender {
  readonly service: number;
  readonly host: number;
}

/** Spans of one sender share their resource: its texts are looked up once. */
function senderReader(list: TextList): (resource: Resource) => Sender {
  const known = new Map<Resource, Sender>();
  return (resource) => {
    let sender = known.get(resource);
    if (sender === undefined) {
      const service = shownService(resource);
      const host = clockOf((key) => {
        const value = findAttribute(resource.attributes, key);
        return value === undefined ? undefined : printAttributeText(value);
      }, service);
      sender = { service: list.place(service), host: list.place(host) };
      known.set(resource, sender);
    }
    return sender;
  };
}

/** `spans` by start. */
export function outlineSpans(
  spans: readonly SpanRecord[],
  logCountBySpan: ReadonlyMap<string, number>,
): SpanOutline {
  const list = new TextList();
  const senderOf = senderReader(list);
  const places = new Map<string, number>();
  spans.forEach(({ spanId }, at) => {
    if (!places.has(spanId)) places.set(spanId, at);
  });
  const firstNs = spans[0]?.startNs ?? 0n;
  const absentParents: Record<string, string> = {};
  const errors: Record<string, string> = {};
  const logCounts: Record<string, number> = {};
  const events: { span: number; atNs: number; name: string }[] = [];
  const links: { span: number; traceId: string; spanId: string }[] = [];
  const outline = {
    startNs: firstNs.toString(),
    spanIds: spans.map(({ spanId }) => spanId),
    parents: [] as number[],
    absentParents,
    startsNs: [] as number[],
    durationsNs: [] as number[],
    texts: list.texts,
    services: [] as number[],
    names: [] as number[],
    kinds: [] as number[],
    hosts: [] as number[],
    errors,
    logCounts,
    events,
    links,
  };
  spans.forEach((span, at) => {
    const parent = span.parentSpanId === '' ? undefined : places.get(span.parentSpanId);
    if (parent === undefined && span.parentSpanId !== '') absentParents[at] = span.parentSpanId;
    outline.parents.push(parent ?? -1);
    outline.startsNs.push(Number(span.startNs - firstNs));
    outline.durationsNs.push(Number(span.endNs - span.startNs));
    const sender = senderOf(span.resource);
    outline.services.push(sender.service);
    outline.hosts.push(sender.host);
    outline.names.push(list.place(span.name));
    outline.kinds.push(list.place(span.kind));
    if (span.status === 'error') errors[at] = span.statusMessage;
    const logs = logCountBySpan.get(span.spanId) ?? 0;
    if (logs > 0) logCounts[at] = logs;
    for (const { timeNs, name } of span.events)
      events.push({ span: at, atNs: Number(timeNs - firstNs), name });
    for (const { traceId, spanId } of span.links) links.push({ span: at, traceId, spanId });
  });
  return outline;
}
