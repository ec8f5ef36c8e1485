// The lines of the logs page, or what stands in their place, with the button that goes on with a live tail.

import type { ExploreLogLine } from '../../../src/api/explore/contract/records.ts';
import { countedNewerMax } from '../../data/logs.ts';
import { printHref } from '../../url/address.ts';
import { printLogsView } from '../../url/logs-view.ts';
import { LogDetail } from '../../views/log-list/log-detail.tsx';
import { LogList } from '../../views/log-list/log-list.tsx';
import { printCounted } from '../../views/words/numbers.ts';
import { queryWithField } from './logs-clicks.ts';
import { LogsOutcome } from './logs-outcome.tsx';
import { LogsFooter } from './logs-status.tsx';
import type { LogsPageState } from './use-logs-page.ts';

const dayNs = 86_400_000_000_000n;

export function LogsLines({ page }: { readonly page: LogsPageState }) {
  const { view, range, zone, lines, logs, tail } = page;
  if (lines.length === 0 || logs.error !== null) {
    return (
      <LogsOutcome
        view={view}
        range={range}
        logs={logs}
        zone={zone}
        onAsk={page.ask}
        onRetry={page.refresh}
      />
    );
  }
  return (
    <>
      {tail.isPaused && (
        <button type="button" className="new-lines" data-testid="new-lines" onClick={page.goOn}>
          {newLinesWords(tail.waiting)}
        </button>
      )}
      <LogList
        key={`${view.query}|${String(range.startNs)}|${String(range.endNs)}|${view.order}|${page.density}`}
        lines={lines}
        zone={zone}
        withDay={range.endNs - range.startNs > dayNs}
        searched={page.searched}
        openLine={view.line}
        current={page.current}
        followsCurrent={page.followsCurrent}
        topRequests={page.topRequests}
        isStale={logs.isPlaceholderData}
        back={page.back}
        placeKey={`${printHref('/logs', printLogsView({ ...view, line: '', live: false, wrap: false, patterns: false }))}@${page.nowMs}`}
        columns={view.columns}
        wrap={view.wrap}
        density={page.density}
        onColumn={page.toggleColumn}
        onDoors={page.doorsOf}
        onToggle={page.toggle}
        onOpenTrace={page.markLeft}
        onNearEnd={page.loadMore}
        onScrolledAway={page.setAway}
        renderDetail={(line) => <Detail page={page} line={line} />}
        footer={
          <LogsFooter
            shown={lines.length}
            total={page.total}
            logs={logs}
            dropped={tail.dropped}
            onMore={page.loadMore}
            onGoOn={page.goBehind}
          />
        }
      />
    </>
  );
}

function newLinesWords(waiting: number): string {
  if (waiting === 0) return 'live waits while you read · go on ↑';
  const many = waiting >= countedNewerMax ? `more than ${waiting} new lines` : '';
  return `${many === '' ? printCounted(waiting, 'new line') : many} · go on ↑`;
}

interface DetailProps {
  readonly page: LogsPageState;
  readonly line: ExploreLogLine;
}

function Detail({ page, line }: DetailProps) {
  const { view, isLogQuery } = page;
  return (
    <LogDetail
      line={line}
      zone={page.zone}
      back={page.back}
      columns={view.columns}
      onOpenTrace={page.markLeft}
      onColumn={page.toggleColumn}
      onFilter={
        isLogQuery ? (filter) => page.askQuery(queryWithField(view.query, filter)) : undefined
      }
    />
  );
}
