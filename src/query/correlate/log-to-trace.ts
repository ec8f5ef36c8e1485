// From a log record to its trace: the link that needs no configuration (the record's own trace ID, wherever it was
// found) and those that `derivedFields` configures. Links to one trace are one link; the configured title wins.

import { asFailure } from '../../base/errors.ts';
import { printAttributeText } from '../../model/attributes.ts';
import type { Datasource, DerivedField } from '../../model/datasource.ts';
import { structuredMetadataName } from '../../model/log-labels.ts';
import type { LogRecord } from '../../model/log-record.ts';
import { normalizeTraceId } from '../../model/trace-id/normalize.ts';
import { compileJavascriptRegex } from './javascript-regex.ts';
import type { CorrelateLink } from './link.ts';
import { type VariableLookup, interpolateVariables, isSafeUrl } from './variables.ts';

/** What a `label` matcher looks through, in Grafana's order: stream labels, then structured metadata. */
export function* labelsOf(record: LogRecord): Iterable<readonly [string, string]> {
  for (const { name, value } of record.labels) yield [name, value];
  for (const { key, value } of record.attributes)
    yield [structuredMetadataName(key), printAttributeText(value)];
  if (record.traceId !== '') yield ['trace_id', record.traceId];
  if (record.spanId !== '') yield ['span_id', record.spanId];
  for (const { key, value } of record.resource)
    yield [structuredMetadataName(key), printAttributeText(value)];
}

/** Value of a derived field on a line: capture group 1, or undefined. Fails when RE2 cannot run the pattern. */
function valueOnLine(field: DerivedField, line: string): string | undefined {
  return compileJavascriptRegex(field.matcherRegex).groups(line)?.[1] ?? undefined;
}

function derivedValue(field: DerivedField, record: LogRecord): string | undefined {
  try {
    if (field.matcherType === 'regex') return valueOnLine(field, record.body);
    const regex = compileJavascriptRegex(field.matcherRegex);
    for (const [name, value] of labelsOf(record)) if (regex.matches(name)) return value;
  } catch {
    // A pattern that cannot be run yields no link; `testDerivedField` says why.
  }
  return undefined;
}

/** Grafana groups the entries of one name: the first one's matcher finds the value, each one contributes a link. */
function groupByName(fields: readonly DerivedField[]): readonly (readonly DerivedField[])[] {
  const groups = new Map<string, DerivedField[]>();
  for (const field of fields) {
    const group = groups.get(field.name);
    if (group === undefined) groups.set(field.name, [field]);
    else group.push(field);
  }
  return [...groups.values()];
}

function valueLookup(value: string, record: LogRecord): VariableLookup {
  return (name, path) => {
    if (name !== '__value') return undefined;
    if (path === '' || path === 'raw' || path === 'text') return value;
    if (path === 'numeric') return String(Number(value));
    return path === 'time' ? String(record.timeNs / 1_000_000n) : undefined;
  };
}

function externalLink(
  field: DerivedField,
  value: string,
  record: LogRecord,
): CorrelateLink | undefined {
  const { text, unresolved } = interpolateVariables(field.url, valueLookup(value, record), true);
  const url = text.replaceAll('\n', '');
  if (url === '' || unresolved.length > 0 || !isSafeUrl(url)) return undefined;
  const title = field.urlDisplayLabel === '' ? `Go to ${url}` : field.urlDisplayLabel;
  return { kind: 'external', title, target: { externalUrl: url }, source: 'derivedField' };
}

function internalLink(
  field: DerivedField,
  value: string,
  record: LogRecord,
  datasources: readonly Datasource[],
): CorrelateLink | undefined {
  const { text, unresolved } = interpolateVariables(field.url, valueLookup(value, record));
  if (unresolved.length > 0) return undefined;
  const datasource = datasources.find((candidate) => candidate.uid === field.datasourceUid);
  const traceId = normalizeTraceId(text)?.traceId;
  const title =
    field.urlDisplayLabel !== ''
      ? field.urlDisplayLabel
      : `Query with ${datasource?.name ?? field.datasourceUid}`;
  const target = { datasourceUid: field.datasourceUid, query: text };
  switch (datasource?.type) {
    case 'loki':
      return { kind: 'logs', title, target, source: 'derivedField' };
    case 'prometheus':
      return { kind: 'metrics', title, target, source: 'derivedField' };
    default:
      // A datasource that is not there is no reason to hide a trace that is: Clew has all signals itself.
      if (traceId === undefined && datasource?.type !== 'tempo') return undefined;
      return {
        kind: 'trace',
        title,
        target: traceId === undefined ? target : { ...target, traceId },
        source: 'derivedField',
      };
  }
}

/** Adds a link unless one leads there already; to the same trace the configured title wins and the span is kept. */
function addLink(links: CorrelateLink[], link: CorrelateLink): void {
  const { traceId, query, externalUrl } = link.target;
  const at = links.findIndex((other) =>
    traceId !== undefined
      ? other.target.traceId === traceId
      : other.kind === link.kind &&
        other.target.query === query &&
        other.target.externalUrl === externalUrl,
  );
  const present = links[at];
  if (present === undefined) links.push(link);
  else if (present.source !== 'derivedField')
    links[at] = { ...link, target: { ...link.target, spanId: present.target.spanId } };
}

/** Where a log record leads, the link without configuration first. */
export function linksOfLogRecord(
  record: LogRecord,
  datasources: readonly Datasource[],
): readonly CorrelateLink[] {
  const links: CorrelateLink[] = [];
  if (record.traceId !== '') {
    links.push({
      kind: 'trace',
      title: 'View trace',
      target: { traceId: record.traceId, spanId: record.spanId === '' ? undefined : record.spanId },
      source: record.traceIdSource === '' ? 'field' : record.traceIdSource,
    });
  }
  for (const { derivedFields } of datasources) {
    for (const group of groupByName(derivedFields)) {
      const value = group[0] === undefined ? undefined : derivedValue(group[0], record);
      if (value === undefined || value === '') continue;
      for (const field of group) {
        const link =
          field.datasourceUid === ''
            ? externalLink(field, value, record)
            : internalLink(field, value, record, datasources);
        if (link !== undefined) addLink(links, link);
      }
    }
  }
  return links;
}

export interface DerivedFieldTest {
  /** Lines (for a `label` matcher: label names) on which the field finds a value. */
  readonly matches: number;
  readonly of: number;
  /** Why the pattern cannot be run; empty when it can. */
  readonly firstError: string;
}

/** Tries a derived field; `lines` are label names when its matcher is `label`. */
export function testDerivedField(field: DerivedField, lines: readonly string[]): DerivedFieldTest {
  let matches = 0;
  try {
    const regex = compileJavascriptRegex(field.matcherRegex);
    for (const line of lines) {
      const found =
        field.matcherType === 'label'
          ? regex.matches(line)
          : valueOnLine(field, line) !== undefined;
      if (found) matches++;
    }
    return { matches, of: lines.length, firstError: '' };
  } catch (error) {
    return { matches, of: lines.length, firstError: asFailure(error).message };
  }
}
