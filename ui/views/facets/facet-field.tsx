// One field: its name, how many values it has, and the commonest of them with their counts.

import { memo, useState } from 'react';
import type { MouseEvent } from 'react';
import type { ExploreFacet } from '../../../src/api/explore/contract/log-survey.ts';
import { Icon } from '../../controls/icon-button.tsx';
import { facetValuesMax } from '../../data/log-survey.ts';
import type { ActiveFilter, FacetValue, FilterMode } from '../../url/query-filters.ts';
import { levelKind, levelLetter } from '../words/level.ts';
import { printCount, printShortCount } from '../words/numbers.ts';
import { serviceColor } from '../words/service-color.ts';

interface FacetFieldProps {
  readonly field: ExploreFacet;
  /** Of the query. */
  readonly lines: number;
  /** Of this field. */
  readonly filters: readonly ActiveFilter[];
  readonly startsOpen: boolean;
  readonly isColumn: boolean;
  readonly onValue: (value: FacetValue, mode: FilterMode) => void;
  readonly onColumn: (name: string) => void;
  /** Asks for the rarer values, too. */
  readonly onAllValues: (name: string) => Promise<ExploreFacet | undefined>;
}

const shownAtFirst = 6;
/** With fewer values there is nothing to search. */
const searchedMin = 8;

/** Names that are shown as people call them. */
const titles: ReadonlyMap<string, string> = new Map([
  ['service_name', 'service'],
  ['detected_level', 'level'],
]);

export const FacetField = memo(function FacetField(props: FacetFieldProps) {
  const { field, filters, isColumn } = props;
  const [isOpen, setOpen] = useState(props.startsOpen);
  const title = titles.get(field.name) ?? field.name;
  const isNarrowed = filters.length > 0;
  return (
    <section className="facet" data-testid="facet" data-field={field.name}>
      <div className="facet-head">
        <button
          type="button"
          className="facet-name"
          aria-expanded={isOpen}
          title={`${field.name}: ${printCount(field.distinct)} ${field.distinct === 1 ? 'value' : 'values'} in ${printCount(field.lines)} lines`}
          onClick={() => setOpen(!isOpen)}
        >
          <i data-open={isOpen || undefined}>
            <Icon name="down" size={12} />
          </i>
          <bdi>{title}</bdi>
          {isNarrowed && <span className="visually-hidden">, narrowed by the query</span>}
          <span className="facet-distinct number" data-narrowed={isNarrowed || undefined}>
            {printShortCount(field.distinct)}
          </span>
        </button>
        <button
          type="button"
          className="icon-button facet-column"
          aria-pressed={isColumn}
          aria-label={isColumn ? `No column for ${title}` : `A column for ${title}`}
          title={isColumn ? 'Take its column away' : 'Show as a column'}
          onClick={() => props.onColumn(field.name)}
        >
          <ColumnIcon />
        </button>
      </div>
      {isOpen && <Values {...props} />}
    </section>
  );
});

interface AllValues {
  /** What they were asked for: another answer has other values. */
  readonly of: ExploreFacet;
  /** Undefined: they are on the way. */
  readonly field: ExploreFacet | undefined;
}

/** The rarer values come when someone looks for one. */
function useAllValues(
  field: ExploreFacet,
  onAllValues: FacetFieldProps['onAllValues'],
): { readonly values: ExploreFacet['values']; readonly load: () => void } {
  const [all, setAll] = useState<AllValues | undefined>(undefined);
  const load = (): void => {
    if (field.distinct <= field.values.length || all?.of === field) return;
    setAll({ of: field, field: undefined });
    onAllValues(field.name).then(
      (found) => setAll({ of: field, field: found }),
      // They are asked for again the next time; the commonest stay.
      () => setAll(undefined),
    );
  };
  const found = all?.of === field ? all.field : undefined;
  return { values: found?.values ?? field.values, load };
}

function Values({ field, lines, filters, onValue, onAllValues }: FacetFieldProps) {
  const [search, setSearch] = useState('');
  const [showsAll, setShowsAll] = useState(false);
  const { values, load } = useAllValues(field, onAllValues);
  const stateOf = (value: string): 'in' | 'out' | undefined => {
    const of = filters.find((filter) => filter.values.includes(value));
    return of === undefined ? undefined : of.exclude ? 'out' : 'in';
  };
  const sought = search.toLowerCase();
  const found = values.filter(({ value }) => value.toLowerCase().includes(sought));
  const isWhole = showsAll || search !== '';
  // What the query names is in sight, be it rare.
  const shown = found.filter(
    ({ value }, at) => isWhole || at < shownAtFirst || stateOf(value) !== undefined,
  );
  const highest = Math.max(1, values[0]?.lines ?? 0);
  // What the query names and what is not among the commonest is shown all the same.
  const named = filters
    .flatMap((filter) => filter.values)
    .filter((value) => !values.some((one) => one.value === value));
  const missing = field.distinct - values.length;
  const listed = Math.min(field.distinct, Math.max(values.length, facetValuesMax));
  return (
    <>
      {values.length >= searchedMin && (
        <input
          className="text-field facet-search"
          type="search"
          aria-label={`Search the values of ${field.name}`}
          placeholder={`Search ${printCount(listed)} values`}
          value={search}
          onFocus={load}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
            load();
          }}
        />
      )}
      <ul className="facet-values">
        {[...named.map((value) => ({ value, lines: 0 })), ...shown].map((one) => (
          <Value
            key={one.value}
            field={field}
            value={one.value}
            lines={one.lines}
            share={one.lines / highest}
            ofAll={lines}
            state={stateOf(one.value)}
            onValue={onValue}
          />
        ))}
      </ul>
      {search !== '' && found.length === 0 && (
        <p className="facets-note">
          None of the {printCount(values.length)} commonest values contains this.
        </p>
      )}
      {search === '' && (showsAll || found.length > shown.length) && (
        <button
          type="button"
          className="facet-more"
          onClick={() => {
            setShowsAll(!showsAll);
            load();
          }}
        >
          {showsAll ? 'fewer' : `${printCount(listed - shown.length)} more`}
        </button>
      )}
      {isWhole && missing > 0 && (
        <p className="facets-note">{printCount(missing)} rarer values are not listed.</p>
      )}
    </>
  );
}

interface ValueProps {
  readonly field: ExploreFacet;
  readonly value: string;
  readonly lines: number;
  readonly share: number;
  readonly ofAll: number;
  readonly state: 'in' | 'out' | undefined;
  readonly onValue: FacetFieldProps['onValue'];
}

function Value({ field, value, lines, share, ofAll, state, onValue }: ValueProps) {
  const chosen: FacetValue = {
    name: field.name,
    value,
    isStreamLabel: field.kind === 'label',
    isParsed: field.kind === 'parsed',
  };
  const percent = ofAll === 0 ? 0 : (100 * lines) / ofAll;
  const click = (event: MouseEvent): void => {
    const mode = event.altKey
      ? 'exclude'
      : event.shiftKey || event.ctrlKey || event.metaKey
        ? 'also'
        : 'only';
    onValue(chosen, mode);
  };
  return (
    <li className="facet-value" data-state={state} data-testid="facet-value">
      <button
        type="button"
        className="facet-pick"
        aria-pressed={state === 'in'}
        title={`${value}\n${printCount(lines)} lines${percent <= 100 ? `, ${percent.toFixed(percent < 1 ? 2 : 0)} %` : ''}\nClick: only these · Shift: these too · Alt: none of these`}
        onClick={click}
      >
        <span className="facet-bar" style={{ width: `${100 * share}%` }} aria-hidden="true" />
        <Mark field={field} value={value} state={state} />
        <bdi className="facet-text">{value}</bdi>
        <span className="number facet-lines">{lines === 0 ? '–' : printShortCount(lines)}</span>
      </button>
      <button
        type="button"
        className="icon-button facet-exclude"
        aria-pressed={state === 'out'}
        aria-label={`No lines with ${field.name}=${value}`}
        title={state === 'out' ? 'Let these in again' : 'None of these (Alt and click)'}
        onClick={() => onValue(chosen, 'exclude')}
      >
        <Icon name="minus" size={12} />
      </button>
    </li>
  );
}

function Mark({ field, value, state }: Pick<ValueProps, 'field' | 'value' | 'state'>) {
  if (state === 'in') return <Icon name="check" size={12} />;
  if (field.name === 'service_name')
    return <i className="facet-square" style={{ background: serviceColor(value) }} />;
  if (field.name === 'detected_level')
    return (
      <span className="level" data-kind={levelKind(value)} aria-hidden="true">
        {levelLetter(value)}
      </span>
    );
  return <i className="facet-square" />;
}

function ColumnIcon() {
  return (
    <svg viewBox="0 0 20 20" width="13" height="13" aria-hidden="true">
      <path
        d="M4 4h12v12H4zM8.500 4v12M4 7.500h12"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.6"
      />
    </svg>
  );
}
