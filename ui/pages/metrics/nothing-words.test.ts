import { expect, test } from 'vitest';
import { nothingAdvice } from './nothing-words.ts';

test.each([
  [15_000, 'not there in this time'],
  [300_000, 'not there in this time'],
  [21_600_000, 'every 6 h'],
])('a value every %d ms', (stepMs, expected) => {
  expect(nothingAdvice(stepMs)).toContain(expected);
});
