// Records as the screen's API shows them.

import type { Attributes, AttributeValue } from '../../model/attributes.ts';
import { printAttributeText } from '../../model/attributes.ts';
import type { Datasource } from '../../model/datasource.ts';
import { labelsToRecord } from '../../model/labels.ts';
import type { LogRecord } from '../../model/log-record.ts';
import { shownService } from '../../model/log-labels.ts';
import type { SpanRecord } from '../../model/span-record.ts';
import type { CorrelateLink } from '../../query/correlate/link.ts';
import { linksOfLogRecord } from '../../query/correlate/log-to-trace.ts';
import { linksOfSpan, type TraceInfo } from '../../query/correlate/span-to-logs.ts';
import type { LogCursor } from '../../query/sources.ts';
import { Failure } from '../../base/errors.ts';
import type {
  ExploreAttribute,
  ExploreLink,
  ExploreLogLine,
  ExploreSpan,
} from './contract/records.ts';

function typeOf(value: AttributeValue): ExploreAttribute['type'] {
  switch (value.kind) {
    case 'bytes':
    case 'list':
    case 'map':
      return 'json';
    case 'empty':
    case 'string':
    case 'int':
    case 'double':
    case 'bool':
      return value.kind;
  }
}

export function encodeAttributes(attributes: Attributes): ExploreAttribute[] {
  return attributes.map(({ key, value }) => ({
    key,
    value: printAttributeText(value),
    type: typeOf(value),
  }));
}

export function encodeCursor({ timeNs, seq }: LogCursor): string {
  return `${timeNs}-${seq}`;
}

export function decodeCursor(text: string): LogCursor {
  const parts = /^(\d{1,19})-(\d{1,20})$/.exec(text);
  if (parts === null)
    throw new Failure('invalid-data', `invalid cursor ${JSON.stringify(text.slice(0, 60))}`);
  return { timeNs: BigInt(parts[1] ?? 0), seq: BigInt(parts[2] ?? 0) };
}

const pages: Readonly<Partial<Record<CorrelateLink['kind'], string>>> = {
  logs: '/logs',
  metrics: '/metrics',
  trace: '/traces',
};

/** Where a link leads on this screen; null when only a foreign server can answer it. */
function hrefOf({ kind, target }: CorrelateLink): string | null {
  const search = new URLSearchParams();
  if (target.externalUrl !== undefined) return null;
  if (kind === 'trace' && target.traceId !== undefined) {
    if (target.spanId !== undefined) search.set('span', target.spanId);
    return `/trace/${target.traceId}${search.size === 0 ? '' : `?${search.toString()}`}`;
  }
  if (kind === 'logs' && target.query === undefined && target.traceId !== undefined) {
    if (target.spanId !== undefined) search.set('span', target.spanId);
    return `/trace/${target.traceId}?${search.toString()}`;
  }
  const page = pages[kind];
  if (page === undefined || target.query === undefined) return null;
  search.set('query', target.query);
  if (target.range !== undefined) {
    search.set('from', target.range.startNs.toString());
    search.set('to', target.range.endNs.toString());
  }
  return `${page}?${search.toString()}`;
}

export function encodeLink(link: CorrelateLink): ExploreLink {
  const href = hrefOf(link);
  const { traceId, externalUrl } = link.target;
  return {
    kind: link.kind,
    title: link.title,
    href,
    externalUrl: externalUrl ?? null,
    traceId: traceId ?? null,
    count: null,
    reason: href === null && externalUrl === undefined ? 'the link names no query' : null,
    source: link.source,
  };
}

export function encodeLogLine(
  record: LogRecord,
  datasources: readonly Datasource[],
): ExploreLogLine {
  return {
    id: encodeCursor(record),
    timeNs: record.timeNs.toString(),
    service: record.service,
    level: record.level,
    body: record.body,
    labels: labelsToRecord(record.labels),
    attributes: encodeAttributes(record.attributes),
    resource: encodeAttributes(record.resource),
    traceId: record.traceId,
    spanId: record.spanId,
    linkSource: record.traceIdSource,
    links: linksOfLogRecord(record, datasources).map(encodeLink),
  };
}

/** Of one line in a list; what is longer is shown by the line itself. */
const listedCharactersMax = 16_000;
const listedAttributesMax = 200;

/** As a list has it: very long lines and lines of very many attributes are cut, and say so. */
export function encodeListedLine(
  record: LogRecord,
  datasources: readonly Datasource[],
): ExploreLogLine {
  const { body, attributes } = record;
  const isLong = body.length > listedCharactersMax;
  if (!isLong && attributes.length <= listedAttributesMax)
    return encodeLogLine(record, datasources);
  const listed = {
    ...record,
    body: isLong ? body.slice(0, listedCharactersMax) : body,
    attributes: attributes.slice(0, listedAttributesMax),
  };
  return {
    ...encodeLogLine(listed, datasources),
    cut: { characters: body.length, attributes: attributes.length },
  };
}

export function encodeSpan(
  span: SpanRecord,
  trace: TraceInfo | undefined,
  logCount: number,
  datasources: readonly Datasource[],
): ExploreSpan {
  return {
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    service: shownService(span.resource),
    name: span.name,
    kind: span.kind,
    startNs: span.startNs.toString(),
    endNs: span.endNs.toString(),
    status: span.status,
    statusMessage: span.statusMessage,
    attributes: encodeAttributes(span.attributes),
    resource: encodeAttributes(span.resource.attributes),
    scope: span.scope.name,
    events: span.events.map(({ timeNs, name, attributes }) => ({
      timeNs: timeNs.toString(),
      name,
      attributes: encodeAttributes(attributes),
    })),
    spanLinks: span.links.map(({ traceId, spanId, attributes }) => ({
      traceId,
      spanId,
      attributes: encodeAttributes(attributes),
    })),
    logCount,
    links: trace === undefined ? [] : linksOfSpan(span, trace, datasources).map(encodeLink),
  };
}
