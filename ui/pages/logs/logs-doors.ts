// Where a line and a bar of the histogram lead: logs, traces and metrics around them.

import type {
  ExploreHistogram,
  ExploreLogLine,
} from '../../../src/api/explore/contract/records.ts';
import type { Door } from '../../controls/door-menu.tsx';
import { pageHref, rangeAround, traceHref } from '../../url/doors.ts';
import { quoteLogql } from '../../url/query-edit.ts';
import { absoluteRange } from '../../url/time-range.ts';

const aroundMs = 60_000;
const metricsAroundMs = 900_000;

export function lineDoors(line: ExploreLogLine): readonly Door[] {
  const at = BigInt(line.timeNs);
  const range = rangeAround(at, aroundMs);
  const service = quoteLogql(line.service);
  const trace: Door =
    line.traceId === ''
      ? { title: 'Trace of this line', count: 0, reason: 'it names no trace' }
      : {
          title: 'Trace of this line',
          href: traceHref(line.traceId, {
            ...(line.spanId === '' ? {} : { span: line.spanId }),
            log: line.id,
          }),
        };
  return [
    trace,
    {
      title: `Logs of ${line.service}, 1 min around`,
      href: pageHref('/logs', {
        query: `{service_name=${service}}`,
        range,
        more: { line: line.id },
      }),
    },
    {
      title: 'All logs, 1 min around',
      href: pageHref('/logs', { range, more: { line: line.id } }),
    },
    {
      title: `Traces of ${line.service}, 1 min around`,
      href: pageHref('/traces', { query: `{ resource.service.name = ${service} }`, range }),
    },
    {
      title: `Metrics of ${line.service}, 15 min around`,
      href: pageHref('/metrics', {
        query: `{service_name=${service}}`,
        range: rangeAround(at, metricsAroundMs),
      }),
    },
  ];
}

/** The service that a query asks for, when it is one. */
export function serviceOf(query: string): string | undefined {
  return /^\{[^}]*\bservice_name="([^"\\]+)"/.exec(query)?.[1];
}

export function barDoors(
  histogram: ExploreHistogram,
  bucket: number,
  query: string,
): readonly Door[] {
  const stepNs = BigInt(histogram.stepNs);
  const startNs = BigInt(histogram.startNs) + BigInt(bucket) * stepNs;
  const range = absoluteRange(startNs, startNs + stepNs);
  const lines = histogram.levels.reduce((sum, { counts }) => sum + (counts[bucket] ?? 0), 0);
  const service = serviceOf(query);
  const spans = service === undefined ? '{}' : `{ resource.service.name = ${quoteLogql(service)} }`;
  const series = service === undefined ? '' : `{service_name=${quoteLogql(service)}}`;
  const ofService = service === undefined ? '' : ` of ${service}`;
  return [
    lines === 0
      ? { title: 'These lines', count: 0, reason: 'nothing was logged here' }
      : { title: 'These lines', href: pageHref('/logs', { query, range }), count: lines },
    { title: 'All logs of this time', href: pageHref('/logs', { range }) },
    {
      title: `Traces${ofService} of this time`,
      href: pageHref('/traces', { query: spans, range }),
    },
    {
      title: `Metrics${ofService} of this time`,
      href: pageHref('/metrics', { query: series, range }),
    },
    {
      title: 'Overview of this time',
      href: pageHref('/overview', { range, more: service === undefined ? {} : { service } }),
    },
  ];
}
