// The law of pushdown for logs: what the engine answers over ClickHouse is what it answers over memory. Runs our own
// scripts, and Loki's where they are at hand, on the embedded database; lines come in as the push API brings them.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FakeClock } from '../../src/base/clock.ts';
import { labelsKey, type Labels } from '../../src/model/labels.ts';
import { bodyKind, LogsBatch } from '../../src/model/logs-batch.ts';
import { emptyScope } from '../../src/model/resource.ts';
import { createLogqlEngine } from '../../src/query/logql/execute/engine.ts';
import type { LogSource } from '../../src/query/sources.ts';
import { createLogStore, type LogStore } from '../../src/storage/logs/log-store.ts';
import { openTelemetryDatabase, type TelemetryDatabase } from '../storage/telemetry-database.ts';
import { runScript, type ScriptHost, type ScriptLog } from './logql-script.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const own = join(root, 'src/query/logql/testdata');
const shared = join(root, '../shared/conformance/logql');

const nowMs = Date.UTC(2026, 5, 15, 12, 0, 0);
const shiftNs = BigInt(nowMs - 3_600_000) * 1_000_000n;

/** What ingest adds to every line, and the scripts know nothing of. */
const added = new Set(['detected_level', 'observed_timestamp', 'scope_name', 'scope_version']);

interface Gap {
  readonly case: string;
  readonly reason: string;
}
const gaps = (
  JSON.parse(readFileSync(new URL('gaps-logql.json', import.meta.url), 'utf8')) as {
    storage: readonly Gap[];
  }
).storage;

let telemetry: TelemetryDatabase;
let store: LogStore;

beforeAll(async () => {
  telemetry = await openTelemetryDatabase();
  store = createLogStore({
    database: telemetry.database,
    commit: telemetry.commit,
    clock: new FakeClock(nowMs),
    retentionMs: 7 * 86_400_000,
  });
});
afterAll(() => telemetry.close());

/** The rows without what ingest added. */
function asScripted(source: LogSource): LogSource {
  return {
    readLogs: async function* (request, signal) {
      for await (const rows of source.readLogs(request, signal))
        yield {
          ...rows,
          metadata: rows.metadata.map((labels) => labels.filter(({ name }) => !added.has(name))),
        };
    },
    countLogs: (request, signal) => source.countLogs(request, signal),
    followLogs: (selection, signal) => source.followLogs(selection, signal),
    streams: (range, matchers, signal) => source.streams(range, matchers, signal),
    logStats: (selection, signal) => source.logStats(selection, signal),
  };
}

function batchOf(logs: readonly ScriptLog[]): LogsBatch {
  const batch = new LogsBatch();
  batch.resources.push({ attributes: [], droppedAttributesCount: 0, schemaUrl: '' });
  batch.scopes.push(emptyScope);
  const streams = new Map<string, number>();
  const streamOf = (labels: Labels): number => {
    const kept = labels.filter(({ value }) => value !== '');
    const key = labelsKey(kept);
    let stream = streams.get(key);
    if (stream === undefined) {
      stream = batch.streams.push(kept) - 1;
      streams.set(key, stream);
    }
    return stream;
  };
  for (const { timeNs, labels, line, metadata } of logs) {
    batch.resource.push(0);
    batch.scope.push(0);
    batch.stream.push(streamOf(labels));
    batch.timeNs.push(timeNs + shiftNs);
    batch.observedTimeNs.push(0n);
    batch.severityNumber.push(0);
    batch.severityText.pushText('');
    batch.bodyKind.push(bodyKind.text);
    batch.body.pushText(line);
    batch.traceId.pushAbsent();
    batch.spanId.pushAbsent();
    batch.flags.push(0);
    batch.eventName.pushText('');
    batch.droppedAttributesCount.push(0);
    for (const { name, value } of metadata) batch.attributes.push(name, { kind: 'string', value });
    batch.attributes.endRow();
  }
  return batch;
}

function storageHost(name: string): ScriptHost {
  let cleared = 0;
  const tenant = (): string => `${name}-${cleared}`;
  return {
    engine: createLogqlEngine({ logs: asScripted(store.source), clock: new FakeClock(nowMs) }),
    shiftNs,
    tenant,
    clear: () => {
      cleared++;
    },
    load: async (logs) => {
      const outcome = await store.consumer.consumeLogs(batchOf(logs), { tenant: tenant() });
      expect(outcome.rejected).toBe(0);
    },
  };
}

async function check(folder: string, file: string): Promise<void> {
  const { evals, problems } = await runScript(
    readFileSync(join(folder, file), 'utf8'),
    storageHost(file.replaceAll(/\W/g, '-')),
  );
  const known = new Set(gaps.map((gap) => gap.case));
  const failing = new Set(problems.map(({ line }) => `${file}:${line}`));
  expect(problems.filter(({ line }) => !known.has(`${file}:${line}`))).toEqual([]);
  expect([...known].filter((name) => name.startsWith(`${file}:`) && !failing.has(name))).toEqual(
    [],
  );
  console.log(`${file} on ClickHouse: ${evals - problems.length} of ${evals} evaluations pass`);
}

const timeoutMs = 300_000;

/** What reaches storage differently; the other scripts ask for the same few things and run with CLEW_CONFORMANCE=full. */
const telling = ['label_filters', 'line_filters', 'parsers', 'vector_aggregations'];
const files = existsSync(shared)
  ? readdirSync(shared).filter(
      (file) =>
        process.env['CLEW_CONFORMANCE'] === 'full' || telling.includes(file.split('.')[0] ?? ''),
    )
  : [];

describe('our own scripts', () => {
  test.each(readdirSync(own))('%s', (file) => check(own, file), timeoutMs);
});

describe.runIf(files.length > 0)("Loki's scripts", () => {
  test.each(files)('%s', (file) => check(shared, file), timeoutMs);
});
