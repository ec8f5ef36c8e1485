import { describe, expect, test } from 'vitest';
import {
  formatGoFloat,
  formatGoFloatShort,
  formatOpenMetricsFloat,
  parseGoFloat,
} from './float.ts';

describe('formatGoFloat', () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, '0'],
    [-0, '-0'],
    [1, '1'],
    [-2.5, '-2.5'],
    [0.1, '0.1'],
    [1e-6, '0.000001'],
    [1.5e-7, '0.00000015'],
    [-5e-324, `-0.${'0'.repeat(323)}5`],
    [1e20, '100000000000000000000'],
    [1e21, '1000000000000000000000'],
    [1.25e23, '125000000000000000000000'],
    [Number.MAX_VALUE, `17976931348623157${'0'.repeat(292)}`],
    [Number.POSITIVE_INFINITY, '+Inf'],
    [Number.NEGATIVE_INFINITY, '-Inf'],
    [Number.NaN, 'NaN'],
  ];
  for (const [value, text] of cases)
    test(text.slice(0, 30), () => expect(formatGoFloat(value)).toBe(text));
});

describe('formatGoFloatShort', () => {
  const cases: readonly (readonly [number, string])[] = [
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [1.5e-10, '1.5e-10'],
    [123456789, '1.23456789e+08'],
    [1e21, '1e+21'],
    [1000000, '1e+06'],
    [100000, '100000'],
    [1.1, '1.1'],
  ];
  for (const [value, text] of cases) {
    test(text, () => expect(formatGoFloatShort(value)).toBe(text));
  }
});

describe('formatOpenMetricsFloat', () => {
  for (const [value, text] of [
    [1, '1.0'],
    [0.99, '0.99'],
    [Number.POSITIVE_INFINITY, '+Inf'],
    [Number.NaN, 'NaN'],
  ] as const) {
    test(text, () => expect(formatOpenMetricsFloat(value)).toBe(text));
  }
});

describe('parseGoFloat', () => {
  const cases: readonly (readonly [string, number | undefined])[] = [
    ['1', 1],
    ['-1.5e3', -1500],
    ['.5', 0.5],
    ['1_000', 1000],
    ['0x1F', 31],
    ['0x1p-2', 0.25],
    ['+Inf', Number.POSITIVE_INFINITY],
    ['-inf', Number.NEGATIVE_INFINITY],
    ['NaN', Number.NaN],
    ['1e400', Number.POSITIVE_INFINITY],
    ['', undefined],
    ['Hello', undefined],
    ['1 ', undefined],
    ['0x', undefined],
  ];
  for (const [text, value] of cases) {
    test(JSON.stringify(text), () => expect(parseGoFloat(text)).toEqual(value));
  }
});
