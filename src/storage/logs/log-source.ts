// The `LogSource` on ClickHouse.

import { labelsFromEntries, type Labels, labelsKey, labelValue } from '../../model/labels.ts';
import { type LabelMatcher, matcherPredicate } from '../../query/language/matcher.ts';
import type { LogSelection, LogSource, LogStats, TenantRange } from '../../query/sources.ts';
import { readBlocks, timeCondition } from '../attributes/read-blocks.ts';
import { labelsReader } from '../attributes/sender-catalog.ts';
import type { Sequence } from '../attributes/sequence.ts';
import { sql } from '../sql/sql.ts';
import { countLogs } from './count-logs.ts';
import { followLogs } from './follow-logs.ts';
import { findLogConditions } from './log-conditions.ts';
import { type LogReaderSettings, readLogs } from './read-logs.ts';
import { splitTenantMatchers, streamsCondition, tenantLabel } from './stream-scope.ts';

async function readStreams(
  settings: LogReaderSettings,
  range: TenantRange,
  givenMatchers: readonly LabelMatcher[],
  signal: AbortSignal,
): Promise<readonly Labels[]> {
  const { tenants, matchers } = splitTenantMatchers(range.tenants, givenMatchers);
  if (tenants.length === 0) return [];
  const where = streamsCondition({ ...range, tenants }, matchers);
  const statement = sql`SELECT tenant, labels FROM streams WHERE ${where} LIMIT 1 BY tenant, stream_id`;
  const found: Labels[] = [];
  for await (const block of readBlocks(settings.database, statement, { signal })) {
    const labels = labelsReader(block.map('labels'));
    const ofTenant = block.texts('tenant');
    for (let row = 0; row < block.rows; row++) {
      const stored = labels(row);
      found.push(
        range.tenants.length > 1
          ? labelsFromEntries([
              ...stored.map(({ name, value }): [string, string] => [name, value]),
              [tenantLabel, ofTenant.at(row)],
            ])
          : stored,
      );
    }
  }
  return found;
}

/** Entry by entry, for what SQL cannot say exactly. */
async function statsFromRows(
  settings: LogReaderSettings,
  selection: LogSelection,
  signal: AbortSignal,
): Promise<LogStats> {
  const matchers = selection.metadataMatchers.map(({ name, ...matcher }) => ({
    name,
    holds: matcherPredicate({ name, ...matcher }),
  }));
  const encoder = new TextEncoder();
  const streams = new Set<string>();
  let entries = 0;
  let bytes = 0;
  for await (const rows of readLogs(settings, { ...selection, direction: 'backward' }, signal)) {
    for (let row = 0; row < rows.length; row++) {
      const labels = rows.streams[rows.stream[row] ?? 0] ?? [];
      const metadata = rows.metadata[row] ?? [];
      const holds = matchers.every((matcher) =>
        matcher.holds(labelValue(labels, matcher.name) || labelValue(metadata, matcher.name)),
      );
      if (!holds) continue;
      streams.add(labelsKey(labels));
      entries++;
      bytes += encoder.encode(rows.lines[row] ?? '').length;
    }
  }
  return { streams: streams.size, entries, bytes };
}

async function logStats(
  settings: LogReaderSettings,
  selection: LogSelection,
  signal: AbortSignal,
): Promise<LogStats> {
  const { database } = settings;
  if (selection.metadataMatchers.length > 0) return statsFromRows(settings, selection, signal);
  const request = { ...selection, groupBy: [], stepNs: undefined };
  const [lines, bytes] = await Promise.all([
    countLogs(database, { ...request, measure: 'lines' }, signal),
    countLogs(database, { ...request, measure: 'bytes' }, signal),
  ]);
  if (lines === undefined || bytes === undefined) return statsFromRows(settings, selection, signal);
  const { condition, isEmpty } = await findLogConditions(database, selection, signal);
  const [known] = isEmpty
    ? []
    : await database.rows<{ streams: string }>(
        sql`SELECT uniqExact(tenant, stream_id) AS streams FROM logs
          WHERE ${condition} AND ${timeCondition(selection.startNs, selection.endNs)}`,
        { signal },
      );
  return {
    streams: Number(known?.streams ?? 0),
    entries: lines[0]?.value ?? 0,
    bytes: bytes[0]?.value ?? 0,
  };
}

export function createLogSource(
  settings: LogReaderSettings & { readonly sequence: Sequence },
): LogSource {
  return {
    readLogs: (request, signal) => readLogs(settings, request, signal),
    countLogs: (request, signal) => countLogs(settings.database, request, signal),
    followLogs: (selection, signal) => followLogs(settings, selection, signal),
    streams: (range, matchers, signal) => readStreams(settings, range, matchers, signal),
    logStats: (selection, signal) => logStats(settings, selection, signal),
  };
}
