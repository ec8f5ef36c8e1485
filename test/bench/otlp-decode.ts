// How fast telemetry is decoded, and what is looked for in each log record on its way in. Figures are per
// second of one core's own time.

import { findTraceIds } from '../../src/model/trace-id/find.ts';
import { detectLevel } from '../../src/model/level.ts';
import { decodeLogsJson } from '../../src/wire/otlp/decode-logs-json.ts';
import { decodeLogsProtobuf } from '../../src/wire/otlp/decode-logs.ts';
import { decodeSpansJson } from '../../src/wire/otlp/decode-spans-json.ts';
import { decodeSpansProtobuf } from '../../src/wire/otlp/decode-spans.ts';
import { encodeLogsProtobuf } from '../../src/wire/otlp/encode-logs.ts';
import { encodeSpansProtobuf } from '../../src/wire/otlp/encode-spans.ts';
import { decodeSnappy, encodeSnappy } from '../../src/wire/snappy.ts';

const rows = 2000;

function text(key: string, value: string): object {
  return { key, value: { stringValue: value } };
}

const resource = {
  attributes: ['service.name', 'host.name', 'k8s.pod.name', 'os.type', 'a', 'b', 'c', 'd'].map(
    (key) => text(key, `${key} value`),
  ),
};

function hex(value: number, digits: number): string {
  return (value + 1).toString(16).padStart(digits, '5');
}

function record(at: number): object {
  return {
    timeUnixNano: String(1_700_000_000_000_000_000n + BigInt(at)),
    severityNumber: 9,
    severityText: 'INFO',
    body: {
      stringValue: `10.0.0.${at % 255} - - [22/Nov/2026:19:16:17 +0000] "GET /api/cart/${at}/items?page=2 HTTP/1.1" 200 ${at} "https://shop.example.com/checkout" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0"`,
    },
    attributes: [
      text('http.method', 'GET'),
      text('user.id', `u-${at}`),
      { key: 'http.status_code', value: { intValue: 200 } },
      { key: 'duration', value: { doubleValue: 1.5 } },
    ],
    traceId: hex(at % 250, 32),
    spanId: hex(at, 16),
    flags: 1,
  };
}

function span(at: number): object {
  return {
    traceId: hex(at % 250, 32),
    spanId: hex(at, 16),
    parentSpanId: hex(at + 1, 16),
    name: 'GET /api/cart/{id}',
    kind: 2,
    startTimeUnixNano: String(1_700_000_000_000_000_000n + BigInt(at)),
    endTimeUnixNano: String(1_700_000_000_005_000_000n + BigInt(at)),
    attributes: [
      ...['http.request.method', 'url.path', 'server.address', 'user_agent.original'].map((key) =>
        text(key, `${key} value`),
      ),
      ...['http.response.status_code', 'server.port', 'thread.id', 'network.peer.port', 'n'].map(
        (key) => ({
          key,
          value: { intValue: at },
        }),
      ),
    ],
    status: {},
  };
}

const numbers = Array.from({ length: rows }, (_, at) => at);
const logsJson = JSON.stringify({
  resourceLogs: [{ resource, scopeLogs: [{ logRecords: numbers.map(record) }] }],
});
const spansJson = JSON.stringify({
  resourceSpans: [{ resource, scopeSpans: [{ spans: numbers.map(span) }] }],
});
const logs = decodeLogsJson(logsJson).batch;
const logsBytes = encodeLogsProtobuf(logs);
const spansBytes = encodeSpansProtobuf(decodeSpansJson(spansJson).batch);
const snappyBytes = encodeSnappy(logsBytes);

/** Bodies that name no trace, and bodies in JSON that do, without the record's own field. */
const plain = decodeLogsProtobuf(logsBytes).batch;
plain.traceId.bytes.fill(0);
const named = decodeLogsProtobuf(logsBytes).batch;
named.traceId.bytes.fill(0);
for (const at of numbers) {
  named.body.setText(
    at,
    `{"level":"info","message":"hello served ${at}","spanId":"50aee5ae33045084","timestamp":"2026-11-22T12:28:57.294Z","traceId":"${hex(at, 32)}","user":"u-1"}`,
  );
}

/** Best of several rounds, in items a second of this process's own time. */
function measure(name: string, items: number, work: () => void): void {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 6; round++) {
    const before = process.cpuUsage().user;
    for (let again = 0; again < 20; again++) work();
    best = Math.min(best, (process.cpuUsage().user - before) / 1e6 / 20);
  }
  console.log(
    `${name.padEnd(42)} ${Math.round(items / best)
      .toLocaleString('en-US')
      .padStart(12)} /s`,
  );
}

export function run(): void {
  measure('log records, OTLP protobuf', rows, () => decodeLogsProtobuf(logsBytes));
  measure('log records, OTLP/JSON', rows, () => decodeLogsJson(logsJson));
  measure('spans, OTLP protobuf', rows, () => decodeSpansProtobuf(spansBytes));
  measure('spans, OTLP/JSON', rows, () => decodeSpansJson(spansJson));
  measure('log records, encode protobuf', rows, () => encodeLogsProtobuf(logs));
  measure('trace IDs looked for in vain', rows, () =>
    numbers.forEach((row) => findTraceIds(plain, row)),
  );
  measure('trace IDs found in JSON bodies', rows, () =>
    numbers.forEach((row) => findTraceIds(named, row)),
  );
  const noLabels: [] = [];
  measure('levels detected in JSON bodies', rows, () => {
    for (const row of numbers) {
      named.severityText.lengths.values[row] = 0;
      named.severityNumber.values[row] = 0;
      detectLevel(named, row, noLabels);
    }
  });
  measure('snappy decode, bytes', logsBytes.length, () => decodeSnappy(snappyBytes, 1 << 30));
  measure('snappy encode, bytes', logsBytes.length, () => encodeSnappy(logsBytes));
}
