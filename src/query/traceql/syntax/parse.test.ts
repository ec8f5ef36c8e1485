import { describe, expect, test } from 'vitest';
import { asFailure } from '../../../base/errors.ts';
import { checkTraceql } from './check.ts';
import { parseFieldReference, parseTraceql } from './parse.ts';
import { printReference, printTraceql } from './print.ts';
import { nestingMax } from './token-reader.ts';

function checkPrinted(query: string, expected: string): void {
  expect(printTraceql(parseTraceql(query))).toBe(expected);
}

/** `code at start-end: message`. */
function failureOf(query: string): string {
  try {
    checkTraceql(parseTraceql(query));
    return 'none';
  } catch (error) {
    const { code, message, position } = asFailure(error);
    return `${code} at ${position?.start}-${position?.end}: ${message}`;
  }
}

describe('what binds how tightly', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['{}', '{ true }'],
    ['{.a=1&&.b=2||.c=3}', '{ ((.a = 1) && (.b = 2)) || (.c = 3) }'],
    ['{.a=1||.b=2&&.c=3}', '{ ((.a = 1) || (.b = 2)) && (.c = 3) }'],
    ['{ 1 + 2 * .x ^ 2 ^ .y - 3 > 4 }', '{ ((1 + (2 * (.x ^ (2 ^ .y)))) - 3) > 4 }'],
    ['{ -.a * 2 = !.b }', '{ (-(.a * 2)) = (!.b) }'],
    ['{ !.a = true }', '{ (!.a) = true }'],
    ['{ -2 ^ 2 = -4 && - 1s < 0 }', '{ ((-(2 ^ 2)) = -4) && ((-1s) < 0) }'],
    ['{} && {} >> {} || {}', '({ true } && ({ true } >> { true })) || { true }'],
    ['{ .a } > { .b } > { .c }', '({ .a } > { .b }) > { .c }'],
    ['{ .a } !>> { .b } | count() > 1 + 2 * 3', '{ .a } !>> { .b } | count() > 7'],
    ['(({ .a }))', '{ .a }'],
    [
      '{.a}|logs ({app="x"} |= ":)" != "y" # )\n) | select(.b)',
      '{ .a } | logs({app="x"} |= ":)" != "y" # )\n) | select(.b)',
    ],
    ['logs({app="x"}) with(most_recent=true)', 'logs({app="x"}) with(most_recent=true)'],
    ['{ .logs = 1 && span.logs = 2 }', '{ (.logs = 1) && (span.logs = 2) }'],
    ['({ .a } | count() > 1) && { .b }', '({ .a } | count() > 1) && { .b }'],
    [
      '{} | rate() by(.a,name) > 1 | topk(3) with(exemplars=5, x="y")',
      '{ true } | rate() by(.a, name) > 1 | topk(3) with(exemplars=5, x="y")',
    ],
    [
      '({}|rate())*2+({}|count_over_time())/3 > 10',
      '(({ true } | rate()) * 2) + (({ true } | count_over_time()) / 3) > 10',
    ],
  ];
  test.each(cases)('%s', checkPrinted);
});

describe('names and values', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['{ span.a-b/c:d = 1 }', '{ span.a-b/c:d = 1 }'],
    ['{ span."x y"."z" = `raw\\` }', '{ span."x y.z" = "raw\\\\" }'],
    ['{ parent.span.a = 1 || parent.b = 2 }', '{ (parent.span.a = 1) || (parent.b = 2) }'],
    ['{ span:name = "a" }', '{ name = "a" }'],
    [
      '{ trace:rootService = "a" && trace:id = "1" }',
      '{ (rootServiceName = "a") && (trace:id = "1") }',
    ],
    [
      '{ duration = 1d2h3m4.5s || duration = 2w || duration = 1.5us }',
      '{ ((duration = 26h3m4.5s) || (duration = 336h0m0s)) || (duration = 1.5µs) }',
    ],
    [
      '{ .a = minInt || .a = maxInt }',
      '{ (.a = -9223372036854775808) || (.a = 9223372036854775807) }',
    ],
    ['{ .a = -9223372036854775808 }', '{ .a = -9223372036854775808 }'],
    [
      '{ .a > .5 && ."5" = 1 && .5x = span.5 }',
      '{ ((.a > 0.5) && (."5" = 1)) && (."5x" = span.5) }',
    ],
    ['{ .a = 1e3 || .a = 2. }', '{ (.a = 1000.0) || (.a = 2.0) }'],
    ['{ .a = "\\u00e9\\n\\x41" }', '{ .a = "é\\nA" }'],
    ['{ /* why */ .a // because\n = 1 }', '{ .a = 1 }'],
    ['{ kind = unspecified && status = unset }', '{ (kind = unspecified) && (status = unset) }'],
  ];
  test.each(cases)('%s', checkPrinted);

  test('a reference alone', () => {
    expect(printReference(parseFieldReference(' resource.service.name '))).toBe(
      'resource.service.name',
    );
    expect(printReference(parseFieldReference('span:status'))).toBe('status');
    expect(() => parseFieldReference('foo')).toThrow(/unexpected IDENTIFIER foo/);
    expect(() => parseFieldReference('.a .b')).toThrow(/unexpected attribute b/);
  });
});

describe('what is wrong, and where', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['', 'syntax at 0-0: parse error at line 1, col 1: syntax error: unexpected $end'],
    ['{ .a = }', 'syntax at 7-8: parse error at line 1, col 8: syntax error: unexpected }'],
    [
      '{ .a = 1\n  oops }',
      'syntax at 11-15: parse error at line 2, col 3: syntax error: unexpected IDENTIFIER oops, expecting }',
    ],
    [
      '{ .a = "x',
      'syntax at 7-9: parse error at line 1, col 8: syntax error: literal not terminated',
    ],
    ['{ .a = 1x }', 'syntax at 7-8: parse error at line 1, col 8: syntax error: invalid number'],
    [
      '{ .a = 9223372036854775808 }',
      'syntax at 7-26: parse error at line 1, col 8: syntax error: number is out of range',
    ],
    [
      '{ .a = 300000000d }',
      'syntax at 7-17: parse error at line 1, col 8: syntax error: 300000000d is out of range',
    ],
    [
      '{ span:what = 1 }',
      'syntax at 2-11: parse error at line 1, col 3: syntax error: unknown intrinsic span:what',
    ],
    [
      '{ .a # 1 }',
      'syntax at 5-6: parse error at line 1, col 6: syntax error: unexpected character "#"',
    ],
    ['{ } + { }', 'syntax at 4-5: parse error at line 1, col 5: syntax error: unexpected +'],
    [
      '{ } | count()',
      'syntax at 13-13: parse error at line 1, col 14: syntax error: unexpected $end',
    ],
    [
      '{ } | topk(3)',
      'syntax at 6-10: parse error at line 1, col 7: syntax error: unexpected IDENTIFIER topk',
    ],
    [
      '{ name }',
      'semantics at 0-8: span filter field expressions must resolve to a boolean: { name }',
    ],
    [
      '{ name = 4 }',
      'semantics at 2-10: binary operations must operate on the same type: name = 4',
    ],
    [
      '{ kind >= server }',
      'semantics at 2-16: illegal operation for the given types: kind >= server',
    ],
    ['{ !duration }', 'semantics at 2-11: illegal operation for the given type: !duration'],
    [
      '{ rootName = nil }',
      'semantics at 2-16: rootName = nil is not valid because intrinsics cannot be nil',
    ],
    [
      '{ } | avg(name) > 1',
      'semantics at 6-15: aggregate field expressions must resolve to a number type: name',
    ],
    [
      '{ } | avg(1) > 1',
      'semantics at 6-12: aggregate field expressions must reference the span: 1',
    ],
    [
      '{ } | by(1 + 1)',
      'semantics at 6-15: grouping field expressions must reference the span: 1 + 1',
    ],
    ['{ } | rate() | topk(0)', 'semantics at 0-22: limit must be greater than 0'],
    [
      '{ } | quantile_over_time(duration, 1.5)',
      'semantics at 6-39: quantile must be between 0 and 1: 1.5',
    ],
    [
      '{ } | min_over_time(name)',
      'semantics at 6-25: aggregate field expressions must resolve to a number type: min_over_time(name)',
    ],
    ['{ parent.a = 1 }', 'unsupported at 2-10: scope parent is not supported yet'],
    [
      '{ } | max(.a) > min(.a)',
      'unsupported at 6-23: a scalar filter other than an aggregate compared with a number is not supported yet',
    ],
  ];
  test.each(cases)('%s', (query, expected) => {
    expect(failureOf(query)).toBe(expected);
  });

  test('a pattern that RE2 refuses', () => {
    expect(failureOf('{ .a =~ "(" }')).toMatch(/^semantics at 8-11: invalid regex: /);
    expect(failureOf(`{ .a =~ "${'x.'.repeat(2500)}" }`)).toMatch(
      /^limit at 8-5010: invalid regex: /,
    );
  });
});

describe('queries that are too much', () => {
  const deep = 10_000;
  const cases: readonly (readonly [string, string])[] = [
    ['brackets in braces', `{ ${'('.repeat(deep)}true${')'.repeat(deep)} }`],
    ['brackets around braces', `${'('.repeat(deep)}{}${')'.repeat(deep)}`],
    ['brackets that never close', '('.repeat(deep)],
    ['prefix operators', `{ ${'!'.repeat(deep)}true }`],
    ['powers', `{ ${'2^'.repeat(deep)}2 = 1 }`],
    ['powers outside of braces', `{} | count() > ${'2^'.repeat(deep)}2`],
    ['a long conjunction', `{ ${'.a && '.repeat(deep)}.a }`],
    ['a long chain of spansets', `${'{} && '.repeat(deep)}{}`],
    ['a long pipeline', `{}${' | {}'.repeat(deep)}`],
    ['a long list', `{} | select(${'.a,'.repeat(deep)}.a)`],
    ['a megabyte of text', `{ .a = "${'x'.repeat(1_000_000)}" }`],
    ['a megabyte of brackets', '{('.repeat(500_000)],
  ];
  test.each(cases)('%s', (_, query) => {
    expect(failureOf(query)).toMatch(/^limit /);
  });

  test('what is just small enough works', () => {
    const brackets = nestingMax - 1;
    expect(failureOf(`{ ${'('.repeat(brackets)}.a${')'.repeat(brackets)} }`)).toBe('none');
    expect(failureOf(`{ ${'.a = 1 && '.repeat(1200)}.a = 1 }`)).toBe('none');
    const chain = '{ .a } && '.repeat(1200) + '{ .a }';
    expect(printTraceql(parseTraceql(chain)).match(/&&/g)).toHaveLength(1200);
  });
});
