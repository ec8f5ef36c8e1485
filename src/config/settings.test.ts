import { expect, test } from 'vitest';
import { printProblem } from './problem.ts';
import { readSettings, settingFlags } from './settings.ts';

test('defaults', () => {
  expect(readSettings({ flags: {}, env: {} })).toEqual({
    problems: [],
    settings: {
      data: './data',
      retentionMs: 7 * 86_400_000,
      diskBytes: 20e9,
      portShift: 0,
      config: [],
      datasources: [],
      clickhouse: undefined,
      listen: '127.0.0.1',
      insecure: false,
      allowHosts: [],
      allowOrigins: [],
      embedded: {},
      tenants: false,
      logLevel: 'info',
      bodyBytesMax: 100 * 1024 * 1024,
      queryTimeoutMs: 120_000,
      queryMemoryBytes: 1e9,
    },
  });
});

test('flags win over the environment, which wins over the file', () => {
  const { settings } = readSettings({
    flags: { disk: '1GiB', config: ['a.yaml', 'b.yaml,c.yaml'], insecure: true },
    env: {
      CLEW_DISK: '2GB',
      CLEW_PORT_SHIFT: '200',
      CLEW_EMBEDDED: 'loki=false, logs=true',
      CLEW_CLICKHOUSE: 'http://clickhouse:8123',
      CLEW_TENANTS: 'on',
    },
    file: {
      name: 'clew.yaml',
      text: 'port-shift: 100\nretention: 1h30m\ndatasources: ds.yaml\nembedded: {tempo: false}\n',
    },
  });
  expect(settings).toMatchObject({
    diskBytes: 1024 ** 3,
    portShift: 200,
    retentionMs: 5_400_000,
    config: ['a.yaml', 'b.yaml', 'c.yaml'],
    datasources: ['ds.yaml'],
    embedded: { loki: false, logs: true },
    insecure: true,
    tenants: true,
    clickhouse: 'http://clickhouse:8123',
  });
});

test('embedded names as a map in the file', () => {
  const file = { name: 'clew.yaml', text: 'embedded: {loki: false, tempo: "off"}' };
  expect(readSettings({ flags: {}, env: {}, file }).settings?.embedded).toEqual({
    loki: false,
    tempo: false,
  });
});

test('all problems at once, each where it was written', () => {
  const { settings, problems } = readSettings({
    flags: { disk: 'much', 'port-shift': '-1' },
    env: { CLEW_RETENTION: 'forever', CLEW_CLICKHOUSE: 'clickhouse', CLEW_INSECURE: 'perhaps' },
    file: { name: 'clew.yaml', text: 'data: ./d\nlog-level: loud\nretenton: 1d\n' },
  });
  expect(settings).toBeUndefined();
  expect(problems.map(printProblem)).toEqual([
    'clew.yaml:3:1: retenton: unknown setting; did you mean "retention"?',
    'CLEW_RETENTION: expected a duration such as "7d" or "1h30m", got "forever"',
    '--disk: expected a size such as "20GB" or "512MiB", got "much"',
    '--port-shift: expected an integer from 0 to 50000, got "-1"',
    'CLEW_CLICKHOUSE: expected a URL such as "http://clickhouse:8123", got "clickhouse"',
    'CLEW_INSECURE: expected true or false, got "perhaps"',
    'clew.yaml:2:1: log-level: Invalid option: expected one of "debug"|"info"|"warn"|"error"',
  ]);
});

test('every setting has an environment form', () => {
  expect(settingFlags.map(({ flag, env }) => [flag, env])).toContainEqual([
    'body-max',
    'CLEW_BODY_MAX',
  ]);
});
