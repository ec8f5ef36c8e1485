import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeClock } from '../../base/clock.ts';
import { printAttributeText } from '../../model/attributes.ts';
import { accepted, type LogsConsumer } from '../../model/consumers.ts';
import { detectLevel } from '../../model/level.ts';
import { bodyKind, LogsBatch } from '../../model/logs-batch.ts';
import { emptyScope, serviceName } from '../../model/resource.ts';
import { silentLogger } from '../../runtime/logger.ts';
import { createOutputIntake, type OutputBatch } from './output-intake.ts';
import type { OutputLine } from './output-record.ts';

const pid = 4242;
const context = { tenant: 'default' };
const traceId = 'bb1cbba8acb8208f787aeedf71cd934a';
const spanId = '50aee5ae33045084';
const jsonLine = `{"level":"info","message":"hello served","spanId":"${spanId}","timestamp":"2026-11-22T12:28:57.294Z","traceId":"${traceId}"}`;

interface Stored {
  readonly service: string;
  readonly level: string;
  readonly body: string;
  readonly timeNs: bigint;
  readonly stream: string;
}

function collectingStore(): { consumer: LogsConsumer; stored: Stored[] } {
  const stored: Stored[] = [];
  return {
    stored,
    consumer: {
      consumeLogs: (batch) => {
        for (let row = 0; row < batch.length; row++) {
          const resource = batch.resources[batch.resource.at(row)];
          const [stream] = batch.attributes.rowAt(row);
          stored.push({
            service: resource === undefined ? '' : serviceName(resource),
            level: detectLevel(batch, row, []),
            body: batch.body.textAt(row),
            timeNs: batch.timeNs.at(row),
            stream: stream === undefined ? '' : printAttributeText(stream.value),
          });
        }
        return Promise.resolve(accepted);
      },
    },
  };
}

/** As an SDK's exporter sends it: the bare message, IDs in their own fields, the process in the resource. */
function otlpBatch(message: string, options: { pid?: number; service?: string } = {}): LogsBatch {
  const batch = new LogsBatch();
  batch.resources.push({
    attributes: [
      { key: 'service.name', value: { kind: 'string', value: options.service ?? 'shop' } },
      { key: 'process.pid', value: { kind: 'int', value: BigInt(options.pid ?? pid) } },
    ],
    droppedAttributesCount: 0,
    schemaUrl: '',
  });
  batch.scopes.push(emptyScope);
  batch.resource.push(0);
  batch.scope.push(0);
  batch.timeNs.push(1n);
  batch.observedTimeNs.push(1n);
  batch.severityNumber.push(9);
  batch.severityText.pushText('info');
  batch.bodyKind.push(bodyKind.text);
  batch.body.pushText(message);
  batch.traceId.pushAbsent();
  batch.traceId.setHex(0, traceId);
  batch.spanId.pushAbsent();
  batch.spanId.setHex(0, spanId);
  batch.flags.push(1);
  batch.eventName.pushText('');
  batch.droppedAttributesCount.push(0);
  batch.attributes.endRow();
  return batch;
}

function line(text: string, stream: OutputLine['stream'] = 'stdout'): OutputLine {
  return { timeNs: 1_795_350_537_300_000_000n, stream, text };
}

async function check(
  lines: readonly OutputLine[],
  otlp: readonly LogsBatch[],
  options: Partial<OutputBatch> = {},
  otlpAfterMs: number = 0,
): Promise<Stored[]> {
  const { consumer, stored } = collectingStore();
  const intake = createOutputIntake({
    store: consumer,
    clock: new FakeClock(1_800_000_000_000),
    logger: silentLogger,
  });
  const watched = intake.watchLogs({ consumeLogs: () => Promise.resolve(accepted) });
  await intake.accept({ service: '', pids: [pid], final: false, lines: [] }, context);
  const answered = intake.accept(
    { service: '', pids: [pid], final: false, lines, ...options },
    context,
  );
  await vi.advanceTimersByTimeAsync(otlpAfterMs);
  for (const batch of otlp) await watched.consumeLogs(batch, context);
  await vi.runAllTimersAsync();
  await answered;
  return stored;
}

describe('output of clew run', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('a line without an OTLP twin is stored as it is, at the time that it names', async () => {
    const stored = await check([line(jsonLine)], [], { service: 'shop' });
    expect(stored).toEqual([
      {
        service: 'shop',
        level: 'info',
        body: jsonLine,
        timeNs: 1_795_350_537_294_000_000n,
        stream: 'stdout',
      },
    ]);
  });
  test('a date far from when the line was read is not when it was written', async () => {
    for (const date of ['2020-01-01T00:00:00Z', '2090-01-01T00:00:00Z']) {
      const [stored] = await check([line(`{"msg":"order","date":"${date}"}`)], []);
      expect(stored?.timeNs).toBe(line('').timeNs);
    }
  });
  test('OTLP wins', async () => {
    expect(await check([line(jsonLine)], [otlpBatch('hello served')])).toEqual([]);
  });
  test('a twin may be gathered for five seconds before it is sent', async () => {
    expect(await check([line(jsonLine)], [otlpBatch('hello served')], {}, 5500)).toEqual([]);
  });
  test('levels may be numbers, as pino and bunyan write them', async () => {
    const pino = `{"level":30,"time":1795350537294,"pid":${pid},"trace_id":"${traceId}","span_id":"${spanId}","msg":"hello served"}`;
    expect(await check([line(pino)], [otlpBatch('hello served')])).toEqual([]);
    const levels = await check(
      [10, 20, 30, 40, 50, 60, 35, 7].map((level) => line(`{"level":${level},"msg":"a"}`)),
      [],
    );
    expect(levels.map(({ level }) => level)).toEqual([
      'trace',
      'debug',
      'info',
      'warn',
      'error',
      'fatal',
      'info',
      'unknown',
    ]);
  });
  test('two equal lines of one source stay two', async () => {
    expect(await check([line(jsonLine), line(jsonLine)], [])).toHaveLength(2);
    expect(await check([line(jsonLine), line(jsonLine)], [otlpBatch('hello served')])).toHaveLength(
      1,
    );
  });
  test('another message, or another process, is no twin', async () => {
    expect(await check([line(jsonLine)], [otlpBatch('other')])).toHaveLength(1);
    expect(await check([line(jsonLine)], [otlpBatch('hello served', { pid: 1 })])).toHaveLength(1);
  });
  test('the service is what the process says over OTLP', async () => {
    const [stored] = await check(
      [line('plain text', 'stderr')],
      [otlpBatch('other', { service: 'cart' })],
    );
    expect(stored).toMatchObject({ service: 'cart', body: 'plain text', stream: 'stderr' });
  });
  test('a process that says nothing is unknown_service:node', async () => {
    const [stored] = await check([line('plain text')], []);
    expect(stored).toMatchObject({ service: 'unknown_service:node' });
  });
  test('the end of an application lets go what is held of it', async () => {
    const { consumer, stored } = collectingStore();
    const intake = createOutputIntake({
      store: consumer,
      clock: new FakeClock(1_800_000_000_000),
      logger: silentLogger,
      holds: { twin: 7000, alone: 1000, settled: 20_000, final: 500, nameless: 3000 },
    });
    const batch = { service: '', pids: [pid], final: false, lines: [line('plain text')] };
    const answered = intake.accept(batch, context);
    const ofAnother = intake.accept({ ...batch, pids: [pid + 1] }, context);
    await vi.advanceTimersByTimeAsync(100);
    await intake.accept({ service: '', pids: [pid], final: true, lines: [] }, context);
    await vi.advanceTimersByTimeAsync(499);
    expect(stored).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    await answered;
    expect(stored).toHaveLength(1);
    await vi.runAllTimersAsync();
    await ofAnother;
  });
});
