// The pipelines as a graph of components: one receiver an ID, one exporter an (ID, signal), processors of their own for each pipeline.
// Created from the sinks up, started sinks first, stopped sources first, so that nothing flows into what is not there.

import { Failure } from '../base/errors.ts';
import type {
  CollectorConfig,
  ConfiguredComponent,
  ConfiguredPipeline,
} from '../config/collector/load.ts';
import type {
  Component,
  ComponentSettings,
  ExporterFactory,
  ExtensionFactory,
  NextConsumers,
  ProcessorFactory,
  ReceiverFactory,
  Signal,
} from './component.ts';
import { fanOutLogs, fanOutMetrics, fanOutSpans } from './fan-out.ts';

export interface ComponentFactories {
  readonly receivers: readonly ReceiverFactory[];
  readonly processors: readonly ProcessorFactory[];
  readonly exporters: readonly ExporterFactory[];
  readonly extensions: readonly ExtensionFactory[];
}

export interface GraphOptions {
  readonly config: CollectorConfig;
  readonly factories: ComponentFactories;
  /** Settings for one component; `name` tells apart the instances of one ID. */
  readonly settingsFor: (id: string, kind: string, name: string) => ComponentSettings;
}

interface Node {
  /** For messages: `processor "batch" of pipeline "logs"`. */
  readonly name: string;
  readonly component: Component;
}

interface BuiltPipeline {
  readonly pipeline: ConfiguredPipeline;
  /** In the order in which telemetry passes them. */
  readonly processors: readonly Node[];
  readonly entry: NextConsumers;
}

/** Creates every component that a pipeline or the service names; opens nothing. */
export function createGraph(options: GraphOptions): Component {
  const exporters = new Map<string, Node & { readonly consumers: NextConsumers }>();
  const exporterOf = (id: string, signal: Signal): NextConsumers => {
    const key = `${id} ${signal}`;
    const known = exporters.get(key);
    if (known !== undefined) return known.consumers;
    const { factory, config } = find(options.factories.exporters, options.config.exporters, id);
    const name = `exporter "${id}" for ${signal}`;
    const settings = options.settingsFor(id, 'exporter', signal);
    const component = within(name, () => factory.create(settings, config, signal));
    exporters.set(key, { name, component, consumers: component });
    return component;
  };
  const pipelines = options.config.pipelines.map((pipeline) =>
    buildPipeline(pipeline, options, exporterOf),
  );
  const receivers = usedReceivers(options.config).map((id): Node => {
    const { factory, config } = find(options.factories.receivers, options.config.receivers, id);
    const fed = pipelines.filter(({ pipeline }) => pipeline.receivers.includes(id));
    const name = `receiver "${id}"`;
    const settings = options.settingsFor(id, 'receiver', '');
    const next = fanOut(fed.map(({ entry }) => entry));
    return { name, component: within(name, () => factory.create(settings, config, next)) };
  });
  const extensions = options.config.extensionsUsed.map((id): Node => {
    const { factory, config } = find(options.factories.extensions, options.config.extensions, id);
    const name = `extension "${id}"`;
    const settings = options.settingsFor(id, 'extension', '');
    return { name, component: within(name, () => factory.create(settings, config)) };
  });
  return new Graph({ extensions, exporters: [...exporters.values()], pipelines, receivers });
}

function find<Factory extends { readonly type: string }>(
  factories: readonly Factory[],
  configured: ReadonlyMap<string, ConfiguredComponent>,
  id: string,
): { readonly factory: Factory; readonly config: unknown } {
  const component = configured.get(id);
  const factory = factories.find(({ type }) => type === component?.type);
  if (component === undefined || factory === undefined)
    throw new Failure('internal', `internal error: component "${id}" passed the check unknown`);
  return { factory, config: component.config };
}

function within<T>(name: string, create: () => T): T {
  try {
    return create();
  } catch (thrown) {
    throw thrown instanceof Failure ? thrown.within(`failed to create ${name}`) : thrown;
  }
}

function usedReceivers(config: CollectorConfig): readonly string[] {
  return [...new Set(config.pipelines.flatMap(({ receivers }) => receivers))];
}

function buildPipeline(
  pipeline: ConfiguredPipeline,
  options: GraphOptions,
  exporterOf: (id: string, signal: Signal) => NextConsumers,
): BuiltPipeline {
  let entry = fanOut([...new Set(pipeline.exporters)].map((id) => exporterOf(id, pipeline.signal)));
  const processors: Node[] = [];
  for (const id of pipeline.processors.toReversed()) {
    const { factory, config } = find(options.factories.processors, options.config.processors, id);
    const name = `processor "${id}" of pipeline "${pipeline.id}"`;
    const settings = options.settingsFor(id, 'processor', pipeline.id);
    const next = entry;
    const component = within(name, () => factory.create(settings, config, next));
    processors.unshift({ name, component });
    entry = component;
  }
  return { pipeline, processors, entry: ofSignal(entry, pipeline.signal) };
}

/** Only the pipeline's own signal: an exporter or processor may serve more than it is asked for here. */
function ofSignal(consumers: NextConsumers, signal: Signal): NextConsumers {
  switch (signal) {
    case 'logs':
      return { logs: consumers.logs, gathers: consumers.gathers };
    case 'traces':
      return { spans: consumers.spans, gathers: consumers.gathers };
    case 'metrics':
      return { metrics: consumers.metrics, gathers: consumers.gathers };
  }
}

function fanOut(targets: readonly NextConsumers[]): NextConsumers {
  const logs = targets.flatMap((target) => (target.logs === undefined ? [] : [target.logs]));
  const spans = targets.flatMap((target) => (target.spans === undefined ? [] : [target.spans]));
  const metrics = targets.flatMap((target) =>
    target.metrics === undefined ? [] : [target.metrics],
  );
  return {
    logs: logs.length === 0 ? undefined : fanOutLogs(logs),
    spans: spans.length === 0 ? undefined : fanOutSpans(spans),
    metrics: metrics.length === 0 ? undefined : fanOutMetrics(metrics),
    gathers: targets.every(({ gathers }) => gathers === true),
  };
}

interface GraphParts {
  readonly extensions: readonly Node[];
  readonly exporters: readonly Node[];
  readonly pipelines: readonly BuiltPipeline[];
  readonly receivers: readonly Node[];
}

class Graph implements Component {
  readonly #parts: GraphParts;
  readonly #started: Set<Node> = new Set();

  constructor(parts: GraphParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    const { extensions, exporters, pipelines, receivers } = this.#parts;
    const processors = pipelines.flatMap((pipeline) => pipeline.processors.toReversed());
    for (const node of [...extensions, ...exporters, ...processors, ...receivers]) {
      this.#started.add(node);
      try {
        await node.component.start();
      } catch (thrown) {
        await this.stop(AbortSignal.abort()).catch(() => undefined);
        throw thrown instanceof Failure ? thrown.within(`cannot start ${node.name}`) : thrown;
      }
    }
  }

  async stop(signal: AbortSignal): Promise<void> {
    const { extensions, exporters, pipelines, receivers } = this.#parts;
    const thrown: unknown[] = [];
    const stopAll = async (nodes: readonly Node[]): Promise<void> => {
      const results = await Promise.allSettled(
        nodes
          .filter((node) => this.#started.delete(node))
          .map(async ({ component }) => component.stop(signal)),
      );
      for (const result of results) if (result.status === 'rejected') thrown.push(result.reason);
    };
    await stopAll(receivers);
    await Promise.all(
      pipelines.map(async ({ processors }) => {
        for (const processor of processors) await stopAll([processor]);
      }),
    );
    await stopAll(exporters);
    await stopAll(extensions);
    if (thrown.length > 0) throw thrown[0];
  }
}
