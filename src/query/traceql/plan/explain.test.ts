import { expect, test } from 'vitest';
import { checkTraceql } from '../syntax/check.ts';
import { parseTraceql } from '../syntax/parse.ts';
import { explainTraceql } from './explain.ts';

function check(query: string, expected: readonly string[]): void {
  const parsed = parseTraceql(query);
  checkTraceql(parsed);
  expect(explainTraceql(parsed).split('\n'), query).toEqual(expected);
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
