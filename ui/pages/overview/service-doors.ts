// Where a mark of the overview leads: the logs, traces and metrics of a service or of a time, with what is there.

import type {
  ExploreMapEdge,
  ExploreMapNode,
  ExploreService,
} from '../../../src/api/explore/contract/overview.ts';
import type { Door } from '../../controls/door-menu.tsx';
import { metricsSelector, pageHref } from '../../url/doors.ts';
import type { TimeRange } from '../../url/time-range.ts';
import { selectorOf, serviceCondition } from '../../views/behind/queries.ts';
import { linesOf } from './change.ts';

function ofService(service: string): string {
  return serviceCondition(service).join('');
}

/** The spans that are counted as a service's requests, as TraceQL. */
function requestsOf({ service, requestsAre }: ExploreService): string {
  return requestsAre === 'entry'
    ? `${ofService(service)} && (kind = server || kind = consumer)`
    : ofService(service);
}

export function logsHref(service: string, range: TimeRange, onlyLoud = false): string {
  const levels = onlyLoud ? ' | detected_level=~"warn|error|critical|fatal"' : '';
  return pageHref('/logs', { query: `${selectorOf(service)}${levels}`, range });
}

export function tracesHref(service: ExploreService, range: TimeRange, condition = ''): string {
  const more = condition === '' ? '' : ` && ${condition}`;
  return pageHref('/traces', { query: `{ ${requestsOf(service)}${more} }`, range });
}

export function metricsHref(service: string, range: TimeRange): string {
  return pageHref('/metrics', { query: metricsSelector(service), range });
}

/** `series`: how many metrics the service sends; null: nobody knows. */
export function serviceDoors(
  service: ExploreService,
  range: TimeRange,
  series: number | null,
): readonly Door[] {
  const lines = linesOf(service.range);
  const { requests, errors } = service.range;
  const name = service.service;
  return [
    counted('Logs', logsHref(name, range), lines.all, `${name} logged nothing in this time`),
    counted(
      'Warnings and errors',
      logsHref(name, range, true),
      lines.errors + lines.warnings,
      'none was logged in this time',
    ),
    counted(
      'Requests, in their traces',
      tracesHref(service, range),
      requests,
      'no span of it began in this time',
    ),
    counted(
      'Failing requests',
      tracesHref(service, range, 'status = error'),
      errors,
      'no request of it failed in this time',
    ),
    series === null
      ? { title: 'Metrics', href: metricsHref(name, range), count: null }
      : counted('Metrics', metricsHref(name, range), series, `${name} sends no metrics`),
  ];
}

function counted(title: string, href: string, count: number, reason: string): Door {
  return count === 0 ? { title, count, reason } : { title, href, count };
}

const fromCaller = '(kind = client || kind = producer)';

/** TraceQL for the traces in which such calls are. */
function callsQuery({ from, to, calls }: ExploreMapEdge): string {
  const caller = ofService(from.name);
  return to.kind === 'service'
    ? `{ ${caller} } > { ${ofService(to.name)} }`
    : `{ ${[caller, fromCaller, ...(calls === null ? [] : [calls])].join(' && ')} }`;
}

/** A call fails when the caller's own span of it does, or what it called. */
function failingQuery(edge: ExploreMapEdge): string {
  const caller = ofService(edge.from.name);
  if (edge.to.kind !== 'service') return callsQuery(edge).replace(/ \}$/, ' && status = error }');
  const callee = ofService(edge.to.name);
  return `({ ${caller} } > { ${callee} && status = error }) || ({ ${caller} && ${fromCaller} && status = error } > { ${callee} })`;
}

/** `edges`: all of the map. */
export function edgeDoors(
  edge: ExploreMapEdge,
  edges: readonly ExploreMapEdge[],
  range: TimeRange,
): readonly Door[] {
  const href = (query: string): string => pageHref('/traces', { query, range });
  if (edge.isLinked) return messageDoors(edge, edges, href);
  return [
    counted('Calls, in their traces', href(callsQuery(edge)), edge.requests, 'none in this time'),
    counted('Failing calls', href(failingQuery(edge)), edge.errors, 'none failed'),
  ];
}

/**
 * No query follows a link from trace to trace: the messages are looked at where they are taken. Of more than one sender
 * nobody can say how many of these are this one's.
 */
function messageDoors(
  { from, to, requests, errors }: ExploreMapEdge,
  edges: readonly ExploreMapEdge[],
  href: (query: string) => string,
): readonly Door[] {
  const senders = edges.filter((edge) => edge.isMessaging && edge.to.name === to.name);
  const taken = `${ofService(to.name)} && kind = consumer`;
  const doors: readonly [string, string, number][] = [
    ['Messages taken, in their traces', `{ ${taken} }`, requests],
    ['Messages that failed', `{ ${taken} && status = error }`, errors],
  ];
  return [
    ...doors.map(([title, query, count]) =>
      senders.length === 1
        ? counted(title, href(query), count, 'none in this time')
        : { title: `${title}, of all senders`, href: href(query), count: null },
    ),
    {
      title: `What ${from.name} sends to queues`,
      href: href(`{ ${ofService(from.name)} && kind = producer }`),
      count: null,
    },
  ];
}

/** Of a database, a queue or a foreign host: the calls of each service that uses it. */
export function callerDoors(
  node: ExploreMapNode,
  edges: readonly ExploreMapEdge[],
  range: TimeRange,
): readonly Door[] {
  return edges
    .filter(({ to }) => to.kind === node.kind && to.name === node.name)
    .map((edge) =>
      counted(
        `Calls by ${edge.from.name}`,
        pageHref('/traces', { query: callsQuery(edge), range }),
        edge.requests,
        'none in this time',
      ),
    );
}

/** Doors of a time on a chart, whatever the chart is narrowed to. */
export function timeDoors(
  service: string | null,
  range: TimeRange,
  onBehind: () => void,
): readonly Door[] {
  const spans = service === null ? '{}' : `{ ${ofService(service)} }`;
  return [
    { title: 'What is behind this', onOpen: onBehind },
    { title: 'Logs of this time', href: pageHref('/logs', { query: selectorOf(service), range }) },
    { title: 'Traces of this time', href: pageHref('/traces', { query: spans, range }) },
    {
      title: 'Overview of this time',
      href: pageHref('/overview', { range, more: service === null ? {} : { service } }),
    },
  ];
}
