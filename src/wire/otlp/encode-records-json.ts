// Stored spans and log records as one OTLP/JSON document: IDs in hex, enums as numbers, 64-bit integers as strings,
// defaults left out. `resourceSpans` and `resourceLogs` stand side by side: each signal's receiver reads its own.

import type { LogRecord } from '../../model/log-record.ts';
import type { SpanRecord } from '../../model/span-record.ts';
import { spanKinds, spanStatuses } from '../../model/spans-batch.ts';
import type { JsonObject } from '../json/fields.ts';
import {
  jsonOfAttributes,
  jsonOfResource,
  jsonOfScope,
  withoutDefaults,
} from './any-value-json.ts';
import { groupSpanRecords } from './encode-span-records.ts';

function jsonOfSpan(span: SpanRecord): JsonObject {
  const status = withoutDefaults({
    message: span.statusMessage,
    code: spanStatuses.indexOf(span.status),
  });
  return withoutDefaults({
    traceId: span.traceId,
    spanId: span.spanId,
    traceState: span.traceState,
    parentSpanId: span.parentSpanId,
    flags: span.flags,
    name: span.name,
    kind: spanKinds.indexOf(span.kind),
    startTimeUnixNano: span.startNs,
    endTimeUnixNano: span.endNs,
    attributes: jsonOfAttributes(span.attributes),
    events: span.events.map(({ timeNs, name, attributes }) =>
      withoutDefaults({ timeUnixNano: timeNs, name, attributes: jsonOfAttributes(attributes) }),
    ),
    links: span.links.map(({ traceId, spanId, traceState, attributes }) =>
      withoutDefaults({ traceId, spanId, traceState, attributes: jsonOfAttributes(attributes) }),
    ),
    status: Object.keys(status).length === 0 ? undefined : status,
  });
}

function jsonOfLog(record: LogRecord): JsonObject {
  return withoutDefaults({
    timeUnixNano: record.timeNs,
    observedTimeUnixNano: record.observedTimeNs,
    severityNumber: record.severityNumber,
    severityText: record.severityText,
    body: { stringValue: record.body },
    attributes: jsonOfAttributes(record.attributes),
    flags: record.flags ?? 0,
    traceId: record.traceId,
    spanId: record.spanId,
  });
}

/** Lines of one sender share their resource's attributes by what they say, not by identity. */
function groupLogs(logs: readonly LogRecord[]): Iterable<readonly LogRecord[]> {
  const groups = new Map<string, LogRecord[]>();
  for (const log of logs) {
    const key = JSON.stringify([jsonOfAttributes(log.resource), log.scopeName, log.scopeVersion]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [log]);
    else group.push(log);
  }
  return groups.values();
}

export function printTraceJson(spans: readonly SpanRecord[], logs: readonly LogRecord[]): string {
  const resourceSpans = groupSpanRecords(spans).map(({ resource, scopes }) =>
    withoutDefaults({
      resource: jsonOfResource(resource),
      scopeSpans: scopes.map(({ scope, spans: records }) =>
        withoutDefaults({
          scope: jsonOfScope(scope),
          spans: records.map(jsonOfSpan),
          schemaUrl: scope.schemaUrl,
        }),
      ),
      schemaUrl: resource.schemaUrl,
    }),
  );
  const resourceLogs = Array.from(groupLogs(logs), (records) => ({
    resource: { attributes: jsonOfAttributes(records[0]?.resource ?? []) },
    scopeLogs: [
      {
        scope: withoutDefaults({
          name: records[0]?.scopeName ?? '',
          version: records[0]?.scopeVersion ?? '',
        }),
        logRecords: records.map(jsonOfLog),
      },
    ],
  }));
  return JSON.stringify({ resourceSpans, ...(logs.length === 0 ? {} : { resourceLogs }) });
}
