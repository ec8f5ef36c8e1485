// Numbers, durations and strings of PromQL as values.

import { asFailure } from '../../../base/errors.ts';
import { parsePrometheusDurationNs } from '../../../base/duration.ts';
import { parseGoFloat } from '../../../base/float.ts';
import { unquoteGo, quoteGo } from '../../language/go-string.ts';
import type { TokenReader } from './token-reader.ts';
import type { Token } from './tokens.ts';

/** Go reads integers first, with the prefixes of its literals: `010` is eight. */
export function numberValue(text: string): number {
  const digits = text.replaceAll('_', '');
  if (/^0[0-7]+$/.test(digits)) return Number.parseInt(digits, 8);
  if (/^0[xX]/.test(digits)) return Number(digits);
  return parseGoFloat(digits) ?? Number.NaN;
}

/** Seconds of a duration with units. */
export function durationSeconds(reader: TokenReader, token: Token): number {
  try {
    const ns = parsePrometheusDurationNs(token.text);
    return Number(ns / 1_000_000n) / 1000;
  } catch (error) {
    throw reader.fail(token, asFailure(error).message);
  }
}

export function stringValue(reader: TokenReader, token: Token): string {
  try {
    return unquoteGo(token.text);
  } catch (error) {
    throw reader.fail(
      token,
      `error unquoting string ${quoteGo(token.text)}: ${asFailure(error).message}`,
    );
  }
}
