// One binary operation on two samples, each a float or a histogram.

import type { NativeHistogram } from '../../../model/native-histogram.ts';
import {
  addHistograms,
  compactHistogram,
  divideHistogram,
  equalHistograms,
  scaleHistogram,
  subtractHistograms,
  withResetHint,
} from '../histogram/arithmetic.ts';
import { trimHistogram } from '../histogram/trim.ts';
import { comparisonOperators, type Binary, type BinaryOperator } from '../syntax/ast.ts';
import { annotationTexts, type Annotations } from './annotations.ts';

/** As Go's math.Pow, which knows powers of one and minus one that JavaScript does not. */
export function power(base: number, exponent: number): number {
  if (base === 1) return 1;
  if (base === -1 && Math.abs(exponent) === Number.POSITIVE_INFINITY) return 1;
  return base ** exponent;
}

/** The result of a float operation; for a comparison whether it holds, as 0 or 1. */
export function floatOperation(operator: BinaryOperator, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    case '^':
      return power(left, right);
    case 'atan2':
      return Math.atan2(left, right);
    case '==':
      return left === right ? 1 : 0;
    case '!=':
      return left !== right ? 1 : 0;
    case '<':
      return left < right ? 1 : 0;
    case '>':
      return left > right ? 1 : 0;
    case '<=':
      return left <= right ? 1 : 0;
    case '>=':
      return left >= right ? 1 : 0;
    default:
      return Number.NaN;
  }
}

/** Whether the operation gives the values another meaning, so that name, type and unit no longer hold. */
export function changesMeaning(operator: BinaryOperator): boolean {
  return !comparisonOperators.has(operator) && operator !== '</' && operator !== '>/';
}

/** The outcome of an operation; `keep` says whether there is one. Reused. */
export class OperationResult {
  keep: boolean = false;
  value: number = 0;
  histogram: NativeHistogram | undefined = undefined;

  float(value: number): void {
    this.keep = true;
    this.value = value;
    this.histogram = undefined;
  }

  set(histogram: NativeHistogram): void {
    this.keep = true;
    this.histogram = histogram;
  }
}

function histogramsOperation(
  expr: Binary,
  left: NativeHistogram,
  right: NativeHistogram,
  out: OperationResult,
  annotations: Annotations,
): boolean {
  const { operator, span } = expr;
  if (operator === '==' || operator === '!=') {
    const holds = equalHistograms(left, right) === (operator === '==');
    if (expr.returnBool) out.float(holds ? 1 : 0);
    else if (holds) out.set(left);
    return true;
  }
  if (operator !== '+' && operator !== '-') return false;
  const combined = operator === '+' ? addHistograms(left, right) : subtractHistograms(left, right);
  const operation = operator === '+' ? 'addition' : 'subtraction';
  if (combined === undefined) {
    annotations.warn(annotationTexts.incompatibleLayout(operator), span);
    return true;
  }
  if (combined.resetCollision) annotations.warn(annotationTexts.resetCollision(operation), span);
  if (combined.boundsReconciled) {
    annotations.inform(annotationTexts.boundsReconciled(operation), span);
  }
  const { histogram } = combined;
  out.set(compactHistogram(operator === '-' ? withResetHint(histogram, 'gauge') : histogram));
  return true;
}

/** Operations with histograms; false when the types do not go together. */
function histogramOperation(
  expr: Binary,
  left: number | NativeHistogram,
  right: number | NativeHistogram,
  out: OperationResult,
  annotations: Annotations,
): boolean {
  const { operator } = expr;
  if (typeof left === 'object' && typeof right === 'object') {
    return histogramsOperation(expr, left, right, out, annotations);
  }
  if (typeof left === 'object' && typeof right === 'number') {
    if (operator === '*') out.set(compactHistogram(scaleHistogram(left, right)));
    else if (operator === '/') out.set(compactHistogram(divideHistogram(left, right)));
    else if (operator === '</' || operator === '>/') {
      out.set(trimHistogram(left, right, operator === '</'));
    } else return false;
    return true;
  }
  if (typeof left === 'number' && typeof right === 'object' && operator === '*') {
    out.set(compactHistogram(scaleHistogram(right, left)));
    return true;
  }
  return false;
}

/** Applies the operator; a comparison without `bool` keeps the left sample when it holds. */
export function applyOperator(
  expr: Binary,
  left: number | NativeHistogram,
  right: number | NativeHistogram,
  out: OperationResult,
  annotations: Annotations,
): void {
  out.keep = false;
  const { operator } = expr;
  const isTrim = operator === '</' || operator === '>/';
  if (typeof left === 'number' && typeof right === 'number' && !isTrim) {
    const value = floatOperation(operator, left, right);
    if (!comparisonOperators.has(operator) || expr.returnBool) out.float(value);
    else if (value === 1) out.float(left);
    return;
  }
  if (histogramOperation(expr, left, right, out, annotations)) return;
  const nameOf = (side: number | NativeHistogram): string =>
    typeof side === 'number' ? 'float' : 'histogram';
  annotations.inform(
    annotationTexts.incompatibleTypes(nameOf(left), operator, nameOf(right)),
    expr.span,
  );
}
