// TraceQL in the editor.

import {
  functions,
  hints,
  intrinsicNames,
  intrinsics,
  ownStages,
} from '../../../src/query/traceql/syntax/catalogue.ts';
import { checkTraceql } from '../../../src/query/traceql/syntax/check.ts';
import {
  traceqlFieldOperators,
  traceqlMetricsOperators,
  traceqlSpansetOperators,
} from '../../../src/query/traceql/syntax/operator-docs.ts';
import { parseTraceql } from '../../../src/query/traceql/syntax/parse.ts';
import { prettyTraceql } from '../../../src/query/traceql/syntax/pretty.ts';
import { describeToken, problemOf, signed } from './explain-token.ts';
import type { TokenDocs } from './explain-token.ts';
import type { QueryLanguage, StyledToken } from './query-language.ts';
import { completeTraceql } from './traceql-completion.ts';
import { traceqlTokens } from './traceql-tokens.ts';

const fields: TokenDocs = Object.fromEntries(
  intrinsicNames.flatMap((name) => {
    const { type, doc, scoped } = intrinsics[name];
    const entry = { signature: `${name}: ${type}`, doc };
    return scoped === undefined
      ? [[name, entry]]
      : [
          [name, entry],
          [scoped, entry],
        ];
  }),
);
const fieldOperators = signed(traceqlFieldOperators);
const spansetOperators = signed({ ...traceqlMetricsOperators, ...traceqlSpansetOperators });
const keywords = signed({ ...hints, with: 'Hints to the engine: with(hint=value, …).' });

/** Between spansets an operator relates them; inside braces it compares fields. */
function isBetweenSpansets(tokens: readonly StyledToken[], at: number): boolean {
  const before = tokens.slice(0, at).findLast(({ text }) => text === '{' || text === '}');
  return before?.text !== '{';
}

export const traceqlLanguage: QueryLanguage = {
  tokens: traceqlTokens,
  check: (text) =>
    problemOf(text, () => {
      checkTraceql(parseTraceql(text));
    }),
  complete: completeTraceql,
  hover: (text, at) =>
    describeToken(traceqlTokens(text), at, (token, tokens, index) => {
      switch (token.style) {
        case 'function':
          return functions;
        case 'own':
          return ownStages;
        case 'label':
          return fields;
        case 'keyword':
          return keywords;
        case 'operator':
          return isBetweenSpansets(tokens, index)
            ? { ...fieldOperators, ...spansetOperators }
            : fieldOperators;
        default:
          return undefined;
      }
    }),
  pretty: (text) => prettyTraceql(parseTraceql(text)),
};
