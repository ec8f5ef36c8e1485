import { expect, test } from 'vitest';
import { checkTraceql } from '../syntax/check.ts';
import { parseTraceql } from '../syntax/parse.ts';
import { explainTraceql } from './explain.ts';

function explained(query: string): string {
  const parsed = parseTraceql(query);
  checkTraceql(parsed);
  return explainTraceql(parsed);
}

function check(query: string, expected: readonly string[]): void {
  expect(explained(query).split('\n'), query).toEqual(expected);
}

test('searches and metrics, with what storage narrows', () => {
  check('{ span.step = "pay" } | select(name)', [
    'search  { span.step = "pay" } | select(name)',
    'show    span.step, name',
    'storage has a span with span "step" = "pay"',
  ]);
  check('{ span.step = "pay" } | logs( {app="x"} ) | { kind = server }', [
    'search  { span.step = "pay" } | logs( {app="x"} ) | { kind = server }',
    'show    span.step, kind',
    'storage has a span with (span "step" = "pay" and kind = server)',
    'clew    only traces of lines that LogQL finds: {app="x"}',
  ]);
  check('{ kind = server } | rate() by (resource.zone) | topk(3)', [
    'engine: topk(3)',
    '  engine: rate() by(resource.zone)',
    '    engine: { kind = server }',
    '    storage: spans with kind = server',
    '    fields needed: kind, resource.zone',
  ]);
  // Whether a span is a root it says itself, however that is asked.
  for (const [query, condition] of [
    ['nestedSetParent < 0 && kind = server', '(nestedSetParent < 0 and kind = server)'],
    ['nestedSetParent >= 0', 'nestedSetParent >= 0'],
    ['nestedSetParent = -1', 'nestedSetParent = -1'],
    ['0 > nestedSetParent', 'nestedSetParent < 0'],
  ] as const)
    expect(explained(`{ ${query} } | rate()`)).toContain(`storage: spans with ${condition}`);
  for (const query of ['nestedSetParent = 3', 'nestedSetParent > 0', '1 > nestedSetParent'])
    expect(explained(`{ ${query} } | rate()`)).toContain('storage: whole traces');
  check('({ rootName = "checkout" } | rate()) * 2', [
    'engine: *',
    '  engine: rate()',
    '    engine: { rootName = "checkout" }',
    '    storage: whole traces',
    '    storage has a span with rootName = "checkout"',
    '    fields needed: rootName',
    '  number 2',
  ]);
});
