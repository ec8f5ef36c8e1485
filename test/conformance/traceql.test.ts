// Tempo's own list of TraceQL queries (AGPL, so it is read where it lies and never copied): which ones parse, which ones
// fail to, and which ones fail the check. `gaps-traceql.json` lists what differs, with the reason.

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { asFailure } from '../../src/base/errors.ts';
import { checkTraceql } from '../../src/query/traceql/syntax/check.ts';
import { parseTraceql } from '../../src/query/traceql/syntax/parse.ts';
import { printTraceql } from '../../src/query/traceql/syntax/print.ts';

type Verdict = 'valid' | 'parse_fails' | 'validate_fails' | 'unsupported';

interface Gap {
  readonly query: string;
  readonly reason: string;
}

const corpus = fileURLToPath(
  new URL('../../../shared/conformance/traceql/test_examples.yaml', import.meta.url),
);
const gaps = JSON.parse(
  readFileSync(new URL('gaps-traceql.json', import.meta.url), 'utf8'),
) as readonly Gap[];

function verdictOn(query: string): { readonly verdict: Verdict; readonly message: string } {
  let tree;
  try {
    tree = parseTraceql(query);
  } catch (error) {
    return { verdict: 'parse_fails', message: asFailure(error).message };
  }
  try {
    checkTraceql(tree);
  } catch (error) {
    const { code, message } = asFailure(error);
    return { verdict: code === 'unsupported' ? 'unsupported' : 'validate_fails', message };
  }
  const printed = printTraceql(tree);
  expect(printTraceql(parseTraceql(printed))).toBe(printed);
  return { verdict: 'valid', message: '' };
}

if (existsSync(corpus)) {
  const lists = parse(readFileSync(corpus, 'utf8')) as Record<string, readonly string[] | null>;
  const verdicts: readonly Verdict[] = ['valid', 'parse_fails', 'validate_fails', 'unsupported'];
  for (const verdict of verdicts) {
    describe(`TraceQL corpus: ${verdict}`, () => {
      for (const query of lists[verdict] ?? []) {
        const gap = gaps.find((candidate) => candidate.query === query);
        test(query, () => {
          const found = verdictOn(query);
          if (gap === undefined) expect(found).toMatchObject({ verdict });
          else expect(found.verdict, `no longer a gap: ${gap.reason}`).not.toBe(verdict);
        });
      }
    });
  }
} else {
  test.skipIf(process.env['CI'] !== 'true')(`needs ${corpus}, which is not there`, () => {
    expect.fail('the corpus is missing');
  });
}
