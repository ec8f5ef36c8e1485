// `--logs FILE`: one JSON object a line, either an OTLP/JSON logs request or a line of a Loki export
// (`{"timestamp", "labels", "line"}`, as `logcli --output=jsonl` writes). Both become what the store would show of them.

import { Failure } from '../../base/errors.ts';
import { detectLevel } from '../../model/level.ts';
import { streamLabelsOfResource } from '../../model/log-labels.ts';
import type { LogsBatch } from '../../model/logs-batch.ts';
import { labelsToRecord } from '../../model/labels.ts';
import { emptyResource, emptyScope } from '../../model/resource.ts';
import { MemoryLogSource } from '../../query/logql/execute/memory-source.ts';
import { recordMetadata, senderMetadata } from '../../storage/logs/structured-metadata.ts';
import { asObject, type JsonObject } from '../../wire/json/fields.ts';
import { parseJson } from '../../wire/json/parse.ts';
import { parseLabels } from '../../wire/loki/labels.ts';
import { decodePushJson } from '../../wire/loki/push.ts';
import { decodeLogsJson } from '../../wire/otlp/decode-logs-json.ts';
import { defaultTenant } from '../../model/tenant.ts';
import { parseTimeNs } from './times.ts';
import { extentOf, inFile, type TextFile, type TimeExtent } from './files.ts';

/** Adds the rows and gives their times. */
function addBatch(source: MemoryLogSource, batch: LogsBatch, nowNs: bigint): bigint[] {
  const given = batch.streams.length > 0;
  const times: bigint[] = [];
  for (let row = 0; row < batch.length; row++) {
    const resource = batch.resources[batch.resource.at(row)] ?? emptyResource;
    const scope = batch.scopes[batch.scope.at(row)] ?? emptyScope;
    const labels = given
      ? (batch.streams[batch.stream.at(row)] ?? [])
      : streamLabelsOfResource(resource);
    const observedTimeNs = batch.observedTimeNs.at(row);
    const timeNs = batch.timeNs.at(row) || observedTimeNs || nowNs;
    const metadata = recordMetadata(senderMetadata(labels, resource, scope), {
      attributes: batch.attributes.rowAt(row),
      // What stands in for a missing time is not told twice.
      observedTimeNs: timeNs === observedTimeNs ? 0n : observedTimeNs,
      severityNumber: batch.severityNumber.at(row),
      severityText: batch.severityText.textAt(row),
      level: detectLevel(batch, row, labels),
      traceId: batch.traceId.hexAt(row),
      spanId: batch.spanId.hexAt(row),
      flags: batch.flags.at(row),
      eventName: batch.eventName.textAt(row),
      droppedAttributesCount: batch.droppedAttributesCount.at(row),
    });
    source.add({
      tenant: defaultTenant,
      timeNs,
      labels,
      line: batch.body.textAt(row),
      metadata: metadata.filter(({ value }) => value !== ''),
    });
    times.push(timeNs);
  }
  return times;
}

function labelsOf(labels: unknown): unknown {
  return typeof labels === 'string' ? labelsToRecord(parseLabels(labels)) : asObject(labels ?? {});
}

/** The same line as a push request. */
function pushOf(line: JsonObject): string {
  const { timestamp, labels, line: text, structuredMetadata } = line;
  const timeNs =
    typeof timestamp === 'number' || typeof timestamp === 'string'
      ? parseTimeNs(String(timestamp))
      : undefined;
  if (timeNs === undefined || typeof text !== 'string') {
    throw new Failure(
      'invalid-data',
      'expected an OTLP/JSON logs request ("resourceLogs") or an object with "timestamp", "labels" and "line"',
    );
  }
  const entry = [String(timeNs), text, asObject(structuredMetadata ?? {})];
  return JSON.stringify({ streams: [{ stream: labelsOf(labels), values: [entry] }] });
}

function decodeLine(text: string): LogsBatch {
  const object = asObject(parseJson(text));
  if ('resourceLogs' in object) return decodeLogsJson(text).batch;
  const { batch, rejected, message } = decodePushJson(pushOf(object));
  if (rejected > 0) throw new Failure('invalid-data', message);
  return batch;
}

export interface LogsOfFiles {
  readonly source: MemoryLogSource;
  readonly extent: TimeExtent | undefined;
}

export function readLogFiles(files: readonly TextFile[], nowNs: bigint): LogsOfFiles {
  const source = new MemoryLogSource();
  const times: bigint[] = [];
  for (const { path, text } of files) {
    text.split('\n').forEach((line, at) => {
      if (line.trim() === '') return;
      const batch = inFile(`${path}:${at + 1}`, () => decodeLine(line));
      for (const timeNs of addBatch(source, batch, nowNs)) times.push(timeNs);
    });
  }
  return { source, extent: extentOf(times) };
}
