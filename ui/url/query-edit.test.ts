import { expect, test } from 'vitest';
import { searchedTexts } from './query-edit.ts';

test('what line filters look for', () => {
  expect(searchedTexts('{a="|= "} |= "dec\\"l" |= `raw` != "no" |~ "re"')).toEqual([
    'dec"l',
    'raw',
  ]);
});
