// What the omnibox offers for a text: what its shape says at once, and what the server knows of it as soon as it has
// answered. Pure, so that tables can check it.

import type {
  ExploreFind,
  FindResult,
  FoundAttribute,
  FoundMetrics,
  FoundTrace,
} from '../../../src/api/explore/contract/find.ts';
import { idsInText, wordsForId } from '../../../src/query/correlate/pasted-text.ts';
import { pageHref, rangeAround, traceHref } from '../../url/doors.ts';
import type { Search } from '../../url/search-range.ts';
import { absoluteRange, printTimePoint } from '../../url/time-range.ts';
import { suggestQueries } from '../../pages/metrics/suggest.ts';
import { quoteLogql } from '../../url/query-edit.ts';
import {
  printAge,
  printCount,
  printCounted,
  printDateTime,
  printTime,
} from '../../views/words/numbers.ts';
import type { Zone } from '../../data/preferences.ts';
import { printHref } from '../../url/address.ts';
import { recognizeUrl } from './grafana-url.ts';
import type { QueryInText } from './queries-in-text.ts';
import type { Suggestion } from './suggestion.ts';
import { timeInText } from './time-in-text.ts';

/** Of the rates of a metric that is opened by its name: right for ranges up to some hours. */
const metricWindow = '5m';

export interface NamedPage {
  readonly path: string;
  readonly title: string;
  readonly hasRange: boolean;
  readonly keys: string;
}

export interface Asked {
  readonly text: string;
  readonly pages: readonly NamedPage[];
  /** The range that pages are opened with. */
  readonly range: Search;
  readonly ownHost: string;
  readonly zone: Zone;
  readonly nowMs: number;
}

export interface Known {
  readonly found: ExploreFind | undefined;
  readonly queries: readonly QueryInText[];
}

export interface Suggested {
  readonly suggestions: readonly Suggestion[];
  /** What was looked for and is not there. */
  readonly reasons: readonly string[];
}

export function suggest(asked: Asked, { found, queries }: Known): Suggested {
  const text = asked.text.trim();
  const results = found?.results ?? [];
  const url = recognizeUrl(text, asked);
  const suggestions: Suggestion[] = [
    ...(url?.urls ?? []).map((one) => ({ ...one, detail: '', isStart: true })),
    ...pagesNamed(text, asked),
    ...atTime(text, asked),
    ...traces(text, results, asked),
    ...results.flatMap((one) => (one.kind === 'services' ? services(one.services, asked) : [])),
    ...results.flatMap((one) => (one.kind === 'attribute' ? attributes(one) : [])),
    ...queries.map((query) => ofQuery(text, query, asked.range)),
    ...results.flatMap((one) => (one.kind === 'metrics' ? metrics(one, asked) : [])),
    ...results.flatMap((one) => (one.kind === 'lines' ? linesOf(one, asked) : [])),
  ];
  const seen = new Set<string>();
  return {
    suggestions: suggestions.filter(({ href }) => !seen.has(href) && seen.add(href) !== undefined),
    reasons:
      url === undefined
        ? results.flatMap(reasonsOf)
        : // Nobody looks for a log line that says an address.
          [url.reason].filter((reason) => reason !== ''),
  };
}

function reasonsOf(one: FindResult): readonly string[] {
  if (one.kind === 'attribute') {
    return [one.logs, one.traces].flatMap(({ count, reason }) =>
      count === 0 && reason !== null ? [`In the last 1 h, ${reason}.`] : [],
    );
  }
  if (one.kind === 'metrics') {
    const more = one.total - one.metrics.length;
    return more > 0 ? [`${printCounted(more, 'more metric')} with this in the name.`] : [];
  }
  return one.kind === 'services' || one.reason === '' ? [] : [one.reason];
}

const aroundTimeMs = 300_000;

/** A time alone: what was going on around it. */
function atTime(text: string, { zone, nowMs, pages }: Asked): Suggestion[] {
  const ns = timeInText(text, zone, nowMs);
  if (ns === undefined) return [];
  const agoMs = nowMs - Number(ns / 1_000_000n);
  const when = nowMs === 0 ? '' : agoMs < 0 ? ' · still to come' : ` · ${printAge(agoMs)} ago`;
  const range = rangeAround(ns, aroundTimeMs);
  return pages
    .filter(({ hasRange }) => hasRange)
    .map(({ path, title }) => ({
      said: 'time',
      title: `${title} at ${printDateTime(ns, zone)}`,
      detail: `5 min on either side${when}`,
      href: printHref(path, { from: printTimePoint(range.from), to: printTimePoint(range.to) }),
      isStart: true,
    }));
}

function attributes(found: FoundAttribute): Suggestion[] {
  const range = absoluteRange(BigInt(found.startNs), BigInt(found.endNs));
  const of = (
    path: '/logs' | '/traces',
    noun: string,
    { query, count }: FoundAttribute['logs'],
  ): readonly Suggestion[] =>
    query === '' || count === 0
      ? []
      : [
          {
            said: 'attribute',
            title: `${found.key} = ${found.value}`,
            detail: `${printCounted(count, noun)} in the last 1 h`,
            href: pageHref(path, { query, range }),
            isStart: false,
          },
        ];
  return [...of('/traces', 'trace', found.traces), ...of('/logs', 'log line', found.logs)];
}

function metrics({ metrics: found }: FoundMetrics, { range }: Asked): Suggestion[] {
  return found.flatMap((metric) => {
    const [first] = suggestQueries(metric, metricWindow);
    if (first === undefined) return [];
    const parts = [
      metric.type,
      metric.unit,
      metric.series === null ? '' : `${printCount(metric.series)} series`,
    ];
    return [
      {
        said: 'metric',
        title: metric.name,
        detail: parts.filter((part) => part !== '').join(' · '),
        href: printHref('/metrics', {
          query: first.query,
          metric: metric.name,
          ...(first.show === 'chart' ? {} : { show: first.show }),
          ...range,
        }),
        isStart: false,
      },
    ];
  });
}

function pagesNamed(text: string, { pages, range }: Asked): Suggestion[] {
  const wanted = text.toLowerCase();
  return pages
    .filter(({ title }) => title.toLowerCase().startsWith(wanted))
    .map(({ path, title, hasRange, keys }) => ({
      said: 'page',
      title,
      detail: keys,
      href: printHref(path, hasRange ? range : {}),
      isStart: true,
    }));
}

function traces(text: string, results: readonly FindResult[], asked: Asked): Suggestion[] {
  const answered = results.filter((one) => one.kind === 'trace');
  if (answered.length > 0) return answered.map((trace) => ofTrace(trace, asked.nowMs));
  return idsInText(text).map((id) => ({
    said: wordsForId(id),
    title: id.traceId.replace(/^0{16}/, ''),
    detail: '',
    href: traceHref(id.traceId, id.spanId === '' ? {} : { span: id.spanId }),
    isStart: false,
  }));
}

function ofTrace({ traceId, spanId, said, found }: FoundTrace, nowMs: number): Suggestion {
  const href = traceHref(traceId, spanId === '' ? {} : { span: spanId });
  const id = traceId.replace(/^0{16}/, '');
  if (found === null) {
    return {
      said: `${said}, not found`,
      title: id,
      detail: 'Enter shows why',
      href,
      isStart: false,
    };
  }
  const agoMs = nowMs - Number(BigInt(found.startNs) / 1_000_000n);
  const parts = [
    found.rootName === '' ? '' : found.rootService,
    printCounted(found.spans, 'span'),
    found.errorSpans === 0 ? '' : printCounted(found.errorSpans, 'error'),
    printCounted(found.logs, 'log line'),
    agoMs < 0 ? '' : `${printAge(agoMs)} ago`,
  ];
  return {
    said: `${said}, found`,
    title: found.rootName === '' ? id : found.rootName,
    detail: parts.filter((part) => part !== '').join(' · '),
    href,
    isStart: false,
  };
}

function services(names: readonly string[], { range }: Asked): Suggestion[] {
  return names.flatMap((service, at) => {
    const of = (said: string, href: string): Suggestion => ({
      said,
      title: service,
      detail: '',
      href,
      isStart: false,
    });
    const overview = of('service', printHref('/overview', { service, ...range }));
    if (at > 0) return [overview];
    const quoted = quoteLogql(service);
    return [
      overview,
      of('its logs', printHref('/logs', { query: `{service_name=${quoted}}`, ...range })),
      of(
        'its traces',
        printHref('/traces', { query: `{ resource.service.name = ${quoted} }`, ...range }),
      ),
    ];
  });
}

function ofQuery(text: string, query: QueryInText, range: Search): Suggestion {
  return {
    said: query.language,
    title: text,
    detail: query.mistake === '' ? '' : `with a mistake: ${query.mistake}`,
    href: printHref(query.page, { query: text, ...range }),
    isStart: false,
  };
}

const aroundLineMs = 300_000;

function linesOf(found: FindResult & { readonly kind: 'lines' }, { zone }: Asked): Suggestion[] {
  return found.lines.map((line) => {
    const href =
      line.traceId === ''
        ? pageHref('/logs', {
            query: line.service === '' ? '' : `{service_name=${quoteLogql(line.service)}}`,
            range: rangeAround(BigInt(line.timeNs), aroundLineMs),
            more: { line: line.id },
          })
        : traceHref(line.traceId, { log: line.id });
    return {
      said: line.traceId === '' ? 'log line' : 'log line, in its trace',
      title: line.body,
      detail: `${line.service} · ${printTime(line.timeNs, zone)}`,
      href,
      isStart: false,
    };
  });
}
