// The screen itself: the built files of `ui/`, and its one page for every address that is no file, because the URL is the
// state of the UI.

import { readFile, stat } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { gzipSync } from 'node:zlib';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
};

interface StoredFile {
  readonly plain: Buffer;
  readonly gzip: Buffer | undefined;
  readonly type: string;
}

/** Everything that the page may load comes from here; nothing of it may be framed by another site. */
const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
};

/**
 * Serves `folder`; files are kept, compressed (the whole UI is a few hundred kB), until the one page changes: a UI that is
 * built anew is served without a restart.
 */
export function createStaticFiles(folder: string): (request: Request) => Promise<Response> {
  const files = new Map<string, StoredFile | undefined>();
  let builtMs = 0;
  const read = async (path: string): Promise<StoredFile | undefined> => {
    if (path === '/index.html') {
      const { mtimeMs } = await stat(join(folder, path)).catch(() => ({ mtimeMs: builtMs }));
      if (mtimeMs !== builtMs) files.clear();
      builtMs = mtimeMs;
    }
    if (files.has(path)) return files.get(path);
    const file = await load(folder, path);
    // Only what exists is remembered: names from outside must not fill the memory.
    if (file !== undefined) files.set(path, file);
    return file;
  };
  return async (request) => {
    const path = normalize(decodePath(new URL(request.url).pathname)).replaceAll('\\', '/');
    const isAsset = extname(path) !== '' && !path.endsWith('.html');
    const file = isAsset && !path.includes('..') ? await read(path) : await read('/index.html');
    if (file === undefined) {
      const text = isAsset
        ? 'not found'
        : 'the UI has not been built: run npm start, or npm run build';
      return new Response(`${text}\n`, {
        status: 404,
        headers: { 'content-type': 'text/plain; charset=utf-8' },
      });
    }
    const headers = new Headers({
      ...securityHeaders,
      'content-type': file.type,
      // Vite's asset names carry a hash of their content.
      'cache-control': path.startsWith('/assets/')
        ? 'public, max-age=31536000, immutable'
        : 'no-cache',
    });
    const wantsGzip = (request.headers.get('accept-encoding') ?? '').includes('gzip');
    if (wantsGzip && file.gzip !== undefined) headers.set('content-encoding', 'gzip');
    const body = wantsGzip ? (file.gzip ?? file.plain) : file.plain;
    return new Response(request.method === 'HEAD' ? null : new Uint8Array(body), { headers });
  };
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return '/';
  }
}

async function load(folder: string, path: string): Promise<StoredFile | undefined> {
  try {
    const plain = await readFile(join(folder, path));
    const type = types[extname(path)] ?? 'application/octet-stream';
    const compresses = /^(?:text|application|image\/svg)/.test(type);
    return { plain, gzip: compresses ? gzipSync(plain) : undefined, type };
  } catch {
    return undefined;
  }
}
