import { expect, test } from 'vitest';
import { completionPlace } from './logql-completion.ts';

test.each([
  ['', { kind: 'start', from: 0 }],
  ['{', { kind: 'label', from: 1 }],
  ['{ser', { kind: 'label', from: 1 }],
  ['{a="b", ser', { kind: 'label', from: 8 }],
  ['{a=', { kind: 'value', from: 3, label: 'a', quoted: false }],
  ['{a="pay', { kind: 'value', from: 4, label: 'a', quoted: true }],
  ['{a="b", c=~"x', { kind: 'value', from: 12, label: 'c', quoted: true }],
  ['{a="b"} ', { kind: 'stage', from: 8 }],
  ['{a="b"} |', { kind: 'stage', from: 8 }],
  ['{a="b"} |= "x" | js', { kind: 'stage', from: 15 }],
  ['{a="b"} |= "x', undefined],
  ['{a="b"} |= "x {', undefined],
  ['{a="b"', undefined],
  ['rate', undefined],
])('%s', (before, expected) => {
  expect(completionPlace(before)).toEqual(expected);
});
