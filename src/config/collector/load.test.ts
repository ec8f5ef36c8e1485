import { expect, test } from 'vitest';
import { printProblem } from '../problem.ts';
import { type KnownComponent, type LoadedCollectorConfig, loadCollectorConfig } from './load.ts';
import { Section } from './section.ts';

function component(
  type: string,
  signals: KnownComponent['signals'],
  aliases: readonly string[] = [],
): KnownComponent {
  return {
    type,
    aliases,
    signals,
    parseConfig(raw, problem) {
      const section = new Section(raw, problem);
      const config = {
        endpoint: section.string('endpoint', 'default'),
        timeoutMs: section.durationMs('timeout', 1),
        size: section.integer('size', 7, { min: 1 }),
        on: section.boolean('on', false),
        mode: section.oneOf('mode', ['fast', 'slow'], 'fast'),
        names: section.strings('names'),
        headers: section.stringMap('headers'),
      };
      section.end();
      return config;
    },
  };
}

const components = {
  receivers: [component('otlp', ['traces', 'metrics', 'logs'])],
  processors: [component('batch', ['traces', 'metrics', 'logs'])],
  exporters: [
    component('otlphttp', ['traces', 'metrics', 'logs'], ['otlp_http']),
    component('loki', ['logs']),
    component('debug', ['traces', 'metrics', 'logs']),
  ],
  extensions: [component('health_check', undefined)],
};

function load(...texts: readonly string[]): LoadedCollectorConfig {
  return loadCollectorConfig({
    sources: texts.map((text, at) => ({ name: `${'abc'[at]}.yaml`, text })),
    env: { PORT: '4317', HOST: 'tempo', SIZE: '12', ZIP: '01234' },
    components,
  });
}

const minimal = `receivers: {otlp: }
exporters: {debug: }
service: {pipelines: {logs: {receivers: [otlp], exporters: [debug]}}}
`;

function checkProblems(
  name: string,
  texts: string | readonly string[],
  expected: readonly string[],
): void {
  test(name, () => {
    const loaded = load(...[texts].flat());
    expect(loaded.problems.map(printProblem)).toEqual(expected);
    expect(loaded.config === undefined).toBe(expected.length > 0);
  });
}

checkProblems('minimal', minimal, []);
checkProblems(
  'telemetry section',
  `${minimal.replace('service: {', 'service: {telemetry: {logs: {level: debug}, resource: }, ')}`,
  [],
);
checkProblems('empty', '', ['a.yaml: empty configuration file']);
for (const text of ['${yaml:}', '${env:NOWHERE}'])
  checkProblems(`nothing but ${text}`, text, ['a.yaml: empty configuration file']);
checkProblems('not a map', '- 1', ['a.yaml: expected a map, got a list']);
checkProblems(
  'syntax',
  ['receivers: {}}', 'exporters: [\nx'],
  [
    'a.yaml:1:14: not valid YAML: Unexpected flow-map-end token in YAML stream: "}"',
    'b.yaml:2:1: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
  ],
);
checkProblems('duplicate key', 'receivers: {}\nreceivers: {}', [
  'a.yaml:2:1: not valid YAML: Map keys must be unique',
]);
checkProblems('nothing inside', 'receivers: {}', [
  'a.yaml: no receiver configuration specified in config',
  'a.yaml: no exporter configuration specified in config',
  'a.yaml: service::pipelines: service must have at least one pipeline',
]);
checkProblems(
  'all at once, in the order of the file',
  `receivers:
  otlp/:
  oltp:
exporters:
  lokii:
  tail/x:
  logging:
  debug:
    tiemout: 5s
    timeout: five
    size: "7"
    on: 1
    mode: quick
    names: 3
  kafka:
connectors:
  spanmetrics:
service:
  extensions: [health_chek]
  pipelines:
    logs: {receivers: [otlp], exporters: [lokii], procesors: []}
    logs/2: {receivers: [], processors: [batch, batch], exporters: [nothing]}
    trace: {receivers: [oltp], exporters: [debug]}
    profiles: {receivers: [oltp], exporters: [debug]}
telemtry: {}
`,
  [
    'a.yaml:2:3: receivers::otlp/: in "otlp/" id: the part after / should not be empty',
    'a.yaml:3:3: receivers::oltp: unknown type: "oltp" for id: "oltp" (valid values: [otlp]); did you mean "otlp"?',
    'a.yaml:5:3: exporters::lokii: unknown type: "lokii" for id: "lokii" (valid values: [debug loki otlp_http otlphttp]); did you mean "loki"?',
    'a.yaml:6:3: exporters::tail/x: unknown type: "tail" for id: "tail/x" (valid values: [debug loki otlp_http otlphttp])',
    'a.yaml:7:3: exporters::logging: the logging exporter has been deprecated, use the debug exporter instead',
    'a.yaml:9:5: exporters::debug::tiemout: invalid key "tiemout"; did you mean "timeout"?',
    'a.yaml:10:5: exporters::debug::timeout: expected a duration such as "5s" or "1m30s", got "five"',
    'a.yaml:11:5: exporters::debug::size: expected a number, got "7"',
    'a.yaml:12:5: exporters::debug::on: expected true or false, got 1',
    'a.yaml:13:5: exporters::debug::mode: expected "fast" or "slow", got "quick"',
    'a.yaml:14:5: exporters::debug::names: expected a list of texts, got 3',
    'a.yaml:15:3: exporters::kafka: unknown type: "kafka" for id: "kafka" (valid values: [debug loki otlp_http otlphttp]); the OpenTelemetry Collector has such a component, Clew does not support it yet',
    'a.yaml:17:3: connectors::spanmetrics: unknown type: "spanmetrics" for id: "spanmetrics" (valid values: []); the OpenTelemetry Collector has such a component, Clew does not support it yet',
    'a.yaml:19:16: service::extensions::0: references extension "health_chek" which is not configured',
    'a.yaml:21:24: service::pipelines::logs::receivers::0: references receiver "otlp" which is not configured; did you mean "oltp"?',
    'a.yaml:21:51: service::pipelines::logs::procesors: invalid key "procesors"; did you mean "processors"?',
    'a.yaml:22:5: service::pipelines::logs/2: must have at least one receiver',
    'a.yaml:22:5: service::pipelines::logs/2: references processor "batch" multiple times',
    'a.yaml:22:42: service::pipelines::logs/2::processors::0: references processor "batch" which is not configured',
    'a.yaml:22:49: service::pipelines::logs/2::processors::1: references processor "batch" which is not configured',
    'a.yaml:22:69: service::pipelines::logs/2::exporters::0: references exporter "nothing" which is not configured',
    'a.yaml:23:5: service::pipelines::trace: unknown pipeline type "trace", expected traces, metrics or logs; did you mean "traces"?',
    'a.yaml:24:5: service::pipelines::profiles: pipelines of profiles are not supported yet',
    'a.yaml:25:1: telemtry: invalid key "telemtry"',
  ],
);
checkProblems(
  'a signal that the component does not have',
  `receivers: {otlp: }
exporters: {loki: }
service: {pipelines: {traces: {receivers: [otlp], exporters: [loki]}}}`,
  [
    'a.yaml:3:63: service::pipelines::traces::exporters::0: failed to create "loki" exporter for data type "traces": telemetry type is not supported',
  ],
);
checkProblems(
  'problems name the file that was last to say it',
  [minimal, 'exporters:\n  debug: {size: 0}'],
  ['b.yaml:2:11: exporters::debug::size: must be at least 1, got 0'],
);
checkProblems(
  'expanded values keep their kinds',
  minimal.replace(
    'exporters: {debug: }',
    'exporters: {debug: {endpoint: "${env:ZIP}", size: "${env:HOST}", timeout: 5}}',
  ),
  ['a.yaml:2:45: exporters::debug::size: expected a number, got "tempo"'],
);

test('a checked configuration', () => {
  const { config, warnings } = load(
    `receivers: {otlp: , "otlp / 2": {endpoint: x}}
processors: {batch: }
exporters:
  otlp_http/tempo:
    endpoint: http://\${env:HOST}:\${env:PORT}
    timeout: 1m30s
    size: \${env:SIZE}
    names: a,b
    headers: {X-Scope-OrgID: '\${env:ZIP}'}
extensions: {health_check: }
service:
  extensions: [health_check]
  pipelines:
    traces/a: {receivers: ["otlp/2"], processors: [batch], exporters: [otlp_http/tempo]}
`,
  );
  expect(warnings).toEqual([]);
  expect(config?.pipelines).toEqual([
    {
      id: 'traces/a',
      signal: 'traces',
      receivers: ['otlp/2'],
      processors: ['batch'],
      exporters: ['otlp_http/tempo'],
    },
  ]);
  expect(config?.extensionsUsed).toEqual(['health_check']);
  expect([...(config?.receivers.keys() ?? [])]).toEqual(['otlp', 'otlp/2']);
  expect(config?.exporters.get('otlp_http/tempo')).toEqual({
    id: 'otlp_http/tempo',
    type: 'otlphttp',
    config: {
      endpoint: 'http://tempo:4317',
      timeoutMs: 90_000,
      size: 12,
      on: false,
      mode: 'fast',
      names: ['a', 'b'],
      headers: [['X-Scope-OrgID', '01234']],
    },
  });
});

test('later files win: maps deeply, lists whole, null wipes', () => {
  const { config, problems } = load(
    `receivers: {otlp: {endpoint: first, size: 1}}
processors: {batch: {size: 5}}
exporters: {debug: {names: [a, b]}, loki: {size: 3}}
service: {pipelines: {logs: {receivers: [otlp], processors: [batch], exporters: [debug, loki]}}}`,
    `receivers: {otlp: {size: 2}}
exporters: {debug: {names: [c]}, loki: }
processors:
service: {pipelines: {logs: {processors: []}}}`,
  );
  expect(problems).toEqual([]);
  expect(config?.receivers.get('otlp')?.config).toMatchObject({ endpoint: 'first', size: 2 });
  expect(config?.exporters.get('debug')?.config).toMatchObject({ names: ['c'] });
  expect(config?.exporters.get('loki')?.config).toMatchObject({ size: 7 });
  expect(config?.processors.size).toBe(0);
  expect(config?.pipelines[0]?.exporters).toEqual(['debug', 'loki']);
});

test('__proto__ is a key like any other', () => {
  const { problems } = load(`${minimal}__proto__: {x: 1}\n`);
  expect(problems.map(printProblem)).toEqual(['a.yaml:4:1: __proto__: invalid key "__proto__"']);
  expect(({} as Record<string, unknown>)['x']).toBeUndefined();
});
