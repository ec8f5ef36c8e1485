// LogQL in the editor.

import { checkLogql } from '../../../src/query/logql/syntax/check.ts';
import {
  otherFunctions,
  ownStages,
  rangeOperations,
  stageKeywords,
  vectorOperations,
} from '../../../src/query/logql/syntax/functions.ts';
import {
  logqlLabelComparisons,
  logqlLineFilters,
  logqlMatchers,
  logqlOperators,
} from '../../../src/query/logql/syntax/operator-docs.ts';
import { parseLogql } from '../../../src/query/logql/syntax/parse.ts';
import { prettyLogql } from '../../../src/query/logql/syntax/pretty.ts';
import { promqlModifiers } from '../../../src/query/promql/syntax/operator-docs.ts';
import { describeToken, problemOf, signed } from './explain-token.ts';
import type { TokenDocs } from './explain-token.ts';
import { completeLogql } from './logql-completion.ts';
import { logqlTokens } from './logql-tokens.ts';
import type { QueryLanguage, StyledToken } from './query-language.ts';

const words: TokenDocs = { ...rangeOperations, ...vectorOperations, ...otherFunctions };
const { by, without, on, ignoring, group_left, group_right, bool, offset } = promqlModifiers;
const modifiers: TokenDocs = { by, without, on, ignoring, group_left, group_right, bool, offset };
const operators = signed(logqlOperators);
const matchers = signed({ ...logqlLabelComparisons, ...logqlMatchers });
const lineFilters = signed(logqlLineFilters);

/** `!=` is a filter of lines behind a selector or a filter, and compares everywhere else. */
function operatorDocs(tokens: readonly StyledToken[], at: number): TokenDocs {
  const previous = tokens[at - 1];
  const next = tokens[at + 1];
  if (previous?.style === 'label') return matchers;
  if (next?.style === 'string' || next === undefined) return { ...operators, ...lineFilters };
  return { ...lineFilters, ...operators };
}

export const logqlLanguage: QueryLanguage = {
  tokens: logqlTokens,
  check: (text) =>
    problemOf(text, () => {
      checkLogql(parseLogql(text));
    }),
  complete: completeLogql,
  hover: (text, at) =>
    describeToken(logqlTokens(text), at, (token, tokens, index) => {
      switch (token.style) {
        case 'function':
          return words;
        case 'keyword':
          return { ...stageKeywords, ...modifiers, ...operators };
        case 'own':
          return ownStages;
        case 'operator':
          return operatorDocs(tokens, index);
        default:
          return undefined;
      }
    }),
  pretty: (text) => prettyLogql(parseLogql(text)),
};
