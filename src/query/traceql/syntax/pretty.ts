// A tree as TraceQL over several lines, two spaces a level: what does not fit on one line is broken at its stages, operators
// and conditions. Brackets that precedence makes needless are left out, unlike in the canonical form. Serves the editor.

import { assertNever } from '../../../base/assert.ts';
import type {
  BinaryField,
  FieldExpression,
  MetricsExpression,
  MetricsScalar,
  Pipeline,
  SpansetExpression,
  SpansetOperation,
  Stage,
  TraceqlQuery,
} from './ast.ts';
import { precedenceOf } from './combine.ts';
import { precedences } from './parse-fields.ts';
import { printField, printHints, printMetricsFunction, printStage } from './print.ts';
import { printStatic } from './print-static.ts';

const lineMax = 100;

function indent(level: number): string {
  return '  '.repeat(level);
}

/** Whether the operand of a left-associative operation may stand without brackets and be read as it is meant. */
function standsBare(
  parent: { readonly operator: string; readonly precedence: number },
  child: { readonly operator: string; readonly precedence: number },
  side: 'left' | 'right',
): boolean {
  if (child.precedence > parent.precedence) return true;
  // `&&` and `||` bind alike, so that only chains of one of them read without a doubt.
  const isChain = child.operator === parent.operator && '&&||+*'.includes(child.operator);
  return side === 'left' && isChain;
}

function fieldOperand(parent: BinaryField, side: 'left' | 'right'): string {
  const operand = parent[side];
  const text = fieldLine(operand);
  if (operand.kind === 'unary') return `(${text})`;
  if (operand.kind !== 'binary')
    // On the left, a negative number would take the operator along: `-1 * 2` is `-(1 * 2)`.
    return side === 'left' && text.startsWith('-') ? `(${text})` : text;
  // So does one at the end of it: `.a ^ -1 / 2`.
  if (side === 'left' && '*/%^'.includes(parent.operator)) return `(${text})`;
  const bare = standsBare(
    { operator: parent.operator, precedence: precedences[parent.operator] },
    { operator: operand.operator, precedence: precedences[operand.operator] },
    side,
  );
  return bare ? text : `(${text})`;
}

function fieldLine(expression: FieldExpression): string {
  if (expression.kind === 'unary' && expression.operand.kind === 'binary')
    return `${expression.operator}(${fieldLine(expression.operand)})`;
  if (expression.kind !== 'binary') return printField(expression);
  return `${fieldOperand(expression, 'left')} ${expression.operator} ${fieldOperand(expression, 'right')}`;
}

/** The conditions of a chain of one of `&&` and `||`, each on a line of its own. */
function conditions(expression: FieldExpression, level: number): string {
  if (
    expression.kind !== 'binary' ||
    (expression.operator !== '&&' && expression.operator !== '||')
  )
    return indent(level) + fieldLine(expression);
  const { operator } = expression;
  const lines: string[] = [];
  let rest: FieldExpression = expression;
  while (rest.kind === 'binary' && rest.operator === operator) {
    lines.unshift(`${indent(level)}${operator} ${fieldOperand(rest, 'right')}`);
    const next: FieldExpression = rest.left;
    if (next.kind === 'binary' && next.operator === operator) rest = next;
    else {
      lines.unshift(indent(level) + fieldOperand(rest, 'left'));
      break;
    }
  }
  return lines.join('\n');
}

function spansetBare(parent: SpansetOperation, side: 'left' | 'right'): boolean {
  const operand = parent[side];
  if (operand.kind !== 'operation') return true;
  return standsBare(
    { operator: parent.operator, precedence: precedenceOf(parent.operator) },
    { operator: operand.operator, precedence: precedenceOf(operand.operator) },
    side,
  );
}

function spansetLine(expression: SpansetExpression): string {
  switch (expression.kind) {
    case 'filter': {
      const condition = fieldLine(expression.expression);
      return condition === 'true' ? '{ }' : `{ ${condition} }`;
    }
    case 'wrapped':
      return `(${pipelineLine(expression.pipeline)})`;
    case 'operation': {
      const side = (which: 'left' | 'right'): string => {
        const text = spansetLine(expression[which]);
        return spansetBare(expression, which) ? text : `(${text})`;
      };
      return `${side('left')} ${expression.operator} ${side('right')}`;
    }
    default:
      return assertNever(expression);
  }
}

function stageLine(stage: Stage): string {
  switch (stage.kind) {
    case 'filter':
    case 'operation':
    case 'wrapped':
      return spansetLine(stage);
    case 'by':
      return `by(${fieldLine(stage.expression)})`;
    case 'scalar-filter':
    case 'coalesce':
    case 'logs':
    case 'select':
      return printStage(stage);
    default:
      return assertNever(stage);
  }
}

function pipelineLine(pipeline: Pipeline): string {
  return pipeline.stages.map(stageLine).join(' | ');
}

/** Spansets behind the indentation of their first line. */
function spansetsAt(expression: SpansetExpression, level: number): string {
  const line = spansetLine(expression);
  if (line.length <= lineMax) return line;
  switch (expression.kind) {
    case 'filter':
      return `{\n${conditions(expression.expression, level + 1)}\n${indent(level)}}`;
    case 'wrapped': {
      const inner = pipelineAt(expression.pipeline, level + 1);
      return `(\n${indent(level + 1)}${inner}\n${indent(level)})`;
    }
    case 'operation': {
      const side = (which: 'left' | 'right'): string => {
        if (spansetBare(expression, which)) return spansetsAt(expression[which], level);
        const inner = spansetsAt(expression[which], level + 1);
        return `(\n${indent(level + 1)}${inner}\n${indent(level)})`;
      };
      return `${side('left')}\n${indent(level)}${expression.operator} ${side('right')}`;
    }
    default:
      return assertNever(expression);
  }
}

function stageAt(stage: Stage, level: number): string {
  return stage.kind === 'filter' || stage.kind === 'operation' || stage.kind === 'wrapped'
    ? spansetsAt(stage, level)
    : stageLine(stage);
}

function pipelineAt(pipeline: Pipeline, level: number): string {
  const line = pipelineLine(pipeline);
  if (line.length <= lineMax) return line;
  return pipeline.stages
    .map((stage, at) => stageAt(stage, at === 0 ? level : level + 1))
    .join(`\n${indent(level + 1)}| `);
}

function metricsLine(expression: MetricsExpression | MetricsScalar): string {
  switch (expression.kind) {
    case 'metrics-scalar':
      return printStatic(expression.value);
    case 'metrics-pipeline':
      return `${pipelineLine(expression.pipeline)} | ${printMetricsFunction(expression.aggregate)}`;
    case 'metrics-rank':
      return `${metricsLine(expression.input)} | ${expression.name}(${expression.limit})`;
    case 'metrics-filter':
      return `${metricsLine(expression.input)} ${expression.operator} ${printStatic(expression.value)}`;
    case 'metrics-math': {
      const side = (operand: MetricsExpression | MetricsScalar): string =>
        operand.kind === 'metrics-scalar' ? metricsLine(operand) : `(${metricsLine(operand)})`;
      return `${side(expression.left)} ${expression.operator} ${side(expression.right)}`;
    }
    default:
      return assertNever(expression);
  }
}

function metricsAt(expression: MetricsExpression | MetricsScalar, level: number): string {
  const line = metricsLine(expression);
  if (line.length <= lineMax) return line;
  const stage = `\n${indent(level + 1)}| `;
  switch (expression.kind) {
    case 'metrics-scalar':
      return line;
    case 'metrics-pipeline': {
      // Broken in any case: the pipeline's stages stand under one another.
      const stages = expression.pipeline.stages.map((each, at) =>
        stageAt(each, at === 0 ? level : level + 1),
      );
      return [...stages, printMetricsFunction(expression.aggregate)].join(stage);
    }
    case 'metrics-rank':
      return `${metricsAt(expression.input, level)}${stage}${expression.name}(${expression.limit})`;
    case 'metrics-filter':
      return `${metricsAt(expression.input, level)} ${expression.operator} ${printStatic(expression.value)}`;
    case 'metrics-math': {
      const side = (operand: MetricsExpression | MetricsScalar): string => {
        if (operand.kind === 'metrics-scalar') return metricsLine(operand);
        return `(\n${indent(level + 1)}${metricsAt(operand, level + 1)}\n${indent(level)})`;
      };
      return `${side(expression.left)} ${expression.operator} ${side(expression.right)}`;
    }
    default:
      return assertNever(expression);
  }
}

/** Comments are not part of the tree, so they are lost. */
export function prettyTraceql(query: TraceqlQuery): string {
  const text =
    query.kind === 'metrics' ? metricsAt(query.metrics, 0) : pipelineAt(query.pipeline, 0);
  const hints = printHints(query);
  if (hints === '') return text;
  return !text.includes('\n') && text.length + hints.length < lineMax
    ? `${text} ${hints}`
    : `${text}\n${hints}`;
}
