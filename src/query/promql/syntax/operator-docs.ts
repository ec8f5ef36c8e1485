// PromQL's aggregations, operators and modifiers with one sentence each: the catalogue's other half beside `functions.ts`.

import type { AggregateOperator, BinaryOperator } from './ast.ts';

export interface OperatorDoc {
  readonly signature: string;
  readonly doc: string;
  readonly experimental?: true;
}

export const promqlAggregations: Readonly<Record<AggregateOperator, OperatorDoc>> = {
  sum: { signature: 'sum(vector)', doc: 'Sum per group.' },
  avg: { signature: 'avg(vector)', doc: 'Mean per group.' },
  count: { signature: 'count(vector)', doc: 'Number of series per group.' },
  min: { signature: 'min(vector)', doc: 'Smallest value per group.' },
  max: { signature: 'max(vector)', doc: 'Largest value per group.' },
  group: { signature: 'group(vector)', doc: '1 for each group.' },
  stddev: { signature: 'stddev(vector)', doc: 'Population standard deviation per group.' },
  stdvar: { signature: 'stdvar(vector)', doc: 'Population variance per group.' },
  topk: { signature: 'topk(k, vector)', doc: 'The k series of largest value per group.' },
  bottomk: { signature: 'bottomk(k, vector)', doc: 'The k series of smallest value per group.' },
  count_values: {
    signature: 'count_values("label", vector)',
    doc: 'How many series have each value, which the label then holds.',
  },
  quantile: { signature: 'quantile(φ, vector)', doc: 'A quantile of the values per group.' },
  limitk: {
    signature: 'limitk(k, vector)',
    doc: 'k series per group, always the same ones.',
    experimental: true,
  },
  limit_ratio: {
    signature: 'limit_ratio(r, vector)',
    doc: 'A share of the series; r and r - 1 together give all of them.',
    experimental: true,
  },
};

export const promqlOperators: Readonly<Record<BinaryOperator, string>> = {
  '+': 'Addition.',
  '-': 'Subtraction.',
  '*': 'Multiplication.',
  '/': 'Division.',
  '%': 'Remainder, with the sign of the left side.',
  '^': 'Power; binds to the right.',
  atan2: 'Angle of the point with these coordinates, in radians.',
  '==': 'Keeps the samples that are equal; with bool 0 or 1.',
  '!=': 'Keeps the samples that differ; with bool 0 or 1.',
  '<': 'Keeps the samples that are smaller; with bool 0 or 1.',
  '>': 'Keeps the samples that are larger; with bool 0 or 1.',
  '<=': 'Keeps the samples that are at most as large; with bool 0 or 1.',
  '>=': 'Keeps the samples that are at least as large; with bool 0 or 1.',
  and: 'Left series that have a match on the right.',
  or: 'All left series, and right ones without a match on the left.',
  unless: 'Left series that have no match on the right.',
  '</': 'Keeps the observations of a native histogram up to a value.',
  '>/': 'Keeps the observations of a native histogram above a value.',
};

/** Words and signs beside operators, by how they are written. */
export const promqlModifiers: Readonly<Record<string, OperatorDoc>> = {
  by: { signature: 'by (label, …)', doc: 'Groups by these labels.' },
  without: { signature: 'without (label, …)', doc: 'Groups by all other labels.' },
  on: { signature: 'on (label, …)', doc: 'Matches two sides by these labels.' },
  ignoring: { signature: 'ignoring (label, …)', doc: 'Matches two sides by all other labels.' },
  group_left: {
    signature: 'group_left (label, …)',
    doc: 'Many left series to one right series, whose labels are taken over.',
  },
  group_right: {
    signature: 'group_right (label, …)',
    doc: 'Many right series to one left series, whose labels are taken over.',
  },
  bool: { signature: 'bool', doc: 'Makes a comparison answer 0 or 1 instead of filtering.' },
  fill: {
    signature: 'fill (value)',
    doc: 'The value of a series that is missing on either side.',
    experimental: true,
  },
  fill_left: {
    signature: 'fill_left (value)',
    doc: 'The value of a series that is missing on the left.',
    experimental: true,
  },
  fill_right: {
    signature: 'fill_right (value)',
    doc: 'The value of a series that is missing on the right.',
    experimental: true,
  },
  offset: { signature: 'offset 5m', doc: 'Looks back, or forward when negative.' },
  '@': {
    signature: '@ 1700000000, @ start(), @ end()',
    doc: 'Evaluates the selector at this time.',
  },
  anchored: {
    signature: '[5m] anchored',
    doc: 'Takes the samples at both ends of the range as they were known there.',
    experimental: true,
  },
  smoothed: {
    signature: '[5m] smoothed',
    doc: 'Interpolates at both ends of the range.',
    experimental: true,
  },
  '[:]': {
    signature: 'query[1h:5m]',
    doc: 'A subquery: a range of any expression, with a step.',
  },
  '[…]': {
    signature: '[step() * 5], offset (1m + 30s)',
    doc: 'Arithmetic on durations, also with step(), range(), min_of() and max_of().',
    experimental: true,
  },
};
