// Groups of similar lines: how many, of what level, what is new and what is gone against the window before. A click keeps
// the lines of one, − leaves them out.

import type { UseQueryResult } from '@tanstack/react-query';
import { useState } from 'react';
import type {
  ExplorePattern,
  ExplorePatterns,
} from '../../../src/api/explore/contract/log-survey.ts';
import { IconButton } from '../../controls/icon-button.tsx';
import { levelKind } from '../words/level.ts';
import { printCount, printShortCount } from '../words/numbers.ts';
import { serviceColor } from '../words/service-color.ts';
import { RetryButton } from '../report/retry-button.tsx';
import './patterns.css';

export interface PatternsProps {
  readonly patterns: UseQueryResult<ExplorePatterns>;
  /** What is shown is of the query before. */
  readonly isStale: boolean;
  /** Undefined where the query has no place for a filter. */
  readonly onChoose: ((pattern: string, exclude: boolean) => void) | undefined;
  readonly onClose: () => void;
}

type Shown = 'all' | 'new' | 'vanished';

export function Patterns({ patterns, isStale, onChoose, onClose }: PatternsProps) {
  const [shown, setShown] = useState<Shown>('all');
  const { data, error } = patterns;
  const counts = changeCounts(data);
  const wanted = inOrder(data?.patterns ?? []).filter(
    ({ change }) => shown === 'all' || change === shown,
  );
  const tabs: readonly (readonly [Shown, string])[] = [
    ['all', `all ${printCount(counts.all)}`],
    ['new', `new ${printCount(counts.new)}`],
    ['vanished', `gone ${printCount(counts.vanished)}`],
  ];
  return (
    <section className="patterns" aria-label="Patterns" data-testid="patterns">
      <div className="patterns-head">
        <h2>Patterns</h2>
        {data !== undefined &&
          tabs.map(([which, words]) => (
            <button
              key={which}
              type="button"
              className="text-button number"
              data-quiet
              aria-pressed={shown === which}
              onClick={() => setShown(which)}
            >
              {words}
            </button>
          ))}
        <span className="dim patterns-note">{noteOf(data)}</span>
        <IconButton icon="close" label="Hide the patterns" onClick={onClose} />
      </div>
      {error !== null && (
        <div className="patterns-state" role="alert">
          The patterns did not come: {error.message}.{' '}
          <RetryButton error={error} onRetry={() => patterns.refetch()} />
        </div>
      )}
      {error === null && data === undefined && <Skeleton />}
      {data !== undefined && wanted.length === 0 && (
        <p className="patterns-state dim">
          {data.lines === 0 && shown !== 'vanished'
            ? 'Nothing matched, so there is nothing to group.'
            : shown === 'new'
              ? 'Every pattern was there in the window before as well.'
              : 'No pattern of the window before is gone.'}
        </p>
      )}
      {wanted.length > 0 && (
        <div className="patterns-scroll" data-stale={isStale || undefined}>
          <table className="patterns-table">
            <thead>
              <tr>
                <th scope="col" className="number">
                  lines
                </th>
                <th scope="col">share</th>
                <th scope="col">before</th>
                <th scope="col">service</th>
                <th scope="col">pattern</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {wanted.map((one) => (
                <Row key={one.pattern} pattern={one} onChoose={onChoose} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

/** So many times as many lines as before is worth seeing first. */
const grownMin = 3;

/** What is new, then what has grown, then by number of lines; what is gone comes last. */
function inOrder(patterns: readonly ExplorePattern[]): readonly ExplorePattern[] {
  const rank = ({ change, lines, linesBefore }: ExplorePattern): number => {
    if (change !== 'stays') return change === 'new' ? 0 : 3;
    return linesBefore > 0 && lines >= grownMin * linesBefore ? 1 : 2;
  };
  return patterns.toSorted((a, b) => rank(a) - rank(b));
}

export function changeCounts(data: ExplorePatterns | undefined): Readonly<Record<Shown, number>> {
  const of = (change: ExplorePattern['change']): number =>
    data?.patterns.filter((one) => one.change === change).length ?? 0;
  const [isNew, vanished] = [of('new'), of('vanished')];
  return { all: (data?.patterns.length ?? 0) - vanished, new: isNew, vanished };
}

function noteOf(data: ExplorePatterns | undefined): string {
  if (data === undefined) return '';
  const { sampled, others, linesBefore } = data;
  return [
    ...(sampled === null
      ? []
      : [
          sampled.of === null
            ? `of the newest ${printCount(sampled.looked)} lines`
            : `from a sample of ${printCount(sampled.looked)} of ${printCount(sampled.of)} lines`,
        ]),
    ...(others > 0 ? [`${printCount(others)} lines in rarer ones`] : []),
    ...(linesBefore === 0
      ? ['nothing matched in the window before, so that none can be called new']
      : []),
  ].join(' · ');
}

interface RowProps {
  readonly pattern: ExplorePattern;
  readonly onChoose: PatternsProps['onChoose'];
}

function Row({ pattern, onChoose }: RowProps) {
  const { lines, share, services, change } = pattern;
  const [service] = services;
  return (
    <tr data-change={change} data-testid="pattern">
      <td className="number">{printShortCount(lines)}</td>
      <td>
        <span className="pattern-share" title={levelWords(pattern)}>
          <Levels pattern={pattern} />
          <span className="number">
            {(100 * share).toFixed(share < 0.1 && share > 0 ? 1 : 0)} %
          </span>
        </span>
      </td>
      <td className="pattern-change number">
        <Change pattern={pattern} />
      </td>
      <td className="pattern-service">
        {service !== undefined && (
          <>
            <i style={{ background: serviceColor(service.service) }} aria-hidden="true" />
            {service.service}
            {services.length > 1 && <span className="dim"> +{services.length - 1}</span>}
          </>
        )}
      </td>
      <td className="pattern-text">
        <button
          type="button"
          disabled={onChoose === undefined || change === 'vanished'}
          title={`${pattern.example}\n\nClick: only lines like this`}
          onClick={() => onChoose?.(pattern.pattern, false)}
        >
          <PatternText text={pattern.pattern} />
        </button>
      </td>
      <td>
        {onChoose !== undefined && change !== 'vanished' && (
          <IconButton
            icon="minus"
            label={`No lines like ${pattern.pattern}`}
            onClick={() => onChoose(pattern.pattern, true)}
          />
        )}
      </td>
    </tr>
  );
}

function levelWords({ levels }: ExplorePattern): string {
  return levels.map(({ level, lines }) => `${level} ${printCount(lines)}`).join(' · ');
}

const barPx = 64;

/** As wide as the share, in the colors of its levels. */
function Levels({ pattern: { levels, lines, share } }: { readonly pattern: ExplorePattern }) {
  const width = Math.max(2, barPx * share);
  return (
    <span className="pattern-levels" style={{ width: barPx }} aria-hidden="true">
      {levels.map(({ level, lines: of }) => (
        <i
          key={level}
          style={{
            width: lines === 0 ? 0 : (width * of) / lines,
            background: `var(--clew-level-${levelKind(level)})`,
          }}
        />
      ))}
    </span>
  );
}

function Change({ pattern: { change, lines, linesBefore } }: { readonly pattern: ExplorePattern }) {
  if (change === 'new') return <b className="pattern-new">new</b>;
  if (change === 'vanished')
    return <b className="pattern-gone">gone, was {printShortCount(linesBefore)}</b>;
  const factor = linesBefore === 0 ? 1 : lines / linesBefore;
  if (factor >= 1.5)
    return <span title={`${printCount(linesBefore)} before`}>▲ ×{factor.toFixed(1)}</span>;
  if (factor <= 0.67)
    return (
      <span title={`${printCount(linesBefore)} before`}>
        ▼ ×{factor.toFixed(factor < 0.1 ? 2 : 1)}
      </span>
    );
  return <span className="dim">{printShortCount(linesBefore)}</span>;
}

function PatternText({ text }: { readonly text: string }) {
  return (
    <bdi>
      {text.split('<_>').map((part, at) => (
        // Parts have no other name than their place.
        // oxlint-disable-next-line react/no-array-index-key
        <span key={at}>
          {at > 0 && (
            <i className="pattern-gap" aria-label="anything">
              …
            </i>
          )}
          {part}
        </span>
      ))}
    </bdi>
  );
}

const skeletonWidths = [72, 54, 64, 48, 80];

function Skeleton() {
  return (
    <div className="patterns-skeleton" role="status" aria-label="Looking for patterns">
      {skeletonWidths.map((width) => (
        <i key={width} className="skeleton" style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}
