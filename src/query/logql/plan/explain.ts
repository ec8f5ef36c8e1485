// A plan as indented text for people: what storage applies, what runs in the engine, which labels are needed.

import { quoteGo } from '../../language/go-string.ts';
import type { LineFilter } from '../../sources.ts';
import {
  printDuration,
  printGrouping,
  printMatcher,
  printSelector,
  printStage,
  unwrapParts,
} from '../syntax/print.ts';
import { readsLine } from './needed-labels.ts';
import type { MetricPlan, Plan, RangePlan, Scan } from './plan.ts';

function filterText(filter: LineFilter): string {
  const text = quoteGo(filter.kind === 'contains' ? filter.text : filter.pattern);
  return `${filter.negated ? 'not ' : ''}${filter.kind} ${text}`;
}

/** `shown`: what comes out has the line, or its length. */
function scanLines(scan: Scan, shown: boolean): readonly string[] {
  const lines = [`storage: ${printSelector(scan.matchers)}`];
  for (const alternatives of scan.lineFilters)
    lines.push(`storage: line ${alternatives.map(filterText).join(' or ')}`);
  for (const matcher of scan.metadataMatchers) lines.push(`storage: ${printMatcher(matcher)}`);
  for (const { value } of scan.parsedFields)
    lines.push(
      `storage skips lines without ${quoteGo(value)}, unless the record has it or it may be escaped`,
    );
  for (const { text } of scan.traces)
    lines.push(`clew: only lines of traces that TraceQL finds: ${text.trim()}`);
  for (const stage of scan.stages) lines.push(`engine: ${printStage(stage)}`);
  const names = scan.needed === undefined ? 'all' : [...scan.needed].sort().join(', ');
  lines.push(`labels needed: ${names === '' ? 'none' : names}`);
  lines.push(`line needed: ${shown || scan.stages.some(readsLine) ? 'yes' : 'no'}`);
  return lines;
}

function rangeLines(plan: RangePlan): readonly string[] {
  const offset = plan.offsetNs === 0n ? '' : ` offset ${printDuration(plan.offsetNs)}`;
  const lines = [`${plan.operation} [${printDuration(plan.rangeNs)}]${offset}`];
  const labels = plan.grouping.labels.join(', ');
  lines.push(
    plan.grouping.kind === 'only' ? `  series by (${labels})` : `  series without (${labels})`,
  );
  if (plan.counting !== undefined)
    lines.push(`  storage: counts ${plan.counting.measure} itself when the range is the step`);
  if (plan.unwrap !== undefined)
    lines.push(...unwrapParts(plan.unwrap).map((part) => `  engine: ${part}`));
  const measured = plan.operation === 'bytes_over_time' || plan.operation === 'bytes_rate';
  return [...lines, ...scanLines(plan.scan, measured).map((line) => `  ${line}`)];
}

function metricLines(plan: MetricPlan): readonly string[] {
  const inner = (operand: MetricPlan): readonly string[] =>
    metricLines(operand).map((line) => `  ${line}`);
  switch (plan.kind) {
    case 'scalar':
      return [`number ${plan.value}`];
    case 'vector':
      return [`vector ${plan.value}`];
    case 'range':
      return rangeLines(plan);
    case 'aggregate': {
      const parameter = plan.parameter === 0 ? '' : ` ${plan.parameter}`;
      const head = `${plan.operation}${parameter}${printGrouping(plan.grouping)}`;
      return [head, ...inner(plan.operand)];
    }
    case 'binary': {
      const bool = plan.returnBool ? ' bool' : '';
      return [`binary ${plan.operator}${bool}`, ...inner(plan.left), ...inner(plan.right)];
    }
    case 'label-replace':
      return [`label_replace ${plan.target} from ${plan.source}`, ...inner(plan.operand)];
  }
}

export function explainLogql(plan: Plan): string {
  const lines =
    plan.kind === 'log'
      ? ['lines', ...scanLines(plan.scan, true).map((line) => `  ${line}`)]
      : metricLines(plan);
  return `${lines.join('\n')}\n`;
}
