// Our own scripts on the in-memory engine: what a language without anything beside this repository must do.

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runScript } from '../../../../test/conformance/logql-script.ts';

const folder = new URL('../testdata/', import.meta.url);

test.each(readdirSync(folder))('%s', async (file) => {
  const { evals, problems } = await runScript(readFileSync(new URL(file, folder), 'utf8'));
  expect(problems).toEqual([]);
  expect(evals).toBeGreaterThan(10);
});
