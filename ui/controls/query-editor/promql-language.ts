// PromQL in the editor.

import { checkPromql } from '../../../src/query/promql/syntax/check.ts';
import { promqlFunctions } from '../../../src/query/promql/syntax/functions.ts';
import {
  promqlAggregations,
  promqlModifiers,
  promqlOperators,
} from '../../../src/query/promql/syntax/operator-docs.ts';
import { parsePromql } from '../../../src/query/promql/syntax/parse.ts';
import { prettyPromql } from '../../../src/query/promql/syntax/pretty.ts';
import { describeToken, problemOf, signed } from './explain-token.ts';
import type { TokenDocs } from './explain-token.ts';
import { completePromql, matcherDocs, promqlSignature } from './promql-completion.ts';
import { promqlTokens } from './promql-tokens.ts';
import type { QueryLanguage } from './query-language.ts';

const functions: TokenDocs = {
  ...Object.fromEntries(
    Object.entries(promqlFunctions).map(([name, one]) => [
      name,
      {
        signature: promqlSignature(name, one),
        doc: one.doc,
        ...(one.experimental === true ? { experimental: true as const } : {}),
      },
    ]),
  ),
  ...promqlAggregations,
};
const operators = signed({ ...matcherDocs, ...promqlOperators });

export const promqlLanguage: QueryLanguage = {
  tokens: promqlTokens,
  check: (text) =>
    problemOf(text, () => {
      checkPromql(parsePromql(text), text);
    }),
  complete: completePromql,
  hover: (text, at) => {
    const tokens = promqlTokens(text);
    const metric = tokens.find(
      ({ style, start, end }) => style === 'metric' && start <= at && at < end,
    );
    if (metric !== undefined) {
      const { start, end, text: name } = metric;
      return { start, end, signature: name, doc: '', notes: [], metric: name };
    }
    return describeToken(tokens, at, (token) => {
      switch (token.style) {
        case 'function':
          return functions;
        case 'keyword':
          return { ...promqlModifiers, ...operators };
        case 'operator':
          return { ...promqlModifiers, ...operators };
        default:
          return undefined;
      }
    });
  },
  pretty: (text) => prettyPromql(parsePromql(text)),
};
