// The protobuf messages that clients send and read, declared anew in the few fields that the scenarios use: neither Clew's own
// codecs nor files outside of the repository have a part in what is compared.

import protobuf from 'protobufjs';

const declarations = `
syntax = "proto3";
package w;
message KeyValue { string key = 1; AnyValue value = 2; }
message ArrayValue { repeated AnyValue values = 1; }
message KeyValueList { repeated KeyValue values = 1; }
message AnyValue {
  oneof value {
    string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4;
    ArrayValue array_value = 5; KeyValueList kvlist_value = 6; bytes bytes_value = 7;
  }
}
message Resource { repeated KeyValue attributes = 1; }
message Scope { string name = 1; string version = 2; }
message LogRecord {
  fixed64 time_unix_nano = 1; int32 severity_number = 2; string severity_text = 3; AnyValue body = 5;
  repeated KeyValue attributes = 6; fixed32 flags = 8; bytes trace_id = 9; bytes span_id = 10;
}
message ScopeLogs { Scope scope = 1; repeated LogRecord log_records = 2; }
message ResourceLogs { Resource resource = 1; repeated ScopeLogs scope_logs = 2; }
message Logs { repeated ResourceLogs resource_logs = 1; }
message LogsPartial { int64 rejected_log_records = 1; string error_message = 2; }
message LogsResponse { LogsPartial partial_success = 1; }
message Status { string message = 2; int32 code = 3; }
message Span {
  bytes trace_id = 1; bytes span_id = 2; bytes parent_span_id = 4; string name = 5; int32 kind = 6;
  fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8; repeated KeyValue attributes = 9;
  Status status = 15;
}
message ScopeSpans { Scope scope = 1; repeated Span spans = 2; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
message Traces { repeated ResourceSpans resource_spans = 1; }
message TraceByIdMetrics { uint64 inspected_bytes = 1; }
message TraceByIdResponse { Traces trace = 1; TraceByIdMetrics metrics = 2; int32 status = 3; string message = 4; }
message RpcStatus { int32 code = 1; string message = 2; }
message Timestamp { int64 seconds = 1; int32 nanos = 2; }
message LabelPair { string name = 1; string value = 2; }
message PushEntry { Timestamp timestamp = 1; string line = 2; repeated LabelPair structured_metadata = 3; }
message PushStream { string labels = 1; repeated PushEntry entries = 2; }
message Push { repeated PushStream streams = 1; }
message Sample { double value = 1; int64 timestamp = 2; }
message Exemplar { repeated LabelPair labels = 1; double value = 2; int64 timestamp = 3; }
message TimeSeries { repeated LabelPair labels = 1; repeated Sample samples = 2; repeated Exemplar exemplars = 3; }
message MetricMetadata { int32 type = 1; string metric_family_name = 2; string help = 4; string unit = 5; }
message Write { repeated TimeSeries timeseries = 1; repeated MetricMetadata metadata = 3; }
`;

const declared = protobuf.parse(declarations, { keepCase: false }).root;
declared.resolveAll();

export type MessageName =
  | 'Logs'
  | 'LogsResponse'
  | 'Traces'
  | 'TraceByIdResponse'
  | 'RpcStatus'
  | 'Push'
  | 'Write';

export function encodeMessage(name: MessageName, fields: object): Buffer {
  const type = declared.lookupType(`w.${name}`);
  return Buffer.from(type.encode(type.fromObject(fields)).finish());
}

/** 64-bit numbers as text, bytes as hex, absent messages left out. */
export function decodeMessage<T>(name: MessageName, bytes: Uint8Array): T {
  const type = declared.lookupType(`w.${name}`);
  const plain: unknown = type.toObject(type.decode(bytes), { longs: String });
  return hexBytes(plain) as T;
}

function hexBytes(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map(hexBytes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, hexBytes(item)]));
}

type Attributes = Readonly<Record<string, string | number | boolean>>;

export interface KeyValue {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** Attributes in the form that OTLP's JSON and protobufjs share. */
export function keyValues(attributes: Attributes): KeyValue[] {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value:
      typeof value === 'string'
        ? { stringValue: value }
        : typeof value === 'boolean'
          ? { boolValue: value }
          : Number.isInteger(value)
            ? { intValue: value }
            : { doubleValue: value },
  }));
}
