import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseArguments } from '../cli/arguments.ts';
import { check } from './check.ts';

const folder = mkdtempSync(join(tmpdir(), 'clew-check-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Exit code and what is told, the folder's name left out. */
function run(yaml: string, ...flags: readonly string[]): { code: number; told: string[] } {
  writeFileSync(join(folder, 'file.yaml'), yaml);
  const told: string[] = [];
  const code = check(parseArguments(['check', ...flags, 'file.yaml']), {}, folder, (message) =>
    told.push(message.replaceAll(`${folder}/`, '')),
  );
  return { code, told };
}

const collector = (exporters: string, names: string): string => `
receivers: { otlp: { protocols: { grpc: , http: } } }
exporters: ${exporters}
service: { pipelines: { traces: { receivers: [otlp], exporters: [${names}] } } }
`;

const toItself =
  'is this Clew\'s own OTLP receiver: telemetry would go round in a loop; name "tempo", "loki" or "mimir", or use the exporter "clew", to store it here';

test('a configuration that is right', () => {
  expect(run(collector('{ otlp: { endpoint: tempo:4317 } }', 'otlp'))).toEqual({
    code: 0,
    told: ['file.yaml: ok'],
  });
});

test('exporters that lead back to the receiver', () => {
  const exporters =
    '{ otlp: { endpoint: localhost:4317 }, otlphttp: { endpoint: http://otel-collector:4318 } }';
  expect(run(collector(exporters, 'otlp, otlphttp'))).toEqual({
    code: 1,
    told: [
      `file.yaml: exporters::otlp: "localhost:4317" ${toItself}`,
      `file.yaml: exporters::otlphttp: "http://otel-collector:4318/v1/traces" ${toItself}`,
    ],
  });
});

test("the receiver's ports are shifted as they would be", () => {
  const yaml = collector('{ otlp: { endpoint: localhost:4417 } }', 'otlp');
  expect(run(yaml).code).toBe(0);
  expect(run(yaml, '--port-shift', '100')).toEqual({
    code: 1,
    told: [`file.yaml: exporters::otlp: "localhost:4417" ${toItself}`],
  });
});

test('warnings are told and are no problem', () => {
  const yaml = collector('{ otlp: { endpoint: "tempo:4317${env:ABSENT}" } }', 'otlp');
  expect(run(yaml)).toEqual({
    code: 0,
    told: [
      'warning: configuration references the unset environment variable "ABSENT"',
      'file.yaml: ok',
    ],
  });
});

test('problems, each with its place', () => {
  const { code, told } = run(collector('{ otlp: { endpont: tempo:4317 } }', 'otlp'));
  expect(code).toBe(1);
  expect(told.join('\n')).toMatch(/^file\.yaml:3:\d+: exporters::otlp/);
});
