// A line opened in place: the whole text, the doors to its relatives, what was logged before and after it, and every
// field with + and − to filter by it.

import { useState } from 'react';
import type { ExploreLink, ExploreLogLine } from '../../../src/api/explore/contract/records.ts';
import { AppLink } from '../../controls/app-link.tsx';
import { useTraceCounts } from '../../data/counts.ts';
import { useWholeLine } from '../../data/log-survey.ts';
import type { Zone } from '../../data/preferences.ts';
import { printCount, printCounted, printInstant } from '../words/numbers.ts';
import { LineCopies } from './line-copies.tsx';
import { LineText } from './line-text.tsx';
import { LogContext } from './log-context.tsx';
import { LogFields } from './log-fields.tsx';
import type { LineFilter } from './log-fields.tsx';
import { traceHref } from './log-row.tsx';

interface LogDetailProps {
  readonly line: ExploreLogLine;
  readonly zone: Zone;
  readonly back: string;
  readonly columns: readonly string[];
  /** Undefined where the query has no place for a filter. */
  readonly onFilter: ((filter: LineFilter) => void) | undefined;
  readonly onColumn: ((name: string) => void) | undefined;
  readonly onOpenTrace: (line: ExploreLogLine) => void;
}

export function LogDetail(props: LogDetailProps) {
  const { line: listed, zone, back, onFilter, onOpenTrace } = props;
  const { cut } = listed;
  const [wantsAll, setWantsAll] = useState(false);
  const whole = useWholeLine(listed.id, cut !== undefined && wantsAll);
  const line = whole.data ?? listed;
  const isCut = cut !== undefined && whole.data === undefined;
  return (
    <div className="log-detail" data-testid="log-detail">
      <div className="log-detail-head">
        <span className="number dim">{printInstant(line.timeNs, zone)}</span>
        <span className="log-detail-actions">
          <LineCopies line={line} />
        </span>
      </div>
      <LineText
        body={line.body}
        characters={cut?.characters ?? line.body.length}
        onAll={isCut && cut.characters > line.body.length ? () => setWantsAll(true) : undefined}
        isLoading={whole.isFetching}
      />
      {whole.error !== null && (
        <p role="alert">The whole line did not come: {whole.error.message}.</p>
      )}
      <Doors line={line} back={back} onOpenTrace={onOpenTrace} />
      <LogContext line={line} zone={zone} />
      <LogFields
        line={line}
        columns={props.columns}
        onFilter={onFilter}
        onColumn={props.onColumn}
      />
      {isCut && cut.attributes > line.attributes.length && (
        <p className="dim number">
          {printCount(line.attributes.length)} of {printCount(cut.attributes)} attributes are here.{' '}
          <button type="button" className="text-button" onClick={() => setWantsAll(true)}>
            Load all
          </button>
        </p>
      )}
      {onFilter === undefined && (
        <p className="dim">The query computes numbers, so a click cannot add a filter to it.</p>
      )}
    </div>
  );
}

interface DoorsProps {
  readonly line: ExploreLogLine;
  readonly back: string;
  readonly onOpenTrace: (line: ExploreLogLine) => void;
}

function Doors({ line, back, onOpenTrace }: DoorsProps) {
  const hasTraceLink = line.links.some(({ kind }) => kind === 'trace');
  return (
    <ul className="log-doors" aria-label="Where this line leads">
      {!hasTraceLink && line.traceId !== '' && (
        <li>
          <TraceLink line={line} title="Trace of this line" back={back} onOpen={onOpenTrace} />
        </li>
      )}
      {line.links.map((link) => (
        <li key={`${link.source}-${link.title}-${link.href ?? link.externalUrl ?? ''}`}>
          <Door link={link} line={line} back={back} onOpenTrace={onOpenTrace} />
        </li>
      ))}
      {line.traceId === '' && (
        <li className="dim">
          No trace ID in this line, so no door to a trace: its logger does not add one.
        </li>
      )}
    </ul>
  );
}

function Door(props: DoorsProps & { readonly link: ExploreLink }) {
  const { link, line, back } = props;
  if (link.reason !== null) {
    return (
      <span className="door-closed">
        {link.title}: {link.reason}
      </span>
    );
  }
  if (link.externalUrl !== null) {
    return (
      <a href={link.externalUrl} target="_blank" rel="noreferrer noopener">
        {link.title} ↗
      </a>
    );
  }
  if (link.kind === 'trace' && link.traceId === line.traceId) {
    return <TraceLink line={line} title={link.title} back={back} onOpen={props.onOpenTrace} />;
  }
  return (
    <AppLink href={link.href ?? '/logs'} back={back}>
      {link.title}
      {link.count !== null &&
        ` · ${printCounted(link.count, link.kind === 'trace' ? 'span' : 'line')}`}
    </AppLink>
  );
}

const sourceWords: Readonly<Record<string, string>> = {
  field: 'named by the record',
  key: 'found under a key of the record',
  traceparent: 'found in a traceparent',
  text: 'found in the text',
};

function TraceLink(props: {
  readonly line: ExploreLogLine;
  readonly title: string;
  readonly back: string;
  readonly onOpen: (line: ExploreLogLine) => void;
}) {
  const { line } = props;
  const { data } = useTraceCounts(line.traceId, true);
  return (
    <>
      <AppLink href={traceHref(line)} back={props.back} onOpen={() => props.onOpen(line)}>
        {props.title}
        {data !== undefined && data !== null && data.spans > 0 && (
          <span className="number">
            {' '}
            · {printCounted(data.spans, 'span')} · {printCounted(data.errorSpans, 'error')}
            {data.logs !== null && ` · ${printCounted(data.logs, 'log line')}`}
          </span>
        )}
      </AppLink>{' '}
      <span className="dim">
        {data === null || data?.spans === 0
          ? 'no span of it was received; open it for the reason'
          : (sourceWords[line.linkSource] ?? '')}
      </span>
    </>
  );
}
