// The made-up shop in a database of its own, put there by the stores' consumers as a receiver would.

import { FakeClock } from '../../src/base/clock.ts';
import { createLogStore, type LogStore } from '../../src/storage/logs/log-store.ts';
import { createSpanStore, type SpanStore } from '../../src/storage/spans/span-store.ts';
import { decodeLogsJson } from '../../src/wire/otlp/decode-logs-json.ts';
import { decodeSpansJson } from '../../src/wire/otlp/decode-spans-json.ts';
import { generateShop } from '../fixtures/shop/shop-telemetry.ts';
import { openTelemetryDatabase, type TelemetryDatabase } from './telemetry-database.ts';

export interface StoredShop {
  readonly telemetry: TelemetryDatabase;
  readonly spans: SpanStore;
  readonly logs: LogStore;
  readonly startNs: bigint;
  readonly endNs: bigint;
  /** A part of the range, 0 to 1. */
  at(part: number): bigint;
}

/** Minutes of the shop under a tenant. */
export async function storeShop(minutes: number, tenant: string): Promise<StoredShop> {
  const telemetry = await openTelemetryDatabase();
  const toMs = Date.UTC(2026, 5, 15, 12, 0, 0);
  const fromMs = toMs - minutes * 60_000;
  const settings = {
    ...telemetry,
    clock: new FakeClock(toMs),
    retentionMs: 7 * 86_400_000,
  };
  const spans = createSpanStore(settings);
  const logs = createLogStore(settings);
  for (const minute of generateShop({ fromMs, toMs })) {
    await Promise.all([
      spans.consumer.consumeSpans(decodeSpansJson(JSON.stringify(minute.traces)).batch, { tenant }),
      logs.consumer.consumeLogs(decodeLogsJson(JSON.stringify(minute.logs)).batch, { tenant }),
    ]);
  }
  const startNs = BigInt(fromMs) * 1_000_000n;
  const endNs = BigInt(toMs) * 1_000_000n;
  return {
    telemetry,
    spans,
    logs,
    startNs,
    endNs,
    at: (part) => startNs + BigInt(Math.round(Number(endNs - startNs) * part)),
  };
}
