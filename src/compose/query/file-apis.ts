// The APIs of a server without a server: the same handlers over engines in memory, which hold what files say.

import type { Clock } from '../../base/clock.ts';
import { Failure } from '../../base/errors.ts';
import { defaultLokiLimits } from '../../api/loki/dependencies.ts';
import { createLokiApi } from '../../api/loki/routes.ts';
import { defaultPrometheusLimits } from '../../api/prometheus/dependencies.ts';
import { createPrometheusApi } from '../../api/prometheus/routes.ts';
import { defaultTempoLimits } from '../../api/tempo/dependencies.ts';
import { createTempoApi } from '../../api/tempo/routes.ts';
import type { Ask, QueryLanguage } from '../../cli/query/request.ts';
import { createPromqlEngine } from '../../query/promql/execute/create-engine.ts';
import { createLanguages } from '../languages.ts';
import { version } from '../version.ts';
import type { TextFile, TimeExtent } from './files.ts';
import { readLogFiles } from './logs-file.ts';
import { readMetricFiles } from './metrics-file.ts';
import { readTraceFiles } from './traces-file.ts';

export interface FileApi {
  readonly ask: Ask;
  readonly extent: TimeExtent | undefined;
}

interface Answering {
  request(path: string, init: RequestInit): Response | Promise<Response>;
}

/** `prefix` is what the port of the screen adds to an API's own paths. */
function askOf(api: Answering, prefix: string): Ask {
  return async ({ path, method, parameters, headers }) => {
    const form = new URLSearchParams(parameters);
    const own = path.slice(prefix.length);
    const response = await api.request(method === 'GET' ? `${own}?${form.toString()}` : own, {
      method,
      headers,
      ...(method === 'POST' && { body: form }),
    });
    return { status: response.status, body: await response.text() };
  };
}

const refuse = (): Promise<never> =>
  Promise.reject(new Failure('unsupported', 'files are only read'));

/** By signal. */
export interface QueryFiles {
  readonly logs: readonly TextFile[];
  readonly metrics: readonly TextFile[];
  readonly traces: readonly TextFile[];
}

/** Reads the files. LogQL and TraceQL may ask about each other's signal, so both are there for either. */
export function openFileApi(language: QueryLanguage, files: QueryFiles, clock: Clock): FileApi {
  const shared = { clock, tenants: { enabled: false }, version };
  if (language === 'promql') {
    const { source, extent } = readMetricFiles(files.metrics, Math.floor(clock.nowMs()));
    const api = createPrometheusApi({
      ...shared,
      engine: createPromqlEngine({ series: source }),
      series: source,
      seriesConsumer: { consumeSeries: refuse },
      metricsConsumer: { consumeMetrics: refuse },
      limits: defaultPrometheusLimits,
    });
    return { ask: askOf(api, '/prometheus'), extent };
  }
  const logs = readLogFiles(files.logs, clock.nowNs());
  const traces = readTraceFiles(files.traces);
  const engines = createLanguages({ logs: logs.source, spans: traces.source, clock });
  if (language === 'logql') {
    const api = createLokiApi({
      ...shared,
      engine: engines.logql,
      logs: logs.source,
      consumer: { consumeLogs: refuse },
      limits: defaultLokiLimits,
    });
    return { ask: askOf(api, ''), extent: logs.extent };
  }
  const api = createTempoApi({
    ...shared,
    engine: engines.traceql,
    spans: traces.source,
    // A file may span any time: what protects a store is no use here.
    limits: { ...defaultTempoLimits, searchRangeMaxMs: 0 },
  });
  return { ask: askOf(api, '/tempo'), extent: traces.extent };
}
