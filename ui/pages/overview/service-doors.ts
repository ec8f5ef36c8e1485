// Where a mark of the overview leads: the logs, traces and metrics of a service or of a time, with what is there.

import type {
  ExploreMapEdge,
  ExploreMapNode,
  ExploreService,
} from '../../../src/api/explore/contract/overview.ts';
import type { Door } from '../../controls/door-menu.tsx';
import { pageHref } from '../../url/doors.ts';
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

/** Metrics know their service as `job`, behind its namespace when it has one. */
export function metricsSelector(service: string): string {
  const exactly = service.replaceAll(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`);
  return `{job=~${JSON.stringify(`(.+/)?${exactly}`)}}`;
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

/** TraceQL for the traces in which a call of this kind is; for those in which it fails with a condition. */
function callsQuery({ from, to }: ExploreMapEdge, condition = ''): string {
  const more = condition === '' ? '' : ` && ${condition}`;
  return to.kind === 'service'
    ? `{ ${ofService(from.name)} } >> { ${ofService(to.name)}${more} }`
    : `{ ${ofService(from.name)} && (kind = client || kind = producer)${more} }`;
}

export function edgeDoors(edge: ExploreMapEdge, range: TimeRange): readonly Door[] {
  const href = (condition = ''): string =>
    pageHref('/traces', { query: callsQuery(edge, condition), range });
  return [
    counted('Calls, in their traces', href(), edge.requests, 'none in this time'),
    counted('Failing calls', href('status = error'), edge.errors, 'none failed'),
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
