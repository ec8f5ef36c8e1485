import { expect, test } from 'vitest';
import { queriesInText } from './queries-in-text.ts';

test.each([
  ['{service_name="cart"} |= "x"', ['LogQL']],
  ['{service_name="cart"}', ['LogQL', 'PromQL']],
  ['{ status = error && duration > 1s }', ['TraceQL']],
  ['{ .http.route = "/pay" } | count() > 2', ['TraceQL']],
  ['{}', ['LogQL', 'TraceQL']],
  ['rate(requests_total[5m])', ['PromQL']],
  ['sum by (service_name) (rate({app="x"}[5m]))', ['LogQL', 'PromQL']],
  ['requests_total > 5', ['PromQL']],
  ['requests_total', []],
  ['card declined (by issuer', []],
  ['', []],
])('%s', (text, languages) => {
  expect(queriesInText(text).map(({ language }) => language)).toEqual(languages);
});

test('what begins like a query is offered with its mistake', () => {
  expect(queriesInText('{service_name="cart"} |= ')).toMatchObject([
    { language: 'LogQL', mistake: expect.stringMatching(/./) as string },
  ]);
  expect(queriesInText('{ span.x = ')).toMatchObject([{ language: 'TraceQL' }]);
});

test('a megabyte is no query', () => {
  expect(queriesInText('{'.repeat(1_000_000))).toEqual([]);
});
