import { expect, test } from 'vitest';
import { parseTraceql } from './parse.ts';
import { prettyTraceql } from './pretty.ts';

function check(query: string, expected: string): void {
  expect(prettyTraceql(parseTraceql(query))).toBe(expected);
}

const long = 'span.http.route = "/api/v1/customers/{id}/orders"';

test('what fits stays on one line, without needless brackets', () => {
  check('{(name="a")&&(duration>1s)}|count()>2', '{ name = "a" && duration > 1s } | count() > 2');
  check(
    '{ a = 1 || (.b = 2 && .c = 3) }'.replace('a =', '.a ='),
    '{ .a = 1 || (.b = 2 && .c = 3) }',
  );
  check('{ (.a ^ -1) / 2 > -1 && -.a * 2 = 1 }', '{ (.a ^ -1) / 2 > -1 && (-(.a * 2)) = 1 }');
  check('({}>{})&&{}', '{ } > { } && { }');
});

test('conditions, stages and operands get lines of their own', () => {
  check(
    `{ resource.service.name = "checkout" && ${long} && duration > 250ms } | select(span.user) | count() > 3`,
    `{
  resource.service.name = "checkout"
  && ${long}
  && duration > 250ms
}
  | select(span.user)
  | count() > 3`,
  );
  check(
    `{ ${long} } >> ({ status = error } || { ${long} && status = unset })`,
    `{ ${long} }
>> (
  { status = error } || { ${long} && status = unset }
)`,
  );
});

test('metrics', () => {
  check(
    `{ ${long} } | quantile_over_time(duration, 0.5, 0.99) by (resource.service.name) | topk(5) with(exemplars=true)`,
    `{ ${long} }
  | quantile_over_time(duration, 0.5, 0.99) by(resource.service.name)
  | topk(5)
with(exemplars=true)`,
  );
  check(
    `({ ${long} && status = error } | rate()) / ({ ${long} } | rate())`,
    `(
  { ${long} && status = error } | rate()
) / (
  { ${long} } | rate()
)`,
  );
});
