// Ways to send telemetry to this Clew, with its own address and ports.

import type { RunningPorts } from '../../data/ports.ts';

export interface Snippet {
  readonly id: string;
  readonly title: string;
  /** What to do with the text. */
  readonly how: string;
  readonly text: string;
}

export function snippetsFor(host: string, { ports }: RunningPorts): readonly Snippet[] {
  const otlp = `http://${host}:${ports.otlpHttp}`;
  const loki = `http://${host}:${ports.loki}`;
  const mimir = `http://${host}:${ports.mimir}`;
  return [
    {
      id: 'run',
      title: 'clew run',
      how: 'Starts an application that has no SDK, or has one, and reads its standard output as logs.',
      text: 'npx clew run -- node app.js',
    },
    {
      id: 'node',
      title: 'Node.js SDK',
      how: 'In your application’s folder. Traces, metrics, and the logs of winston, pino and bunyan.',
      text: [
        'npm install @opentelemetry/api @opentelemetry/auto-instrumentations-node',
        `export OTEL_EXPORTER_OTLP_ENDPOINT=${otlp}`,
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
        'exporters:',
        '  otlphttp/clew:',
        `    endpoint: ${otlp}`,
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
        `  client { endpoint = "${otlp}" }`,
        '}',
        'loki.write "clew" {',
        `  endpoint { url = "${loki}/loki/api/v1/push" }`,
        '}',
        'prometheus.remote_write "clew" {',
        `  endpoint { url = "${mimir}/api/v1/push" }`,
        '}',
      ].join('\n'),
    },
    {
      id: 'promtail',
      title: 'Promtail',
      how: 'In promtail.yaml.',
      text: [
        'clients:',
        `  - url: ${loki}/loki/api/v1/push`,
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
      text: ['remote_write:', `  - url: ${mimir}/api/v1/push`, '    send_exemplars: true'].join(
        '\n',
      ),
    },
    {
      id: 'curl',
      title: 'One line by hand',
      how: 'In a shell.',
      text: [
        `curl ${loki}/loki/api/v1/push -H 'content-type: application/json' -d '{`,
        `  "streams": [{"stream": {"service_name": "hello"}, "values": [["'$(date +%s%N)'", "hello Clew"]]}]}'`,
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
