// What stands out in a selection: attribute values, best first, each with its share of the selection and of the rest as two
// bars, and a click that filters by it. Of traces also where the extra time goes.

import { useState } from 'react';
import type {
  DifferingValue,
  ExploreDifference,
} from '../../../src/api/explore/contract/difference.ts';
import { Icon } from '../../controls/icon-button.tsx';
import { serviceColor } from '../words/service-color.ts';
import { printCount, printCounted, printDuration } from '../words/numbers.ts';
import { groupsOf, printShare } from './rows.ts';
import type { DifferenceGroup } from './rows.ts';
import { RetryButton } from '../report/retry-button.tsx';
import './difference-view.css';

export interface DifferenceViewProps {
  /** Undefined: it loads, or failed. */
  readonly difference: ExploreDifference | undefined;
  /** A query result of `useDifference` fits. */
  readonly state: {
    readonly isFetching: boolean;
    readonly error: Error | null;
    readonly refetch: () => unknown;
  };
  /** What is compared. */
  readonly noun?: 'span' | 'trace' | 'line';
  /** Only those with the value. Absent: there is nothing to filter. */
  readonly onInclude?: ((value: DifferingValue) => void) | undefined;
  /** Only those without. */
  readonly onExclude?: ((value: DifferingValue) => void) | undefined;
  /** Values that can be excluded; absent: all. */
  readonly canExclude?: (value: DifferingValue) => boolean;
}

export function DifferenceView(props: DifferenceViewProps) {
  const { difference, state, noun = 'span' } = props;
  if (state.error !== null) {
    return (
      <div className="difference-notice" role="alert" data-testid="difference-error">
        <p>What differs is not known: {state.error.message}.</p>
        <RetryButton error={state.error} onRetry={() => state.refetch()} />
      </div>
    );
  }
  if (difference === undefined) return <DifferenceSkeleton />;
  const groups = groupsOf(difference);
  return (
    <div
      className="difference"
      data-stale={state.isFetching || undefined}
      data-testid="difference"
      aria-busy={state.isFetching}
    >
      <p className="difference-sides number">
        <i className="difference-key" data-side="selected" aria-hidden="true" />
        selected {printCounted(difference.selected, noun)}
        <i className="difference-key" data-side="rest" aria-hidden="true" />
        rest {printCount(difference.rest)}
      </p>
      <OwnTimes difference={difference} />
      {groups.length === 0 ? (
        <Nothing difference={difference} noun={noun} />
      ) : (
        <table className="difference-table">
          <caption className="visually-hidden">
            Attribute values that are more or less common in the selection than in the rest
          </caption>
          <Columns />
          <thead className="visually-hidden">
            <tr>
              <th scope="col">Attribute</th>
              <th scope="col">Selected and rest</th>
              <th scope="col">Filter</th>
            </tr>
          </thead>
          {groups.map((group) => (
            <Group key={group.kind} group={group} {...props} noun={noun} />
          ))}
        </table>
      )}
      <Fineprint difference={difference} noun={noun} />
    </div>
  );
}

/** A fixed layout takes its widths from here, and not from the first row, which is a heading. */
function Columns() {
  return (
    <colgroup>
      <col />
      <col className="difference-bars" />
      <col className="difference-end" />
    </colgroup>
  );
}

const groupTitles: Readonly<Record<DifferenceGroup['kind'], string>> = {
  more: 'More common in the selection',
  symptom: 'How the failure shows',
  less: 'Missing or rare in the selection',
};

function Group(
  props: DifferenceViewProps & { readonly group: DifferenceGroup; readonly noun: string },
) {
  const { group } = props;
  return (
    <tbody>
      <tr className="difference-heading">
        <th scope="rowgroup" colSpan={3}>
          {groupTitles[group.kind]}
        </th>
      </tr>
      {group.values.map((value) => (
        <Row key={value.condition} value={value} {...props} />
      ))}
    </tbody>
  );
}

function Row(
  props: DifferenceViewProps & { readonly value: DifferingValue; readonly noun: string },
) {
  const { value, noun, onInclude, onExclude, canExclude } = props;
  const [isOpen, setOpen] = useState(false);
  const { alike } = value;
  const words = `${value.key} = ${value.value}`;
  return (
    <tr className="difference-row" data-testid="difference-row" title={value.condition}>
      <th scope="row">
        <span className="difference-attribute">{value.key}</span>
        <span className="difference-value mono">
          {value.value === '' ? '(empty)' : value.value}
        </span>
        {alike.length > 0 && (
          <button
            type="button"
            className="difference-alike-button"
            aria-expanded={isOpen}
            title="Values that the very same ones have"
            onClick={() => setOpen(!isOpen)}
          >
            +{alike.length} alike
          </button>
        )}
        {isOpen && (
          <ul className="difference-alike">
            {alike.map((other) => (
              <li key={other.condition} title={other.condition}>
                <span className="difference-attribute">{other.key}</span>
                <span className="difference-value mono">{other.value}</span>
              </li>
            ))}
          </ul>
        )}
      </th>
      <td>
        <Bar side="selected" share={value.selectedShare} count={value.selectedCount} noun={noun} />
        <Bar side="rest" share={value.restShare} count={value.restCount} noun={noun} />
      </td>
      <td className="difference-actions">
        {onInclude !== undefined && (
          <button
            type="button"
            className="icon-button"
            aria-label={`Only ${words}`}
            title={`Only ${words}`}
            data-testid="difference-include"
            onClick={() => onInclude(value)}
          >
            <Icon name="plus" size={14} />
          </button>
        )}
        {onExclude !== undefined && canExclude?.(value) !== false && (
          <button
            type="button"
            className="icon-button"
            aria-label={`Not ${words}`}
            title={`Not ${words}`}
            data-testid="difference-exclude"
            onClick={() => onExclude(value)}
          >
            <Icon name="minus" size={14} />
          </button>
        )}
      </td>
    </tr>
  );
}

interface BarProps {
  readonly side: 'selected' | 'rest';
  readonly share: number;
  readonly count: number;
  readonly noun: string;
}

function Bar({ side, share, count, noun }: BarProps) {
  return (
    <div
      className="difference-bar"
      data-side={side}
      title={`${printShare(share)} of the ${side === 'rest' ? 'rest' : 'selection'}: ${printCounted(count, noun)}`}
    >
      <span className="visually-hidden">{side}: </span>
      <i aria-hidden="true">
        <b style={{ width: share === 0 ? 0 : `max(2px, ${share * 100}%)` }} />
      </i>
      <span className="number">{printShare(share)}</span>
    </div>
  );
}

function OwnTimes({ difference }: { readonly difference: ExploreDifference }) {
  const { ownTimes } = difference;
  if (ownTimes.length === 0) return null;
  const mostMs = Math.max(
    ...ownTimes.map(({ selectedMs, restMs }) => Math.max(selectedMs, restMs)),
  );
  return (
    <table className="difference-table difference-times" data-testid="difference-times">
      <caption>Where the extra time goes, per trace</caption>
      <Columns />
      <tbody>
        {ownTimes.map(({ service, name, selectedMs, restMs }) => (
          <tr key={`${service} ${name}`} className="difference-row">
            <th scope="row">
              <span className="difference-attribute">
                <i className="service-dot" style={{ background: serviceColor(service) }} />
                {service}
              </span>
              <span className="difference-value mono">{name}</span>
            </th>
            <td>
              <TimeBar side="selected" ms={selectedMs} mostMs={mostMs} />
              <TimeBar side="rest" ms={restMs} mostMs={mostMs} />
            </td>
            <td className="difference-more number">+{printDuration(selectedMs - restMs)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function TimeBar(props: {
  readonly side: 'selected' | 'rest';
  readonly ms: number;
  readonly mostMs: number;
}) {
  const { side, ms, mostMs } = props;
  return (
    <div className="difference-bar" data-side={side}>
      <span className="visually-hidden">{side}: </span>
      <i aria-hidden="true">
        <b style={{ width: ms === 0 ? 0 : `max(2px, ${(ms / mostMs) * 100}%)` }} />
      </i>
      <span className="number">{printDuration(ms)}</span>
    </div>
  );
}

function Nothing(props: { readonly difference: ExploreDifference; readonly noun: string }) {
  const { difference, noun } = props;
  if (difference.selected === 0)
    return <p className="difference-notice">The selection holds no {noun}s. Draw it larger.</p>;
  if (difference.rest === 0)
    return (
      <p className="difference-notice">
        The selection is everything there is: {printCounted(difference.selected, noun)}. Widen the
        time range to have something to compare it with.
      </p>
    );
  return (
    <p className="difference-notice">
      No attribute value is more common in the selection than chance would have it.
    </p>
  );
}

function Fineprint(props: { readonly difference: ExploreDifference; readonly noun: string }) {
  const { difference, noun } = props;
  const { sampled, aside, sameRoots, skippedKeys, warnings } = difference;
  return (
    <div className="difference-fineprint">
      {aside > 0 && (
        <p>
          {printCounted(aside, noun)} failed only because a child did;{' '}
          {aside === 1 ? 'it is' : 'they are'} left out.
        </p>
      )}
      {sampled !== null && (
        <p>
          Looked at {printCount(sampled.selected)} of {printCount(difference.selected)} selected and{' '}
          {printCount(sampled.rest)} of {printCount(difference.rest)} others
          {sameRoots === true ? `: ${noun}s that begin as the selected ones do` : ', chosen evenly'}
          .
        </p>
      )}
      {skippedKeys.length > 0 && (
        <p title={skippedKeys.join(', ')}>
          Not compared, because nearly each {noun} has a value of its own:{' '}
          {skippedKeys.slice(0, 4).join(', ')}
          {skippedKeys.length > 4 && ` and ${skippedKeys.length - 4} more`}.
        </p>
      )}
      {warnings.map((warning) => (
        <p key={warning}>{warning}</p>
      ))}
    </div>
  );
}

const skeletonWidths = [92, 78, 64, 55, 47, 36];

function DifferenceSkeleton() {
  return (
    <div className="difference" role="status" aria-label="Comparing the selection with the rest">
      {skeletonWidths.map((width) => (
        <div key={width} className="difference-skeleton" aria-hidden="true">
          <i className="skeleton" style={{ width: `${width / 2}%` }} />
          <i className="skeleton" style={{ width: `${width}%` }} />
        </div>
      ))}
    </div>
  );
}
