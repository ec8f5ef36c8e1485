import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePromql } from './parse.ts';
import { prettyPromql } from './pretty.ts';
import { printPromql } from './print.ts';

/** The tree without places, so that two parses can be compared. */
function shape(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, inner: unknown) => {
      if (key === 'span' || key === 'operatorSpan') return undefined;
      if (typeof inner === 'number' && !Number.isFinite(inner)) return String(inner);
      return inner;
    }),
  );
}

const label = fc.constantFrom('job', 'instance', 'le', 'label.x', 'sum', 'with space');
const text = fc.string({ maxLength: 8 }).filter((value) => !value.includes('\ufffd'));
const quoted = text.map((value) => JSON.stringify(value).replaceAll(/\\u[0-9a-f]{4}/g, 'u'));
const name = fc.constantFrom(
  'up',
  'http_requests_total',
  'a:b',
  'sum',
  'fill',
  'offset',
  'start',
  'x',
);
const matcher = fc
  .tuple(label, fc.constantFrom('=', '!='), quoted)
  .map(([key, operator, value]) => `${JSON.stringify(key)}${operator}${value}`);
const duration = fc.constantFrom(
  '5m',
  '1h30m',
  '90',
  '1500ms',
  '(5m * 2)',
  'step()',
  'max_of(1m, 2m)',
);
const modifiers = fc.constantFrom(
  '',
  ' offset 5m',
  ' offset -1h',
  ' @ 12.5',
  ' @ start()',
  ' @ end() offset 1m',
  ' offset (1h / 2)',
);

const selector = fc
  .tuple(name, fc.array(matcher, { maxLength: 3 }), modifiers)
  .map(
    ([metric, matchers, tail]) =>
      `${metric}${matchers.length > 0 ? `{${matchers.join(', ')}}` : ''}${tail}`,
  );
const range = fc
  .tuple(name, duration, modifiers)
  .map(([metric, length, tail]) => `${metric}[${length}]${tail}`);
const number = fc.oneof(
  fc.double({ noNaN: false }).map((value) => (Number.isFinite(value) ? String(value) : 'NaN')),
  fc.constantFrom('5m', 'Inf', '-Inf', '0x10', '1_000'),
);

/** Texts of instant vectors. */
const { vector } = fc.letrec<{ vector: string }>((tie) => ({
  vector: fc.oneof(
    { maxDepth: 4 },
    selector,
    range.map((operand) => `rate(${operand})`),
    tie('vector').map((operand) => `(${operand})`),
    tie('vector').map((operand) => `-(${operand})`),
    fc
      .tuple(
        fc.constantFrom('sum', 'avg by (job)', 'max without ("label.x")', 'group by ()'),
        tie('vector'),
      )
      .map(([head, operand]) => `${head}(${operand})`),
    fc
      .tuple(fc.constantFrom('topk', 'quantile'), number, tie('vector'))
      .map(([head, k, operand]) => `${head}(${k}, ${operand})`),
    fc
      .tuple(
        tie('vector'),
        fc.constantFrom(
          '+',
          '-',
          '*',
          '/',
          '%',
          '^',
          'atan2',
          '==',
          '!= bool',
          '</',
          'and',
          'or on (job)',
          'unless ignoring (le)',
          '+ on (job) group_left (le)',
          '- ignoring (job) group_right ()',
          '* fill (2)',
          '/ fill_left (NaN)',
        ),
        tie('vector'),
      )
      .map(([left, operator, right]) => `${left} ${operator} ${right}`),
    fc
      .tuple(number, fc.constantFrom('+', '>', '^'), tie('vector'))
      .map((parts) => `(${parts.join(' ')})`),
    fc
      .tuple(tie('vector'), duration, duration)
      .map(([operand, length, step]) => `max_over_time((${operand})[${length}:${step}])`),
    fc
      .tuple(tie('vector'), quoted)
      .map(([operand, value]) => `label_replace(${operand}, "dst", ${value}, "src", "(.*)")`),
  ),
}));

test('printing and parsing again gives the same tree', () => {
  fc.assert(
    fc.property(vector, (query) => {
      const tree = parsePromql(query);
      const printed = printPromql(tree);
      expect(shape(parsePromql(printed))).toEqual(shape(tree));
      expect(shape(parsePromql(prettyPromql(tree)))).toEqual(shape(tree));
    }),
    { numRuns: 500 },
  );
});
