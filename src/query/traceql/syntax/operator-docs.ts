// TraceQL's operators with one sentence each: the catalogue's other half beside `catalogue.ts`.

import type { FieldOperator, MetricsMathOperator, SpansetOperator } from './ast.ts';

export const traceqlFieldOperators: Readonly<Record<FieldOperator, string>> = {
  '=': 'Equal.',
  '!=': 'Not equal.',
  '=~': 'The regex matches all of the text.',
  '!~': 'The regex does not match all of the text.',
  '>': 'Larger.',
  '>=': 'At least as large.',
  '<': 'Smaller.',
  '<=': 'At most as large.',
  '+': 'Addition.',
  '-': 'Subtraction.',
  '*': 'Multiplication.',
  '/': 'Division.',
  '%': 'Remainder.',
  '^': 'Power.',
  '&&': 'Both conditions hold for the span.',
  '||': 'One of the conditions holds for the span.',
};

export const traceqlSpansetOperators: Readonly<Record<SpansetOperator, string>> = {
  '&&': 'Spans of both sides, when the trace has both.',
  '||': 'Spans of either side.',
  '>': 'Right spans whose parent is on the left.',
  '>>': 'Right spans with an ancestor on the left.',
  '<': 'Right spans with a child on the left.',
  '<<': 'Right spans with a descendant on the left.',
  '~': 'Right spans with a sibling on the left.',
  '!>': 'Right spans whose parent is not on the left.',
  '!>>': 'Right spans without an ancestor on the left.',
  '!<': 'Right spans without a child on the left.',
  '!<<': 'Right spans without a descendant on the left.',
  '!~': 'Right spans without a sibling on the left.',
  '&>': 'As `>`, with the spans of both sides.',
  '&>>': 'As `>>`, with the spans of both sides.',
  '&<': 'As `<`, with the spans of both sides.',
  '&<<': 'As `<<`, with the spans of both sides.',
  '&~': 'As `~`, with the spans of both sides.',
};

export const traceqlMetricsOperators: Readonly<Record<MetricsMathOperator, string>> = {
  '+': 'Adds series of equal labels, or a number.',
  '-': 'Subtracts.',
  '*': 'Multiplies.',
  '/': 'Divides.',
};
