// google.rpc.Status, the body of an OTLP error over HTTP and the content of `grpc-status-details-bin`, with the one
// detail that OTLP uses: RetryInfo. Code numbers are gRPC's.

import { ProtobufReader } from './protobuf/reader.ts';
import { ProtobufWriter } from './protobuf/writer.ts';

export const grpcCode = {
  ok: 0,
  canceled: 1,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

export interface RpcStatus {
  readonly code: number;
  readonly message: string;
  /** When a retry may succeed: becomes a RetryInfo detail. */
  readonly retryAfterMs?: number | undefined;
}

const retryInfoType = 'type.googleapis.com/google.rpc.RetryInfo';

export function encodeRpcStatus({ code, message, retryAfterMs }: RpcStatus): Uint8Array {
  const writer = new ProtobufWriter(128);
  writer.uintField(8, code);
  writer.nonEmptyTextField(18, message);
  if (retryAfterMs !== undefined) {
    const detail = writer.open(26);
    writer.textField(10, retryInfoType);
    const retryInfo = writer.open(18);
    const delay = writer.open(10);
    writer.uintField(8, Math.floor(retryAfterMs / 1000));
    writer.uintField(16, Math.round((retryAfterMs % 1000) * 1_000_000));
    writer.close(delay);
    writer.close(retryInfo);
    writer.close(detail);
  }
  return writer.finish();
}

export function encodeRpcStatusJson({ code, message, retryAfterMs }: RpcStatus): string {
  const retryDelay = retryAfterMs === undefined ? '' : `${retryAfterMs / 1000}s`;
  const details = retryDelay === '' ? {} : { details: [{ '@type': retryInfoType, retryDelay }] };
  return JSON.stringify({ code, message, ...details });
}

/** Reads `Duration` in milliseconds. */
function readDelay(reader: ProtobufReader): number {
  let [seconds, nanos] = [0, 0];
  const outer = reader.enter('Duration');
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 8) seconds = reader.int64Number();
    else if (tag === 16) nanos = reader.int32();
    else reader.skip(tag);
  }
  reader.leave(outer, 'RetryInfo');
  return seconds * 1000 + nanos / 1_000_000;
}

function readDetail(reader: ProtobufReader): number | undefined {
  let type = '';
  let delayMs: number | undefined;
  const outer = reader.enter('Any');
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 10) type = reader.text();
    else if (tag === 18 && type === retryInfoType) {
      const any = reader.enter('RetryInfo');
      for (let field = reader.tag(); field !== 0; field = reader.tag()) {
        if (field === 10) delayMs = readDelay(reader);
        else reader.skip(field);
      }
      reader.leave(any, 'Any');
    } else reader.skip(tag);
  }
  reader.leave(outer, 'Status');
  return delayMs;
}

export function decodeRpcStatus(bytes: Uint8Array): RpcStatus {
  const reader = new ProtobufReader(bytes, 'Status');
  let [code, message] = [0, ''];
  let retryAfterMs: number | undefined;
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 8) code = reader.int32();
    else if (tag === 18) message = reader.text();
    else if (tag === 26) retryAfterMs = readDetail(reader) ?? retryAfterMs;
    else reader.skip(tag);
  }
  return { code, message, retryAfterMs };
}
