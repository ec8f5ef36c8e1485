import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { hostName, localHosts, refusalOf } from './guard.ts';

const options = {
  allowedHosts: new Set([...localHosts, 'clew.example']),
  allowedOrigins: new Set(['https://app.example']),
  anyHost: false,
};

function check(
  request: {
    readonly method?: string;
    readonly host?: string;
    readonly origin?: string;
    readonly upgrade?: string;
  },
  expected: 'passes' | 'refused',
): void {
  const { method = 'GET', ...headers } = request;
  const refusal = refusalOf({ method, headers } as unknown as IncomingMessage, options);
  expect(refusal === undefined ? 'passes' : 'refused').toBe(expected);
}

describe('guard', () => {
  test('host names without port and brackets', () => {
    expect(hostName('Localhost:3000')).toBe('localhost');
    expect(hostName('[::1]:3000')).toBe('::1');
    expect(hostName('loki')).toBe('loki');
  });
  test('loopback, compose names and added names pass', () => {
    for (const host of [
      'localhost:3000',
      '127.0.0.1:3100',
      '[::1]:3200',
      'otel-collector:4318',
      'clew.example',
      'x.localhost',
    ])
      check({ host }, 'passes');
  });
  test('a name that was rebound to loopback is refused', () =>
    check({ host: 'evil.example:3000' }, 'refused'));
  test('a foreign page cannot write', () => {
    check({ method: 'POST', host: 'localhost:3100', origin: 'https://evil.example' }, 'refused');
    check({ method: 'POST', host: 'localhost:3100', origin: 'null' }, 'refused');
    check(
      { method: 'DELETE', host: 'localhost:3100', origin: 'http://localhost.evil.example' },
      'refused',
    );
  });
  test('a foreign page cannot open a WebSocket', () =>
    check(
      { host: 'localhost:3100', origin: 'https://evil.example', upgrade: 'websocket' },
      'refused',
    ));
  test('our own pages and allowed origins can', () => {
    check({ method: 'POST', host: 'localhost:3100', origin: 'http://localhost:3000' }, 'passes');
    check({ method: 'POST', host: 'localhost:3100', origin: 'https://app.example' }, 'passes');
  });
  test('agents send no origin', () => check({ method: 'POST', host: 'loki:3100' }, 'passes'));
});
