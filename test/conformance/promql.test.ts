// Prometheus's own promqltest scripts against the in-memory engine, every re-run of its runner included. The data is
// read from ../shared (Apache-2.0, see its NOTICE there); what is known to differ is listed in gaps-promql.json with
// its reason.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ScriptRunner } from '../promql/run-script.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, '../shared/conformance/promql');
const present = existsSync(folder);

interface Gap {
  /** `file:line` of the evaluation. */
  readonly case: string;
  readonly reason: string;
}

const gaps = (
  JSON.parse(readFileSync(new URL('gaps-promql.json', import.meta.url), 'utf8')) as {
    promql: readonly Gap[];
  }
).promql;

if (!present) {
  const reason = `promql conformance skipped: ${folder} is not there`;
  console.log(reason);
  test.skipIf(process.env['CI'] !== 'true')('conformance data is there', () => {
    throw new Error(reason);
  });
}

describe.runIf(present)('promqltest', () => {
  let evals = 0;
  let runs = 0;
  let passed = 0;
  for (const file of present ? readdirSync(folder).toSorted() : []) {
    test(file, async () => {
      const outcome = await new ScriptRunner().run(readFileSync(join(folder, file), 'utf8'));
      evals += outcome.evals;
      runs += outcome.runs;
      passed += outcome.evals - outcome.failures.length;
      const known = new Set(
        gaps.map((gap) => gap.case).filter((name) => name.startsWith(`${file}:`)),
      );
      const failing = new Set(outcome.failures.map(({ line }) => `${file}:${line}`));
      expect(outcome.failures.filter(({ line }) => !known.has(`${file}:${line}`))).toEqual([]);
      expect([...known].filter((name) => !failing.has(name))).toEqual([]);
    });
  }

  test('counts', () => {
    console.log(
      `promql conformance: ${passed} of ${evals} evaluations pass (${runs} queries with all re-runs), ${gaps.length} known gaps`,
    );
    expect(evals).toBe(2214);
  });
});
