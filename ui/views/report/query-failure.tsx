// A query without an answer, in a list's or chart's place: the server's sentence, what to do about it, and a way to ask
// again where that can help.

import type { ReactNode } from 'react';
import { sourceOfAddress } from '../../data/ask-clew.ts';
import { ApiError, isWorthRetrying } from '../../data/fetch-json.ts';
import { printSentence } from '../words/sentence.ts';

const advice: Readonly<Record<string, string>> = {
  syntax: 'The place is underlined in the query.',
  semantics: 'The place is underlined in the query.',
  limit: 'Narrow the time range or the query.',
  execution: 'Narrow the query by a label, or take a shorter time.',
  timeout: 'Narrow the time range, or name a service or a label in the query.',
  overloaded: 'Clew is busy with other queries. Try again in a moment.',
  unavailable: 'Clew’s store is starting or restarting. Try again in a moment.',
  internal: 'This is a fault of Clew; its own log on stderr says more.',
  'no-tenant': 'Name it above.',
  unreachable: 'Is it still running? Look at the terminal that it was started in.',
};

/** Of a server elsewhere, which Clew asks in the page's name. */
const farAdvice: Readonly<Record<string, string>> = {
  unavailable:
    'Clew asks that server itself. Is it running, and can this machine reach it? Its address is on the page Sources.',
  overloaded: 'That server is busy. Try again in a moment.',
};

interface QueryFailureProps {
  readonly error: Error;
  readonly onRetry: () => void;
  readonly testId: string;
  /** Other ways on, beside the button. */
  readonly children?: ReactNode;
}

export function QueryFailure({ error, onRetry, testId, children }: QueryFailureProps) {
  const code = error instanceof ApiError ? error.code : 'internal';
  const words = (sourceOfAddress() === '' ? undefined : farAdvice[code]) ?? advice[code];
  return (
    <div className="notice" role="alert" data-testid={testId}>
      <h2>{printSentence(error.message)}</h2>
      {words !== undefined && <p>{words}</p>}
      <div className="notice-actions">
        {/* The same mistake would be answered alike. */}
        {isWorthRetrying(error) && (
          <button type="button" className="text-button" data-primary onClick={onRetry}>
            Try again
          </button>
        )}
        {children}
      </div>
    </div>
  );
}
