import { expect, test } from 'vitest';
import { printProblem } from '../problem.ts';
import { derivedUid, type LoadedDatasources, loadDatasources } from './load.ts';
import { parseShiftMs } from './correlation.ts';

function load(...texts: readonly string[]): LoadedDatasources {
  return loadDatasources({
    sources: texts.map((text, at) => ({ name: `${'abc'[at]}.yaml`, text })),
    env: { HOST: 'tempo', TOKEN: 't0ken', ON: 'true' },
    readFile: () => ' from-file\n',
    embedded: {
      isEmbedded: (address) => address.includes('//tempo') || address.includes('//loki'),
    },
  });
}

test('everything that ties signals together', () => {
  const { datasources, problems, warnings } = load(`apiVersion: 1
datasources:
  - name: Traces
    type: tempo
    uid: t
    isDefault: \${ON}
    url: http://\${HOST}:3200
    jsonData:
      tracesToLogsV2:
        datasourceUid: l
        spanStartTimeShift: -1m
        spanEndTimeShift: 1h
        tags: [{key: service.name, value: service_name}, {key: pod}, namespace]
        filterByTraceID: 'true'
        filterBySpanID: false
        customQuery: true
        query: '{$\${__tags}} | trace_id = "$\${__trace.traceId}"'
      tracesToMetrics:
        datasourceUid: p
        tags: [{key: service.name, value: service}]
        queries: [{name: Rate, query: 'sum(rate(x{$$__tags}[5m]))'}]
      nodeGraph: {enabled: true}
  - name: Logs
    type: loki
    uid: l
    url: http://loki:3100
    basicAuth: true
    basicAuthUser: me
    secureJsonData: {basicAuthPassword: '$__env{TOKEN}', httpHeaderValue1: '$__file{/x}'}
    jsonData:
      httpHeaderName1: X-Scope-OrgID
      derivedFields:
        - {name: TraceID, matcherRegex: 'trace=(\\w+)', url: '$\${__value.raw}', datasourceUid: t, urlDisplayLabel: Open}
        - {name: TraceID, matcherRegex: trace_id, matcherType: label, url: 'https://x/$\${__value.raw}'}
  - name: Metrics
    type: prometheus
    uid: p
    url: http://elsewhere:9090
    jsonData:
      exemplarTraceIdDestinations: [{name: trace_id, datasourceUid: t, urlDisplayLabel: Trace}]
  - {name: Other, type: grafana-clock-panel}
`);
  expect(problems).toEqual([]);
  expect(warnings).toEqual([]);
  expect(datasources).toEqual([
    {
      name: 'Traces',
      uid: 't',
      type: 'tempo',
      plugin: 'tempo',
      url: 'http://tempo:3200',
      isDefault: true,
      embedded: true,
      headers: {},
      derivedFields: [],
      tracesToLogs: {
        datasourceUid: 'l',
        tags: [
          { key: 'service.name', value: 'service_name' },
          { key: 'pod', value: '' },
          { key: 'namespace', value: '' },
        ],
        startShiftMs: -60_000,
        endShiftMs: 3_600_000,
        filterByTraceId: true,
        filterBySpanId: false,
        customQuery: '{${__tags}} | trace_id = "${__trace.traceId}"',
      },
      tracesToMetrics: {
        datasourceUid: 'p',
        tags: [{ key: 'service.name', value: 'service' }],
        startShiftMs: -120_000,
        endShiftMs: 120_000,
        queries: [{ name: 'Rate', query: 'sum(rate(x{$__tags}[5m]))' }],
      },
      exemplarDestinations: [],
    },
    expect.objectContaining({
      name: 'Logs',
      embedded: true,
      headers: { Authorization: 'Basic bWU6dDBrZW4=', 'X-Scope-OrgID': 'from-file' },
      derivedFields: [
        {
          name: 'TraceID',
          matcherRegex: 'trace=(\\w+)',
          matcherType: 'regex',
          url: '${__value.raw}',
          urlDisplayLabel: 'Open',
          datasourceUid: 't',
        },
        {
          name: 'TraceID',
          matcherRegex: 'trace_id',
          matcherType: 'label',
          url: 'https://x/${__value.raw}',
          urlDisplayLabel: '',
          datasourceUid: '',
        },
      ],
    }),
    expect.objectContaining({
      embedded: false,
      exemplarDestinations: [
        { name: 'trace_id', url: '', urlDisplayLabel: 'Trace', datasourceUid: 't' },
      ],
    }),
    expect.objectContaining({ type: 'other', uid: derivedUid('Other') }),
  ]);
});

test('the older way from traces to logs', () => {
  const { datasources } = load(`datasources:
  - {name: a, type: tempo, uid: a, url: x, jsonData: {tracesToLogs: {datasourceUid: a, tags: [pod, job], filterByTraceID: true}}}
  - {name: b, type: tempo, uid: b, url: x, jsonData: {tracesToLogs: {datasourceUid: a, tags: [pod], mapTagNamesEnabled: true, mappedTags: [{key: k, value: v}]}}}
`);
  expect(datasources.map(({ tracesToLogs }) => tracesToLogs?.tags)).toEqual([
    [
      { key: 'pod', value: '' },
      { key: 'job', value: '' },
    ],
    [{ key: 'k', value: 'v' }],
  ]);
  expect(datasources[0]?.tracesToLogs).toMatchObject({ filterByTraceId: true, startShiftMs: 0 });
});

test('problems and warnings', () => {
  const { problems, warnings, datasources } = load(
    `apiVersion: 1
datasources:
  - type: loki
  - name: x
  - {name: one, type: loki, isDefault: true, uid: same, url: http://x}
  - {name: two, type: tempo, isDefault: true, uid: same}
`,
    'datasources: {name: x}',
  );
  expect(datasources).toEqual([]);
  expect(problems.map(printProblem)).toEqual([
    'a.yaml:3:5: datasources::0: a data source needs a name',
    'a.yaml:4:5: datasources::1: a data source needs a type, such as loki, tempo or prometheus',
    'b.yaml:1:1: datasources: expected a list of data sources',
    'a.yaml, b.yaml: datasources: datasource.yaml config is invalid. Only one datasource per organization can be marked as default',
    'a.yaml, b.yaml: datasources: "one" and "two" have the same uid "same"',
  ]);
  expect(warnings.map(printProblem)).toEqual([
    'a.yaml:6:5: datasources::3: the data source "two" has no url',
  ]);
});

test('template variables without their escape are kept, and said', () => {
  const { datasources, warnings } = load(`datasources:
  - name: l
    type: loki
    url: http://loki
    jsonData:
      derivedFields: [{name: t, matcherRegex: x, url: '\${__value.raw}', datasourceUid: gone}]
`);
  expect(datasources[0]?.derivedFields[0]?.url).toBe('${__value.raw}');
  expect(warnings.map(printProblem)).toEqual([
    expect.stringContaining(
      'a.yaml:6:50: datasources::0::jsonData::derivedFields::0::url: "${__value.raw}" must be written "$${__value.raw}"',
    ),
    expect.stringContaining('no data source has the uid "gone"; known are'),
  ]);
});

test('what a data source would silently not do', () => {
  const { datasources, problems, warnings } = load(`datasources:
  - name: l
    type: lokki
    url: http://loki
    jsonData:
      derivedFields: [{name: t, matcherRegex: '([a-z', url: x}, {name: u, matcherRegex: '([a-z', matcherType: label, url: x}]
`);
  expect(problems).toEqual([]);
  expect(datasources).toHaveLength(1);
  expect(warnings.map(printProblem)).toEqual([
    'a.yaml:3:5: datasources::0::type: Clew has no use for data sources of type "lokki"; did you mean "loki"?',
    expect.stringContaining(
      'a.yaml:6:33: datasources::0::jsonData::derivedFields::0::matcherRegex: not a regular expression, so that it never matches: ',
    ),
  ]);
});

test('uid from the name as Grafana derives it', () => {
  // Grafana's documentation shows this pair for the default Prometheus data source.
  expect(derivedUid('Prometheus')).toBe('PBFA97CFB590B2093');
});

test.each([
  ['-2s', -2000],
  ['+2s', 2000],
  ['1h', 3_600_000],
  ['1.5m', 90_000],
  ['100ms', 100],
  ['soon', undefined],
  ['5', undefined],
])('shift %s', (text, ms) => {
  expect(parseShiftMs(text)).toBe(ms);
});
