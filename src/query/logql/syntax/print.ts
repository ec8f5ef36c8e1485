// A tree back to LogQL text on one line. Law: parsing the text gives the same tree (but for the places in it).

import { formatGoFloat } from '../../../base/float.ts';
import { quoteGo } from '../../language/go-string.ts';
import type {
  BinaryExpr,
  Expr,
  Extraction,
  Grouping,
  LabelChoice,
  LabelFilter,
  LabelMatcher,
  LineFilterOperand,
  LogExpr,
  LogRange,
  MetricExpr,
  Stage,
  Unwrap,
} from './ast.ts';
import { precedenceOf } from './parse.ts';

const durationParts: readonly (readonly [string, bigint])[] = [
  ['h', 3_600_000_000_000n],
  ['m', 60_000_000_000n],
  ['s', 1_000_000_000n],
  ['ms', 1_000_000n],
  ['us', 1_000n],
  ['ns', 1n],
];

/** Exact, in units that both of LogQL's duration dialects read. */
export function printDuration(ns: bigint): string {
  if (ns === 0n) return '0s';
  let rest = ns < 0n ? -ns : ns;
  let text = ns < 0n ? '-' : '';
  for (const [unit, size] of durationParts) {
    if (rest < size) continue;
    text += `${rest / size}${unit}`;
    rest %= size;
  }
  return text;
}

const byteParts: readonly (readonly [string, number])[] = [
  ['PiB', 2 ** 50],
  ['PB', 1e15],
  ['TiB', 2 ** 40],
  ['TB', 1e12],
  ['GiB', 2 ** 30],
  ['GB', 1e9],
  ['MiB', 2 ** 20],
  ['MB', 1e6],
  ['KiB', 2 ** 10],
  ['KB', 1e3],
];

function printBytes(bytes: number): string {
  for (const [unit, size] of byteParts)
    if (bytes >= size && bytes % size === 0) return `${bytes / size}${unit}`;
  return `${formatGoFloat(bytes)}B`;
}

export function printMatcher(matcher: LabelMatcher): string {
  return `${matcher.name}${matcher.operator}${quoteGo(matcher.value)}`;
}

export function printSelector(matchers: readonly LabelMatcher[]): string {
  return `{${matchers.map(printMatcher).join(', ')}}`;
}

export function printLabelFilter(filter: LabelFilter): string {
  switch (filter.kind) {
    case 'or':
      return filter.operands.map(printLabelFilter).join(' or ');
    case 'and':
      return filter.operands
        .map((operand) =>
          operand.kind === 'or' ? `(${printLabelFilter(operand)})` : printLabelFilter(operand),
        )
        .join(' and ');
    case 'string':
      return printMatcher(filter.matcher);
    case 'number':
      return `${filter.name}${filter.operator}${formatGoFloat(filter.value)}`;
    case 'duration':
      return `${filter.name}${filter.operator}${printDuration(BigInt(filter.value))}`;
    case 'bytes':
      return `${filter.name}${filter.operator}${printBytes(filter.value)}`;
    case 'ip':
      return `${filter.name}${filter.negated ? '!=' : '='}ip(${quoteGo(filter.pattern)})`;
  }
}

function printOperand(operand: LineFilterOperand): string {
  return operand.kind === 'ip' ? `ip(${quoteGo(operand.value)})` : quoteGo(operand.value);
}

function printExtractions(extractions: readonly Extraction[]): string {
  return extractions
    .map(({ name, expression }, at) => `${at === 0 ? ' ' : ', '}${name}=${quoteGo(expression)}`)
    .join('');
}

function printChoice(choice: LabelChoice): string {
  return choice.matcher === undefined ? choice.name : printMatcher(choice.matcher);
}

/** A stage with its pipe or line filter operator. */
export function printStage(stage: Stage): string {
  switch (stage.kind) {
    case 'line-filter':
      return `${stage.operator} ${stage.operands.map(printOperand).join(' or ')}`;
    case 'json':
      return `| json${printExtractions(stage.extractions)}`;
    case 'logfmt': {
      const flags = `${stage.strict ? ' --strict' : ''}${stage.keepEmpty ? ' --keep-empty' : ''}`;
      return `| logfmt${flags}${printExtractions(stage.extractions)}`;
    }
    case 'regexp':
    case 'pattern':
      return `| ${stage.kind} ${quoteGo(stage.pattern)}`;
    case 'unpack':
    case 'decolorize':
      return `| ${stage.kind}`;
    case 'label-filter':
      return `| ${printLabelFilter(stage.filter)}`;
    case 'line-format':
      return `| line_format ${quoteGo(stage.template)}`;
    case 'label-format':
      return `| label_format ${stage.formats
        .map((format) =>
          format.kind === 'rename'
            ? `${format.target}=${format.source}`
            : `${format.target}=${quoteGo(format.template)}`,
        )
        .join(', ')}`;
    case 'drop':
    case 'keep':
      return `| ${stage.kind} ${stage.choices.map(printChoice).join(', ')}`;
    case 'trace':
      return `| trace(${stage.query.text})`;
  }
}

/** With every filter behind it as a part of its own, for a pretty printer to break between. */
export function unwrapParts(unwrap: Unwrap): readonly string[] {
  const label =
    unwrap.conversion === undefined ? unwrap.label : `${unwrap.conversion}(${unwrap.label})`;
  return [`| unwrap ${label}`, ...unwrap.filters.map((filter) => `| ${printLabelFilter(filter)}`)];
}

export function printRangeSuffix(range: LogRange): string {
  const offset = range.offsetNs === 0n ? '' : ` offset ${printDuration(range.offsetNs)}`;
  return `[${printDuration(range.rangeNs)}]${offset}`;
}

export function printGrouping(grouping: Grouping | undefined): string {
  if (grouping === undefined) return '';
  return ` ${grouping.without ? 'without' : 'by'} (${grouping.labels.join(', ')})`;
}

/** What stands before the right operand: operator, `bool`, matching. */
export function printOperator(expr: BinaryExpr): string {
  let text: string = expr.operator;
  if (expr.returnBool) text += ' bool';
  const { matching } = expr;
  if (matching === undefined) return text;
  text += ` ${matching.on ? 'on' : 'ignoring'} (${matching.labels.join(', ')})`;
  if (matching.cardinality === 'one-to-one') return text;
  text += matching.cardinality === 'many-to-one' ? ' group_left' : ' group_right';
  return `${text} (${matching.include.join(', ')})`;
}

/** Whether an operand needs parentheses to stay where it is in the tree. */
export function needsParentheses(expr: BinaryExpr, side: 'left' | 'right'): boolean {
  const operand = side === 'left' ? expr.left : expr.right;
  if (operand.kind !== 'binary') return false;
  const outer = precedenceOf(expr.operator);
  const inner = precedenceOf(operand.operator);
  if (inner !== outer) return inner < outer;
  return (expr.operator === '^') === (side === 'left');
}

/**
 * Stages in turn. A bare name at the end of `drop` or `keep` would take a `!=` or `!~` filter behind it for its own
 * matcher: it is given one that always holds.
 */
export function printStages(stages: readonly Stage[]): readonly string[] {
  return stages.map((stage, at) => {
    const text = printStage(stage);
    const next = stages[at + 1];
    const takes = next?.kind === 'line-filter' && /^![=~]/.test(next.operator);
    const isChoice = stage.kind === 'drop' || stage.kind === 'keep';
    if (!takes || !isChoice || stage.choices.at(-1)?.matcher !== undefined) return text;
    return `${text}=~".*"`;
  });
}

function printLog(log: LogExpr): string {
  return [printSelector(log.matchers), ...printStages(log.stages)].join(' ');
}

export function printLogRange(range: LogRange): string {
  const unwrap = range.unwrap === undefined ? [] : unwrapParts(range.unwrap);
  return [printLog(range.log), ...unwrap, printRangeSuffix(range)].join(' ');
}

function printSide(expr: BinaryExpr, side: 'left' | 'right'): string {
  const text = printLogql(side === 'left' ? expr.left : expr.right);
  return needsParentheses(expr, side) ? `(${text})` : text;
}

export function printLogql(expr: Expr | MetricExpr): string {
  switch (expr.kind) {
    case 'log':
      return printLog(expr);
    case 'literal':
      return formatGoFloat(expr.value);
    case 'vector':
      return `vector(${formatGoFloat(expr.value)})`;
    case 'range-aggregation': {
      const parameter = expr.parameter === undefined ? '' : `${formatGoFloat(expr.parameter)}, `;
      return `${expr.operation}(${parameter}${printLogRange(expr.range)})${printGrouping(expr.grouping)}`;
    }
    case 'vector-aggregation': {
      const parameter = expr.parameter === undefined ? '' : `${formatGoFloat(expr.parameter)}, `;
      const grouping = expr.grouping === undefined ? '' : `${printGrouping(expr.grouping)} `;
      return `${expr.operation}${grouping}(${parameter}${printLogql(expr.operand)})`;
    }
    case 'binary':
      return `${printSide(expr, 'left')} ${printOperator(expr)} ${printSide(expr, 'right')}`;
    case 'label-replace': {
      const texts = [expr.target, expr.replacement, expr.source, expr.pattern].map(quoteGo);
      return `label_replace(${printLogql(expr.operand)}, ${texts.join(', ')})`;
    }
  }
}
