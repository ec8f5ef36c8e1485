// Asks again, where the same question may find another answer; nothing where it cannot.

import { isWorthRetrying } from '../../data/fetch-json.ts';

interface RetryButtonProps {
  readonly error: Error;
  readonly onRetry: () => unknown;
  /** Within a sentence: as a link. */
  readonly isInline?: boolean;
}

export function RetryButton({ error, onRetry, isInline = false }: RetryButtonProps) {
  if (!isWorthRetrying(error)) return null;
  return (
    <button
      type="button"
      className={isInline ? 'link-button' : 'text-button'}
      onClick={() => void onRetry()}
    >
      Try again
    </button>
  );
}
