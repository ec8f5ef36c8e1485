// `npm run bench [-- NAMES…]`: runs the benches that are named, all without names, and prints the machine first. Most
// measure the build in `dist/`, so run `npm run build` before.

import { printMachine } from './report.ts';

const benches: Readonly<Record<string, () => Promise<{ run(): void | Promise<void> }>>> = {
  javascript: () => import('./javascript.ts'),
  ready: () => import('./ready.ts'),
  memory: () => import('./memory.ts'),
  ingest: () => import('./ingest.ts'),
  lookups: () => import('./lookups.ts'),
  'heavy-query': () => import('./heavy-query.ts'),
  languages: () => import('./languages.ts'),
  decode: () => import('./otlp-decode.ts'),
  'screen-trace': () => import('./screen-trace.ts'),
  stores: () => import('./stores.ts'),
  overview: () => import('./overview.ts'),
  demo: () => import('./demo.ts'),
  'screen-tail': () => import('./screen-tail.ts'),
  'screen-logs': () => import('./screen-logs.ts'),
  'screen-routes': () => import('./screen-routes.ts'),
};

const names = process.argv.slice(2);
const unknown = names.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
  console.error(`no bench ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}`);
  process.exit(1);
}
printMachine();
for (const [name, load] of Object.entries(benches)) {
  if (names.length > 0 && !names.includes(name)) continue;
  const bench = await load();
  await bench.run();
}
