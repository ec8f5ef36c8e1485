import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { snippetsFor, usualPorts } from './snippets.ts';

function snippet(id: string, tenant = ''): string {
  const receiver = { ...usualPorts(3100), host: 'clew.test', tenant };
  return snippetsFor(receiver).find((one) => one.id === id)?.text ?? '';
}

describe('snippets name this Clew', () => {
  test.each([
    ['run', 'http://clew.test:3100'],
    ['node', 'http://clew.test:4418'],
    ['collector', 'http://clew.test:4418'],
    ['alloy', 'http://clew.test:3200/loki/api/v1/push'],
    ['promtail', 'http://clew.test:3200/loki/api/v1/push'],
    ['remote-write', 'http://clew.test:9109/api/v1/push'],
    ['curl', 'http://clew.test:3200/loki/api/v1/push'],
  ])('%s: %s', (id, address) => {
    expect(snippet(id)).toContain(address);
    expect(snippet(id).toLowerCase()).not.toContain('scope');
  });
});

test.each(['collector', 'promtail', 'remote-write'])('%s is YAML, with a tenant too', (id) => {
  expect(parse(snippet(id))).toBeTypeOf('object');
  expect(JSON.stringify(parse(snippet(id, 'team "a": b')))).toContain('team \\"a\\": b');
});

test('winston’s logs need a package of their own', () => {
  expect(snippet('node')).toContain('@opentelemetry/winston-transport');
});

test('a tenant is in every snippet, as its language quotes it', () => {
  const quote = "o'neil & co";
  expect(snippet('node', quote)).toContain("x-scope-orgid=o'neil%20%26%20co");
  expect(snippet('run', quote)).toContain('OTEL_EXPORTER_OTLP_HEADERS');
  expect(snippet('alloy', quote)).toContain('tenant_id = "o\'neil & co"');
  expect(snippet('curl', quote)).toContain(`'X-Scope-OrgID: o'\\''neil & co'`);
});
