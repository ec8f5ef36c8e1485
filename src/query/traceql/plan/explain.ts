// The plan of any TraceQL query as indented text: what storage narrows down, what the engine computes.

import { assertNever } from '../../../base/assert.ts';
import type { SpanPredicate } from '../../sources.ts';
import type { MetricsExpression, MetricsScalar, TraceqlQuery } from '../syntax/ast.ts';
import { printMetricsFunction, printPipeline, printReference } from '../syntax/print.ts';
import { printStatic } from '../syntax/print-static.ts';
import { explainPlan, planMetrics, planSearch, printPredicate } from './plan.ts';

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

function isNarrow(predicate: SpanPredicate): boolean {
  return predicate.kind !== 'true';
}

function metricsLines(expression: MetricsExpression | MetricsScalar): readonly string[] {
  switch (expression.kind) {
    case 'metrics-scalar':
      return [`number ${printStatic(expression.value)}`];
    case 'metrics-pipeline': {
      const { reads, predicate, required, fields } = planMetrics(expression);
      const storage =
        reads === 'spans'
          ? [`storage: spans with ${printPredicate(predicate)}`]
          : [
              'storage: whole traces',
              ...required
                .filter(isNarrow)
                .map((needed) => `storage has a span with ${printPredicate(needed)}`),
            ];
      return [
        `engine: ${printMetricsFunction(expression.aggregate)}`,
        ...indented([
          `engine: ${printPipeline(expression.pipeline)}`,
          ...storage,
          `fields needed: ${fields.map(printReference).join(', ') || 'start alone'}`,
        ]),
      ];
    }
    case 'metrics-rank':
      return [`engine: ${expression.name}(${expression.limit})`, ...inner(expression.input)];
    case 'metrics-filter':
      return [
        `engine: keep values ${expression.operator} ${printStatic(expression.value)}`,
        ...inner(expression.input),
      ];
    case 'metrics-math':
      return [
        `engine: ${expression.operator}`,
        ...inner(expression.left),
        ...inner(expression.right),
      ];
    default:
      return assertNever(expression);
  }
}

function inner(expression: MetricsExpression | MetricsScalar): readonly string[] {
  return indented(metricsLines(expression));
}

/** Of a checked query. */
export function explainTraceql(query: TraceqlQuery): string {
  return query.kind === 'spansets'
    ? explainPlan(planSearch(query.pipeline))
    : metricsLines(query.metrics).join('\n');
}
