// The names of the columns above the lines, when there are any that a person chose.

import { Icon } from '../../controls/icon-button.tsx';

interface LogHeadProps {
  readonly columns: readonly string[];
  /** Takes the column away. */
  readonly onColumn: (name: string) => void;
}

export function LogHead({ columns, onColumn }: LogHeadProps) {
  return (
    <div className="log-row log-head" role="row" data-testid="log-head">
      <span role="columnheader">time</span>
      <span role="columnheader">
        <span className="visually-hidden">level</span>
      </span>
      <span role="columnheader">service</span>
      {columns.map((name) => (
        <span key={name} role="columnheader" className="log-cell" title={name}>
          <bdi>{name}</bdi>
          <button
            type="button"
            className="icon-button"
            aria-label={`No column for ${name}`}
            title="Take the column away"
            onClick={() => onColumn(name)}
          >
            <Icon name="close" size={11} />
          </button>
        </span>
      ))}
      <span role="columnheader">line</span>
      <span role="columnheader">
        <span className="visually-hidden">trace</span>
      </span>
    </div>
  );
}
