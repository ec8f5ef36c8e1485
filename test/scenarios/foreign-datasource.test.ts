// A datasource of `datasources.yaml` that is somebody else's server: asked through Grafana's proxy path with the headers that the
// file gives, and nothing of the visitor's.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ClewProcess, removeFolder, startClew } from '../clew-process.ts';
import { check, formHeaders, send } from './exchange.ts';

interface Asked {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const asked: Asked[] = [];
const far = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    asked.push({ method: request.method, url: request.url, headers: request.headers, body });
    response.writeHead(request.url?.includes('teapot') === true ? 418 : 200, {
      'content-type': 'application/json',
      'set-cookie': 'theirs=1',
      'x-far': 'yes',
    });
    response.end('{"far":true}');
  });
});

let clew: ClewProcess;
let folder = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => far.listen(0, '127.0.0.1', resolve));
  const { port } = far.address() as AddressInfo;
  folder = mkdtempSync(join(tmpdir(), 'clew-foreign-'));
  const file = join(folder, 'datasources.yaml');
  writeFileSync(
    file,
    `apiVersion: 1
datasources:
  - name: Far Prometheus
    type: prometheus
    uid: far
    url: http://127.0.0.1:${port}
    jsonData: { httpHeaderName1: X-Scope-OrgID }
    secureJsonData: { httpHeaderValue1: team-a }
  - name: Far Loki
    type: loki
    uid: below
    url: http://127.0.0.1:${port}/loki-a/
  - name: Nobody
    type: tempo
    uid: nobody
    url: http://127.0.0.1:9
`,
  );
  clew = await startClew({ args: ['--datasources', file] });
});

afterAll(async () => {
  await clew.stop();
  removeFolder(clew.data);
  removeFolder(folder);
  far.closeAllConnections();
  await new Promise((resolve) => far.close(resolve));
});

beforeEach(() => void asked.splice(0));

const proxy = '/api/datasources/proxy/uid';

describe('a foreign datasource', () => {
  test('is asked at its own server, with the headers of the file', async () => {
    await check(
      clew,
      {
        port: 'ui',
        path: `${proxy}/far/api/v1/query?query=up%20%2B1&time=4`,
        headers: { cookie: 'mine=1', 'x-scope-orgid': 'mine', accept: 'application/json' },
      },
      { json: { far: true }, headers: { 'x-far': 'yes' } },
    );
    expect(asked).toMatchObject([
      { method: 'GET', url: '/api/v1/query?query=up%20%2B1&time=4', body: '' },
    ]);
    expect(asked[0]?.headers).toMatchObject({
      accept: 'application/json',
      'x-scope-orgid': 'team-a',
    });
    expect(asked[0]?.headers.cookie).toBeUndefined();
  });

  test('takes forms, keeps its path, its status and none of its cookies', async () => {
    const { headers } = await check(
      clew,
      {
        port: 'ui',
        path: `${proxy}/below/teapot`,
        method: 'POST',
        headers: formHeaders,
        body: 'query=up',
      },
      { status: 418 },
    );
    expect(asked).toMatchObject([{ method: 'POST', url: '/loki-a/teapot', body: 'query=up' }]);
    expect(headers['set-cookie']).toBeUndefined();
  });

  test('is the only server that can be reached', async () => {
    for (const rest of [
      '//127.0.0.2:9/x',
      '///127.0.0.2:9/x',
      '/\\\\127.0.0.2:9/x',
      '/@127.0.0.2:9/x',
      '/http://127.0.0.2:9/x',
    ]) {
      const { status, text } = await send(clew, 'ui', `${proxy}/far${rest}`);
      // 502 would say that the other server was tried.
      expect([200, 400], `${rest} ${text}`).toContain(status);
    }
  });

  test('stays below the path that the file gives', async () => {
    for (const rest of ['/../other', '/%2e%2e/other', '/x/../../other']) {
      const answer = await check(
        clew,
        { port: 'ui', path: `${proxy}/below${rest}` },
        { status: 404 },
      );
      expect(answer.text).not.toContain('far');
    }
    expect(asked).toEqual([]);
  });

  test('that does not answer is named', () =>
    check(
      clew,
      { port: 'ui', path: `${proxy}/nobody/api/echo` },
      { status: 502, text: 'the server of datasource "Nobody" does not answer\n' },
    ));
});
