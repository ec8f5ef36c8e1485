// `POST /api/explore/trace-file`: traces of an OTLP/JSON file (an export of this page, a request, the Collector's file
// exporter with one document a line, or a trace as Tempo answers it) as the page shows them. Nothing is stored: a file
// from another day or another system would be refused by retention, or mix with what is here.

import { Failure } from '../../base/errors.ts';
import { shownService } from '../../model/log-labels.ts';
import type { SpanRecord } from '../../model/span-record.ts';
import { detectLevelOfText, normalizeLevel } from '../../model/level.ts';
import { defaultTenant } from '../../model/tenant.ts';
import { MemorySpanSource } from '../../query/traceql/execute/memory-source.ts';
import { asObject } from '../../wire/json/fields.ts';
import { parseJson } from '../../wire/json/parse.ts';
import { decodeLogsJson } from '../../wire/otlp/decode-logs-json.ts';
import { decodeSpansJson } from '../../wire/otlp/decode-spans-json.ts';
import { readBytes } from '../http/parameters.ts';
import type { ExploreLogLine, ExploreTrace } from './contract/records.ts';
import type { ExploreTraceFile } from './contract/trace.ts';
import { encodeSpan, encodeAttributes } from './encode.ts';

/** A trace of a hundred thousand spans is about 50 MB. */
const fileBytesMax = 128 * 1024 * 1024;
const tracesMax = 100;

/** A document as the decoders of the two signals take it: each its own part, for a part may be a hundred megabytes. */
interface SignalTexts {
  readonly spans: string;
  readonly logs: string;
}

/** OTLP's `resourceSpans` and `resourceLogs` of one document, whatever it wraps them in. */
function signalsOf(text: string): SignalTexts {
  const document = asObject(parseJson(text));
  const trace = 'trace' in document ? asObject(document['trace'] ?? {}) : document;
  const isPlain = trace === document && 'resourceSpans' in document;
  const resourceSpans = trace['resourceSpans'] ?? trace['batches'] ?? [];
  return {
    spans: isPlain ? text : JSON.stringify({ resourceSpans }),
    logs: JSON.stringify({ resourceLogs: document['resourceLogs'] ?? [] }),
  };
}

function documentsOf(text: string): readonly SignalTexts[] {
  try {
    return [signalsOf(text)];
  } catch (error) {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    if (lines.length < 2) throw error;
    return lines.map(signalsOf);
  }
}

/** Between the steps of reading a large file others are answered, and whoever has cancelled waits for no more of it. */
async function breathe(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  signal.throwIfAborted();
}

function readLines(
  documents: readonly SignalTexts[],
): ReadonlyMap<string, readonly ExploreLogLine[]> {
  const byTrace = new Map<string, ExploreLogLine[]>();
  let seq = 0;
  for (const { logs } of documents) {
    const { batch } = decodeLogsJson(logs);
    for (let row = 0; row < batch.length; row++) {
      const traceId = batch.traceId.hexAt(row);
      if (traceId === '') continue;
      const timeNs = String(batch.timeNs.at(row) || batch.observedTimeNs.at(row));
      const resource = batch.resources[batch.resource.at(row)];
      const body = batch.body.textAt(row);
      const severity = batch.severityText.textAt(row);
      const line: ExploreLogLine = {
        id: `${timeNs}-${++seq}`,
        timeNs,
        service: resource === undefined ? '' : shownService(resource),
        level: severity === '' ? detectLevelOfText(body) : normalizeLevel(severity),
        body,
        labels: {},
        attributes: encodeAttributes(batch.attributes.rowAt(row)),
        resource: encodeAttributes(resource?.attributes ?? []),
        traceId,
        spanId: batch.spanId.hexAt(row),
        linkSource: 'field',
        links: [],
      };
      const lines = byTrace.get(traceId);
      if (lines === undefined) byTrace.set(traceId, [line]);
      else lines.push(line);
    }
  }
  for (const lines of byTrace.values())
    lines.sort((a, b) => (BigInt(a.timeNs) < BigInt(b.timeNs) ? -1 : 1));
  return byTrace;
}

function encodeTrace(
  traceId: string,
  spans: readonly SpanRecord[],
  logs: readonly ExploreLogLine[],
): ExploreTrace {
  const counts = new Map<string, number>();
  for (const { spanId } of logs) counts.set(spanId, (counts.get(spanId) ?? 0) + 1);
  const startNs = spans.reduce(
    (first, span) => (span.startNs < first ? span.startNs : first),
    spans[0]?.startNs ?? 0n,
  );
  const endNs = spans.reduce((last, span) => (span.endNs > last ? span.endNs : last), 0n);
  const covered = (length: number) => ({ returned: length, total: length, next: null });
  return {
    traceId,
    givenAs: traceId,
    bounds: { startNs: startNs.toString(), endNs: endNs.toString() },
    services: [...new Set(spans.map(({ resource }) => shownService(resource)))].sort(),
    counts: {
      spans: spans.length,
      errorSpans: spans.filter(({ status }) => status === 'error').length,
      logs: logs.length,
      exemplars: 0,
    },
    spans: spans.map((span) => encodeSpan(span, undefined, counts.get(span.spanId) ?? 0, [])),
    logs,
    reasons: [],
    coverage: { spans: covered(spans.length), logs: covered(logs.length) },
  };
}

export async function readTraceFile(
  request: Request,
  signal: AbortSignal,
): Promise<ExploreTraceFile> {
  const text = Buffer.from(await readBytes(request, fileBytesMax)).toString('utf8');
  const documents = documentsOf(text);
  const source = new MemorySpanSource();
  const sizes = new Map<string, number>();
  let rejected = 0;
  for (const document of documents) {
    await breathe(signal);
    const decoded = decodeSpansJson(document.spans);
    rejected += decoded.rejected;
    source.addBatch(defaultTenant, decoded.batch);
    for (let row = 0; row < decoded.batch.length; row++) {
      const traceId = decoded.batch.traceId.hexAt(row);
      sizes.set(traceId, (sizes.get(traceId) ?? 0) + 1);
    }
  }
  if (sizes.size === 0)
    throw new Failure(
      'invalid-data',
      rejected > 0
        ? `none of the ${rejected} spans in the file has a valid trace ID and span ID`
        : 'the file holds no spans: expected OTLP/JSON with "resourceSpans"',
    );
  await breathe(signal);
  const byTrace = readLines(documents);
  const largest = [...sizes].toSorted((a, b) => b[1] - a[1]).slice(0, tracesMax);
  const traces: ExploreTrace[] = [];
  for (const [traceId] of largest) {
    await breathe(signal);
    const spans = await source.spansOfTrace([defaultTenant], traceId, signal);
    traces.push(encodeTrace(traceId, spans, byTrace.get(traceId) ?? []));
  }
  return { traces, total: sizes.size, rejected };
}
