// Summation that keeps the low-order bits: Kahan's in Neumaier's variant.

export interface Kahan {
  sum: number;
  error: number;
}

export function addKahan(total: Kahan, value: number): void {
  const sum = total.sum + value;
  if (sum === Number.POSITIVE_INFINITY || sum === Number.NEGATIVE_INFINITY) total.error = 0;
  else if (Math.abs(total.sum) >= Math.abs(value)) total.error += total.sum - sum + value;
  else total.error += value - sum + total.sum;
  total.sum = sum;
}

/** The sum; an infinite one stays infinite. */
export function kahanValue(total: Kahan): number {
  return Number.isFinite(total.sum) ? total.sum + total.error : total.sum;
}
