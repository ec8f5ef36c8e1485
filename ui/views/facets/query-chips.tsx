// The conditions of the query one by one, each with a way to take it out again.

import { Icon } from '../../controls/icon-button.tsx';
import type { ActiveFilter } from '../../url/query-filters.ts';
import { otherStages } from '../../url/query-filters.ts';

interface QueryChipsProps {
  readonly query: string;
  readonly filters: readonly ActiveFilter[];
  readonly onRemove: (part: string) => void;
}

export function QueryChips({ query, filters, onRemove }: QueryChipsProps) {
  const parts = [...filters.map(({ text }) => text), ...otherStages(query)];
  const shown = parts.filter((text) => text !== 'service_name=~".+"');
  if (shown.length === 0) return null;
  return (
    <ul className="query-chips" aria-label="Conditions of the query">
      {shown.map((text) => (
        <li key={text}>
          <button
            type="button"
            title={`${text}\nClick to take it out`}
            aria-label={`Take out ${text}`}
            onClick={() => onRemove(text)}
          >
            <bdi className="mono">{text.replace(/^\|\s+/, '')}</bdi>
            <Icon name="close" size={10} />
          </button>
        </li>
      ))}
    </ul>
  );
}
