// The Collector as `main` sees it: read the YAML (or take the built-in pipelines), create, start, stop.

import { lookup } from 'node:dns/promises';
import { assertDefined } from '../base/assert.ts';
import { Failure } from '../base/errors.ts';
import {
  type CollectorConfig,
  type CollectorSources,
  loadCollectorConfig,
  type LoadedCollectorConfig,
} from '../config/collector/load.ts';
import { isLoopbackHost, parseAddress } from '../config/embedded-names.ts';
import type { Component, ComponentSettings } from './component.ts';
import { componentFactories } from './components.ts';
import { createGraph } from './graph.ts';

export interface PipelineSettings extends Omit<ComponentSettings, 'id'> {
  /** Rejects when a host name leads nowhere; the system's resolver by default. */
  readonly lookup?: ((host: string) => Promise<unknown>) | undefined;
}

/** Reads Collector YAML against the components that Clew has. */
export function readPipelineConfig(
  sources: Omit<CollectorSources, 'components'>,
): LoadedCollectorConfig {
  return loadCollectorConfig({ ...sources, components: componentFactories });
}

const builtIn = `
receivers:
  otlp:
    protocols:
      grpc:
      http:
exporters:
  clew:
service:
  pipelines:
    traces: { receivers: [otlp], exporters: [clew] }
    metrics: { receivers: [otlp], exporters: [clew] }
    logs: { receivers: [otlp], exporters: [clew] }
`;

/** What runs without a configuration file: OTLP in, the embedded store out. */
export function defaultPipelineConfig(): CollectorConfig {
  const { config } = readPipelineConfig({
    sources: [{ name: 'built-in pipelines', text: builtIn }],
    env: {},
  });
  return assertDefined(config, 'the built-in pipelines pass the check');
}

/** Creates the pipelines and opens nothing. Throws `config` when an exporter would send to this Clew's own receiver. */
export function createPipeline(config: CollectorConfig, settings: PipelineSettings): Component {
  const loops = findLoops(config, settings);
  if (loops.length > 0) throw new Failure('config', loops.join('\n'));
  const graph = createGraph({
    config,
    factories: componentFactories,
    settingsFor: (id, kind, name) => ({
      ...settings,
      id,
      logger: settings.logger.with({ [kind]: id, ...(name !== '' && { pipeline: name }) }),
    }),
  });
  return {
    async start() {
      await graph.start();
      // Nobody waits for it: a name server may take its time.
      void tellResolvedNames(embeddedHosts(config, settings), settings);
    },
    stop: (signal) => graph.stop(signal),
  };
}

/** Embedded names win over name servers; whoever runs a real server of that name should know. */
async function tellResolvedNames(
  hosts: readonly string[],
  { logger, lookup: resolve = lookup }: PipelineSettings,
): Promise<void> {
  // One after the other: look-ups share their few threads with decompression.
  for (const host of hosts) {
    const isResolved = await resolve(host).then(
      () => true,
      () => false,
    );
    if (isResolved)
      logger.info(
        'this host name leads to a server on the network too; here it means the embedded store',
        {
          host,
          instead: `embedded: {${host}: false} in clew.yaml sends to that server`,
        },
      );
  }
}

/** Exporters that would send to this Clew's own receivers, one sentence each. */
export function findLoops(
  config: CollectorConfig,
  settings: Pick<PipelineSettings, 'embedded' | 'portShift'>,
): readonly string[] {
  const ports = new Set(
    config.pipelines
      .flatMap(({ receivers }) => receivers)
      .flatMap((id) => {
        const component = config.receivers.get(id);
        const factory = componentFactories.receivers.find(({ type }) => type === component?.type);
        return factory?.ports?.(settings, component?.config) ?? [];
      }),
  );
  const isOwn = (address: string): boolean => {
    if (settings.embedded.nameOf(address) === 'otel-collector') return true;
    const parsed = parseAddress(address);
    return parsed?.port !== undefined && isLoopbackHost(parsed.host) && ports.has(parsed.port);
  };
  const loops = exporterAddresses(config)
    .filter(({ address }) => isOwn(address))
    .map(
      ({ id, address }) =>
        `exporters::${id}: "${address}" is this Clew's own OTLP receiver: telemetry would go round in a loop; name "tempo", "loki" or "mimir", or use the exporter "clew", to store it here`,
    );
  return [...new Set(loops)];
}

interface ExporterAddress {
  readonly id: string;
  readonly address: string;
}

function exporterAddresses(config: CollectorConfig): readonly ExporterAddress[] {
  return config.pipelines.flatMap(({ exporters, signal }) =>
    exporters.flatMap((id) => {
      const component = config.exporters.get(id);
      const factory = componentFactories.exporters.find(({ type }) => type === component?.type);
      const addresses = factory?.addresses?.(component?.config, signal) ?? [];
      return addresses.map((address) => ({ id, address }));
    }),
  );
}

/** Host names of exporters that mean this Clew by their name, not because they lead to this machine anyway. */
function embeddedHosts(config: CollectorConfig, settings: PipelineSettings): readonly string[] {
  const hosts = exporterAddresses(config)
    .filter(({ address }) => settings.embedded.isEmbedded(address))
    .map(({ address }) => parseAddress(address)?.host ?? '')
    .filter((host) => !isLoopbackHost(host));
  return [...new Set(hosts)];
}
