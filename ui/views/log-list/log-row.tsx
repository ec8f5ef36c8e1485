// One log line on one row: time, level, service, text, and the door to its trace with what is behind it.

import { memo } from 'react';
import type { ExploreLogLine } from '../../../src/api/explore/contract/records.ts';
import { AppLink } from '../../controls/app-link.tsx';
import { useTraceCounts } from '../../data/counts.ts';
import type { Zone } from '../../data/preferences.ts';
import { withDefaults } from '../../url/address.ts';
import { levelKind, levelLetter } from '../words/level.ts';
import { printCounted, printDayTime, printInstant, printTime } from '../words/numbers.ts';
import { serviceColor } from '../words/service-color.ts';
import { plainText } from './ansi.ts';
import { columnValue, firstLine, rowAttributes, shortTraceId, splitFound } from './log-text.ts';

interface LogRowProps {
  readonly line: ExploreLogLine;
  readonly zone: Zone;
  readonly withDay: boolean;
  readonly searched: readonly string[];
  /** While the list is scrolled fast nothing is asked about the rows that fly by. */
  readonly isCalm: boolean;
  /** What the trace page's breadcrumb calls this list. */
  readonly back: string;
  readonly onOpenTrace: (line: ExploreLogLine) => void;
  readonly columns: readonly string[];
  /** All of the text, on as many rows as it takes. */
  readonly wrap: boolean;
}

/** Of a wrapped text; the rest is in the line's detail. */
const wrappedCharactersMax = 2000;

export const LogRow = memo(function LogRow(props: LogRowProps) {
  const { line, zone, columns, wrap } = props;
  const { text, more } = wrap ? wholeText(line) : firstLine(line.body);
  return (
    <>
      <span className="log-time number" role="gridcell" title={printInstant(line.timeNs, zone)}>
        {props.withDay ? printDayTime(line.timeNs, zone) : printTime(line.timeNs, zone)}
      </span>
      <span
        className="level"
        role="gridcell"
        data-kind={levelKind(line.level)}
        title={line.level === '' ? 'no level' : line.level}
      >
        {levelLetter(line.level)}
        <span className="visually-hidden">{line.level}</span>
      </span>
      <span className="log-service" role="gridcell" title={line.service}>
        <i style={{ background: serviceColor(line.service) }} aria-hidden="true" />
        <bdi>{line.service}</bdi>
      </span>
      {columns.map((name) => (
        <ColumnCell key={name} line={line} name={name} />
      ))}
      <span className="log-body" role="gridcell">
        <span className="log-text" dir={wrap ? 'auto' : undefined}>
          {splitFound(text, props.searched).map((part, at) =>
            part.found ? <mark key={at}>{part.text}</mark> : part.text,
          )}
        </span>
        {text === '' && <span className="log-more">empty line</span>}
        {more > 0 && (
          <span className="log-more">+{printCounted(more, wrap ? 'character' : 'line')}</span>
        )}
        {(columns.length > 0 ? [] : rowAttributes(line.attributes)).map(({ key, value }) => (
          <span key={key} className="log-attribute">
            {key}=<b>{plainText(value)}</b>
          </span>
        ))}
      </span>
      <span className="log-door" role="gridcell">
        {line.traceId !== '' && <TraceDoor {...props} />}
      </span>
    </>
  );
});

function wholeText({ body, cut }: ExploreLogLine): {
  readonly text: string;
  readonly more: number;
} {
  const text = plainText(body.slice(0, wrappedCharactersMax)).trimEnd();
  const characters = cut?.characters ?? body.length;
  return { text, more: Math.max(0, characters - wrappedCharactersMax) };
}

function ColumnCell({ line, name }: { readonly line: ExploreLogLine; readonly name: string }) {
  const value = columnValue(line, name);
  return (
    <span className="log-cell" role="gridcell" title={value.slice(0, 500)}>
      <bdi>{plainText(value.slice(0, 200))}</bdi>
    </span>
  );
}

/** Where the line's trace is shown, with the line and its span selected. */
export function traceHref(line: ExploreLogLine): string {
  const given = line.links.find((link) => link.kind === 'trace' && link.href !== null)?.href;
  return withDefaults(given ?? `/trace/${line.traceId}`, {
    ...(line.spanId === '' ? {} : { span: line.spanId }),
    log: line.id,
  });
}

function TraceDoor({ line, isCalm, back, onOpenTrace }: LogRowProps) {
  const link = line.links.find(({ kind }) => kind === 'trace');
  const counts = useTraceCounts(line.traceId, isCalm && typeof link?.count !== 'number');
  const spans = link?.count ?? counts.data?.spans;
  const isClosed = (link?.reason ?? null) !== null || spans === 0;
  return (
    <AppLink
      href={traceHref(line)}
      back={back}
      onOpen={() => onOpenTrace(line)}
      className="trace-door number"
      data-closed={isClosed || undefined}
      data-testid="trace-link"
      tabIndex={-1}
      title={link?.reason ?? `Trace ${line.traceId}`}
    >
      <span className="visually-hidden">Open trace </span>
      <span className="mono">⤷ {shortTraceId(line.traceId)}</span>
      {spans !== undefined && (
        <span>{spans === 0 ? 'not received' : printCounted(spans, 'span')}</span>
      )}
      {counts.data !== undefined && counts.data !== null && counts.data.errorSpans > 0 && (
        <span className="trace-door-errors" title={`${counts.data.errorSpans} failing`}>
          ▲{counts.data.errorSpans}
        </span>
      )}
    </AppLink>
  );
}
