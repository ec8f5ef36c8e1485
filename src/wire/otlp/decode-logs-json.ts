// ExportLogsServiceRequest in OTLP/JSON into columns. IDs are hex in any case; a wrong one is an absent one.

import { ByteArena } from '../../base/byte-arena.ts';
import type { IdColumn } from '../../base/columns.ts';
import { decodeBase64 } from '../../model/attribute-columns.ts';
import { bodyKind, LogsBatch } from '../../model/logs-batch.ts';
import {
  asObject,
  enumOf,
  type JsonObject,
  readObject,
  readObjects,
  textOf,
  uint32Of,
  uint64Of,
  withJsonPath,
} from '../json/fields.ts';
import { parseJson } from '../json/parse.ts';
import { jsonOfBody } from './any-value.ts';
import {
  readJsonAttribute,
  readJsonResource,
  readJsonScope,
  readJsonValue,
} from './any-value-json.ts';
import type { DecodedLogs } from './decoded.ts';

const severityNumbers: ReadonlyMap<string, number> = new Map(
  ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'].flatMap((name, group) =>
    ['', '2', '3', '4'].map((step, at): [string, number] => [
      `SEVERITY_NUMBER_${name}${step}`,
      group * 4 + at + 1,
    ]),
  ),
);

/** Throws `invalid-data` naming the JSON path of what is wrong. */
export function decodeLogsJson(text: string): DecodedLogs {
  const root = parseJson(text);
  const batch = new LogsBatch(new ByteArena(text.length + 1024));
  withJsonPath(() => {
    readObjects(asObject(root), 'resourceLogs', (resourceLogs) => {
      const resource = batch.resources.push(readJsonResource(resourceLogs)) - 1;
      readObjects(resourceLogs, 'scopeLogs', (scopeLogs) => {
        const scope = batch.scopes.push(readJsonScope(scopeLogs)) - 1;
        readObjects(scopeLogs, 'logRecords', (record) => {
          readLogRecord(record, batch);
          batch.resource.push(resource);
          batch.scope.push(scope);
        });
      });
    });
  });
  return { batch, rejected: 0, message: '' };
}

/** Pushes an ID in hex; base64 of the right width is taken too, for senders that use protobuf's own JSON form. */
export function pushJsonId(json: JsonObject, name: string, column: IdColumn): void {
  const text = textOf(json, name);
  const row = column.length;
  column.pushAbsent();
  if (text.length === column.width * 2) column.setHex(row, text);
  else if (text.length === Math.ceil(column.width / 3) * 4) {
    const bytes = decodeBase64(text);
    if (bytes.length === column.width) column.bytes.set(bytes, row * column.width);
  }
}

function readLogRecord(json: JsonObject, batch: LogsBatch): void {
  batch.timeNs.push(uint64Of(json, 'timeUnixNano'));
  batch.observedTimeNs.push(uint64Of(json, 'observedTimeUnixNano'));
  const severity = enumOf(json, 'severityNumber', severityNumbers);
  batch.severityNumber.push(severity > 0 && severity < 256 ? severity : 0);
  batch.severityText.pushText(textOf(json, 'severityText'));
  const body = readObject(json, 'body', (value) => readJsonValue(value)) ?? { kind: 'empty' };
  if (body.kind === 'string') {
    batch.bodyKind.push(bodyKind.text);
    batch.body.pushText(body.value);
  } else {
    const bodyJson = jsonOfBody(body);
    batch.bodyKind.push(bodyJson === undefined ? bodyKind.empty : bodyKind.json);
    batch.body.pushText(bodyJson ?? '');
  }
  pushJsonId(json, 'traceId', batch.traceId);
  pushJsonId(json, 'spanId', batch.spanId);
  batch.flags.push(uint32Of(json, 'flags'));
  batch.eventName.pushText(textOf(json, 'eventName'));
  batch.droppedAttributesCount.push(uint32Of(json, 'droppedAttributesCount'));
  readObjects(json, 'attributes', (attribute) => {
    const { key, value } = readJsonAttribute(attribute);
    batch.attributes.push(key, value);
  });
  batch.attributes.endRow();
}
