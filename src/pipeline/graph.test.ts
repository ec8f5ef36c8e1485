import { expect, test } from 'vitest';
import { accepted, type ConsumeOutcome, type LogsConsumer } from '../model/consumers.ts';
import { LogsBatch } from '../model/logs-batch.ts';
import { Failure } from '../base/errors.ts';
import type { CollectorConfig, ConfiguredComponent } from '../config/collector/load.ts';
import { testSettings } from '../../test/pipeline-fixtures.ts';
import type {
  Component,
  ExporterFactory,
  ExtensionFactory,
  NextConsumers,
  ProcessorFactory,
  ReceiverFactory,
} from './component.ts';
import { type ComponentFactories, createGraph } from './graph.ts';

class Recorder {
  readonly events: string[] = [];
  readonly receivers: Map<string, NextConsumers> = new Map();
  readonly failing: Set<string> = new Set();
  readonly answers: Map<string, () => Promise<ConsumeOutcome>> = new Map();

  component(name: string): Component {
    return {
      start: async () => {
        this.events.push(`start ${name}`);
        if (this.failing.has(name)) throw new Failure('config', 'no luck');
      },
      stop: async () => {
        this.events.push(`stop ${name}`);
      },
    };
  }

  factories(): ComponentFactories {
    const receiver: ReceiverFactory = {
      kind: 'receiver',
      type: 'r',
      aliases: [],
      signals: ['logs', 'traces', 'metrics'],
      parseConfig: () => undefined,
      create: ({ id }, _config, next) => {
        this.events.push(`create ${id}`);
        this.receivers.set(id, next);
        return this.component(id);
      },
    };
    const processor: ProcessorFactory = {
      kind: 'processor',
      type: 'p',
      aliases: [],
      signals: ['logs', 'traces', 'metrics'],
      parseConfig: () => undefined,
      create: ({ id }, _config, next) => {
        const name = `${id}@${this.events.length}`;
        this.events.push(`create ${id}`);
        const { logs } = next;
        return {
          ...next,
          ...this.component(id),
          logs: logs && {
            consumeLogs: (batch, context) => {
              this.events.push(`${name.split('@')[0]} logs`);
              return logs.consumeLogs(batch, context);
            },
          },
        };
      },
    };
    const exporter: ExporterFactory = {
      kind: 'exporter',
      type: 'e',
      aliases: [],
      signals: ['logs', 'traces', 'metrics'],
      parseConfig: () => undefined,
      create: ({ id }, _config, signal) => {
        const name = `${id}(${signal})`;
        this.events.push(`create ${name}`);
        return {
          ...this.component(name),
          logs: {
            consumeLogs: async (batch) => {
              this.events.push(`${name} got ${batch.length}`);
              // A consumer owns its batch: this must not show at the others.
              batch.attributes.endRow();
              return (await this.answers.get(id)?.()) ?? accepted;
            },
          },
        };
      },
    };
    const extension: ExtensionFactory = {
      kind: 'extension',
      type: 'x',
      aliases: [],
      parseConfig: () => undefined,
      create: ({ id }) => {
        this.events.push(`create ${id}`);
        return this.component(id);
      },
    };
    return {
      receivers: [receiver],
      processors: [processor],
      exporters: [exporter],
      extensions: [extension],
    };
  }
}

function configured(
  type: string,
  ids: readonly string[],
): ReadonlyMap<string, ConfiguredComponent> {
  return new Map(ids.map((id) => [id, { id, type, config: undefined }]));
}

function build(
  recorder: Recorder,
  pipelines: CollectorConfig['pipelines'],
  extensionsUsed: readonly string[] = [],
): Component {
  return createGraph({
    config: {
      receivers: configured('r', ['r', 'r/2', 'r/unused']),
      processors: configured('p', ['p', 'p/2']),
      exporters: configured('e', ['e', 'e/2', 'e/unused']),
      extensions: configured('x', ['x']),
      extensionsUsed,
      pipelines,
    },
    factories: recorder.factories(),
    settingsFor: (id) => ({ ...testSettings(), id }),
  });
}

const logsPipeline = {
  id: 'logs',
  signal: 'logs',
  receivers: ['r'],
  processors: ['p', 'p/2'],
  exporters: ['e', 'e/2'],
} as const;

function logsOf(recorder: Recorder, id: string): LogsConsumer {
  const consumer = recorder.receivers.get(id)?.logs;
  if (consumer === undefined) throw new Error(`receiver ${id} has no consumer of logs`);
  return consumer;
}

function batchOf(rows: number): LogsBatch {
  const batch = new LogsBatch();
  for (let row = 0; row < rows; row++) pushEmptyRow(batch);
  return batch;
}

function pushEmptyRow(batch: LogsBatch): void {
  for (const column of [batch.resource, batch.scope, batch.flags, batch.droppedAttributesCount])
    column.push(0);
  batch.timeNs.push(0n);
  batch.observedTimeNs.push(0n);
  batch.severityNumber.push(0);
  batch.severityText.pushText('');
  batch.bodyKind.push(0);
  batch.body.pushText('');
  batch.traceId.pushAbsent();
  batch.spanId.pushAbsent();
  batch.eventName.pushText('');
  batch.attributes.endRow();
}

test('sinks are created and started first, sources stopped first', async () => {
  const recorder = new Recorder();
  const graph = build(
    recorder,
    [
      logsPipeline,
      { id: 'traces', signal: 'traces', receivers: ['r'], processors: ['p'], exporters: ['e'] },
    ],
    ['x'],
  );
  expect(recorder.events).toEqual([
    'create e(logs)',
    'create e/2(logs)',
    'create p/2',
    'create p',
    'create e(traces)',
    'create p',
    'create r',
    'create x',
  ]);
  recorder.events.length = 0;
  await graph.start();
  expect(recorder.events).toEqual([
    'start x',
    'start e(logs)',
    'start e/2(logs)',
    'start e(traces)',
    'start p/2',
    'start p',
    'start p',
    'start r',
  ]);
  recorder.events.length = 0;
  await graph.stop(new AbortController().signal);
  expect(recorder.events).toEqual([
    'stop r',
    'stop p',
    'stop p',
    'stop p/2',
    'stop e(logs)',
    'stop e/2(logs)',
    'stop e(traces)',
    'stop x',
  ]);
  recorder.events.length = 0;
  await graph.stop(new AbortController().signal);
  expect(recorder.events).toEqual([]);
});

test('what has started is stopped when a later part cannot start', async () => {
  const recorder = new Recorder();
  recorder.failing.add('p');
  const graph = build(recorder, [logsPipeline]);
  recorder.events.length = 0;
  await expect(graph.start()).rejects.toThrow(
    'cannot start processor "p" of pipeline "logs": no luck',
  );
  expect(recorder.events).toEqual([
    'start e(logs)',
    'start e/2(logs)',
    'start p/2',
    'start p',
    'stop p',
    'stop p/2',
    'stop e(logs)',
    'stop e/2(logs)',
  ]);
});

test('a batch passes the processors in order and reaches every exporter untouched', async () => {
  const recorder = new Recorder();
  build(recorder, [
    logsPipeline,
    { ...logsPipeline, id: 'logs/2', processors: [], exporters: ['e'] },
  ]);
  recorder.events.length = 0;
  const outcome = await logsOf(recorder, 'r').consumeLogs(batchOf(3), { tenant: 't' });
  expect(outcome).toEqual(accepted);
  expect(recorder.events).toEqual([
    'p logs',
    'p/2 logs',
    'e(logs) got 3',
    'e/2(logs) got 3',
    'e(logs) got 3',
  ]);
});

test('a receiver has consumers of the signals of its pipelines only', () => {
  const recorder = new Recorder();
  build(recorder, [logsPipeline]);
  expect(recorder.receivers.get('r')).toMatchObject({ spans: undefined, metrics: undefined });
  expect([...recorder.receivers.keys()]).toEqual(['r']);
});

const overloaded = new Failure('overloaded', 'queue is full', { retryAfterMs: 5 });
const invalid = new Failure('invalid-data', 'bad data');

test.each([
  ['one fails', { e: overloaded }, 'overloaded', 'queue is full'],
  ['both fail alike', { e: overloaded, 'e/2': overloaded }, 'overloaded', 'queue is full'],
  [
    'what must not be retried decides',
    { e: overloaded, 'e/2': invalid },
    'invalid-data',
    'queue is full; bad data',
  ],
])('errors are combined: %s', async (_, failures: Record<string, Failure>, code, message) => {
  const recorder = new Recorder();
  for (const [id, failure] of Object.entries(failures))
    recorder.answers.set(id, () => Promise.reject(failure));
  build(recorder, [logsPipeline]);
  recorder.events.length = 0;
  await expect(
    logsOf(recorder, 'r').consumeLogs(batchOf(1), { tenant: 't' }),
  ).rejects.toMatchObject({ code, message });
  expect(recorder.events).toEqual(['p logs', 'p/2 logs', 'e(logs) got 1', 'e/2(logs) got 1']);
});

test('rejections of several exporters count once', async () => {
  const recorder = new Recorder();
  recorder.answers.set('e', async () => ({ rejected: 2, message: 'too old' }));
  recorder.answers.set('e/2', async () => ({ rejected: 1, message: 'too new' }));
  build(recorder, [logsPipeline]);
  expect(await logsOf(recorder, 'r').consumeLogs(batchOf(3), { tenant: 't' })).toEqual({
    rejected: 2,
    message: 'too old; too new',
  });
});
