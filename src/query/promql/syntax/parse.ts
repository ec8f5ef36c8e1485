// PromQL text to a checked expression tree: recursive descent with precedence climbing. Positions and messages
// are those of Prometheus where it has one.

import { Failure } from '../../../base/errors.ts';
import type { TextSpan } from '../../../base/errors.ts';
import type { LabelMatcher } from '../../language/matcher.ts';
import { quoteGo } from '../../language/go-string.ts';
import { taught } from '../../language/teach.ts';
import {
  childrenOf,
  parameterizedAggregates,
  setOperators,
  type AggregateOperator,
  type BinaryOperator,
  type Expr,
  type Grouping,
  type StringLiteral,
  type VectorMatching,
} from './ast.ts';
import { checkPromql } from './check.ts';
import { isFunctionName } from './functions.ts';
import { promqlLessons } from './lessons.ts';
import { durationSeconds, numberValue, stringValue } from './literals.ts';
import { parsePostfix, parseVectorSelector } from './parse-selector.ts';
import { TokenReader } from './token-reader.ts';
import { keywordsAsMetricNames, type Token } from './tokens.ts';

/** Named limit: levels of the tree, among them the operands of a chain such as `a + b + c`. */
export const treeDepthMax = 1000;

const precedences: Readonly<Record<BinaryOperator, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '>': 3,
  '<=': 3,
  '>=': 3,
  '</': 3,
  '>/': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  atan2: 5,
  '^': 7,
};
/** Above multiplication, below the power: `-2 ^ 2` is -4. */
const unaryPrecedence = 6;

function binaryOperatorOf(token: Token): BinaryOperator | undefined {
  if (token.kind !== 'operator') return undefined;
  return Object.hasOwn(precedences, token.word) ? (token.word as BinaryOperator) : undefined;
}

function stringLiteral(value: string, token: Token): StringLiteral {
  const isWhole = !value.includes('\ufffd');
  return { kind: 'string', value, written: isWhole ? undefined : token.text, span: token };
}

class Parser {
  readonly #reader: TokenReader;
  /** Levels below each composite node. */
  readonly #depths: WeakMap<Expr, number> = new WeakMap();

  constructor(text: string) {
    this.#reader = new TokenReader(text);
  }

  parse(): Expr {
    const reader = this.#reader;
    if (reader.atEnd()) throw reader.fail(reader.next, 'no expression found in input');
    const expr = this.#expression(0);
    if (!reader.atEnd()) throw reader.unexpected();
    return expr;
  }

  selectorOnly(): readonly LabelMatcher[] {
    const reader = this.#reader;
    const name = this.#metricName();
    if (name === undefined && !reader.at('{')) throw reader.unexpected();
    const selector = parseVectorSelector(reader, name);
    if (!reader.atEnd()) throw reader.unexpected();
    checkPromql(selector, reader.text);
    return selector.matchers;
  }

  #bounded(expr: Expr): Expr {
    let depth = 1;
    for (const child of childrenOf(expr)) {
      depth = Math.max(depth, 1 + (this.#depths.get(child) ?? 1));
    }
    if (depth > treeDepthMax) {
      throw new Failure('limit', `query has more than ${treeDepthMax} levels`, {
        position: expr.span,
      });
    }
    this.#depths.set(expr, depth);
    return expr;
  }

  #expression(floor: number): Expr {
    const reader = this.#reader;
    return reader.nested(() => {
      let left = this.#unary();
      for (;;) {
        const operator = binaryOperatorOf(reader.next);
        if (operator === undefined || precedences[operator] <= floor) return left;
        left = this.#binary(left, operator);
      }
    });
  }

  #unary(): Expr {
    const reader = this.#reader;
    const token = reader.next;
    const sign = token.text;
    if (token.kind !== 'operator' || (sign !== '+' && sign !== '-')) {
      return parsePostfix(reader, this.#primary(), (expr) => this.#bounded(expr));
    }
    reader.take();
    const operand = this.#expression(unaryPrecedence - 1);
    const span = { start: token.start, end: operand.span.end };
    if (operand.kind === 'number') {
      const value = sign === '-' ? -operand.value : operand.value;
      return { ...operand, value, span };
    }
    return this.#bounded({ kind: 'unary', operator: sign, operand, span });
  }

  #binary(left: Expr, operator: BinaryOperator): Expr {
    const reader = this.#reader;
    const token = reader.take();
    const returnBool = reader.accept('bool') !== undefined;
    const matching = this.#matching(operator);
    const operatorSpan = { start: token.start, end: reader.lastEnd };
    const precedence = precedences[operator];
    const right = this.#expression(operator === '^' ? precedence - 1 : precedence);
    return this.#bounded({
      kind: 'binary',
      operator,
      left,
      right,
      returnBool,
      matching,
      operatorSpan,
      span: { start: left.span.start, end: right.span.end },
    });
  }

  #matching(operator: BinaryOperator): VectorMatching {
    const reader = this.#reader;
    let on = false;
    let labels: readonly string[] = [];
    let include: readonly string[] = [];
    let cardinality: VectorMatching['cardinality'] = setOperators.has(operator)
      ? 'many-to-many'
      : 'one-to-one';
    if (reader.at('on') || reader.at('ignoring')) {
      on = reader.take().word === 'on';
      labels = this.#labelList();
      if (reader.at('group_left') || reader.at('group_right')) {
        cardinality = reader.take().word === 'group_left' ? 'many-to-one' : 'one-to-many';
        if (reader.at('(')) include = this.#labelList();
      }
    }
    let fillLeft: number | undefined;
    let fillRight: number | undefined;
    while (reader.at('fill') || reader.at('fill_left') || reader.at('fill_right')) {
      const token = reader.take();
      const value = this.#fillValue();
      const taken =
        (token.word !== 'fill_right' && fillLeft !== undefined) ||
        (token.word !== 'fill_left' && fillRight !== undefined);
      if (taken) throw reader.fail(token, `unexpected <${token.text}>`);
      if (token.word !== 'fill_right') fillLeft = value;
      if (token.word !== 'fill_left') fillRight = value;
    }
    return { cardinality, on, labels, include, fillLeft, fillRight };
  }

  #fillValue(): number {
    const reader = this.#reader;
    reader.expect('(');
    const negative = reader.at('-');
    if (negative || reader.at('+')) reader.take();
    const token = reader.next;
    if (token.kind !== 'number' && token.kind !== 'duration') {
      throw reader.unexpected('fill modifier', 'number');
    }
    reader.take();
    const value =
      token.kind === 'number' ? numberValue(token.text) : durationSeconds(reader, token);
    reader.expect(')');
    return negative ? -value : value;
  }

  #labelList(): readonly string[] {
    const reader = this.#reader;
    const labels: string[] = [];
    reader.expect('(', 'grouping opts', '"("');
    while (reader.accept(')') === undefined) {
      const token = reader.next;
      if (token.kind === 'string') {
        reader.take();
        labels.push(stringValue(reader, token));
      } else if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(token.text) && token.kind !== 'error') {
        labels.push(reader.take().text);
      } else throw reader.unexpected('grouping opts', 'label');
      if (reader.accept(',') === undefined && !reader.at(')')) {
        throw reader.unexpected('grouping opts', '"," or ")"');
      }
    }
    return labels;
  }

  #primary(): Expr {
    const reader = this.#reader;
    const token = reader.next;
    switch (token.kind) {
      case 'number':
        reader.take();
        return { kind: 'number', value: numberValue(token.text), isDuration: false, span: token };
      case 'duration':
        reader.take();
        return {
          kind: 'number',
          value: durationSeconds(reader, token),
          isDuration: true,
          span: token,
        };
      case 'string':
        reader.take();
        return stringLiteral(stringValue(reader, token), token);
      case 'identifier':
        if (reader.afterNext.text === '(') return this.#call();
        break;
      case 'preprocessor':
        if (reader.afterNext.text === '(') return this.#call();
        break;
      case 'aggregator':
        if (this.#startsAggregate()) return this.#aggregate();
        break;
      default:
        if (reader.at('(')) return this.#paren();
        if (reader.at('{')) return parseVectorSelector(reader, undefined);
    }
    const name = this.#metricName();
    if (name === undefined) throw reader.unexpected();
    return parseVectorSelector(reader, name);
  }

  #metricName(): Token | undefined {
    const reader = this.#reader;
    const token = reader.next;
    const plain = token.kind === 'identifier' || token.kind === 'metric-identifier';
    const word =
      token.kind === 'keyword' ||
      token.kind === 'aggregator' ||
      token.kind === 'preprocessor' ||
      token.kind === 'operator';
    if (plain || (word && keywordsAsMetricNames.has(token.word))) return reader.take();
    return undefined;
  }

  /** An aggregator's name alone, or before braces or operators, is a metric's name. */
  #startsAggregate(): boolean {
    const { text, word, kind } = this.#reader.afterNext;
    if (text === '(' || word === 'by' || word === 'without') return true;
    return kind === 'identifier' || kind === 'number' || kind === 'string';
  }

  #paren(): Expr {
    const reader = this.#reader;
    const open = reader.expect('(');
    const inner = this.#expression(0);
    reader.expect(')');
    return this.#bounded({
      kind: 'paren',
      inner,
      span: { start: open.start, end: reader.lastEnd },
    });
  }

  #arguments(): Expr[] {
    const reader = this.#reader;
    const operands: Expr[] = [];
    reader.expect('(');
    if (reader.accept(')') !== undefined) return operands;
    for (;;) {
      operands.push(this.#expression(0));
      const comma = reader.accept(',');
      if (comma === undefined) break;
      if (reader.at(')')) {
        throw reader.fail(comma, 'trailing commas not allowed in function call args');
      }
    }
    reader.expect(')');
    return operands;
  }

  #call(): Expr {
    const reader = this.#reader;
    const token = reader.take();
    const name = token.text;
    const operands = this.#arguments();
    if (!isFunctionName(name)) {
      throw reader.fail(token, `unknown function with name ${quoteGo(name)}`);
    }
    return this.#bounded({
      kind: 'call',
      name,
      operands,
      span: { start: token.start, end: reader.lastEnd },
    });
  }

  #grouping(): Grouping | undefined {
    const reader = this.#reader;
    if (!reader.at('by') && !reader.at('without')) return undefined;
    const without = reader.take().word === 'without';
    return { without, labels: this.#labelList() };
  }

  #aggregate(): Expr {
    const reader = this.#reader;
    const token = reader.take();
    const operator = token.word as AggregateOperator;
    const before = this.#grouping();
    if (!reader.at('(')) throw reader.unexpected('aggregation');
    const operands = this.#arguments();
    const grouping = before ?? this.#grouping() ?? { without: false, labels: [] };
    const span: TextSpan = { start: token.start, end: reader.lastEnd };
    const wanted = parameterizedAggregates.has(operator) ? 2 : 1;
    if (operands.length === 0) {
      throw reader.fail(span, 'no arguments for aggregate expression provided');
    }
    const inner = operands[wanted - 1];
    if (operands.length !== wanted || inner === undefined) {
      throw reader.fail(
        span,
        `wrong number of arguments for aggregate expression provided, expected ${wanted}, got ${operands.length}`,
      );
    }
    const parameter = wanted === 2 ? operands[0] : undefined;
    return this.#bounded({ kind: 'aggregate', operator, grouping, parameter, inner, span });
  }
}

/** Parses and type-checks a query; fails with `syntax`, Prometheus's words and perhaps a hint, or with `limit`. */
export function parsePromql(text: string): Expr {
  return taught(text, promqlLessons, () => {
    const expr = new Parser(text).parse();
    checkPromql(expr, text);
    return expr;
  });
}

/** The matchers of a lone selector (`match[]` and the like). */
export function parsePromqlSelector(text: string): readonly LabelMatcher[] {
  return taught(text, promqlLessons, () => new Parser(text).selectorOnly());
}
