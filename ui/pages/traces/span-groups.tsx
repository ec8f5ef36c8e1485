// Spans by the value of an attribute: how many, how many failed, how long they take.

import type { UseQueryResult } from '@tanstack/react-query';
import { useState } from 'react';
import type { ExploreSpanGroups } from '../../../src/api/explore/contract/traces.ts';
import { AppLink } from '../../controls/app-link.tsx';
import { Icon } from '../../controls/icon-button.tsx';
import { traceHref } from '../../url/doors.ts';
import { printShare } from '../../views/difference/rows.ts';
import { printCount, printCounted, printDuration, printRate } from '../../views/words/numbers.ts';
import { TracesFailure, TracesSkeleton } from './traces-outcome.tsx';

interface SpanGroupsProps {
  readonly groups: UseQueryResult<ExploreSpanGroups>;
  readonly attribute: string;
  readonly attributes: readonly string[];
  readonly onAttribute: (attribute: string) => void;
  /** Undefined when the query has no place for a filter. */
  readonly onFilter: (condition: string, excluded: boolean) => void;
  readonly back: string;
}

type Group = ExploreSpanGroups['groups'][number];
type Column = 'value' | 'count' | 'errorShare' | 'p50Ns' | 'p95Ns' | 'p99Ns';

export function SpanGroups(props: SpanGroupsProps) {
  const { groups, attribute } = props;
  const { data, error } = groups;
  return (
    <div className="span-groups" data-testid="span-groups">
      <div className="span-groups-head">
        <label>
          <span className="dim">by</span>{' '}
          <AttributeField
            key={attribute}
            attribute={attribute}
            attributes={props.attributes}
            onAttribute={props.onAttribute}
          />
        </label>
        {data !== undefined && error === null && <Coverage groups={data} />}
      </div>
      {error !== null ? (
        <TracesFailure error={error} onRetry={() => void groups.refetch()} />
      ) : data === undefined ? (
        <TracesSkeleton />
      ) : data.groups.length === 0 ? (
        <p className="traces-note dim">
          No {data.of === 'traces' ? 'trace' : 'span'} of this search has <b>{attribute}</b>
          {data.without > 0 && `: ${printCounted(data.without, 'span')} were looked at`}.
        </p>
      ) : (
        <GroupTable {...props} data={data} isStale={groups.isPlaceholderData} />
      )}
    </div>
  );
}

function Coverage({ groups }: { readonly groups: ExploreSpanGroups }) {
  const { of, spans, values, without } = groups;
  const shown = groups.groups.length;
  return (
    <span className="dim number" role="status">
      {printCounted(spans, of === 'traces' ? 'trace' : 'span')} ·{' '}
      {shown < values
        ? `the ${printCount(shown)} most common of ${printCount(values)} values`
        : printCounted(values, 'value')}
      {without > 0 && ` · ${printCount(without)} without it`}
    </span>
  );
}

function AttributeField(props: Pick<SpanGroupsProps, 'attribute' | 'attributes' | 'onAttribute'>) {
  const [draft, setDraft] = useState(props.attribute);
  const submit = (text: string): void => {
    const wanted = text.trim();
    if (wanted !== '' && wanted !== props.attribute) props.onAttribute(wanted);
  };
  return (
    <>
      <input
        className="text-field mono"
        value={draft}
        list="span-group-attributes"
        spellCheck={false}
        autoComplete="off"
        aria-label="Attribute to group by"
        data-testid="group-by"
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => {
          const text = event.currentTarget.value;
          setDraft(text);
          const isTyped =
            event.nativeEvent instanceof InputEvent &&
            event.nativeEvent.inputType !== 'insertReplacementText';
          if (!isTyped && props.attributes.includes(text)) submit(text);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') submit(draft);
        }}
        onBlur={() => submit(draft)}
      />
      <datalist id="span-group-attributes">
        {props.attributes.map((attribute) => (
          <option key={attribute} value={attribute} />
        ))}
      </datalist>
    </>
  );
}

const columns: readonly (readonly [Column, string])[] = [
  ['value', 'Value'],
  ['count', 'Count'],
  ['errorShare', 'Failed'],
  ['p50Ns', 'p50'],
  ['p95Ns', 'p95'],
  ['p99Ns', 'p99'],
];

function sorted(groups: readonly Group[], column: Column): readonly Group[] {
  return column === 'value'
    ? groups.toSorted((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : 0))
    : groups.toSorted((a, b) => b[column] - a[column]);
}

function GroupTable(
  props: SpanGroupsProps & { readonly data: ExploreSpanGroups; readonly isStale: boolean },
) {
  const { data } = props;
  const [column, setColumn] = useState<Column>('count');
  const most = data.groups.reduce((max, { count }) => Math.max(max, count), 1);
  return (
    <table className="span-groups-table" data-stale={props.isStale || undefined}>
      <thead>
        <tr>
          {columns.map(([name, title]) => (
            <th
              key={name}
              scope="col"
              aria-sort={column === name ? (name === 'value' ? 'ascending' : 'descending') : 'none'}
            >
              <button type="button" onClick={() => setColumn(name)}>
                {title}
                <i aria-hidden="true">{column === name ? (name === 'value' ? '↑' : '↓') : ''}</i>
              </button>
            </th>
          ))}
          <th scope="col">
            <span className="visually-hidden">Filter and slowest trace</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {sorted(data.groups, column).map((group) => (
          <tr key={group.condition} data-testid="span-group">
            <th scope="row" className="mono">
              {group.value === '' ? '(empty)' : group.value}
            </th>
            <td className="number span-groups-count">
              <i aria-hidden="true">
                <b style={{ width: `max(2px, ${(group.count / most) * 100}%)` }} />
              </i>
              {printCount(group.count)} <span className="dim">{printRate(group.perSecond, 1)}</span>
            </td>
            <td className="number" data-failed={group.errors > 0 || undefined}>
              {group.errors === 0 ? '·' : printShare(group.errorShare)}
            </td>
            <td className="number">{printDuration(group.p50Ns / 1e6)}</td>
            <td className="number">{printDuration(group.p95Ns / 1e6)}</td>
            <td className="number">{printDuration(group.p99Ns / 1e6)}</td>
            <td className="span-groups-actions">
              <button
                type="button"
                className="icon-button"
                aria-label={`Only ${group.condition}`}
                title={`Only ${group.condition}`}
                onClick={() => props.onFilter(group.condition, false)}
              >
                <Icon name="plus" size={14} />
              </button>
              <button
                type="button"
                className="icon-button"
                aria-label={`Not ${group.condition}`}
                title={`Not ${group.condition}`}
                onClick={() => props.onFilter(group.condition, true)}
              >
                <Icon name="minus" size={14} />
              </button>
              <AppLink href={traceHref(group.slowestTraceId)} back={props.back}>
                slowest
              </AppLink>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
