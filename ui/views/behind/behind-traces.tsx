// The traces of a box, the newest first: how long, how large, what failed; a click opens the story.

import type { UseQueryResult } from '@tanstack/react-query';
import type { ExploreTraceList } from '../../../src/api/explore/contract/traces.ts';
import { AppLink } from '../../controls/app-link.tsx';
import type { Zone } from '../../data/preferences.ts';
import { traceHref } from '../../url/doors.ts';
import {
  printCount,
  printCounted,
  printDuration,
  printInstant,
  printTime,
} from '../words/numbers.ts';
import { serviceColor } from '../words/service-color.ts';
import { BehindFailure, BehindSkeleton } from './behind-states.tsx';

export const tracesShown = 50;

interface BehindTracesProps {
  readonly traces: UseQueryResult<ExploreTraceList>;
  readonly zone: Zone;
  readonly back: string;
}

export function BehindTraces({ traces, zone, back }: BehindTracesProps) {
  if (traces.error !== null) {
    return <BehindFailure what="The traces" error={traces.error} onRetry={traces.refetch} />;
  }
  if (traces.data === undefined) return <BehindSkeleton />;
  const found = traces.data.traces;
  if (found.length === 0) {
    return (
      <div className="behind-nothing">
        <p>No trace of this time has such a span.</p>
      </div>
    );
  }
  const { total, isAtLeast } = traces.data.coverage;
  const longest = Math.max(1, ...found.map(({ durationNs }) => Number(durationNs)));
  return (
    <>
      {found.map((trace) => (
        <AppLink
          key={trace.traceId}
          href={traceHref(trace.traceId)}
          back={back}
          className="behind-row behind-trace-row"
          data-behind-row
          data-testid="behind-trace"
        >
          <span className="number dim" title={printInstant(trace.startNs, zone)}>
            {printTime(trace.startNs, zone)}
          </span>
          <span className="behind-service">
            <i style={{ background: serviceColor(trace.rootService) }} aria-hidden="true" />
            {trace.rootService === '' ? 'root not received' : trace.rootService}
          </span>
          <span className="behind-text">{trace.rootName}</span>
          <span className="behind-duration" aria-hidden="true">
            <i style={{ width: `${(Number(trace.durationNs) / longest) * 100}%` }} />
          </span>
          <span className="number">{printDuration(Number(trace.durationNs) / 1e6)}</span>
          <span className="number dim">{printCounted(trace.spans, 'span')}</span>
          <span className="number behind-errors">
            {trace.errorSpans > 0 && `▲ ${printCount(trace.errorSpans)} failing`}
          </span>
        </AppLink>
      ))}
      <p className="behind-note dim">
        {total > found.length
          ? `The newest ${printCount(found.length)} of ${isAtLeast ? 'at least ' : ''}${printCount(total)} traces`
          : printCounted(found.length, 'trace')}
        .
      </p>
      {traces.data.warnings.map((warning) => (
        <p key={warning} className="behind-note dim">
          {warning}
        </p>
      ))}
    </>
  );
}
