// What the list covers, said above it and at its end: never a silent limit.

import type { ExploreLogs } from '../../../src/api/explore/contract/records.ts';
import { hasMoreLines } from '../../data/logs.ts';
import type { LogsResult } from '../../data/logs.ts';
import type { LogsView } from '../../url/logs-view.ts';
import type { Zone } from '../../data/preferences.ts';
import type { ResolvedRange } from '../../url/time-range.ts';
import { printCount, printDuration } from '../../views/words/numbers.ts';
import { printSpanOfTime } from '../../views/words/time-range.ts';
import type { Tail } from './tail.ts';

interface LogsStatusProps {
  readonly view: LogsView;
  readonly shown: number;
  readonly total: number | null;
  readonly hasMore: boolean;
  readonly pages: readonly ExploreLogs[];
  readonly tail: Tail;
  readonly range: ResolvedRange;
  readonly zone: Zone;
  readonly onOrder: (order: LogsView['order']) => void;
}

export function LogsStatus(props: LogsStatusProps) {
  const { shown, total, view } = props;
  const scanned = shown === 0 ? '' : scannedText(props);
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
      {scanned !== '' && <span className="number dim logs-scanned">{scanned}</span>}
      {warnings.map((warning) => (
        <span key={warning} className="logs-warning">
          ▲ {warning}
        </span>
      ))}
    </div>
  );
}

/** `14:02 – 14:06 searched in 1.2 s`, of the page that came last. */
function scannedText({ pages, range, zone, tail }: LogsStatusProps): string {
  if (tail.isOn) return tail.isPaused ? 'live, paused' : 'live';
  const took = pages[0]?.scanned?.elapsedMs;
  if (took === undefined) return '';
  return `${printSpanOfTime(range, zone)} searched in ${printDuration(Math.max(1, Math.round(took)))}`;
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
  /** By a long live tail. */
  readonly dropped: number;
  readonly onMore: () => void;
  /** To what follows when the list is as long as it may be; undefined: it cannot be asked for. */
  readonly onGoOn: (() => void) | undefined;
}

export function LogsFooter({ shown, total, logs, dropped, onMore, onGoOn }: LogsFooterProps) {
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
        {dropped > 0
          ? `The newest ${printCount(shown)} lines are kept while live; ${printCount(dropped)} older ones were let go.`
          : coverageText(shown, total, true)}
        <button type="button" className="text-button" data-testid="load-more" onClick={onMore}>
          {logs.isFetchingNextPage ? 'Loading…' : 'Load more'}
        </button>
      </div>
    );
  }
  if (hasMoreLines(logs.data?.pages ?? [])) {
    return (
      <div className="log-list-footer number">
        {coverageText(shown, total, true)}, as many as a list holds.
        {onGoOn === undefined ? (
          ' The export has all of them.'
        ) : (
          <button type="button" className="text-button" data-testid="go-on" onClick={onGoOn}>
            Go on behind them
          </button>
        )}
      </div>
    );
  }
  return (
    <div className="log-list-footer number">
      End of the range: {shown === 1 ? 'the only line is' : `all ${printCount(shown)} lines are`}{' '}
      shown.
    </div>
  );
}
