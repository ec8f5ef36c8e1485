// Label matchers, the one piece of syntax that LogQL, PromQL and the profile selectors share.

import type { TextSpan } from '../../base/errors.ts';
import { assertNever } from '../../base/assert.ts';
import { compileAnchoredRegex } from './regex.ts';

export type MatchOperator = '=' | '!=' | '=~' | '!~';

export interface LabelMatcher {
  readonly name: string;
  readonly operator: MatchOperator;
  /** Text or RE2 pattern; a pattern is anchored at both ends. */
  readonly value: string;
  readonly span?: TextSpan | undefined;
}

/** The matcher as a predicate on a label's value; an absent label is the empty string. */
export function matcherPredicate(matcher: LabelMatcher): (value: string) => boolean {
  switch (matcher.operator) {
    case '=':
      return (value) => value === matcher.value;
    case '!=':
      return (value) => value !== matcher.value;
    case '=~': {
      const regex = compileAnchoredRegex(matcher.value);
      return (value) => regex.matches(value);
    }
    case '!~': {
      const regex = compileAnchoredRegex(matcher.value);
      return (value) => !regex.matches(value);
    }
    default:
      return assertNever(matcher.operator);
  }
}
