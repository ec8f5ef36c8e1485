import { expect, test } from 'vitest';
import type { DifferingValue } from '../../../src/api/explore/contract/difference.ts';
import { groupsOf, printShare } from './rows.ts';

test.each([
  [0, '0 %'],
  [0.0002, '< 0.1 %'],
  [0.004, '0.4 %'],
  [0.0477, '4.8 %'],
  [0.31, '31 %'],
  [0.997, '> 99 %'],
  [1, '100 %'],
])('a share of %d is %s', (share, expected) => {
  expect(printShare(share)).toBe(expected);
});

function valueOf(
  key: string,
  selectedShare: number,
  restShare: number,
  symptom = false,
): DifferingValue {
  return {
    key,
    value: 'x',
    scope: 'span',
    selectedCount: 1,
    restCount: 1,
    selectedShare,
    restShare,
    condition: `span.${key} = "x"`,
    symptom,
    alike: [],
  };
}

test('causes come first, then how it shows, then what is missing', () => {
  const groups = groupsOf({
    selected: 1,
    rest: 1,
    aside: 0,
    sampled: null,
    attributes: [valueOf('gone', 0, 0.5), valueOf('code', 1, 0, true), valueOf('version', 1, 0)],
    ownTimes: [],
    skippedKeys: [],
    warnings: [],
  });
  expect(groups.map(({ kind, values }) => [kind, values[0]?.key])).toEqual([
    ['more', 'version'],
    ['symptom', 'code'],
    ['less', 'gone'],
  ]);
});
