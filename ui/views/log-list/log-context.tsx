// Lines before and after a line: of its stream, its pod or its trace, with the line itself marked, and more of them in
// both directions.

import { useLayoutEffect, useRef, useState } from 'react';
import type { ExploreLogLine } from '../../../src/api/explore/contract/records.ts';
import { AppLink } from '../../controls/app-link.tsx';
import { useLogContext } from '../../data/log-survey.ts';
import type { ContextResult, ContextScope } from '../../data/log-survey.ts';
import type { Zone } from '../../data/preferences.ts';
import { printHref } from '../../url/address.ts';
import { printLogsView } from '../../url/logs-view.ts';
import { rangeAround } from '../../url/doors.ts';
import { levelKind, levelLetter } from '../words/level.ts';
import { printCounted, printDuration, printInstant, printTime } from '../words/numbers.ts';
import { serviceColor } from '../words/service-color.ts';
import { firstLine } from './log-text.ts';

interface LogContextProps {
  readonly line: ExploreLogLine;
  readonly zone: Zone;
}

const scopes: readonly (readonly [ContextScope, string])[] = [
  ['stream', 'stream'],
  ['pod', 'pod'],
  ['trace', 'trace'],
];
/** Around a line when its context is opened as a list of its own. */
const eachSideMs = 60_000;

export function LogContext({ line, zone }: LogContextProps) {
  const [scope, setScope] = useState<ContextScope | undefined>(undefined);
  return (
    <section className="log-context" aria-label="Context of the line">
      <div className="log-context-head">
        <span className="dim">context:</span>
        {scopes.map(([which, words]) => (
          <button
            key={which}
            type="button"
            className="text-button"
            aria-pressed={scope === which}
            data-testid={`context-${which}`}
            onClick={() => setScope(scope === which ? undefined : which)}
          >
            {words}
          </button>
        ))}
      </div>
      {scope !== undefined && <Lines key={scope} line={line} zone={zone} scope={scope} />}
    </section>
  );
}

function Lines({ line, zone, scope }: LogContextProps & { readonly scope: ContextScope }) {
  const before = useLogContext(line.id, scope, 'before', true);
  const after = useLogContext(line.id, scope, 'after', true);
  const self = useRef<HTMLLIElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const linesBefore = (before.data?.pages ?? []).toReversed().flatMap((page) => page.lines);
  const linesAfter = (after.data?.pages ?? []).flatMap((page) => page.lines);
  useStay(scroller, self, linesBefore.length, linesAfter.length);
  const described = (before.data ?? after.data)?.pages[0];
  const own = described?.scopes.find((one) => one.scope === scope);
  if (own !== undefined && own.reason !== null)
    return (
      <p className="dim log-context-note">
        No {scope} to look at: {own.reason}.
      </p>
    );
  const reach = printDuration(described?.reachMs ?? 0);
  return (
    <>
      <div ref={scroller} className="log-context-lines" data-testid="context-lines">
        <Edge result={before} where="before" reach={reach} />
        <ol>
          {linesBefore.map((one) => (
            <Line key={one.id} line={one} zone={zone} />
          ))}
          <li ref={self} aria-current="true" data-testid="context-self">
            <LineParts line={line} zone={zone} />
          </li>
          {linesAfter.map((one) => (
            <Line key={one.id} line={one} zone={zone} />
          ))}
        </ol>
        <Edge result={after} where="after" reach={reach} />
      </div>
      {own !== undefined && own.query !== null && (
        <AppLink
          href={printHref(
            '/logs',
            printLogsView({
              query: own.query,
              range: rangeAround(BigInt(line.timeNs), eachSideMs),
              order: 'oldest',
              live: false,
              line: line.id,
            }),
          )}
        >
          Open as a list: {scope} {own.title}, 1 min around
        </AppLink>
      )}
    </>
  );
}

/** At first the line stands in the middle; lines that come above push nothing. */
function useStay(
  scroller: { readonly current: HTMLElement | null },
  self: { readonly current: HTMLElement | null },
  before: number,
  after: number,
): void {
  const seen = useRef({ before: 0, after: 0, height: 0 });
  useLayoutEffect(() => {
    const box = scroller.current;
    const own = self.current;
    if (box === null || own === null) return;
    const { before: had, after: hadAfter, height } = seen.current;
    if (had === 0 || hadAfter === 0) {
      box.scrollTo({ top: own.offsetTop - box.clientHeight / 2 });
    } else if (before > had) box.scrollBy({ top: box.scrollHeight - height });
    seen.current = { before, after, height: box.scrollHeight };
  }, [scroller, self, before, after]);
}

interface EdgeProps {
  readonly result: ContextResult;
  readonly where: 'before' | 'after';
  readonly reach: string;
}

function Edge({ result, where, reach }: EdgeProps) {
  if (result.error !== null) {
    return (
      <div className="log-context-edge" role="alert">
        The lines {where} did not come: {result.error.message}.{' '}
        <button type="button" className="text-button" onClick={() => void result.refetch()}>
          Try again
        </button>
      </div>
    );
  }
  if (result.data === undefined)
    return <div className="log-context-edge dim">Looking for the lines {where}…</div>;
  if (!result.hasNextPage) {
    return (
      <div className="log-context-edge dim">
        {where === 'before' ? 'Nothing earlier' : 'Nothing later'} within {reach}.
      </div>
    );
  }
  return (
    <div className="log-context-edge">
      <button
        type="button"
        className="text-button"
        disabled={result.isFetchingNextPage}
        data-testid={`context-more-${where}`}
        onClick={() => void result.fetchNextPage()}
      >
        {result.isFetchingNextPage ? 'Loading…' : `More lines ${where}`}
      </button>
    </div>
  );
}

interface LineProps {
  readonly line: ExploreLogLine;
  readonly zone: Zone;
}

function Line(props: LineProps) {
  return (
    <li>
      <LineParts {...props} />
    </li>
  );
}

function LineParts({ line, zone }: LineProps) {
  const { text, more } = firstLine(line.body);
  return (
    <>
      <span className="log-time number" title={printInstant(line.timeNs, zone)}>
        {printTime(line.timeNs, zone)}
      </span>
      <span className="level" data-kind={levelKind(line.level)} title={line.level}>
        {levelLetter(line.level)}
      </span>
      <span className="log-service">
        <i style={{ background: serviceColor(line.service) }} aria-hidden="true" />
        <bdi>{line.service}</bdi>
      </span>
      <bdi className="log-context-text">
        {text}
        {more > 0 && <span className="log-more"> +{printCounted(more, 'line')}</span>}
      </bdi>
    </>
  );
}
