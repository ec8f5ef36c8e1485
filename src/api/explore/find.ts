// The omnibox: what a pasted text is, and what is known of it. Every part looks for one kind of thing and says what it
// looked at when it finds nothing.

import { labelValue } from '../../model/labels.ts';
import {
  idsInText,
  instantsInText,
  lineFragments,
  type PastedId,
  pastedLengthMax,
  wordsForId,
} from '../../query/correlate/pasted-text.ts';
import { resolveTrace } from '../../query/correlate/resolve.ts';
import { instantText } from '../../query/correlate/words.ts';
import { quoteRegex } from '../../query/language/quote-regex.ts';
import { matcherPredicate } from '../../query/language/matcher.ts';
import type { LogCursor, LogRows, TenantRange } from '../../query/sources.ts';
import { shownService } from '../../model/log-labels.ts';
import { wholeNumber } from '../http/parameters.ts';
import type { ExploreFind, FoundLines, FoundServices, FoundTrace } from './contract/find.ts';
import type { ExploreDependencies } from './dependencies.ts';
import { encodeCursor } from './encode.ts';
import { findAttribute, findMetrics } from './find-names.ts';

/** Of a trace with more spans, the root is not looked for. */
const rootSpansMax = 5000;
const linesFoundMax = 5;
/** Lines that are compared with the text's own time before the nearest are shown. */
const linesReadMax = 200;
const servicesFoundMax = 8;
/** A longer text, or one of several words, is no service's name. */
const serviceLengthMax = 80;
/** On either side of a time in the text: clocks differ, and a viewer may show whole seconds. */
const aroundNs = 60_000_000_000n;
const dayNs = 86_400_000_000_000n;
const bodyShownMax = 500;

interface Search {
  readonly text: string;
  readonly tenants: readonly string[];
  readonly offsetMinutes: number;
  readonly nowNs: bigint;
}

export async function findByText(
  parameters: URLSearchParams,
  tenants: readonly string[],
  dependencies: ExploreDependencies,
  signal: AbortSignal,
): Promise<ExploreFind> {
  const given = parameters.get('text') ?? '';
  const search: Search = {
    text: given.slice(0, pastedLengthMax).trim(),
    tenants,
    offsetMinutes: wholeNumber(parameters, 'offsetMinutes', 0, { min: -1440, max: 1440 }),
    nowNs: dependencies.clock.nowNs(),
  };
  const truncated = given.length > pastedLengthMax;
  if (search.text === '') return { results: [], truncated };
  const traces = await Promise.all(
    idsInText(search.text).map((id) => findTrace(id, search, dependencies, signal)),
  );
  const isKnown = traces.some(({ found }) => found !== null);
  const isId = traces.length > 0;
  const [lines, services, metrics, attribute] = await Promise.all([
    isKnown ? undefined : findLines(search, dependencies, signal),
    isId ? undefined : findServices(search, dependencies, signal),
    isId ? undefined : findMetrics(search, dependencies, signal),
    isId ? undefined : findAttribute(search, dependencies, signal),
  ]);
  // What was found goes before what was only recognized; an ID is what it is even when nobody knows it.
  const results = [
    ...traces.filter(({ found }) => found !== null),
    ...(services === undefined ? [] : [services]),
    ...(attribute === undefined ? [] : [attribute]),
    ...(metrics === undefined ? [] : [metrics]),
    ...(lines === undefined || lines.lines.length === 0 ? [] : [lines]),
    ...traces.filter(({ found }) => found === null),
    ...(lines === undefined || lines.lines.length > 0 || isId || attribute !== undefined
      ? []
      : [lines]),
  ];
  return { results, truncated };
}

async function findTrace(
  id: PastedId,
  { tenants }: Search,
  { correlation, spans }: ExploreDependencies,
  signal: AbortSignal,
): Promise<FoundTrace> {
  const given = id.spanId === '' ? id.traceId : `00-${id.traceId}-${id.spanId}-01`;
  const resolved = await resolveTrace(correlation, tenants, given, signal);
  const said =
    resolved.givenAs === 'span' ? `span ID${id.isInside ? ' in this text' : ''}` : wordsForId(id);
  const spanId = resolved.spanId ?? '';
  const [counts] = await correlation.countTraces(tenants, [resolved.traceId], signal);
  if (
    resolved.entry === undefined ||
    counts === undefined ||
    counts.spans + (counts.logs ?? 0) === 0
  ) {
    const since = instantText(correlation.retainedSinceNs());
    return {
      kind: 'trace',
      traceId: resolved.traceId,
      spanId,
      said,
      found: null,
      reason: `No span or log line with this ID has been received (kept since ${since}).`,
    };
  }
  const all =
    counts.spans === 0 || counts.spans > rootSpansMax
      ? []
      : await spans.spansOfTrace(tenants, resolved.traceId, signal);
  const root = all.find(({ parentSpanId }) => parentSpanId === '') ?? all[0];
  return {
    kind: 'trace',
    traceId: resolved.traceId,
    spanId,
    said,
    found: {
      rootService: root === undefined ? '' : shownService(root.resource),
      rootName: root?.name ?? '',
      spans: counts.spans,
      errorSpans: counts.errorSpans,
      logs: counts.logs ?? 0,
      services: resolved.entry.services,
      startNs: resolved.entry.startNs.toString(),
    },
    reason: '',
  };
}

/** Undefined when nothing of the text could be a stored line. */
async function findLines(
  search: Search,
  dependencies: ExploreDependencies,
  signal: AbortSignal,
): Promise<FoundLines | undefined> {
  const fragments = lineFragments(search.text);
  const [fragment] = fragments;
  // A single word is a name being typed, not a line.
  if (fragment === undefined || !/\s|[{}="]/.test(fragment)) return undefined;
  const nowMs = Number(search.nowNs / 1_000_000n);
  const instants = instantsInText(search.text, search.offsetMinutes, nowMs);
  const around = (ns: bigint): TenantRange => ({
    tenants: search.tenants,
    startNs: ns > aroundNs ? ns - aroundNs : 0n,
    endNs: ns + aroundNs,
  });
  const lastDay: TenantRange = {
    tenants: search.tenants,
    startNs: search.nowNs - dayNs,
    endNs: search.nowNs + aroundNs,
  };
  const ranges = [...instants.map(around), lastDay];
  for (const [at, range] of ranges.entries()) {
    const instant = instants[at];
    const lines = await readLines(range, fragments, instant, dependencies, signal);
    if (lines.length === 0 && at < ranges.length - 1) continue;
    const shown = fragment.length > 60 ? `${fragment.slice(0, 60)}…` : fragment;
    return {
      kind: 'lines',
      fragment: fragments.find((one) => lines.some(({ body }) => body.includes(one))) ?? fragment,
      startNs: range.startNs.toString(),
      endNs: range.endNs.toString(),
      byTime: instant !== undefined,
      lines,
      reason:
        lines.length > 0
          ? ''
          : `No log line since ${instantText(range.startNs)} contains “${shown}”${instants.length > 0 ? `, nor one around ${instants.map(instantText).join(' or ')}` : ''}.`,
    };
  }
  return undefined;
}

interface Candidate {
  readonly cursor: LogCursor;
  /** Of the longest fragment that the line has. */
  readonly rank: number;
}

async function readLines(
  range: TenantRange,
  fragments: readonly string[],
  instant: bigint | undefined,
  { logs, correlation }: ExploreDependencies,
  signal: AbortSignal,
): Promise<FoundLines['lines']> {
  const candidates: Candidate[] = [];
  const anyOf = fragments.map((text) => ({ kind: 'contains', negated: false, text }) as const);
  const request = {
    ...range,
    matchers: [],
    lineFilters: [anyOf],
    metadataMatchers: [],
    direction: 'backward',
    rowsWanted: linesReadMax,
  } as const;
  for await (const rows of logs.readLogs(request, signal)) {
    candidates.push(...candidatesOf(rows, fragments));
    if (candidates.length >= linesReadMax) break;
  }
  const distance = ({ timeNs }: LogCursor): bigint => {
    if (instant === undefined) return 0n;
    return timeNs > instant ? timeNs - instant : instant - timeNs;
  };
  const best = candidates
    .toSorted((a, b) => a.rank - b.rank || Number(distance(a.cursor) - distance(b.cursor)))
    .slice(0, linesFoundMax);
  const records = await correlation.logRecords(
    range.tenants,
    best.map(({ cursor }) => cursor),
    signal,
  );
  return records.map((record) => ({
    id: encodeCursor(record),
    timeNs: record.timeNs.toString(),
    service: record.service,
    level: record.level,
    body: record.body.slice(0, bodyShownMax),
    traceId: record.traceId,
    spanId: record.spanId,
  }));
}

function candidatesOf(rows: LogRows, fragments: readonly string[]): Candidate[] {
  const found: Candidate[] = [];
  for (let row = 0; row < rows.length; row++) {
    const line = rows.lines[row] ?? '';
    const rank = fragments.findIndex((fragment) => line.includes(fragment));
    const [timeNs = 0n, seq = 0n] = [rows.timeNs[row], rows.seq[row]];
    if (rank >= 0) found.push({ cursor: { timeNs, seq }, rank });
  }
  return found;
}

/** Undefined when the text is no name, or no service has it in its own. */
async function findServices(
  { text, tenants, nowNs }: Search,
  { logs, spans }: ExploreDependencies,
  signal: AbortSignal,
): Promise<FoundServices | undefined> {
  if (text.length > serviceLengthMax || /[\s{}"]/.test(text)) return undefined;
  const range: TenantRange = { tenants, startNs: nowNs - dayNs, endNs: nowNs + aroundNs };
  const pattern = `(?is).*${quoteRegex(text)}.*`;
  const matcher = { name: 'service_name', operator: '=~', value: pattern } as const;
  const [streams, values] = await Promise.all([
    logs.streams(range, [matcher], signal),
    spans.tagValues(
      {
        ...range,
        predicate: { kind: 'true' },
        scope: 'resource',
        name: 'service.name',
        limit: 1000,
      },
      signal,
    ),
  ]);
  const matches = matcherPredicate(matcher);
  const names = [
    ...streams.map((labels) => labelValue(labels, 'service_name')),
    ...values.map(({ value }) => value),
  ].filter((name) => name !== '' && matches(name));
  const wanted = text.toLowerCase();
  const begins = (name: string): number => (name.toLowerCase().startsWith(wanted) ? 0 : 1);
  const services = [...new Set(names)]
    .toSorted((a, b) => begins(a) - begins(b) || a.length - b.length || (a < b ? -1 : 1))
    .slice(0, servicesFoundMax);
  return services.length === 0 ? undefined : { kind: 'services', services };
}
