// The log lines of a box, in the order of time: one row a line, and all of the row leads to the line's story.

import type { UseQueryResult } from '@tanstack/react-query';
import type { ExploreLogLine, ExploreLogs } from '../../../src/api/explore/contract/records.ts';
import { AppLink } from '../../controls/app-link.tsx';
import type { Zone } from '../../data/preferences.ts';
import { withDefaults } from '../../url/address.ts';
import { pageHref } from '../../url/doors.ts';
import type { LinesOf } from '../../url/overview-view.ts';
import type { TimeRange } from '../../url/time-range.ts';
import { firstLine, shortTraceId } from '../log-list/log-text.ts';
import { traceHref } from '../log-list/log-row.tsx';
import { levelKind, levelLetter } from '../words/level.ts';
import { printCount, printCounted, printInstant, printTime } from '../words/numbers.ts';
import { serviceColor } from '../words/service-color.ts';
import { BehindFailure, BehindSkeleton } from './behind-states.tsx';

interface BehindLinesProps {
  readonly lines: UseQueryResult<ExploreLogs>;
  readonly total: number | null;
  readonly of: LinesOf;
  readonly onAll: () => void;
  readonly place: TimeRange;
  readonly zone: Zone;
  readonly back: string;
}

export function BehindLines(props: BehindLinesProps) {
  const { lines, zone, back, place, total } = props;
  if (lines.error !== null) {
    return <BehindFailure what="The log lines" error={lines.error} onRetry={lines.refetch} />;
  }
  if (lines.data === undefined) return <BehindSkeleton />;
  const found = lines.data.lines;
  if (found.length === 0) return <NoLines {...props} />;
  return (
    <>
      {found.map((line) => (
        <LineRow key={line.id} line={line} place={place} zone={zone} back={back} />
      ))}
      <p className="behind-note dim">
        {total !== null && total > found.length
          ? `The first ${printCount(found.length)} of ${printCount(total)} lines`
          : `${printCounted(found.length, 'line')}`}
        .
      </p>
    </>
  );
}

function NoLines({ of, onAll, lines }: BehindLinesProps) {
  const looked = lines.data?.nothing?.linesInRange ?? null;
  return (
    <div className="behind-nothing">
      <p>
        {of === 'traces'
          ? 'No log line names one of these traces.'
          : of === 'loud'
            ? 'No warning or error was logged in this time.'
            : 'Nothing was logged in this time.'}
        {looked !== null && looked > 0 && ` ${printCount(looked)} lines of it were looked at.`}
      </p>
      {of !== 'all' && (
        <button type="button" className="text-button" onClick={onAll}>
          Show all lines of this time
        </button>
      )}
    </div>
  );
}

interface LineRowProps {
  readonly line: ExploreLogLine;
  readonly place: TimeRange;
  readonly zone: Zone;
  readonly back: string;
}

function LineRow({ line, place, zone, back }: LineRowProps) {
  const href =
    line.traceId === ''
      ? withDefaults(
          pageHref('/logs', {
            query: `{service_name=${JSON.stringify(line.labels['service_name'] ?? line.service)}}`,
            range: place,
          }),
          { line: line.id },
        )
      : traceHref(line);
  return (
    <AppLink
      href={href}
      back={back}
      className="behind-row behind-line"
      data-behind-row
      data-testid="behind-line"
      title={
        line.traceId === '' ? 'No trace ID: opens the line among those of its service' : undefined
      }
    >
      <span className="number dim" title={printInstant(line.timeNs, zone)}>
        {printTime(line.timeNs, zone)}
      </span>
      <span className="level" data-kind={levelKind(line.level)}>
        {levelLetter(line.level)}
        <span className="visually-hidden">{line.level}</span>
      </span>
      <span className="behind-service">
        <i style={{ background: serviceColor(line.service) }} aria-hidden="true" />
        {line.service}
      </span>
      <span className="behind-text mono">{firstLine(line.body).text}</span>
      <span className="behind-trace mono dim">
        {line.traceId === '' ? 'no trace ID' : `⤷ ${shortTraceId(line.traceId)}`}
      </span>
    </AppLink>
  );
}
