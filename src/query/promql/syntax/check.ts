// The type check: which kinds of value may stand where, how many arguments a function takes, what a binary
// operation allows. Prometheus reports these as parse errors, and so does this.

import type { TextSpan } from '../../../base/errors.ts';
import { matcherPredicate } from '../../language/matcher.ts';
import { quoteGo } from '../../language/go-string.ts';
import {
  comparisonOperators,
  setOperators,
  type Aggregate,
  type Binary,
  type Call,
  type Expr,
  type ValueType,
  type VectorSelector,
} from './ast.ts';
import { promqlFunctions } from './functions.ts';
import { parseFailure } from './parse-failure.ts';

const documented: Readonly<Record<ValueType, string>> = {
  scalar: 'scalar',
  vector: 'instant vector',
  matrix: 'range vector',
  string: 'string',
};

/** The kind of value that a (checked) expression has. */
export function valueTypeOf(expr: Expr): ValueType {
  switch (expr.kind) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'vector-selector':
    case 'aggregate':
      return 'vector';
    case 'matrix-selector':
    case 'subquery':
      return 'matrix';
    case 'call':
      return promqlFunctions[expr.name].returns;
    case 'unary':
      return valueTypeOf(expr.operand);
    case 'paren':
      return valueTypeOf(expr.inner);
    case 'binary':
      return valueTypeOf(expr.left) === 'scalar' && valueTypeOf(expr.right) === 'scalar'
        ? 'scalar'
        : 'vector';
  }
}

class Checker {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  #fail(span: TextSpan, message: string): never {
    throw parseFailure(this.#text, span, message);
  }

  check(expr: Expr): ValueType {
    switch (expr.kind) {
      case 'number':
        return 'scalar';
      case 'string':
        return 'string';
      case 'vector-selector':
        this.#selector(expr);
        return 'vector';
      case 'matrix-selector':
        this.#selector(expr.selector);
        return 'matrix';
      case 'subquery': {
        const inner = this.check(expr.inner);
        if (inner !== 'vector') {
          this.#fail(expr.span, `subquery is only allowed on instant vector, got ${inner} instead`);
        }
        return 'matrix';
      }
      case 'aggregate':
        return this.#aggregate(expr);
      case 'binary':
        return this.#binary(expr);
      case 'unary': {
        const operand = this.check(expr.operand);
        if (operand !== 'scalar' && operand !== 'vector') {
          this.#fail(
            expr.span,
            `unary expression only allowed on expressions of type scalar or instant vector, got ${quoteGo(documented[operand])}`,
          );
        }
        return operand;
      }
      case 'paren':
        return this.check(expr.inner);
      case 'call':
        return this.#call(expr);
    }
  }

  #selector(selector: VectorSelector): void {
    const { name, matchers } = selector;
    if (name !== undefined) {
      for (const matcher of matchers.slice(0, -1)) {
        if (matcher.name === '__name__') {
          this.#fail(
            selector.span,
            `metric name must not be set twice: ${quoteGo(name)} or ${quoteGo(matcher.value)}`,
          );
        }
      }
      return;
    }
    if (!matchers.some((matcher) => !matcherPredicate(matcher)(''))) {
      this.#fail(selector.span, 'vector selector must contain at least one non-empty matcher');
    }
  }

  #expect(expr: Expr, wanted: ValueType, context: string): void {
    const got = this.check(expr);
    if (got !== wanted) {
      this.#fail(
        expr.span,
        `expected type ${documented[wanted]} in ${context}, got ${documented[got]}`,
      );
    }
  }

  #aggregate(expr: Aggregate): ValueType {
    this.#expect(expr.inner, 'vector', 'aggregation expression');
    if (expr.parameter !== undefined) {
      const wanted = expr.operator === 'count_values' ? 'string' : 'scalar';
      this.#expect(expr.parameter, wanted, 'aggregation parameter');
    }
    return 'vector';
  }

  #binary(expr: Binary): ValueType {
    const left = this.check(expr.left);
    const right = this.check(expr.right);
    const { operator, matching, operatorSpan, span } = expr;
    const isSet = setOperators.has(operator);
    const isComparison = comparisonOperators.has(operator);
    if (expr.returnBool && !isComparison) {
      this.#fail(operatorSpan, 'bool modifier can only be used on comparison operators');
    }
    if (isComparison && !expr.returnBool && left === 'scalar' && right === 'scalar') {
      this.#fail(operatorSpan, 'comparisons between scalars must use BOOL modifier');
    }
    for (const label of matching.on ? matching.labels : []) {
      if (matching.include.includes(label)) {
        this.#fail(
          operatorSpan,
          `label ${quoteGo(label)} must not occur in ON and GROUP clause at once`,
        );
      }
    }
    for (const [side, type] of [
      [expr.left, left],
      [expr.right, right],
    ] as const) {
      if (type !== 'scalar' && type !== 'vector') {
        this.#fail(
          side.span,
          'binary expression must contain only scalar and instant vector types',
        );
      }
    }
    const filled = matching.fillLeft !== undefined || matching.fillRight !== undefined;
    if (left !== 'vector' || right !== 'vector') {
      if (matching.labels.length > 0) {
        this.#fail(span, 'vector matching only allowed between instant vectors');
      }
      if (filled) {
        this.#fail(span, 'filling in missing series only allowed between instant vectors');
      }
      if (isSet) {
        this.#fail(
          span,
          `set operator ${quoteGo(operator)} not allowed in binary scalar expression`,
        );
      }
    } else if (isSet) {
      if (matching.cardinality !== 'many-to-many') {
        this.#fail(span, `no grouping allowed for ${quoteGo(operator)} operation`);
      }
      if (filled) this.#fail(span, 'filling in missing series not allowed for set operators');
    }
    return left === 'scalar' && right === 'scalar' ? 'scalar' : 'vector';
  }

  #arity(call: Call): void {
    const { parameters, variadic } = promqlFunctions[call.name];
    const got = call.operands.length;
    const name = quoteGo(call.name);
    if (variadic === 0) {
      if (got !== parameters.length) {
        this.#fail(
          call.span,
          `expected ${parameters.length} argument(s) in call to ${name}, got ${got}`,
        );
      }
      return;
    }
    const least = parameters.length - 1;
    if (got < least) {
      this.#fail(
        call.span,
        `expected at least ${least} argument(s) in call to ${name}, got ${got}`,
      );
    }
    if (variadic > 0 && got > least + variadic) {
      this.#fail(
        call.span,
        `expected at most ${least + variadic} argument(s) in call to ${name}, got ${got}`,
      );
    }
  }

  /** The second argument of `info` is a selector of labels, which may well match everything. */
  #infoSelector(operand: Expr): void {
    if (operand.kind !== 'vector-selector') {
      this.#fail(operand.span, 'expected label selectors only');
    }
    if (operand.name !== undefined) {
      this.#fail(operand.span, 'expected label selectors only, got vector selector instead');
    }
  }

  #call(call: Call): ValueType {
    const { parameters, returns } = promqlFunctions[call.name];
    this.#arity(call);
    for (const [at, operand] of call.operands.entries()) {
      if (call.name === 'info' && at === 1) {
        this.#infoSelector(operand);
        continue;
      }
      const wanted = parameters[at] ?? parameters.at(-1);
      const got = this.check(operand);
      if (wanted !== undefined && got !== wanted) {
        this.#fail(
          operand.span,
          `expected type ${documented[wanted]} in call to function ${quoteGo(call.name)}, got ${documented[got]}`,
        );
      }
    }
    return returns;
  }
}

/** The type of the value; fails with `syntax` when the tree is not a valid query. `text` is what it was parsed from. */
export function checkPromql(expr: Expr, text: string): ValueType {
  return new Checker(text).check(expr);
}
