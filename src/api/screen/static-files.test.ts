import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createStaticFiles } from './static-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'clew-ui-'));
afterAll(() => rmSync(folder, { recursive: true }));

function build(name: string, atSeconds: number): void {
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), `<p>${name}</p>`);
  writeFileSync(join(folder, 'assets/main.js'), name);
  utimesSync(join(folder, 'index.html'), atSeconds, atSeconds);
}

test('a UI that is built anew is served without a restart', async () => {
  const files = createStaticFiles(folder);
  const get = async (path: string): Promise<string> =>
    await (await files(new Request(`http://localhost${path}`))).text();
  build('first', 1000);
  expect([await get('/logs'), await get('/assets/main.js')]).toEqual(['<p>first</p>', 'first']);
  build('second', 2000);
  expect([await get('/logs'), await get('/assets/main.js')]).toEqual(['<p>second</p>', 'second']);
});

test('what is no file of the folder is not there', async () => {
  const files = createStaticFiles(folder);
  for (const path of ['/assets/none.js', '/..%2f..%2fetc%2fpasswd.txt', '/assets/%2e%2e/x.js'])
    expect((await files(new Request(`http://localhost${path}`))).status).toBe(404);
});
