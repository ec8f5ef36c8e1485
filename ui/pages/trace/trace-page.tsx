// The story of a trace: its waterfall and its log lines side by side, and the selected span below. The address is its
// state; what the pointer does is not.

import { useQueryClient } from '@tanstack/react-query';
import { useLocation, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import type { ExploreTrace } from '../../../src/api/explore/contract/records.ts';
import { IconButton } from '../../controls/icon-button.tsx';
import { TopbarSlot } from '../../controls/topbar-slot.tsx';
import { forgetTrace, useTrace } from '../../data/trace.ts';
import { TraceFileDrop } from '../../views/trace-file/trace-file-drop.tsx';
import { isPlainClick } from '../../controls/app-link.tsx';
import { printHref, useAddress } from '../../url/address.ts';
import { printLogsView } from '../../url/logs-view.ts';
import { quoteLogql } from '../../url/query-edit.ts';
import { absoluteRange } from '../../url/time-range.ts';
import { parseTraceView, printTraceView } from '../../url/trace-view.ts';
import type { TraceView } from '../../url/trace-view.ts';
import { Story } from './story.tsx';
import { TraceOutcome, TraceSkeleton } from './trace-outcome.tsx';
import './trace-page.css';

export function TracePage() {
  const { traceId = '' } = useParams({ strict: false });
  const search = useSearch({ strict: false });
  const view = useMemo(() => parseTraceView(search), [search]);
  const [limit, setLimit] = useState<number | null>(null);
  const { file } = view;
  const isLocal = file !== '';
  const trace = useTrace(traceId, limit, isLocal);
  const address = useAddress();
  const show = useCallback(
    (change: Partial<TraceView>) =>
      address.replace(printHref(`/trace/${traceId}`, printTraceView({ ...view, ...change }))),
    [address, traceId, view],
  );
  const { data } = trace;
  const client = useQueryClient();
  const retry = (): void => {
    forgetTrace(client, traceId);
    void trace.refetch();
  };
  const linesWanted = data?.counts.logs ?? 0;
  const loadMore = useCallback(() => setLimit(linesWanted), [linesWanted]);
  return (
    <TraceFileDrop className="trace-page">
      <TopbarSlot place="start">
        <BackLink trace={data} />
      </TopbarSlot>
      <TopbarSlot place="end">
        <IconButton
          icon="refresh"
          label="Ask for fresh data (r)"
          spinning={trace.isFetching}
          onClick={retry}
        />
      </TopbarSlot>
      {isLocal && data !== undefined && (
        <p className="trace-local" role="status">
          Shown from the file <b>{file}</b>: it is in this tab only, nothing of it is stored in
          Clew.
        </p>
      )}
      {data === undefined && trace.error === null && <TraceSkeleton />}
      {trace.error !== null && data === undefined && (
        <TraceOutcome error={trace.error} trace={undefined} onRetry={retry} />
      )}
      {data !== undefined && data.counts.spans === 0 && data.logs.length === 0 && (
        <TraceOutcome error={undefined} trace={data} onRetry={retry} />
      )}
      {data !== undefined && data.counts.spans + data.logs.length > 0 && (
        <Story
          key={data.traceId}
          trace={data}
          view={view}
          isLocal={isLocal}
          onShow={show}
          onRefresh={retry}
          onMore={loadMore}
          isLoadingMore={trace.isPlaceholderData}
        />
      )}
    </TraceFileDrop>
  );
}

const aroundNs = 60_000_000_000n;

/** Where `back` leads when the page was opened by itself: the lines of the trace's services around its time. */
function logsHref(trace: ExploreTrace | undefined): string {
  const bounds = trace?.bounds ?? null;
  if (trace === undefined || bounds === null) return '/logs';
  const services = trace.services.map((service) => service.replaceAll(/[^\w -]/g, '.')).join('|');
  return printHref(
    '/logs',
    printLogsView({
      query: services === '' ? '' : `{service_name=~${quoteLogql(services)}}`,
      range: absoluteRange(BigInt(bounds.startNs) - aroundNs, BigInt(bounds.endNs) + aroundNs),
      order: 'oldest',
      live: false,
      line: '',
    }),
  );
}

function BackLink({ trace }: { readonly trace: ExploreTrace | undefined }) {
  const back = useLocation({ select: ({ state }) => state.back });
  const address = useAddress();
  // The breadcrumb leads back; without one the lines around the trace are the next best.
  if (back !== undefined) return null;
  return (
    <a
      className="back-link"
      href={logsHref(trace)}
      data-testid="back-link"
      onClick={(event) => {
        if (!isPlainClick(event)) return;
        event.preventDefault();
        address.start(logsHref(trace));
      }}
    >
      ‹ {(trace?.bounds ?? null) === null ? 'logs' : 'logs around this trace'}
    </a>
  );
}
