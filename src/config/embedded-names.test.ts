import { expect, test } from 'vitest';
import { createEmbeddedNames } from './embedded-names.ts';

const plain = createEmbeddedNames({ overrides: {}, portShift: 0 });
const shifted = createEmbeddedNames({
  overrides: { loki: false, 'Logs.Internal': true },
  portShift: 100,
});

test.each([
  ['tempo:4317', 'tempo'],
  ['http://loki:3100/loki/api/v1/push', 'loki'],
  ['https://TEMPO:4317', 'tempo'],
  ['http://user:secret@mimir:9009/api/v1/push', 'mimir'],
  ['dns:///prometheus:9090', 'prometheus'],
  ['pyroscope', 'pyroscope'],
  ['http://otel-collector:4318', 'otel-collector'],
  ['localhost:4317', undefined],
  ['http://127.0.0.1:3100', 'loki'],
  ['http://[::1]:3200/', 'tempo'],
  ['http://0.0.0.0:9009', 'mimir'],
  ['http://localhost:3000/loki/api/v1/push', 'clew'],
  ['http://localhost:9090', undefined],
  ['http://localhost', undefined],
  ['loki.example.com:3100', undefined],
  ['192.168.0.1:3100', undefined],
  ['http://example.com/loki:3100', undefined],
  ['', undefined],
  ['::::', undefined],
  ['tempo:99999', undefined],
])('%s means %s', (address, name) => {
  expect(plain.nameOf(address)).toBe(name);
  expect(plain.isEmbedded(address)).toBe(name !== undefined);
});

test.each([
  ['http://loki:3100', undefined],
  ['http://logs.internal', 'clew'],
  ['http://localhost:3100', 'clew'],
  ['http://localhost:4318', undefined],
  ['http://localhost:3200', 'loki'],
  ['localhost:4417', undefined],
])('with overrides and a shift %s means %s', (address, name) => {
  expect(shifted.nameOf(address)).toBe(name);
});
