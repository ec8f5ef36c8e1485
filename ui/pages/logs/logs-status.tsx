// What the list covers, said above it and at its end: never a silent limit.

import type { ExploreLogs } from '../../../src/api/explore/contract/records.ts';
import { linesMax } from '../../data/logs.ts';
import type { LogsResult } from '../../data/logs.ts';
import type { LogsView } from '../../url/logs-view.ts';
import { printCount } from '../../views/words/numbers.ts';

interface LogsStatusProps {
  readonly view: LogsView;
  readonly shown: number;
  readonly total: number | null;
  readonly hasMore: boolean;
  readonly pages: readonly ExploreLogs[];
  readonly isPaused: boolean;
  readonly onOrder: (order: LogsView['order']) => void;
}

export function LogsStatus(props: LogsStatusProps) {
  const { shown, total, view } = props;
  const warnings = [...new Set(props.pages.flatMap((page) => page.warnings))];
  return (
    <div className="logs-status">
      <span className="number" role="status" data-testid="coverage">
        {shown === 0 ? '' : coverageText(shown, total, props.hasMore)}
      </span>
      {shown > 0 && (
        <button
          type="button"
          className="text-button"
          data-quiet
          title="Turn the order"
          onClick={() => props.onOrder(view.order === 'newest' ? 'oldest' : 'newest')}
        >
          {view.order === 'newest' ? 'newest first ↓' : 'oldest first ↓'}
        </button>
      )}
      {props.isPaused && (
        <span className="dim">live waits while you read; scroll to the top to go on</span>
      )}
      {warnings.map((warning) => (
        <span key={warning} className="logs-warning">
          ▲ {warning}
        </span>
      ))}
    </div>
  );
}

/** `total` is the histogram's, whose bars may reach a little beyond the range: at the end of the list it is not needed. */
function coverageText(shown: number, total: number | null, hasMore: boolean): string {
  if (!hasMore) return shown === 1 ? 'the only line' : `all ${printCount(shown)} lines`;
  if (total === null || total <= shown) return `the first ${printCount(shown)} lines`;
  return `${printCount(shown)} of ${printCount(total)} lines`;
}

interface LogsFooterProps {
  readonly shown: number;
  readonly total: number | null;
  readonly logs: LogsResult;
  readonly onMore: () => void;
}

export function LogsFooter({ shown, total, logs, onMore }: LogsFooterProps) {
  if (logs.isFetchNextPageError) {
    return (
      <div className="log-list-footer" role="alert">
        The next lines did not come: {logs.error?.message}
        <button type="button" className="text-button" onClick={onMore}>
          Try again
        </button>
      </div>
    );
  }
  if (logs.hasNextPage) {
    return (
      <div className="log-list-footer number">
        {coverageText(shown, total, true)}
        <button type="button" className="text-button" data-testid="load-more" onClick={onMore}>
          {logs.isFetchingNextPage ? 'Loading…' : 'Load more'}
        </button>
      </div>
    );
  }
  return (
    <div className="log-list-footer number">
      {shown >= linesMax
        ? `${printCount(shown)} lines are shown, which is as many as this page holds: narrow the time range or the query to see the rest.`
        : `End of the range: ${shown === 1 ? 'the only line is' : `all ${printCount(shown)} lines are`} shown.`}
    </div>
  );
}
