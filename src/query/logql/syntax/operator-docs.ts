// LogQL's operators with one sentence each: the catalogue's other half beside `functions.ts`.

import type { FunctionDoc } from './functions.ts';
import type { LabelMatcher } from '../../language/matcher.ts';
import type { BinaryOperator, LineFilterOperator, NumericOperator } from './ast.ts';

export const logqlMatchers: Readonly<Record<LabelMatcher['operator'], string>> = {
  '=': 'The label is this text.',
  '!=': 'The label is not this text.',
  '=~': 'The regex matches all of the label.',
  '!~': 'The regex does not match all of the label.',
};

export const logqlLineFilters: Readonly<Record<LineFilterOperator, string>> = {
  '|=': 'The line contains this text, or one of several joined by `or`.',
  '!=': 'The line does not contain this text.',
  '|~': 'The regex matches a part of the line.',
  '!~': 'The regex matches no part of the line.',
  '|>': 'The line has this pattern, in which `<_>` stands for anything.',
  '!>': 'The line does not have this pattern.',
};

export const logqlLabelComparisons: Readonly<Record<NumericOperator, string>> = {
  '=': 'Equal.',
  '==': 'Equal.',
  '!=': 'Not equal.',
  '>': 'Larger: numbers, durations such as `1m30s` or sizes such as `5MB`.',
  '>=': 'At least as large.',
  '<': 'Smaller.',
  '<=': 'At most as large.',
};

export const logqlOperators: Readonly<Record<BinaryOperator, string>> = {
  '+': 'Addition.',
  '-': 'Subtraction.',
  '*': 'Multiplication.',
  '/': 'Division.',
  '%': 'Remainder.',
  '^': 'Power; binds to the right.',
  '==': 'Keeps the samples that are equal; with bool 0 or 1.',
  '!=': 'Keeps the samples that differ; with bool 0 or 1.',
  '>': 'Keeps the samples that are larger; with bool 0 or 1.',
  '>=': 'Keeps the samples that are at least as large; with bool 0 or 1.',
  '<': 'Keeps the samples that are smaller; with bool 0 or 1.',
  '<=': 'Keeps the samples that are at most as large; with bool 0 or 1.',
  and: 'Left series that have a match on the right.',
  or: 'All left series, and right ones without a match on the left.',
  unless: 'Left series that have no match on the right.',
};

/** Words beside operators and functions. */
export const logqlModifiers: Readonly<Record<string, FunctionDoc>> = {
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
  offset: { signature: '[5m] offset 1h', doc: 'Looks back, or forward when negative.' },
};
