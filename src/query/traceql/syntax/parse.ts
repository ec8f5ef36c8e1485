// Text to tree: pipelines of spanset expressions, scalar filters and other stages, metrics pipelines and arithmetic over
// them. Operands and operators are read by one precedence climb; `combine.ts` decides what goes with what.

import { taught } from '../../language/teach.ts';
import type {
  AggregateName,
  FieldReference,
  Hint,
  MetricsExpression,
  Pipeline,
  ScalarStatic,
  Stage,
  TraceqlQuery,
} from './ast.ts';
import { type Operand, combineOperands, isComparison, precedenceOf } from './combine.ts';
import {
  aggregateNames,
  negateStatic,
  parseField,
  parseReference,
  readNumber,
} from './parse-fields.ts';
import {
  isMetricsFunction,
  parseAggregate,
  parseFilter,
  parseMetricsFunction,
  parseRank,
  parseStageFunction,
  stageFunctions,
} from './parse-stages.ts';
import { traceqlLessons } from './lessons.ts';
import { TokenReader } from './token-reader.ts';

type PipelineResult = Operand | { readonly kind: 'pipeline'; readonly value: Pipeline };

function isAggregate(word: string | undefined): word is AggregateName {
  return word !== undefined && aggregateNames.has(word);
}

function parseBrackets(reader: TokenReader): Operand {
  const { start } = reader.next().span;
  const inner = reader.nested(() => parsePipeline(reader));
  reader.expect(')');
  if (inner.kind !== 'pipeline') return inner;
  const [stage, ...rest] = inner.value.stages;
  if (
    rest.length === 0 &&
    (stage?.kind === 'filter' || stage?.kind === 'operation' || stage?.kind === 'wrapped')
  )
    return { kind: 'spanset', value: stage };
  const span = reader.spanFrom(start);
  return { kind: 'spanset', value: { kind: 'wrapped', pipeline: inner.value, span } };
}

function parseConstant(reader: TokenReader): Operand {
  const { start } = reader.token.span;
  const negative = reader.accept('-');
  if (negative && reader.mark === '(') {
    const inner = parseBrackets(reader);
    const value = inner.kind === 'constant' ? negateStatic(inner.value.value) : undefined;
    if (inner.kind !== 'constant' || value === undefined)
      throw reader.fail(reader.spanFrom(start), 'syntax error: unexpected -');
    const scalar: ScalarStatic = { kind: 'scalar', value, span: reader.spanFrom(start) };
    return { kind: 'constant', value: scalar, durations: inner.durations };
  }
  const value = readNumber(reader, negative);
  const scalar: ScalarStatic = { kind: 'scalar', value, span: reader.spanFrom(start) };
  return { kind: 'constant', value: scalar, durations: false };
}

function parseOperand(reader: TokenReader): Operand {
  reader.count();
  if (reader.mark === '{') return { kind: 'spanset', value: parseFilter(reader) };
  if (reader.mark === '(') return parseBrackets(reader);
  if (reader.mark === '-' || reader.token.kind === 'static') return parseConstant(reader);
  const { word } = reader;
  if (!isAggregate(word)) throw reader.unexpected();
  return { kind: 'scalar', value: parseAggregate(reader, word) };
}

function parseExpression(reader: TokenReader, least: number): Operand {
  let left = parseOperand(reader);
  for (;;) {
    const operator = reader.mark;
    const precedence = operator === undefined ? 0 : precedenceOf(operator);
    if (operator === undefined || precedence === 0 || precedence < least) return left;
    reader.count();
    const place = reader.next().span;
    const right =
      operator === '^'
        ? reader.nested(() => parseExpression(reader, precedence))
        : parseExpression(reader, precedence + 1);
    const combined = combineOperands(operator, left, right);
    if (combined === undefined) throw reader.fail(place, `syntax error: unexpected ${operator}`);
    left = combined;
  }
}

/** Comparisons behind a metrics stage: `| rate() > 10`. */
function parseMetricsFilters(reader: TokenReader, first: MetricsExpression): MetricsExpression {
  let input = first;
  while (isComparison(reader.mark)) {
    const operator = reader.mark;
    const place = reader.next().span;
    const right = parseExpression(reader, precedenceOf('+'));
    const combined = combineOperands(operator, { kind: 'metrics', value: input }, right);
    if (combined?.kind !== 'metrics')
      throw reader.fail(place, `syntax error: unexpected ${operator}`);
    input = combined.value;
  }
  return input;
}

function parseMetricsStages(reader: TokenReader, first: MetricsExpression): MetricsExpression {
  let input = parseMetricsFilters(reader, first);
  while (reader.accept('|')) {
    const { name, limit } = parseRank(reader);
    const span = reader.spanFrom(first.span.start);
    input = parseMetricsFilters(reader, { kind: 'metrics-rank', name, limit, input, span });
  }
  return input;
}

function parseFirstMetrics(
  reader: TokenReader,
  stages: readonly Stage[],
  start: number,
): MetricsExpression {
  const { word } = reader;
  if (stages.length === 0 || !isMetricsFunction(word)) throw reader.unexpected();
  const pipeline: Pipeline = { kind: 'pipeline', stages, span: reader.spanFrom(start) };
  const aggregate = parseMetricsFunction(reader, word);
  const span = reader.spanFrom(start);
  return parseMetricsStages(reader, { kind: 'metrics-pipeline', pipeline, aggregate, span });
}

/**
 * Stages up to the end of the query or of the brackets. A single operand that is no spanset keeps its kind, and a
 * pipeline that ends in a bare scalar is a scalar: both may only be operands.
 */
function parsePipeline(reader: TokenReader): PipelineResult {
  const { start } = reader.token.span;
  const stages: Stage[] = [];
  do {
    reader.count();
    const { word } = reader;
    if (isMetricsFunction(word)) {
      return { kind: 'metrics', value: parseFirstMetrics(reader, stages, start) };
    }
    if (word !== undefined && stageFunctions.has(word)) {
      if (word === 'coalesce' && stages.length === 0) throw reader.unexpected();
      stages.push(parseStageFunction(reader));
      continue;
    }
    const place = reader.token.span;
    const operand = parseExpression(reader, 0);
    if (operand.kind === 'spanset' || operand.kind === 'scalar-filter') stages.push(operand.value);
    else if (stages.length === 0) {
      return operand.kind === 'metrics'
        ? { kind: 'metrics', value: parseMetricsStages(reader, operand.value) }
        : operand;
    } else if (operand.kind === 'scalar') {
      const pipeline: Pipeline = { kind: 'pipeline', stages, span: reader.spanFrom(start) };
      const span = reader.spanFrom(start);
      return {
        kind: 'scalar',
        value: { kind: 'scalar-pipeline', pipeline, result: operand.value, span },
      };
    } else throw reader.fail(place, 'syntax error: a stage must filter, group or select spans');
  } while (reader.accept('|'));
  return {
    kind: 'pipeline',
    value: { kind: 'pipeline', stages, span: reader.spanFrom(start) },
  };
}

function parseHints(reader: TokenReader): readonly Hint[] {
  const hints: Hint[] = [];
  if (reader.word !== 'with') return hints;
  reader.next();
  reader.expect('(');
  do {
    const name = reader.word;
    const { start } = reader.token.span;
    if (name === undefined) throw reader.unexpected('IDENTIFIER');
    reader.count();
    reader.next();
    reader.expect('=');
    const value = parseField(reader, precedenceOf('+'));
    if (value.kind !== 'static') throw reader.fail(value.span, 'syntax error: expecting a value');
    hints.push({ name, value: value.value, span: reader.spanFrom(start) });
  } while (reader.accept(','));
  reader.expect(')');
  return hints;
}

/** Fails with `syntax` (and the place, perhaps a hint) or `limit`. The tree is not checked: see `check.ts`. */
export function parseTraceql(query: string): TraceqlQuery {
  return taught(query, traceqlLessons, () => parseQuery(query));
}

function parseQuery(query: string): TraceqlQuery {
  const reader = new TokenReader(query);
  const result = parsePipeline(reader);
  if (result.kind !== 'pipeline' && result.kind !== 'metrics') throw reader.unexpected();
  const hints = parseHints(reader);
  if (reader.token.kind !== 'end') throw reader.unexpected();
  const span = reader.spanFrom(0);
  return result.kind === 'metrics'
    ? { kind: 'metrics', metrics: result.value, hints, span }
    : { kind: 'spansets', pipeline: result.value, hints, span };
}

/** A single attribute or intrinsic, as paths of the tag API name one: `.service.name`, `span:status`. */
export function parseFieldReference(text: string): FieldReference {
  const reader = new TokenReader(text);
  const reference = parseReference(reader);
  if (reader.token.kind !== 'end') throw reader.unexpected();
  return reference;
}
