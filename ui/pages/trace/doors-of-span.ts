// Where a span and a line of the story lead: to what is like them, outside of this trace.

import type { ExploreLogLine, ExploreTrace } from '../../../src/api/explore/contract/records.ts';
import type { Door } from '../../controls/door-menu.tsx';
import { pageHref, rangeAround } from '../../url/doors.ts';
import { quoteLogql } from '../../url/query-edit.ts';
import { chooseValue, withParsedField } from '../../url/query-filters.ts';
import { absoluteRange } from '../../url/time-range.ts';
import { quoteTraceql } from '../../url/traceql-text.ts';
import type { LineFilter } from '../../views/log-list/log-fields.tsx';
import type { SpanNode } from '../../views/waterfall/tree.ts';

/** "Around this": so much before and after. */
const aroundMs = 15 * 60_000;

interface SpanActions {
  readonly showLines: () => void;
  readonly zoomTo: () => void;
}

export function spanDoors(node: SpanNode, startNs: string, actions: SpanActions): Door[] {
  const { span } = node;
  if (span === null) return [{ title: 'Nothing is known of this span', reason: node.name }];
  const at = BigInt(startNs) + BigInt(Math.round(node.startMs * 1e6));
  const range = rangeAround(at, aroundMs);
  const service = `resource.service.name = ${quoteTraceql(span.service)}`;
  return [
    span.logCount === 0
      ? { title: 'Lines of this span', count: 0, reason: 'it logged nothing with its span ID' }
      : { title: 'Lines of this span', count: span.logCount, onOpen: actions.showLines },
    { title: 'Zoom to this span (z)', onOpen: actions.zoomTo },
    {
      title: `Lines of ${span.service} around this time`,
      href: pageHref('/logs', { query: `{service_name=${quoteLogql(span.service)}}`, range }),
    },
    {
      title: `Traces with ${node.name} of ${span.service}`,
      href: pageHref('/traces', {
        query: `{ ${service} && name = ${quoteTraceql(span.name)} }`,
        range,
      }),
    },
    {
      title: `Failing traces of ${span.service}`,
      href: pageHref('/traces', { query: `{ ${service} && status = error }`, range }),
    },
  ];
}

export function lineDoors(line: ExploreLogLine): Door[] {
  const range = rangeAround(BigInt(line.timeNs), aroundMs);
  const service = `{service_name=${quoteLogql(line.service)}}`;
  return [
    {
      title: `Lines of ${line.service} around this one`,
      href: pageHref('/logs', { query: service, range, more: { line: line.id } }),
    },
    {
      title: 'Lines with this text',
      href: pageHref('/logs', {
        query: `${service} |= ${quoteLogql((line.body.split('\n', 1)[0] ?? '').slice(0, 80))}`,
        range,
      }),
    },
    {
      title: `Traces of ${line.service} around this line`,
      href: pageHref('/traces', {
        query: `{ resource.service.name = ${quoteTraceql(line.service)} }`,
        range,
      }),
    },
  ];
}

/** The lines of the same service around this one that have the field's value, or have it not. */
export function lineFilterHref(line: ExploreLogLine, filter: LineFilter): string {
  const service = `{service_name=${quoteLogql(line.service)}}`;
  const query =
    filter.parser === undefined
      ? chooseValue(service, filter, filter.exclude ? 'exclude' : 'only')
      : withParsedField(service, filter.parser, filter);
  return pageHref('/logs', {
    query: query ?? service,
    range: rangeAround(BigInt(line.timeNs), aroundMs),
    ...(filter.exclude ? {} : { more: { line: line.id } }),
  });
}

/** All lines of a trace, on the page that reads any number of them. */
export function linesHref({ traceId, bounds }: ExploreTrace): string {
  return pageHref('/logs', {
    query: `{service_name=~".+"} | trace_id=${quoteLogql(traceId)}`,
    ...(bounds === null
      ? {}
      : { range: absoluteRange(BigInt(bounds.startNs), BigInt(bounds.endNs) + 1n) }),
    more: { order: 'oldest' },
  });
}
