// Lines next to a line: of its stream, of its pod, or of its trace, page by page in both directions.

import { Failure } from '../../base/errors.ts';
import { labelValue, type Labels } from '../../model/labels.ts';
import { structuredMetadataName } from '../../model/log-labels.ts';
import type { LogRecord } from '../../model/log-record.ts';
import { printAttributeText } from '../../model/attributes.ts';
import type { LabelMatcher } from '../../query/language/matcher.ts';
import { printSelector } from '../../query/logql/syntax/print.ts';
import type { LogCursor, LogRead } from '../../query/sources.ts';
import { wholeNumber } from '../http/parameters.ts';
import type { ExploreContextScope, ExploreLogContext } from './contract/log-survey.ts';
import type { ExploreDependencies } from './dependencies.ts';
import { decodeCursor, encodeCursor, encodeListedLine } from './encode.ts';

type Scope = ExploreContextScope['scope'];

/** Lines farther from the line than this are no context of it. */
const reachNs = 86_400_000_000_000n;
const podNames = ['k8s_pod_name', 'pod', 'container_id', 'service_instance_id', 'host_name'];

const everyStream = '{service_name=~".+"}';

interface ScopeSelection {
  readonly title: string;
  readonly query: string;
  readonly matchers: readonly LabelMatcher[];
  readonly metadataMatchers: readonly LabelMatcher[];
  readonly traceIds?: readonly string[];
}

function equal(name: string, value: string): LabelMatcher {
  return { name, operator: '=', value };
}

/** The attribute that says where the line was written, as LogQL names it. */
function podOf({ labels, resource }: LogRecord): { name: string; value: string } | undefined {
  for (const name of podNames) {
    const value =
      labelValue(labels, name) ||
      resource
        .filter(({ key }) => structuredMetadataName(key) === name)
        .map((attribute) => printAttributeText(attribute.value))
        .join('');
    if (value !== '') return { name, value };
  }
  return undefined;
}

function selectionOf(record: LogRecord, scope: Scope): ScopeSelection | string {
  const { labels, traceId } = record;
  if (scope === 'stream') {
    const matchers = labels.map(({ name, value }) => equal(name, value));
    const title = record.service === '' ? 'its stream' : record.service;
    return { title, query: printSelector(matchers), matchers, metadataMatchers: [] };
  }
  if (scope === 'trace') {
    if (traceId === '') return 'this line has no trace ID';
    const stage = record.traceIdSource === 'field' ? '| trace_id=' : '|= ';
    const query = `${everyStream} ${stage}${JSON.stringify(traceId)}`;
    return { title: traceId, query, matchers: [], metadataMatchers: [], traceIds: [traceId] };
  }
  const pod = podOf(record);
  if (pod === undefined) return 'its resource names no pod, container or host';
  const matcher = equal(pod.name, pod.value);
  if (labelValue(labels, pod.name) !== '') {
    const query = printSelector([matcher]);
    return { title: pod.value, query, matchers: [matcher], metadataMatchers: [] };
  }
  return {
    title: pod.value,
    query: `${everyStream} | ${pod.name}=${JSON.stringify(pod.value)}`,
    matchers: [],
    metadataMatchers: [matcher],
  };
}

const scopes: readonly Scope[] = ['stream', 'pod', 'trace'];

function describeScopes(record: LogRecord): ExploreContextScope[] {
  return scopes.map((scope) => {
    const selection = selectionOf(record, scope);
    return typeof selection === 'string'
      ? { scope, title: scope, query: null, reason: selection }
      : { scope, title: selection.title, query: selection.query, reason: null };
  });
}

export async function readLogContext(
  parameters: URLSearchParams,
  tenants: readonly string[],
  dependencies: ExploreDependencies,
  signal: AbortSignal,
): Promise<ExploreLogContext> {
  const { correlation, datasources } = dependencies;
  const cursor = decodeCursor(parameters.get('id') ?? '');
  const scope = scopes.find((one) => one === (parameters.get('scope') ?? 'stream'));
  const side = parameters.get('side') ?? 'before';
  if (scope === undefined || (side !== 'before' && side !== 'after')) {
    const message = 'expected scope=stream, pod or trace and side=before or after';
    throw new Failure('invalid-data', message);
  }
  const limit = wholeNumber(parameters, 'limit', 20, { min: 1, max: 500 });
  const next = parameters.get('next') ?? '';
  const record = await correlation.logRecord(tenants, cursor, signal);
  if (record === undefined) {
    throw new Failure('not-found', 'this line is not stored, or no longer');
  }
  const selection = selectionOf(record, scope);
  const cursors =
    typeof selection === 'string'
      ? []
      : await findCursors(
          {
            selection,
            tenants,
            cursor,
            side,
            limit,
            after: next === '' ? cursor : decodeCursor(next),
          },
          dependencies,
          signal,
        );
  const records = await correlation.logRecords(tenants, cursors, signal);
  const lines = records.map((one) => encodeListedLine(one, datasources));
  const last = cursors.at(-1);
  return {
    lines: side === 'before' ? lines.toReversed() : lines,
    line: encodeListedLine(record, datasources),
    next: cursors.length < limit || last === undefined ? null : encodeCursor(last),
    scopes: describeScopes(record),
    reachMs: Number(reachNs / 1_000_000n),
  };
}

interface Wanted {
  readonly selection: ScopeSelection;
  readonly tenants: readonly string[];
  readonly cursor: LogCursor;
  readonly side: 'before' | 'after';
  readonly limit: number;
  readonly after: LogCursor;
}

/** From the nearest on. Storage may return more than was asked for, so that each row is looked at again. */
async function findCursors(
  { selection, tenants, cursor, side, limit, after }: Wanted,
  { logs }: ExploreDependencies,
  signal: AbortSignal,
): Promise<LogCursor[]> {
  const { matchers, metadataMatchers, traceIds } = selection;
  const read: LogRead = {
    tenants,
    startNs: side === 'before' ? cursor.timeNs - reachNs : cursor.timeNs,
    endNs: side === 'before' ? cursor.timeNs + 1n : cursor.timeNs + reachNs,
    matchers,
    lineFilters: [],
    metadataMatchers,
    direction: side === 'before' ? 'backward' : 'forward',
    after,
    rowsWanted: limit,
    ...(traceIds === undefined ? {} : { traceIds, withTraceIds: true }),
  };
  const holds = (labels: Labels, metadata: Labels): boolean =>
    matchers.every(({ name, value }) => labelValue(labels, name) === value) &&
    metadataMatchers.every(
      ({ name, value }) => (labelValue(labels, name) || labelValue(metadata, name)) === value,
    );
  const found: LogCursor[] = [];
  for await (const rows of logs.readLogs(read, signal)) {
    for (let row = 0; row < rows.length && found.length < limit; row++) {
      const labels = rows.streams[rows.stream[row] ?? 0] ?? [];
      if (!holds(labels, rows.metadata[row] ?? [])) continue;
      if (traceIds !== undefined && !traceIds.some((id) => rows.traceIds?.[row]?.includes(id)))
        continue;
      found.push({ timeNs: rows.timeNs[row] ?? 0n, seq: rows.seq[row] ?? 0n });
    }
    if (found.length >= limit) break;
  }
  return found;
}
