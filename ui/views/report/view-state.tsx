// What stands in a view's place while its data is on the way, or when it does not come: the rest of the page goes on.

import type { UseQueryResult } from '@tanstack/react-query';
import { printSentence } from '../words/sentence.ts';
import { RetryButton } from './retry-button.tsx';

interface ViewStateProps {
  readonly query: UseQueryResult;
  /** What is shown: `the store's figures`. */
  readonly what: string;
}

export function ViewState({ query, what }: ViewStateProps) {
  if (query.error !== null) {
    return (
      <p role="alert">
        {printSentence(query.error.message)}{' '}
        <RetryButton error={query.error} onRetry={() => query.refetch()} />
      </p>
    );
  }
  return (
    <div role="status" aria-label={`Loading ${what}`}>
      <div className="skeleton" style={{ width: '60%', height: 14, marginBottom: 8 }} />
      <div className="skeleton" style={{ width: '45%', height: 14 }} />
    </div>
  );
}
