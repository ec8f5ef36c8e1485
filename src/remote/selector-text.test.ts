import { expect, test } from 'vitest';
import type { LogSelection } from '../query/sources.ts';
import { isWholeSelection, selectorText } from './selector-text.ts';

const nothing: LogSelection = {
  tenants: ['default'],
  startNs: 0n,
  endNs: 1n,
  matchers: [],
  lineFilters: [],
  metadataMatchers: [],
};

function check(part: Partial<LogSelection>, expected: string, isWhole = true): void {
  expect(selectorText({ ...nothing, ...part })).toBe(expected);
  expect(isWholeSelection({ ...nothing, ...part })).toBe(isWhole);
}

test('no matcher, or only such that an absent label satisfies, gets one that selects', () => {
  check({}, '{service_name=~".+"}');
  check({ matchers: [{ name: 'a', operator: '!=', value: 'b' }] }, '{service_name=~".+", a!="b"}');
  check({ matchers: [{ name: 'a', operator: '=', value: 'b"\\' }] }, '{a="b\\"\\\\"}');
});

test('line filters and fields', () => {
  const contains = (text: string, negated = false) =>
    ({ kind: 'contains', negated, text }) as const;
  check(
    {
      matchers: [{ name: 'a', operator: '=', value: 'b' }],
      lineFilters: [
        [contains('x'), contains('y')],
        [{ kind: 'regex', negated: true, pattern: 'z+' }],
      ],
      metadataMatchers: [{ name: 'detected_level', operator: '=', value: 'error' }],
    },
    '{a="b"} |= "x" or "y" !~ "z+" | detected_level="error"',
  );
  check(
    { lineFilters: [[contains('x', true), contains('y', true)]] },
    '{service_name=~".+"}',
    false,
  );
});
