// What a browser fetches of JavaScript before the first results are on the screen, from the build's own manifest: the
// entry and the page with all that they import at once. What they import when needed (the editor) is listed apart.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from '../clew-process.ts';
import { printTable, type Row, rounded } from './report.ts';

interface Chunk {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
}

type Manifest = Readonly<Record<string, Chunk>>;

function withImports(manifest: Manifest, name: string, into: Set<string>): Set<string> {
  if (into.has(name)) return into;
  into.add(name);
  for (const imported of manifest[name]?.imports ?? []) withImports(manifest, imported, into);
  return into;
}

export function run(): void {
  const folder = join(root, 'dist/ui');
  const manifest = JSON.parse(
    readFileSync(join(folder, '.vite/manifest.json'), 'utf8'),
  ) as Manifest;
  const sizes = new Map(
    Object.entries(manifest)
      .filter(([, { file }]) => file.endsWith('.js'))
      .map(([name, { file }]) => [name, gzipSync(readFileSync(join(folder, file))).length / 1000]),
  );
  const entry = Object.keys(manifest).find((name) => manifest[name]?.isEntry === true);
  if (entry === undefined) throw new Error('the build has no entry');
  const atStart = withImports(manifest, entry, new Set());
  const rows: Row[] = [];
  for (const page of Object.keys(manifest).filter((name) => name.endsWith('-page.tsx'))) {
    const fetched = withImports(manifest, page, new Set(atStart));
    const total = [...fetched].reduce((kilobytes, name) => kilobytes + (sizes.get(name) ?? 0), 0);
    rows.push([
      page.replace(/^.*\//, ''),
      rounded(total),
      [...fetched].filter((name) => sizes.has(name)).length,
    ]);
  }
  printTable('JavaScript before the first results', ['page', 'kB gzip', 'files'], rows);
  printTable(
    'all chunks',
    ['chunk', 'kB gzip'],
    [...sizes].toSorted((a, b) => b[1] - a[1]).map(([name, size]) => [name, rounded(size)]),
  );
}
