import { expect, test } from 'vitest';
import { checkTraceql } from '../syntax/check.ts';
import { parseTraceql } from '../syntax/parse.ts';
import { exactFilterOf } from './exact-predicate.ts';
import { printPredicate } from './plan.ts';

function check(query: string, expected: string | undefined): void {
  const parsed = parseTraceql(query);
  checkTraceql(parsed);
  if (parsed.kind !== 'spansets') throw new Error('not a search');
  const exact = exactFilterOf(parsed.pipeline);
  const printed =
    exact && [exact.predicate, ...exact.traceHas].map((one) => printPredicate(one)).join('; ');
  expect(printed, query).toBe(expected);
}

test('filters that are said exactly', () => {
  check('{ }', 'true');
  check('{ .a = 1 && 500ms < duration }', '(any "a" = 1 and duration > 500000000ns)');
  check('{ status = error || !.b }', '(status = error or any "b" = false)');
  check('{ .a = 1 } | { .b = 2 } | select(.c)', '(any "a" = 1 and any "b" = 2)');
  check('{ .a = 1 } || { .b = 2 }', '(any "a" = 1 or any "b" = 2)');
  check('{ .a = 1 } && { .b = 2 }', '(any "a" = 1 or any "b" = 2); any "a" = 1; any "b" = 2');
});

test('filters that take the engine', () => {
  check('{ .a + 1 = 2 }', undefined);
  check('{ .a = .b }', undefined);
  check('{ !(.a = 1) }', undefined);
  check('{ .a = 1 } >> { .b = 2 }', undefined);
  check('{ .a = 1 } | count() > 2', undefined);
  check('{ .a = 1 } | ({ .b = 2 } && { .c = 3 })', undefined);
  check('({ .a = 1 } && { .b = 2 }) || { .c = 3 }', undefined);
});
