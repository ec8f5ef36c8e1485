// The first minutes: nothing has been received, so here is how to send something, and a count that moves when it comes.

import { useEffect } from 'react';
import type { Health } from '../../../src/api/explore/contract/records.ts';
import { CopyButton } from '../../controls/copy-button.tsx';
import { printCount } from '../../views/words/numbers.ts';

interface GetStartedProps {
  readonly received: Health['received'];
  /** Something is there: ask again. */
  readonly onSeen: () => void;
}

/** The screen is served at 3000 and OTLP at 4318, both shifted alike by `--port-shift`. */
function shifted(port: number): number {
  const own = Number(location.port);
  const shift = own >= 3000 && own < 65_535 - 4318 + 3000 ? own - 3000 : 0;
  return port + shift;
}

function snippets(): readonly { readonly title: string; readonly text: string }[] {
  const host = location.hostname;
  return [
    {
      title: 'A Node.js application, with its logs read from standard output',
      text: 'npx clew run -- node app.js',
    },
    {
      title: 'Any OpenTelemetry SDK',
      text: [
        `export OTEL_EXPORTER_OTLP_ENDPOINT=http://${host}:${shifted(4318)}`,
        'export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf',
        'export OTEL_SERVICE_NAME=my-service',
        'export OTEL_LOGS_EXPORTER=otlp OTEL_TRACES_EXPORTER=otlp OTEL_METRICS_EXPORTER=otlp',
      ].join('\n'),
    },
    {
      title: 'An OpenTelemetry Collector that runs already',
      text: [
        'exporters:',
        '  otlphttp/clew:',
        `    endpoint: http://${host}:${shifted(4318)}`,
        'service:',
        '  pipelines:',
        '    logs: { receivers: [otlp], exporters: [otlphttp/clew] }',
        '    traces: { receivers: [otlp], exporters: [otlphttp/clew] }',
      ].join('\n'),
    },
    {
      title: 'One line by hand',
      text: [
        `curl http://${host}:${shifted(3100)}/loki/api/v1/push -H 'content-type: application/json' -d '{`,
        `  "streams": [{"stream": {"service_name": "hello"}, "values": [["'$(date +%s%N)'", "hello Clew"]]}]}'`,
      ].join('\n'),
    },
  ];
}

export function GetStarted({ received, onSeen }: GetStartedProps) {
  const all = received.logs + received.spans + received.samples;
  useEffect(() => {
    if (all > 0) onSeen();
  }, [all, onSeen]);
  return (
    <div className="get-started" data-testid="get-started">
      <h2>Nothing has been received yet. Send something; it shows here by itself.</h2>
      <p className="number get-started-count" role="status" data-testid="received">
        received so far: <b>{printCount(received.logs)}</b> log records ·{' '}
        <b>{printCount(received.spans)}</b> spans · <b>{printCount(received.samples)}</b> metric
        samples
      </p>
      {snippets().map(({ title, text }) => (
        <section key={title}>
          <h3>{title}</h3>
          <div className="snippet">
            <pre>{text}</pre>
            <CopyButton text={text} what={title} />
          </div>
        </section>
      ))}
    </div>
  );
}
