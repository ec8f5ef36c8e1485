import { expect, test } from 'vitest';
import { placeMenu } from './menu-place.ts';

const window = { width: 1000, height: 600 };

test.each([
  ['in the middle', { left: 100, top: 100 }, { left: 100, top: 100 }],
  ['at the right edge', { left: 950, top: 100 }, { left: 750, top: 100 }],
  ['at the bottom', { left: 100, top: 590 }, { left: 100, top: 490 }],
  ['left of the window', { left: -20, top: 100 }, { left: 8, top: 100 }],
])('%s', (_, point, expected) => {
  expect(placeMenu(point, { width: 200, height: 100 }, window)).toEqual(expected);
});

test('a menu larger than the window starts at its edge', () => {
  const place = placeMenu({ left: 500, top: 300 }, { width: 1200, height: 900 }, window);
  expect(place).toEqual({ left: 8, top: 8 });
});
