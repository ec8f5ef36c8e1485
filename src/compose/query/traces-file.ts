// `--traces FILE`: OTLP/JSON (one request, or one a line as the Collector's file exporter writes), or what Tempo's API
// answers for a trace (`batches` in version 1, `trace` in version 2).

import { Failure } from '../../base/errors.ts';
import type { SpansBatch } from '../../model/spans-batch.ts';
import { defaultTenant } from '../../model/tenant.ts';
import { MemorySpanSource } from '../../query/traceql/execute/memory-source.ts';
import { asObject, type JsonObject } from '../../wire/json/fields.ts';
import { parseJson } from '../../wire/json/parse.ts';
import { decodeSpansJson } from '../../wire/otlp/decode-spans-json.ts';
import { extentOf, inFile, type TextFile, type TimeExtent } from './files.ts';

export interface TracesOfFiles {
  readonly source: MemorySpanSource;
  readonly extent: TimeExtent | undefined;
}

function resourceSpansOf(object: JsonObject): unknown {
  const trace = 'trace' in object ? asObject(object['trace'] ?? {}) : object;
  const found = trace['resourceSpans'] ?? trace['batches'];
  if (found === undefined && !('trace' in object)) {
    throw new Failure(
      'invalid-data',
      'expected OTLP/JSON ("resourceSpans") or a trace as Tempo answers it ("batches", "trace")',
    );
  }
  return found ?? [];
}

function decodeDocument(text: string): SpansBatch {
  const resourceSpans = resourceSpansOf(asObject(parseJson(text)));
  const { batch, rejected, message } = decodeSpansJson(JSON.stringify({ resourceSpans }));
  if (rejected > 0) throw new Failure('invalid-data', message);
  return batch;
}

function isOneDocument(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // Perhaps one document a line; which line is wrong is said when that fails too.
    return !text.trim().includes('\n');
  }
}

function decodeFile({ path, text }: TextFile): SpansBatch[] {
  if (isOneDocument(text)) return [inFile(path, () => decodeDocument(text))];
  return text
    .split('\n')
    .flatMap((line, at) =>
      line.trim() === '' ? [] : [inFile(`${path}:${at + 1}`, () => decodeDocument(line))],
    );
}

export function readTraceFiles(files: readonly TextFile[]): TracesOfFiles {
  const source = new MemorySpanSource();
  const startsNs: bigint[] = [];
  for (const batch of files.flatMap(decodeFile)) {
    source.addBatch(defaultTenant, batch);
    for (let row = 0; row < batch.length; row++) startsNs.push(batch.startNs.at(row));
  }
  return { source, extent: extentOf(startsNs) };
}
