// How to start another file of ours as a process or a worker: from sources (`.ts`) through tsx, from the build (`.js`)
// as it is.

import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const fromSources = import.meta.url.endsWith('.ts');

function entryUrl(name: string): URL {
  return new URL(`./${name}${fromSources ? '.ts' : '.js'}`, import.meta.url);
}

/** `name` without extension, beside this file. */
export function processEntry(name: string): { readonly url: URL; readonly execArgv: string[] } {
  if (!fromSources) return { url: entryUrl(name), execArgv: [] };
  // Not `import.meta.resolve`, which test runners do not have.
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return { url: entryUrl(name), execArgv: ['--import', tsx] };
}

/** Node 20 does not hand the hooks of `--import` on to workers: from sources the worker registers tsx itself. */
export function workerEntry(name: string): URL {
  const url = entryUrl(name);
  if (!fromSources) return url;
  const tsx = JSON.stringify(import.meta.resolve('tsx/esm/api'));
  const code = `import { register } from ${tsx}; register(); await import(${JSON.stringify(url.href)});`;
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}
