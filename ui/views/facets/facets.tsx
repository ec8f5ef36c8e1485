// The fields of what the query matches, with their commonest values: a click keeps a value, − leaves it out, Shift and a
// click add one. With the text box above them they are the way to ask without writing LogQL; what they ask stands in the
// query bar.

import { memo, useMemo, useState } from 'react';
import type { ExploreFacet, ExploreFacets } from '../../../src/api/explore/contract/log-survey.ts';
import { IconButton } from '../../controls/icon-button.tsx';
import type { ActiveFilter, FacetValue, FilterMode } from '../../url/query-filters.ts';
import { printCount } from '../words/numbers.ts';
import { FacetField } from './facet-field.tsx';
import { QueryChips } from './query-chips.tsx';
import { RetryButton } from '../report/retry-button.tsx';
import './facets.css';

export interface FacetsProps {
  /** Undefined: they load. */
  readonly facets: ExploreFacets | undefined;
  readonly error: Error | null;
  /** What is shown is of the query before. */
  readonly isStale: boolean;
  readonly onRetry: () => unknown;
  readonly query: string;
  /** False: the query computes numbers. */
  readonly isLogQuery: boolean;
  /** The query has an error. */
  readonly isUnreadable: boolean;
  readonly filters: readonly ActiveFilter[];
  readonly text: string;
  readonly columns: readonly string[];
  readonly onText: (text: string) => void;
  readonly onValue: (value: FacetValue, mode: FilterMode) => void;
  readonly onRemove: (part: string) => void;
  readonly onColumn: (name: string) => void;
  /** Asks for the rarer values of a field, too. */
  readonly onAllValues: (name: string) => Promise<ExploreFacet | undefined>;
  readonly onClose: () => void;
}

/** Fields that begin unfolded, beside those that the query names; service and level always do. */
const unfoldedAtFirst = 4;
const firstFields = 2;

function startsOpen(field: ExploreFacet, at: number): boolean {
  return at < firstFields || (at < unfoldedAtFirst && field.distinct > 1 && !isUnique(field));
}

const noFilters: readonly ActiveFilter[] = [];

/** Drawn again for another query or other counts, not for what else the address says. */
export const Facets = memo(function Facets(props: FacetsProps) {
  const { facets, filters } = props;
  const byName = useMemo(() => {
    const found = new Map<string, ActiveFilter[]>();
    for (const filter of filters)
      found.set(filter.name, [...(found.get(filter.name) ?? []), filter]);
    return found;
  }, [filters]);
  return (
    <aside className="facets" aria-label="Facets" data-testid="facets">
      <div className="facets-head">
        <h2>Facets</h2>
        <SampleNote facets={facets} />
        <IconButton icon="close" label="Hide the facets" onClick={props.onClose} />
      </div>
      <TextBox key={props.text} text={props.text} onText={props.onText} />
      <QueryChips query={props.query} filters={filters} onRemove={props.onRemove} />
      <div className="facets-fields" data-stale={props.isStale || undefined}>
        <State {...props} />
        {props.isLogQuery &&
          !props.isUnreadable &&
          facets?.fields.map((field, at) => (
            <FacetField
              key={field.name}
              field={field}
              lines={facets.lines}
              filters={byName.get(field.name) ?? noFilters}
              startsOpen={byName.has(field.name) || startsOpen(field, at)}
              isColumn={props.columns.includes(field.name)}
              onValue={props.onValue}
              onColumn={props.onColumn}
              onAllValues={props.onAllValues}
            />
          ))}
      </div>
    </aside>
  );
});

function isUnique({ distinct, lines }: ExploreFacet): boolean {
  return distinct > 20 && distinct > lines / 2;
}

function SampleNote({ facets }: { readonly facets: ExploreFacets | undefined }) {
  if (facets === undefined || facets.sampled === null) return null;
  const { looked, of } = facets.sampled;
  const title =
    of === null
      ? `The query parses lines, so the newest ${printCount(looked)} were looked at.`
      : `${printCount(looked)} of ${printCount(of)} lines were looked at; counts of attributes are scaled up from these.`;
  return (
    <span className="facets-sample number" title={title}>
      {of === null ? `of the newest ${printCount(looked)}` : `≈ from ${printCount(looked)} lines`}
    </span>
  );
}

function TextBox({
  text,
  onText,
}: {
  readonly text: string;
  readonly onText: (t: string) => void;
}) {
  const [draft, setDraft] = useState(text);
  return (
    <form
      className="facets-text"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        onText(draft.trim());
      }}
    >
      <input
        className="text-field"
        type="search"
        aria-label="Lines that contain this text"
        placeholder="Lines that contain …"
        data-testid="facets-text"
        value={draft}
        onChange={(event) => {
          setDraft(event.currentTarget.value);
          // The field's own × empties it: that is an answer, too.
          if (event.currentTarget.value === '' && text !== '') onText('');
        }}
      />
    </form>
  );
}

function State({ facets, error, isLogQuery, isUnreadable, onRetry }: FacetsProps) {
  if (isUnreadable)
    return <p className="facets-note">The query has an error, so there are no lines to count.</p>;
  if (!isLogQuery)
    return <p className="facets-note">The query computes numbers; facets are of lines.</p>;
  if (error !== null) {
    return (
      <div className="facets-note" role="alert">
        <p>The facets did not come: {error.message}.</p>
        <RetryButton error={error} onRetry={() => onRetry()} />
      </div>
    );
  }
  if (facets === undefined) return <Skeleton />;
  if (facets.fields.length === 0)
    return <p className="facets-note">No line matches, so there is no field to choose from.</p>;
  return facets.warnings.map((warning) => (
    <p key={warning} className="facets-note">
      ▲ {warning}
    </p>
  ));
}

const skeletonWidths = [44, 82, 70, 58, 90, 36, 76, 62, 84, 48];

function Skeleton() {
  return (
    <div className="facets-skeleton" role="status" aria-label="Loading facets">
      {skeletonWidths.map((width) => (
        <i key={width} className="skeleton" style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}
