// Loki's own LogQL scripts against the in-memory engine, and its query catalogues through parse and print. The data is
// read from ../shared and never copied; what is known to differ is listed in gaps-logql.json with its reason.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { FakeClock, seededRandom } from '../../src/base/clock.ts';
import { labelsFromEntries } from '../../src/model/labels.ts';
import { createLogqlEngine } from '../../src/query/logql/execute/engine.ts';
import { MemoryLogSource } from '../../src/query/logql/execute/memory-source.ts';
import { parseLogql } from '../../src/query/logql/syntax/parse.ts';
import { prettyLogql } from '../../src/query/logql/syntax/pretty.ts';
import { printLogql } from '../../src/query/logql/syntax/print.ts';
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

// ------------------------------------------------------------------------------------------ catalogues

const catalogues = join(root, '../shared/conformance/logql-queries');

function catalogueQueries(): string[] {
  return ['fast', 'regression', 'exhaustive'].flatMap((suite) =>
    readdirSync(join(catalogues, suite)).flatMap((file) => {
      const { queries } = parseYaml(readFileSync(join(catalogues, suite, file), 'utf8')) as {
        queries: readonly { query: string }[];
      };
      return queries.map(({ query }) =>
        query
          .replaceAll('${SELECTOR}', '{service_name="cart", env=~"prod|test"}')
          .replaceAll('${RANGE}', '5m')
          .replaceAll('${LABEL_NAME}', 'env')
          .replaceAll('${LABEL_VALUE}', 'prod'),
      );
    }),
  );
}

/** Lines in the shapes that the catalogues ask for; the same each time. */
function catalogueSource(): MemoryLogSource {
  const source = new MemoryLogSource();
  const random = seededRandom(7);
  const levels = ['debug', 'info', 'warn', 'error'];
  for (let at = 0; at < 600; at++) {
    const level = levels[Math.floor(random() * levels.length)] ?? 'info';
    const millis = Math.floor(random() * 900);
    const logfmt = `level=${level} msg="request ${at}" duration=${millis}ms bytes=${millis * 7} size=${millis}KB`;
    const json = JSON.stringify({
      level,
      msg: `request ${at}`,
      duration_ms: millis,
      user: { id: at % 7 },
    });
    source.add({
      tenant: 't',
      timeNs: BigInt(at) * 6_000_000_000n,
      labels: labelsFromEntries([
        ['service_name', 'cart'],
        ['env', at % 3 === 0 ? 'test' : 'prod'],
        ['namespace', `n${at % 2}`],
      ]),
      line: at % 2 === 0 ? logfmt : json,
      metadata: labelsFromEntries([
        ['detected_level', level],
        ['trace_id', at.toString(16).padStart(32, '0')],
      ]),
    });
  }
  return source;
}

function withoutSpans(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, item: unknown) =>
      key === 'span' ? undefined : typeof item === 'bigint' ? String(item) : item,
    ),
  );
}

describe.runIf(existsSync(catalogues))('logql query catalogues', () => {
  const queries = existsSync(catalogues) ? catalogueQueries() : [];

  test('each one parses, prints, parses again and runs', async () => {
    const engine = createLogqlEngine({
      logs: catalogueSource(),
      clock: new FakeClock(0),
      limits: { seriesMax: 5000 },
    });
    let ran = 0;
    for (const query of queries) {
      const expr = parseLogql(query);
      expect(withoutSpans(parseLogql(printLogql(expr)))).toEqual(withoutSpans(expr));
      expect(withoutSpans(parseLogql(prettyLogql(expr)))).toEqual(withoutSpans(expr));
      const request = {
        query,
        tenants: ['t'],
        kind: 'range',
        startNs: 0n,
        endNs: 3_600_000_000_000n,
        stepNs: 300_000_000_000n,
        intervalNs: 0n,
        limit: 1000,
        direction: 'backward',
      } as const;
      try {
        await engine.query(request, new AbortController().signal);
        ran++;
      } catch (error) {
        // Half of the lines are of the other format: only what the pipeline itself may report is an answer here.
        expect(String(error)).toContain('pipeline error');
      }
    }
    console.log(
      `logql catalogues: ${queries.length} queries parse and print, ${ran} answer, the rest name their bad lines`,
    );
    expect(queries.length).toBeGreaterThan(100);
  });
});
