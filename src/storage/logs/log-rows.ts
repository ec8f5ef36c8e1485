// Rows of the `logs` table as the engines and the explorer want them.

import type { Attributes } from '../../model/attributes.ts';
import { labelsFromEntries, type Labels } from '../../model/labels.ts';
import type { LogRecord } from '../../model/log-record.ts';
import type { LogRows } from '../../query/sources.ts';
import { attributeMapsSql, AttributeMapsReader } from '../attributes/attribute-maps.ts';
import type { SenderCatalog } from '../attributes/sender-catalog.ts';
import type { NativeBlock } from '../native/native-columns.ts';
import { type Sql, sql } from '../sql/sql.ts';
import { traceSources } from './prepare-logs.ts';
import { tenantLabel } from './stream-scope.ts';
import { recordMetadata, senderMetadata } from './structured-metadata.ts';

/** What a select needs for `LogBlock`. */
export const logRowColumns: Sql = sql`tenant, ts, seq, observed_ts, service, severity_number, severity_text, level, body,
  stream_id, resource_id, scope_id, trace_id, span_id, trace_source, ${attributeMapsSql},
  flags, event_name, dropped_attributes_count, origin`;

/** As well, for readers who ask what traces a row names; `LogRowsReader` finds it in the block. */
export const logRowTraces: Sql = sql`arrayStringConcat(arrayMap(id -> lower(hex(id)),
  arrayPushFront(other_trace_ids, trace_id)), ' ') AS trace_ids`;

/** Loads the senders that the rows of a block name. */
export async function loadSenders(
  catalog: SenderCatalog,
  tenants: readonly string[],
  block: NativeBlock,
  signal: AbortSignal,
): Promise<void> {
  await catalog.loadStreams(tenants, block.unsigned64('stream_id'), signal);
  await catalog.loadResources(tenants, block.unsigned64('resource_id'), signal);
  await catalog.loadScopes(tenants, block.unsigned64('scope_id'), signal);
}

function bigintAt(values: BigInt64Array | BigUint64Array, row: number): bigint {
  return values[row] ?? 0n;
}

/** `emptyNames`: keys of a row's attributes that are there without a text; they are no labels, but tell entries apart. */
export interface StoredLogRows extends LogRows {
  readonly emptyNames: readonly string[];
}

function emptyNamesOf(attributes: Attributes): string {
  let names = '';
  for (const { key, value } of attributes)
    if (value.kind === 'empty' || (value.kind === 'string' && value.value === ''))
      names += `${key}\u0001`;
  return names;
}

/** Makes `LogRows` of one block after another; what rows share is made once. */
export class LogRowsReader {
  readonly #catalog: SenderCatalog;
  readonly #withTenant: boolean;
  readonly #withTraceIds: boolean;
  readonly #shared: Map<
    string,
    { readonly labels: Labels; readonly metadata: [string, string][] }
  > = new Map();

  /**
   * `withTenant`: the tenant becomes a label, as several are read at a time. `withTraceIds`: the blocks have
   * `logRowTraces` too.
   */
  constructor(catalog: SenderCatalog, withTenant: boolean, withTraceIds: boolean = false) {
    this.#catalog = catalog;
    this.#withTraceIds = withTraceIds;
    this.#withTenant = withTenant;
  }

  #sharedOf(tenant: string, streamId: bigint, resourceId: bigint, scopeId: bigint) {
    const key = `${tenant} ${streamId} ${resourceId} ${scopeId}`;
    let shared = this.#shared.get(key);
    if (shared === undefined) {
      const stored = this.#catalog.streamLabels(streamId);
      const labels = this.#withTenant
        ? labelsFromEntries([
            ...stored.map(({ name, value }): [string, string] => [name, value]),
            [tenantLabel, tenant],
          ])
        : stored;
      shared = {
        labels,
        metadata: senderMetadata(
          labels,
          this.#catalog.resource(resourceId),
          this.#catalog.scope(scopeId),
        ),
      };
      this.#shared.set(key, shared);
    }
    return shared;
  }

  /** The senders that the block names must have been loaded. */
  read(block: NativeBlock): StoredLogRows {
    const length = block.rows;
    const streams: Labels[] = [];
    const places = new Map<Labels, number>();
    const stream = new Uint32Array(length);
    const lines: string[] = [];
    const metadata: Labels[] = [];
    const emptyNames: string[] = [];
    const columns = blockColumns(block);
    const tenants = block.texts('tenant');
    for (let row = 0; row < length; row++) {
      const shared = this.#sharedOf(
        tenants.at(row),
        bigintAt(columns.streamIds, row),
        bigintAt(columns.resourceIds, row),
        bigintAt(columns.scopeIds, row),
      );
      let place = places.get(shared.labels);
      if (place === undefined) {
        place = streams.length;
        streams.push(shared.labels);
        places.set(shared.labels, place);
      }
      stream[row] = place;
      lines.push(columns.bodies.at(row));
      const source = columns.traceSources[row] ?? 0;
      const attributes = columns.attributes.rowAt(row);
      emptyNames.push(emptyNamesOf(attributes));
      metadata.push(
        recordMetadata(shared.metadata, {
          attributes,
          observedTimeNs: bigintAt(columns.observed, row),
          severityNumber: columns.severityNumbers[row] ?? 0,
          severityText: columns.severityTexts.at(row),
          level: columns.levels.at(row),
          traceId: source === 1 ? columns.traceIds.hexAt(row) : '',
          spanId: source <= 1 ? columns.spanIds.hexAt(row) : '',
          flags: columns.flags[row] ?? 0,
          eventName: columns.eventNames.at(row),
          droppedAttributesCount: columns.dropped[row] ?? 0,
        }),
      );
    }
    return {
      length,
      streams,
      stream,
      timeNs: block.signed64('ts'),
      seq: block.unsigned64('seq'),
      lines,
      metadata,
      emptyNames,
      ...(this.#withTraceIds ? { traceIds: traceIdsOf(block) } : {}),
    };
  }
}

const noTrace = '0'.repeat(32);

function traceIdsOf(block: NativeBlock): (readonly string[])[] {
  const texts = block.texts('trace_ids');
  return Array.from({ length: block.rows }, (_, row) =>
    texts
      .at(row)
      .split(' ')
      .filter((traceId) => traceId !== noTrace),
  );
}

function blockColumns(block: NativeBlock) {
  return {
    streamIds: block.unsigned64('stream_id'),
    resourceIds: block.unsigned64('resource_id'),
    scopeIds: block.unsigned64('scope_id'),
    bodies: block.texts('body'),
    observed: block.signed64('observed_ts'),
    severityNumbers: block.numbers('severity_number'),
    severityTexts: block.texts('severity_text'),
    levels: block.texts('level'),
    traceIds: block.fixed('trace_id'),
    spanIds: block.fixed('span_id'),
    traceSources: block.numbers('trace_source'),
    flags: block.numbers('flags'),
    eventNames: block.texts('event_name'),
    dropped: block.numbers('dropped_attributes_count'),
    attributes: new AttributeMapsReader(block),
  };
}

/** The same rows as full records, for a person to read. Senders must be loaded. */
export function readLogRecords(catalog: SenderCatalog, block: NativeBlock): LogRecord[] {
  const columns = blockColumns(block);
  const times = block.signed64('ts');
  const seqs = block.unsigned64('seq');
  const services = block.texts('service');
  const origins = block.numbers('origin');
  const records: LogRecord[] = [];
  for (let row = 0; row < block.rows; row++) {
    const scope = catalog.scope(bigintAt(columns.scopeIds, row));
    const observed = bigintAt(columns.observed, row);
    const timeNs = bigintAt(times, row);
    records.push({
      timeNs,
      observedTimeNs: observed === 0n ? timeNs : observed,
      seq: bigintAt(seqs, row),
      service: services.at(row),
      severityNumber: columns.severityNumbers[row] ?? 0,
      severityText: columns.severityTexts.at(row),
      level: columns.levels.at(row),
      body: columns.bodies.at(row),
      labels: catalog.streamLabels(bigintAt(columns.streamIds, row)),
      attributes: columns.attributes.rowAt(row),
      resource: catalog.resource(bigintAt(columns.resourceIds, row)).attributes,
      scopeName: scope.name,
      scopeVersion: scope.version,
      traceId: columns.traceIds.hexAt(row),
      spanId: columns.spanIds.hexAt(row),
      traceIdSource: traceSources[columns.traceSources[row] ?? 0] ?? '',
      // Only OTLP has them; a 0 from elsewhere says nothing.
      flags: origins[row] === 0 ? (columns.flags[row] ?? 0) : undefined,
    });
  }
  return records;
}
