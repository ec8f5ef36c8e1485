// The answers of an OTLP receiver: Export…ServiceResponse with its partial success, the same three fields for all
// signals in protobuf, and different names in JSON.

import { ProtobufReader } from '../protobuf/reader.ts';
import { ProtobufWriter } from '../protobuf/writer.ts';
import {
  countOf,
  asObject,
  type JsonObject,
  readObject,
  textOf,
  withJsonPath,
} from '../json/fields.ts';
import { parseJson } from '../json/parse.ts';
import type { Rejections } from './decoded.ts';

export type OtlpSignal = 'logs' | 'spans' | 'metrics';

const rejectedNames: Readonly<Record<OtlpSignal, string>> = {
  logs: 'rejectedLogRecords',
  spans: 'rejectedSpans',
  metrics: 'rejectedDataPoints',
};

/** Empty bytes when all was taken and there is nothing to say: the message with all defaults. */
export function encodeExportResponse({ rejected, message }: Rejections): Uint8Array {
  const writer = new ProtobufWriter(64);
  if (rejected > 0 || message !== '') {
    const partialSuccess = writer.open(10);
    writer.uintField(8, rejected);
    writer.nonEmptyTextField(18, message);
    writer.close(partialSuccess);
  }
  return writer.finish();
}

export function encodeExportResponseJson(
  signal: OtlpSignal,
  { rejected, message }: Rejections,
): string {
  if (rejected === 0 && message === '') return '{}';
  const partialSuccess: Record<string, string> = {};
  if (rejected > 0) partialSuccess[rejectedNames[signal]] = String(rejected);
  if (message !== '') partialSuccess['errorMessage'] = message;
  return JSON.stringify({ partialSuccess });
}

/** What a foreign receiver answered. */
export function decodeExportResponse(bytes: Uint8Array): Rejections {
  const reader = new ProtobufReader(bytes, 'ExportServiceResponse');
  let [rejected, message] = [0, ''];
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag !== 10) {
      reader.skip(tag);
      continue;
    }
    const outer = reader.enter('PartialSuccess');
    for (let field = reader.tag(); field !== 0; field = reader.tag()) {
      if (field === 8) rejected = reader.int64Number();
      else if (field === 18) message = reader.text();
      else reader.skip(field);
    }
    reader.leave(outer, 'ExportServiceResponse');
  }
  return { rejected, message };
}

export function decodeExportResponseJson(signal: OtlpSignal, text: string): Rejections {
  const read = (partial: JsonObject): Rejections => ({
    rejected: countOf(partial, rejectedNames[signal]),
    message: textOf(partial, 'errorMessage'),
  });
  const root = parseJson(text);
  return withJsonPath(
    () => readObject(asObject(root), 'partialSuccess', read) ?? { rejected: 0, message: '' },
  );
}
