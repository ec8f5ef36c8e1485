// Ways to send telemetry to this Clew, with its own address and ports.

import type { RunningPorts } from '../../data/ports.ts';

export interface Snippet {
  readonly id: string;
  readonly title: string;
  /** What to do with the text. */
  readonly how: string;
  readonly text: string;
}

/** Where this Clew is, as a sender reaches it. */
export interface Receiver extends RunningPorts {
  readonly host: string;
  /** Whose telemetry it is; empty where tenants are not kept apart. */
  readonly tenant: string;
}

const tenantHeader = 'X-Scope-OrgID';

export function snippetsFor({ host, ports, tenant }: Receiver): readonly Snippet[] {
  const otlp = `http://${host}:${ports.otlpHttp}`;
  const loki = `http://${host}:${ports.loki}`;
  const mimir = `http://${host}:${ports.mimir}`;
  const quoted = JSON.stringify(tenant);
  /** What only a Clew that keeps tenants apart wants. */
  const ofTenant = (...lines: readonly string[]): readonly string[] => (tenant === '' ? [] : lines);
  const otlpHeaders = ofTenant(
    `export OTEL_EXPORTER_OTLP_HEADERS=${tenantHeader.toLowerCase()}=${encodeURIComponent(tenant)}`,
  );
  return [
    {
      id: 'run',
      title: 'clew run',
      how: 'Starts an application that has no SDK, or has one, and reads its standard output as logs.',
      text: [
        ...otlpHeaders,
        `npx clew run --url http://${host}:${ports.ui} --service my-service -- node app.js`,
      ].join('\n'),
    },
    {
      id: 'node',
      title: 'Node.js SDK',
      how: 'In your application’s folder. Traces, metrics, and the logs of winston, pino and bunyan; the last package is for winston.',
      text: [
        'npm install @opentelemetry/api @opentelemetry/auto-instrumentations-node \\',
        '  @opentelemetry/winston-transport',
        `export OTEL_EXPORTER_OTLP_ENDPOINT=${otlp}`,
        ...otlpHeaders,
        'export OTEL_SERVICE_NAME=my-service',
        'export OTEL_TRACES_EXPORTER=otlp OTEL_METRICS_EXPORTER=otlp OTEL_LOGS_EXPORTER=otlp',
        'node --require @opentelemetry/auto-instrumentations-node/register app.js',
      ].join('\n'),
    },
    {
      id: 'collector',
      title: 'OTel Collector',
      how: 'In otel-collector-config.yaml; add the exporter to the pipelines that you have.',
      text: [
        'receivers:',
        '  otlp:',
        '    protocols: { grpc: { endpoint: 0.0.0.0:4317 }, http: { endpoint: 0.0.0.0:4318 } }',
        'exporters:',
        '  otlphttp/clew:',
        `    endpoint: ${otlp}`,
        ...ofTenant(`    headers: { ${tenantHeader}: ${quoted} }`),
        'service:',
        '  pipelines:',
        '    logs:    { receivers: [otlp], exporters: [otlphttp/clew] }',
        '    traces:  { receivers: [otlp], exporters: [otlphttp/clew] }',
        '    metrics: { receivers: [otlp], exporters: [otlphttp/clew] }',
      ].join('\n'),
    },
    {
      id: 'alloy',
      title: 'Grafana Alloy',
      how: 'In config.alloy; point your sources’ forward_to at these.',
      text: [
        'otelcol.exporter.otlphttp "clew" {',
        '  client {',
        `    endpoint = "${otlp}"`,
        ...ofTenant(`    headers  = { "${tenantHeader}" = ${quoted} }`),
        '  }',
        '}',
        'loki.write "clew" {',
        '  endpoint {',
        `    url       = "${loki}/loki/api/v1/push"`,
        ...ofTenant(`    tenant_id = ${quoted}`),
        '  }',
        '}',
        'prometheus.remote_write "clew" {',
        '  endpoint {',
        `    url                    = "${mimir}/api/v1/push"`,
        '    send_native_histograms = true',
        ...ofTenant(`    headers                = { "${tenantHeader}" = ${quoted} }`),
        '  }',
        '}',
      ].join('\n'),
    },
    {
      id: 'promtail',
      title: 'Promtail',
      how: 'In promtail.yaml.',
      text: [
        'server: { disable: true }',
        'positions: { filename: /tmp/promtail-positions.yaml }',
        'clients:',
        `  - url: ${loki}/loki/api/v1/push`,
        ...ofTenant(`    tenant_id: ${quoted}`),
        'scrape_configs:',
        '  - job_name: files',
        '    static_configs:',
        '      - targets: [localhost]',
        '        labels: { service_name: my-service, __path__: /var/log/my-service/*.log }',
      ].join('\n'),
    },
    {
      id: 'remote-write',
      title: 'Prometheus',
      how: 'In prometheus.yml.',
      text: [
        'remote_write:',
        `  - url: ${mimir}/api/v1/push`,
        '    send_exemplars: true',
        '    send_native_histograms: true',
        ...ofTenant(`    headers: { ${tenantHeader}: ${quoted} }`),
      ].join('\n'),
    },
    {
      id: 'curl',
      title: 'One line by hand',
      how: 'In a shell.',
      text: [
        `curl ${loki}/loki/api/v1/push -H 'content-type: application/json' \\`,
        ...ofTenant(`  -H '${tenantHeader}: ${tenant.replaceAll("'", String.raw`'\''`)}' \\`),
        // Not every date(1) knows nanoseconds.
        `  -d '{"streams": [{"stream": {"service_name": "hello"}, "values": [["'$(date +%s)000000000'", "hello Clew"]]}]}'`,
      ].join('\n'),
    },
  ];
}

/** What is shown until the server has named its ports: the usual ones, moved like the port of this page. */
export function usualPorts(ownPort: number): RunningPorts {
  const shift = ownPort >= 3000 && ownPort <= 3000 + 50_000 ? ownPort - 3000 : 0;
  return {
    ports: {
      ui: 3000 + shift,
      loki: 3100 + shift,
      tempo: 3200 + shift,
      mimir: 9009 + shift,
      otlpGrpc: 4317 + shift,
      otlpHttp: 4318 + shift,
    },
  };
}
