// Loki's own LogQL scripts against the in-memory engine, and its query catalogues through parse and print. The data is
// read from ../shared and never copied; what is known to differ is listed in gaps-logql.json with its reason.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { runScript } from './logql-script.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, '../shared/conformance/logql');
const present = existsSync(folder);

interface Gap {
  /** `file:line` of the evaluation. */
  readonly case: string;
  readonly reason: string;
}

const gaps = (
  JSON.parse(readFileSync(new URL('gaps-logql.json', import.meta.url), 'utf8')) as {
    logql: readonly Gap[];
  }
).logql;

if (!present) {
  const reason = `logql conformance skipped: ${folder} is not there`;
  console.log(reason);
  test.skipIf(process.env['CI'] !== 'true')('conformance data is there', () => {
    throw new Error(reason);
  });
}

describe.runIf(present)('logqltest', () => {
  let evals = 0;
  let passed = 0;
  for (const file of present ? readdirSync(folder).toSorted() : []) {
    test(file, async () => {
      const outcome = await runScript(readFileSync(join(folder, file), 'utf8'));
      evals += outcome.evals;
      passed += outcome.evals - outcome.problems.length;
      const known = new Set(
        gaps.map((gap) => gap.case).filter((name) => name.startsWith(`${file}:`)),
      );
      const failing = new Set(outcome.problems.map((problem) => `${file}:${problem.line}`));
      const unexpected = outcome.problems.filter(({ line }) => !known.has(`${file}:${line}`));
      expect(unexpected).toEqual([]);
      expect([...known].filter((name) => !failing.has(name))).toEqual([]);
    });
  }

  test('counts', () => {
    console.log(
      `logql conformance: ${passed} of ${evals} evaluations pass, ${gaps.length} known gaps`,
    );
    expect(evals).toBe(1095);
  });
});
