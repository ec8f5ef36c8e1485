// `clew start`: opens the store, then the APIs, then the pipelines, so that whatever takes telemetry is there before it
// comes; stops in the opposite order.

import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { defaultExploreLimits } from '../api/explore/dependencies.ts';
import { defaultLokiLimits } from '../api/loki/dependencies.ts';
import { defaultPrometheusLimits } from '../api/prometheus/dependencies.ts';
import { defaultTempoLimits } from '../api/tempo/dependencies.ts';
import { type Clock, systemRandom } from '../base/clock.ts';
import { Failure } from '../base/errors.ts';
import { printBanner } from '../cli/banner.ts';
import { removeRunning, type RunningClew, writeRunning } from '../cli/running.ts';
import { defaultPorts } from '../config/embedded-names.ts';
import type { Settings } from '../config/settings.ts';
import { defaultTenant } from '../model/tenant.ts';
import { createOutputIntake } from '../pipeline/output/output-intake.ts';
import { createPipeline, defaultPipelineConfig } from '../pipeline/pipeline.ts';
import { createPromqlEngine } from '../query/promql/execute/create-engine.ts';
import type { Logger } from '../runtime/logger.ts';
import { createRefusals } from '../runtime/refusals.ts';
import { createSelfTelemetry } from '../runtime/self-telemetry.ts';
import { openStore } from '../storage/store.ts';
import { openApis } from './apis.ts';
import { loadConfiguration } from './configuration.ts';
import { setUpDemo } from './demo.ts';
import { createLanguages } from './languages.ts';
import { metricsInto } from './metrics-into.ts';
import { countConsumers, createSelf } from './self.ts';
import { createStatus, hasTelemetry } from './status.ts';
import { createTroubles } from './troubles.ts';
import { version } from './version.ts';

export interface StartOptions {
  readonly settings: Settings;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the user called Clew: relative paths and unnamed files are looked up here. */
  readonly folder: string;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Takes the banner. */
  readonly print: (text: string) => void;
}

export interface StartedClew {
  readonly running: RunningClew;
  /** Starts the demo shop; fails with `unavailable` when its files are not part of this Clew. */
  startDemo(): void;
  /** Stops sources, drains, flushes; what is not done when the signal fires is cut. */
  stop(signal: AbortSignal): Promise<void>;
}

/** Between slices of a long computation: ingest and other requests go on. */
function letOthersRun(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function addressesOf({ listen, insecure }: Settings): readonly string[] {
  if (listen === '127.0.0.1' || listen === 'localhost') return ['127.0.0.1', '::1'];
  return insecure || listen === '::1' ? [listen] : ['127.0.0.1', '::1'];
}

/** Fails with `config` (bad files, a port in use, a store in use) after closing what it had opened. */
export async function start(options: StartOptions): Promise<StartedClew> {
  const { settings, env, folder, logger, clock } = options;
  const startedMs = clock.monotonicMs();
  const configuration = loadConfiguration(settings, env, folder);
  for (const warning of configuration.warnings) logger.warn(warning);
  if (settings.listen !== '127.0.0.1' && !settings.insecure) {
    logger.warn(
      'listening on loopback only: other addresses need --insecure, for there is no authentication',
      { listen: settings.listen },
    );
  }
  const dataFolder = resolve(folder, settings.data);
  mkdirSync(dataFolder, { recursive: true });

  const telemetry = createSelfTelemetry();
  const store = await openStore({
    where:
      settings.clickhouse === undefined
        ? { kind: 'embedded', folder: dataFolder }
        : { kind: 'remote', url: settings.clickhouse },
    retentionMs: settings.retentionMs,
    diskBytesMax: settings.diskBytes,
    queryMemoryBytesMax: settings.queryMemoryBytes,
    clock,
    logger: logger.with({ component: 'store' }),
  });
  const opened: { stop(signal: AbortSignal): Promise<void> }[] = [{ stop: () => store.close() }];
  const stop = async (signal: AbortSignal): Promise<void> => {
    removeRunning(dataFolder);
    for (const part of opened.toReversed()) {
      try {
        await part.stop(signal);
      } catch (error) {
        logger.error('could not stop cleanly', {
          reason: error instanceof Error ? error.message : String(error),
        });
      }
    }
  };
  try {
    const refusals = createRefusals(clock);
    const consumers = countConsumers(store.consumers, telemetry, refusals);
    const metrics = metricsInto(consumers.series, clock);
    const output = createOutputIntake({
      store: consumers.logs,
      clock,
      logger: logger.with({ component: 'output' }),
    });
    const troubles = createTroubles(telemetry, clock, refusals);
    const self = createSelf({
      telemetry,
      version,
      clock,
      state: () => store.state,
      problems: () => [...store.status().problems, ...troubles()],
      hasStored: () => hasTelemetry(store.status().figures),
    });
    const status = createStatus({
      settings,
      configuration,
      store,
      dataFolder,
      telemetry,
      refusals,
      health: () => self.health(),
      uptimeSeconds: () => (clock.monotonicMs() - startedMs) / 1000,
    });
    const { logs, spans } = store;
    const { logql, traceql } = createLanguages({ logs, spans, clock, pause: letOthersRun });
    const promql = createPromqlEngine({ series: store.series, options: { pause: letOthersRun } });
    const tenants = { enabled: settings.tenants };
    const running = runningClew(settings.portShift);
    const demo = setUpDemo({
      running,
      dataFolder,
      env,
      tenants,
      clock,
      logger: logger.with({ component: 'demo' }),
    });
    const apis = await openApis({
      loki: {
        engine: logql,
        logs: store.logs,
        consumer: consumers.logs,
        clock,
        tenants,
        limits: {
          ...defaultLokiLimits,
          queryTimeoutMs: settings.queryTimeoutMs,
          bodyBytesMax: settings.bodyBytesMax,
        },
        version,
      },
      tempo: {
        engine: traceql,
        spans: store.spans,
        clock,
        tenants,
        limits: { ...defaultTempoLimits, queryTimeoutMs: settings.queryTimeoutMs },
        version,
      },
      prometheus: {
        engine: promql,
        series: store.series,
        seriesConsumer: consumers.series,
        metricsConsumer: metrics,
        clock,
        tenants,
        limits: {
          ...defaultPrometheusLimits,
          queryTimeoutMs: settings.queryTimeoutMs,
          bodyBytesMax: settings.bodyBytesMax,
        },
        version,
      },
      explore: {
        logql,
        traceql,
        logs: store.logs,
        logSurvey: store.logSurvey,
        spans: store.spans,
        series: store.series,
        metricSurvey: store.metricSurvey,
        correlation: store.correlation,
        difference: store.difference,
        traceSurvey: store.traceSurvey,
        overview: store.overview,
        datasources: configuration.datasources,
        health: () => self.health(),
        status,
        clock,
        tenants,
        limits: { ...defaultExploreLimits, queryTimeoutMs: settings.queryTimeoutMs },
      },
      output,
      running,
      demo,
      self,
      addresses: addressesOf(settings),
      allowedHosts: settings.allowHosts,
      allowedOrigins: settings.allowOrigins,
      anyHost: settings.insecure && settings.listen !== '127.0.0.1',
    });
    opened.push({ stop: (signal) => apis.close(signal) });
    opened.push({
      stop: () => {
        output.stop();
        return Promise.resolve();
      },
    });
    const pipeline = createPipeline(configuration.collector ?? defaultPipelineConfig(), {
      logger: logger.with({ component: 'pipeline' }),
      clock,
      random: systemRandom,
      store: {
        logs: output.watchLogs(consumers.logs),
        spans: output.watchSpans(consumers.spans),
        metrics,
        series: consumers.series,
      },
      embedded: configuration.embedded,
      defaultTenant,
      tenants,
      portShift: settings.portShift,
      bindAnywhere: settings.insecure,
      listenHost: settings.listen,
      allowedHosts: settings.allowHosts,
      counters: telemetry,
    });
    opened.push(pipeline);
    await pipeline.start();
    // Its last telemetry is still taken.
    if (demo !== undefined) opened.push(demo);

    writeRunning(dataFolder, running);
    options.print(
      printBanner({
        version,
        parts: bannerParts(running),
        store: settings.clickhouse ?? `${dataFolder} (embedded ClickHouse)`,
        config: configuration.collectorFiles.join(', ') || 'built in: OTLP in, this store out',
        datasources: configuration.datasourceFiles.join(', ') || 'built in',
        readyMs: clock.monotonicMs() - startedMs,
      }),
    );
    const startDemo = (): void => {
      if (demo === undefined)
        throw new Failure('unavailable', 'the files of the demo shop are not part of this Clew');
      demo.start();
    };
    return { running, startDemo, stop };
  } catch (error) {
    await stop(AbortSignal.abort());
    throw error;
  }
}

function runningClew(portShift: number): RunningClew {
  const shifted = (port: number): number => port + portShift;
  const { ui, loki, tempo, mimir, otlpGrpc, otlpHttp } = defaultPorts;
  return {
    pid: process.pid,
    url: `http://127.0.0.1:${shifted(ui)}`,
    portShift,
    ports: {
      ui: shifted(ui),
      loki: shifted(loki),
      tempo: shifted(tempo),
      mimir: shifted(mimir),
      otlpGrpc: shifted(otlpGrpc),
      otlpHttp: shifted(otlpHttp),
    },
  };
}

function bannerParts({ ports }: RunningClew): { url: string; speaks: string }[] {
  const at = (port: number, speaks: string): { url: string; speaks: string } => ({
    url: `http://localhost:${port}`,
    speaks,
  });
  return [
    at(ports.ui, 'the screen; every API below under /loki, /tempo, /prometheus too'),
    at(ports.loki, 'logs: Loki API, LogQL, push, OTLP at /otlp'),
    at(ports.tempo, 'traces: Tempo API, TraceQL, gRPC streaming'),
    at(ports.mimir, 'metrics: Prometheus and Mimir API, PromQL, remote write'),
    at(ports.otlpHttp, 'OTLP over HTTP (protobuf, JSON)'),
    { url: `localhost:${ports.otlpGrpc}`, speaks: 'OTLP over gRPC' },
  ];
}
