// The three languages, each knowing what to do with the other one inside its own stages: the host's tokens mark where
// an embedded query is, and everything about that part is asked of its language.

import { logqlLanguage } from './logql-language.ts';
import { promqlLanguage } from './promql-language.ts';
import type { Language, QueryLanguage, StyledToken } from './query-language.ts';
import { traceqlLanguage } from './traceql-language.ts';

function embeddedAt(tokens: readonly StyledToken[], at: number): StyledToken | undefined {
  return tokens.find(({ style, start, end }) => style === 'embedded' && start <= at && at <= end);
}

function shift<T extends { readonly start: number; readonly end: number }>(one: T, by: number): T {
  return { ...one, start: one.start + by, end: one.end + by };
}

/** `host` with `guest` in its own stages. The guest's own stages are its host's again. */
function withEmbedded(host: QueryLanguage, guest: () => QueryLanguage): QueryLanguage {
  return {
    tokens: (text) =>
      host.tokens(text).flatMap((token) =>
        token.style === 'embedded'
          ? guest()
              .tokens(token.text)
              .map((inner) => shift(inner, token.start))
          : [token],
      ),
    check: (text) => {
      const problem = host.check(text);
      if (problem !== undefined) return problem;
      for (const token of host.tokens(text)) {
        if (token.style !== 'embedded') continue;
        const inner = guest().check(token.text);
        if (inner !== undefined) return shift(inner, token.start);
      }
      return undefined;
    },
    complete: (text, cursor) => {
      const inside = embeddedAt(host.tokens(text.slice(0, cursor)), cursor);
      if (inside?.isOpen !== true) return host.complete(text, cursor);
      const whole = embeddedAt(host.tokens(text), cursor)?.text ?? inside.text;
      const found = guest().complete(whole, cursor - inside.start);
      return found === undefined ? undefined : { ...found, from: found.from + inside.start };
    },
    hover: (text, at) => {
      const inside = embeddedAt(host.tokens(text), at);
      if (inside === undefined) return host.hover(text, at);
      const found = guest().hover(inside.text, at - inside.start);
      return found === undefined ? undefined : shift(found, inside.start);
    },
    pretty: (text) => host.pretty(text),
  };
}

export const queryLanguages: Readonly<Record<Language, QueryLanguage>> = {
  logql: withEmbedded(logqlLanguage, () => queryLanguages.traceql),
  promql: promqlLanguage,
  traceql: withEmbedded(traceqlLanguage, () => queryLanguages.logql),
};
