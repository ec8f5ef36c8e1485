// Every HTTP port of Clew and what it answers: each foreign API at its own paths on its own port, and all of them under the
// UI's port, beside the screen and its own API.

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { createDemoApi, type DemoPort } from '../api/demo/routes.ts';
import { createExploreApi } from '../api/explore/routes.ts';
import type { ExploreDependencies } from '../api/explore/dependencies.ts';
import { type GuardOptions, localHosts } from '../api/http/guard.ts';
import { listen, type Listener, type ListenerOptions } from '../api/http/listener.ts';
import { createPort, withoutPrefix } from '../api/http/port.ts';
import type { LokiDependencies } from '../api/loki/dependencies.ts';
import { createLokiApi } from '../api/loki/routes.ts';
import { createTailServer } from '../api/loki/tail.ts';
import type { PrometheusDependencies } from '../api/prometheus/dependencies.ts';
import { createPrometheusApi } from '../api/prometheus/routes.ts';
import { createRunApi, type OutputPort } from '../api/run/routes.ts';
import { createDatasourceProxy, parseProxyPath } from '../api/screen/datasource-proxy.ts';
import { createStaticFiles } from '../api/screen/static-files.ts';
import type { TempoDependencies } from '../api/tempo/dependencies.ts';
import { createTempoApi } from '../api/tempo/routes.ts';
import { createTempoStreaming } from '../api/tempo/streaming.ts';
import type { RunningClew } from '../cli/running.ts';
import { remoteDependencies } from './remote-sources.ts';
import type { Self } from './self.ts';

export interface ApiOptions {
  readonly loki: LokiDependencies;
  readonly tempo: TempoDependencies;
  readonly prometheus: PrometheusDependencies;
  readonly explore: ExploreDependencies;
  readonly output: OutputPort;
  readonly running: RunningClew;
  /** Absent: its files are not part of this Clew. */
  readonly demo: DemoPort | undefined;
  readonly self: Self;
  readonly addresses: readonly string[];
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  /** Foreign addresses are bound: any `Host` may be used. */
  readonly anyHost: boolean;
}

export interface Apis {
  close(signal: AbortSignal): Promise<void>;
}

/** Where the build puts the UI. */
const uiFolder = fileURLToPath(new URL('../../dist/ui', import.meta.url));

interface Apps {
  readonly loki: Hono;
  readonly tempo: Hono;
  readonly mimir: Hono;
  readonly ui: Hono;
}

function createApps(options: ApiOptions): Apps {
  const port = (api: string): Hono =>
    createPort({
      hasMetricsPage: api === 'ui',
      notReady: () => options.self.notReady(),
      metrics: () => options.self.metrics(),
      answered: (status) => options.self.answered(api, status),
    });
  const lokiApi = createLokiApi(options.loki);
  const tempoApi = createTempoApi(options.tempo);
  const prometheusApi = createPrometheusApi(options.prometheus);

  const loki = port('loki').route('/', lokiApi);
  const tempo = port('tempo').route('/', tempoApi);
  tempo.all('/tempo/*', (context) => tempoApi.fetch(withoutPrefix(context.req.raw, '/tempo')));
  const mimir = port('prometheus');
  mimir.all('/prometheus/*', (context) =>
    prometheusApi.fetch(withoutPrefix(context.req.raw, '/prometheus')),
  );
  mimir.route('/', prometheusApi);

  const ui = port('ui');
  ui.route('/', createRunApi(options.output, options.loki.tenants));
  const proxy = createDatasourceProxy({
    datasources: options.explore.datasources,
    embedded: {
      loki: (request) => loki.fetch(request),
      tempo: (request) => tempo.fetch(request),
      prometheus: (request) => mimir.fetch(request),
    },
    timeoutMs: options.explore.limits.queryTimeoutMs,
  });
  ui.all(
    '/api/datasources/proxy/*',
    async (context) => (await proxy(context.req.raw)) ?? context.notFound(),
  );
  ui.all('/loki/*', (context) => lokiApi.fetch(context.req.raw));
  ui.all('/otlp/v1/logs', (context) => lokiApi.fetch(context.req.raw));
  ui.all('/tempo/*', (context) => tempoApi.fetch(withoutPrefix(context.req.raw, '/tempo')));
  ui.all('/prometheus/*', (context) =>
    prometheusApi.fetch(withoutPrefix(context.req.raw, '/prometheus')),
  );
  // What `clew run --url` asks: which ports belong to this Clew.
  ui.get('/api/running', (context) => context.json(options.running));
  const remotes = remoteDependencies(options.explore);
  ui.route('/', createExploreApi({ ...options.explore, remotes }));
  ui.route('/', createDemoApi(options.demo));
  ui.all('/api/*', (context) =>
    context.json({ error: { code: 'not-found', message: 'no such endpoint' } }, 404),
  );
  const files = createStaticFiles(uiFolder);
  ui.get('*', (context) => files(context.req.raw));
  return { loki, tempo, mimir, ui };
}

function guardOf({ allowedHosts, allowedOrigins, anyHost }: ApiOptions): GuardOptions {
  return {
    allowedHosts: new Set([...localHosts, ...allowedHosts]),
    allowedOrigins: new Set(allowedOrigins),
    anyHost,
  };
}

/** Opens the four HTTP ports; on failure those that opened are closed again. */
export async function openApis(options: ApiOptions): Promise<Apis> {
  const apps = createApps(options);
  const tails = createTailServer(options.loki);
  const streaming = createTempoStreaming(options.tempo);
  const guard = guardOf(options);
  const listeners: Listener[] = [];
  const open = async (
    name: string,
    port: number,
    app: Hono,
    more: Pick<ListenerOptions, 'injectHttp2' | 'upgrade'> = {},
  ): Promise<void> => {
    const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false });
    const listener = await listen({
      name,
      addresses: options.addresses,
      port,
      guard,
      handle: (request, response) => void answer(request, response),
      ...more,
    });
    listeners.push(listener);
  };
  const isEmbeddedLoki = (wanted: string): boolean =>
    options.explore.datasources.some(
      ({ uid, type, embedded }) => uid === wanted && type === 'loki' && embedded,
    );
  const upgradeTail = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    // Grafana tails through its proxy's path; what counts is Loki's own path behind it.
    const proxied = parseProxyPath(path);
    const own = proxied === undefined || isEmbeddedLoki(proxied.uid) ? (proxied?.rest ?? path) : '';
    if (!tails.upgrade(own, request, socket, head))
      socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n');
  };
  const close = async (signal: AbortSignal): Promise<void> => {
    tails.close();
    streaming.close();
    await Promise.all(listeners.map((listener) => listener.close(signal)));
  };
  const { ports } = options.running;
  try {
    await open('UI', ports.ui, apps.ui, { upgrade: upgradeTail });
    await open('Loki API', ports.loki, apps.loki, { upgrade: upgradeTail });
    await open('Tempo API', ports.tempo, apps.tempo, { injectHttp2: streaming.inject });
    await open('Mimir API', ports.mimir, apps.mimir);
    return { close };
  } catch (error) {
    await close(AbortSignal.abort());
    throw error;
  }
}
