// tempopb.TraceByIDResponse, what `/api/v2/traces/{id}` answers in protobuf.

import { ProtobufWriter } from '../protobuf/writer.ts';

export interface TraceByIdStatus {
  /** The trace was cut. */
  readonly partial: boolean;
  readonly message: string;
}

/** `trace`: the bytes of the Trace message (`encodeSpanRecordsProtobuf`), empty for an unknown trace. */
export function encodeTraceByIdResponse(
  trace: Uint8Array,
  status: TraceByIdStatus = { partial: false, message: '' },
): Uint8Array {
  const writer = new ProtobufWriter(trace.length + status.message.length * 3 + 32);
  writer.bytesField(10, trace, 0, trace.length);
  writer.bytesField(18, trace, 0, 0);
  writer.uintField(24, status.partial ? 1 : 0);
  writer.nonEmptyTextField(34, status.message);
  return writer.finish();
}
