// Trying a datasource's links on real records: a derived field on lines, `tracesToLogsV2` on a span. Both run what the
// derivation itself runs.

import { asFailure, Failure } from '../../base/errors.ts';
import type { Datasource, DerivedField } from '../../model/datasource.ts';
import type { LogRecord } from '../../model/log-record.ts';
import { serviceName } from '../../model/resource.ts';
import {
  compileJavascriptRegex,
  translateJavascriptRegex,
} from '../../query/correlate/javascript-regex.ts';
import { labelsOf, linksOfLogRecord } from '../../query/correlate/log-to-trace.ts';
import { defaultTags, linksOfSpan, tagCandidates } from '../../query/correlate/span-to-logs.ts';
import type { UserRegex } from '../../query/language/regex.ts';
import type { LogCursor, TenantRange } from '../../query/sources.ts';
import type { ExploreFieldTest, ExploreSpanLinks, TestedLine } from './contract/datasources.ts';
import type { ExploreDependencies } from './dependencies.ts';
import { encodeCursor, encodeLink } from './encode.ts';
import { parseLogLines, readLogQuery } from './log-query.ts';

const linesTested = 200;
const linesShown = 40;
/** A longer line is shown, and tried, by its beginning. */
const textLengthMax = 2000;
const dayNs = 86_400_000_000_000n;

function lastDay(tenants: readonly string[], nowNs: bigint): TenantRange {
  // A minute is for senders whose clock runs ahead.
  return { tenants, startNs: nowNs - dayNs, endNs: nowNs + 60_000_000_000n };
}

export async function testField(
  parameters: URLSearchParams,
  tenants: readonly string[],
  dependencies: ExploreDependencies,
  signal: AbortSignal,
): Promise<ExploreFieldTest> {
  const field: DerivedField = {
    name: parameters.get('name') ?? 'field',
    matcherRegex: parameters.get('regex') ?? '',
    matcherType: parameters.get('matcherType') === 'label' ? 'label' : 'regex',
    url: parameters.get('url') ?? '',
    urlDisplayLabel: parameters.get('urlDisplayLabel') ?? '',
    datasourceUid: parameters.get('datasourceUid') ?? '',
  };
  const nothing = { runAs: '', tested: 0, matched: 0, lines: [] };
  if (field.matcherRegex === '') return { ...nothing, problem: 'The pattern is empty.' };
  let regex: UserRegex;
  try {
    regex = compileJavascriptRegex(field.matcherRegex);
  } catch (error) {
    return { ...nothing, problem: `${asFailure(error).message}.` };
  }
  const records = await newestRecords(parameters, tenants, dependencies, signal);
  const lines = records.map((record) => testLine(field, regex, record, dependencies.datasources));
  const matched = lines.filter(({ value }) => value !== null);
  const rest = lines.filter(({ value }) => value === null);
  return {
    runAs: translateJavascriptRegex(field.matcherRegex),
    problem: oddity(field, regex, lines),
    tested: lines.length,
    matched: matched.length,
    lines: [...matched, ...rest].slice(0, linesShown),
  };
}

async function newestRecords(
  parameters: URLSearchParams,
  tenants: readonly string[],
  { logs, correlation, clock }: ExploreDependencies,
  signal: AbortSignal,
): Promise<readonly LogRecord[]> {
  const { expr, pushdown } = parseLogLines(readLogQuery(parameters));
  const request = {
    ...lastDay(tenants, clock.nowNs()),
    matchers: expr.matchers,
    lineFilters: pushdown.lineFilters,
    metadataMatchers: pushdown.metadataMatchers,
    direction: 'backward',
    rowsWanted: linesTested,
  } as const;
  const cursors: LogCursor[] = [];
  for await (const rows of logs.readLogs(request, signal)) {
    for (let row = 0; row < rows.length && cursors.length < linesTested; row++)
      cursors.push({ timeNs: rows.timeNs[row] ?? 0n, seq: rows.seq[row] ?? 0n });
    if (cursors.length >= linesTested) break;
  }
  return await correlation.logRecords(tenants, cursors, signal);
}

function testLine(
  field: DerivedField,
  regex: UserRegex,
  record: LogRecord,
  datasources: readonly Datasource[],
): TestedLine {
  const isLabel = field.matcherType === 'label';
  const labels = [...labelsOf(record)];
  const text = isLabel
    ? labels.map(([name, value]) => `${name}=${value}`).join(' ')
    : record.body.slice(0, textLengthMax);
  const places = isLabel ? undefined : regex.places(text);
  const [match = null, group = null] = places ?? [];
  const value = isLabel
    ? (labels.find(([name]) => regex.matches(name))?.[1] ?? null)
    : group === null
      ? null
      : text.slice(group.start, group.end);
  // Only this field: what else the file configures would stand in its way.
  const others = datasources.map((one) => ({ ...one, derivedFields: [] }));
  const tried = others.map((one, at) => (at === 0 ? { ...one, derivedFields: [field] } : one));
  const link =
    value === null
      ? undefined
      : linksOfLogRecord({ ...record, body: text }, tried).find(
          ({ source }) => source === 'derivedField',
        );
  return {
    id: encodeCursor(record),
    timeNs: record.timeNs.toString(),
    service: record.service,
    text,
    match,
    group,
    value,
    link: link === undefined ? null : encodeLink(link),
  };
}

/** What is odd about a pattern that can be run; empty when all is well. */
function oddity(field: DerivedField, regex: UserRegex, lines: readonly TestedLine[]): string {
  if (field.matcherType === 'regex' && regex.groupNames.length < 2)
    return 'The pattern has no group: put ( ) around the part that is the value.';
  const matched = lines.filter(({ value }) => value !== null);
  if (matched.length > 0 && matched.every(({ link }) => link === null)) {
    return field.datasourceUid === ''
      ? 'Values are found, but the address made of them is none that a browser may open.'
      : 'Values are found, but they are no trace IDs and the datasource asks for one.';
  }
  return '';
}

export async function explainSpanLinks(
  parameters: URLSearchParams,
  tenants: readonly string[],
  { datasources, traceql, spans, clock }: ExploreDependencies,
  signal: AbortSignal,
): Promise<ExploreSpanLinks> {
  const uid = parameters.get('uid') ?? '';
  const datasource = datasources.find((one) => one.uid === uid);
  const settings = datasource?.tracesToLogs;
  if (datasource === undefined || settings === undefined) {
    throw new Failure(
      'not-found',
      `no datasource with the uid ${JSON.stringify(uid.slice(0, 60))} configures tracesToLogsV2`,
    );
  }
  const tags = settings.tags.length === 0 ? defaultTags : settings.tags;
  const { traces } = await traceql.search(
    { ...lastDay(tenants, clock.nowNs()), query: '{}', limit: 1, spansPerSpanset: 1 },
    signal,
  );
  const traceId = traces[0]?.traceId;
  const all = traceId === undefined ? [] : await spans.spansOfTrace(tenants, traceId, signal);
  const span = all.find(({ parentSpanId }) => parentSpanId === '') ?? all[0];
  if (span === undefined) {
    return { span: null, tags: [], links: [], reason: 'No span was received in the last day.' };
  }
  const candidates = new Map(tagCandidates(span));
  const info = {
    traceId: span.traceId,
    name: `${serviceName(span.resource)}: ${span.name}`,
    startNs: span.startNs,
    endNs: span.endNs,
  };
  const others = datasources.map((one) =>
    one === datasource ? one : { ...one, tracesToLogs: undefined },
  );
  const links = linksOfSpan(span, info, others).filter(({ source }) => source === 'tracesToLogs');
  return {
    span: {
      traceId: span.traceId,
      spanId: span.spanId,
      service: serviceName(span.resource),
      name: span.name,
    },
    tags: tags.map(({ key, value }) => ({
      key,
      label: (value === '' ? key : value).replaceAll('.', '_'),
      value: candidates.get(key) ?? null,
    })),
    links: links.map((link) => ({ ...encodeLink(link), query: link.target.query ?? '' })),
    reason:
      links.length > 0
        ? ''
        : 'The span has none of the configured tags, so there is nothing to select its logs by.',
  };
}
