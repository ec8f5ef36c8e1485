// The selected line of the story, below the lines: its whole text, where it leads, its context and its fields, each of
// which is one click from a query.

import { useState } from 'react';
import type { ExploreLogLine } from '../../../src/api/explore/contract/records.ts';
import { AppLink } from '../../controls/app-link.tsx';
import type { Door } from '../../controls/door-menu.tsx';
import { IconButton } from '../../controls/icon-button.tsx';
import { useWholeLine } from '../../data/log-survey.ts';
import type { Zone } from '../../data/preferences.ts';
import { LineCopies } from '../log-list/line-copies.tsx';
import { LineText } from '../log-list/line-text.tsx';
import { LogContext } from '../log-list/log-context.tsx';
import { LogFields } from '../log-list/log-fields.tsx';
import type { LineFilter } from '../log-list/log-fields.tsx';
import { levelKind, levelLetter } from '../words/level.ts';
import { printCount, printInstant } from '../words/numbers.ts';
import { serviceColor } from '../words/service-color.ts';
import '../log-list/log-list.css';

export interface LineDetailProps {
  readonly line: ExploreLogLine;
  readonly zone: Zone;
  /** Of a file: the server knows nothing of it. */
  readonly isLocal: boolean;
  readonly doors: readonly Door[];
  readonly onFilter: (line: ExploreLogLine, filter: LineFilter) => void;
  readonly onClose: () => void;
}

export function LineDetail({ line: listed, zone, isLocal, ...props }: LineDetailProps) {
  const { cut } = listed;
  const [wantsAll, setWantsAll] = useState(false);
  const whole = useWholeLine(listed.id, cut !== undefined && wantsAll);
  const line = whole.data ?? listed;
  const isCut = cut !== undefined && whole.data === undefined;
  return (
    <section className="line-detail" aria-label="The selected log line" data-testid="line-detail">
      <header className="line-detail-head">
        <span className="level mono" data-kind={levelKind(line.level)} title={line.level}>
          {levelLetter(line.level)}
        </span>
        <span className="line-detail-service">
          <i style={{ background: serviceColor(line.service) }} aria-hidden="true" />
          <bdi>{line.service}</bdi>
        </span>
        <span className="number dim line-detail-time">{printInstant(line.timeNs, zone)}</span>
        <span className="line-detail-tools">
          <LineCopies line={line} />
          <IconButton icon="close" label="Close the line (Esc)" onClick={props.onClose} />
        </span>
      </header>
      <div className="line-detail-body" tabIndex={0} role="group" aria-label="Its detail">
        <LineText
          body={line.body}
          characters={cut?.characters ?? line.body.length}
          onAll={isCut && cut.characters > line.body.length ? () => setWantsAll(true) : undefined}
          isLoading={whole.isFetching}
        />
        {whole.error !== null && (
          <p role="alert">The whole line did not come: {whole.error.message}.</p>
        )}
        <ul className="log-doors" aria-label="Where this line leads">
          {props.doors.map(({ title, href = '/logs' }) => (
            <li key={title}>
              <AppLink href={href}>{title}</AppLink>
            </li>
          ))}
          {line.links
            .filter(({ externalUrl }) => externalUrl !== null)
            .map(({ title, externalUrl }) => (
              <li key={title}>
                <a href={externalUrl ?? ''} target="_blank" rel="noreferrer noopener">
                  {title} ↗
                </a>
              </li>
            ))}
        </ul>
        {!isLocal && <LogContext line={line} zone={zone} />}
        <LogFields
          line={line}
          columns={[]}
          onFilter={(filter) => props.onFilter(line, filter)}
          onColumn={undefined}
        />
        {isCut && cut.attributes > line.attributes.length && (
          <p className="dim number">
            {printCount(line.attributes.length)} of {printCount(cut.attributes)} attributes are
            here.{' '}
            <button type="button" className="text-button" onClick={() => setWantsAll(true)}>
              Load all
            </button>
          </p>
        )}
      </div>
    </section>
  );
}
