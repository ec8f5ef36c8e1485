// The `health_check` extension: one path that says whether the pipelines run.

import { createServer } from 'node:http';
import { Section } from '../../config/collector/section.ts';
import type { ExtensionFactory } from '../component.ts';
import {
  type HttpListener,
  listenHttp,
  listenTarget,
  parseEndpoint,
  warnConfined,
} from '../listen.ts';

export interface HealthCheckConfig {
  readonly endpoint: string | undefined;
  readonly path: string;
  /** Undefined: the Collector's JSON. */
  readonly responseBody: string | undefined;
}

const defaultPort = 13_133;

export const healthCheck: ExtensionFactory<HealthCheckConfig> = {
  kind: 'extension',
  type: 'health_check',
  aliases: [],
  parseConfig(raw, problem) {
    const section = new Section(raw, problem);
    const body = section.section('response_body');
    const config: HealthCheckConfig = {
      endpoint: section.optionalString('endpoint'),
      path: section.string('path', '/'),
      responseBody: section.has('response_body') ? body.string('healthy', '') : undefined,
    };
    body.ignore('unhealthy');
    body.end();
    if (config.endpoint !== undefined && parseEndpoint(config.endpoint) === undefined)
      section.report(`expected "host:port", got "${config.endpoint}"`, 'endpoint');
    if (!config.path.startsWith('/')) section.report('path must start with /', 'path');
    section.ignore('transport', 'check_collector_pipeline', 'response_headers', 'cors');
    section.end();
    return config;
  },
  create(settings, config) {
    let listener: HttpListener | undefined;
    const upSinceMs = settings.clock.nowMs();
    return {
      async start() {
        const target = listenTarget(config.endpoint, defaultPort, settings);
        warnConfined([target], settings.logger);
        listener = await listenHttp(target, 'the health check', () =>
          createServer((request, response) => {
            const [path] = (request.url ?? '').split('?', 1);
            const isKnown = path === config.path;
            const uptimeMs = settings.clock.nowMs() - upSinceMs;
            response.writeHead(isKnown ? 200 : 404, {
              'Content-Type':
                isKnown && config.responseBody === undefined ? 'application/json' : 'text/plain',
            });
            response.end(
              isKnown
                ? (config.responseBody ?? healthy(upSinceMs, uptimeMs))
                : '404 page not found\n',
            );
          }),
        );
      },
      async stop(signal) {
        await listener?.close(signal);
      },
    };
  },
};

function healthy(upSinceMs: number, uptimeMs: number): string {
  return JSON.stringify({
    status: 'Server available',
    upSince: new Date(upSinceMs).toISOString(),
    uptime: `${(uptimeMs / 1000).toFixed(3)}s`,
  });
}
