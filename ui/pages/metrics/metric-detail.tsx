// One metric of the browser: what it is, the queries it is usually looked at with, and its labels. A click on a value
// narrows the query to it.

import { useState } from 'react';
import type {
  ExploreMetric,
  ExploreMetricLabels,
} from '../../../src/api/explore/contract/metrics.ts';
import { CopyButton } from '../../controls/copy-button.tsx';
import { IconButton } from '../../controls/icon-button.tsx';
import { useMetricLabels } from '../../data/metrics.ts';
import type { ResolvedRange } from '../../url/time-range.ts';
import { printCount } from '../../views/words/numbers.ts';
import { printSentence } from '../../views/words/sentence.ts';
import { suggestQueries } from './suggest.ts';
import type { Suggestion } from './suggest.ts';

interface MetricDetailProps {
  readonly metric: ExploreMetric;
  readonly range: ResolvedRange;
  readonly window: string;
  readonly onAsk: (suggestion: Suggestion) => void;
  readonly onMatch: (name: string, value: string) => void;
  readonly onClose: () => void;
}

export function MetricDetail(props: MetricDetailProps) {
  const { metric, range } = props;
  const labels = useMetricLabels(metric.parts, range);
  const kind = [metric.type, metric.unit].filter((part) => part !== '' && part !== 'unknown');
  return (
    <section className="metric-detail" aria-label={metric.name} data-testid="metric-detail">
      <header>
        <h2 title={metric.name}>{metric.name}</h2>
        <CopyButton text={metric.name} what="name" />
        <IconButton icon="close" label="Close the metric" onClick={props.onClose} />
      </header>
      <p className="dim">
        {kind.length > 0 && <b>{kind.join(' · ')}</b>} {metric.help}
      </p>
      <div className="metric-suggestions">
        {suggestQueries(metric, props.window).map((one) => (
          <button
            key={one.title}
            type="button"
            className="text-button"
            title={one.query}
            onClick={() => props.onAsk(one)}
          >
            {one.title}
          </button>
        ))}
      </div>
      {labels.error !== null && (
        <p role="alert">
          {printSentence(labels.error.message)}{' '}
          <button type="button" className="text-button" onClick={() => void labels.refetch()}>
            Try again
          </button>
        </p>
      )}
      {labels.isPending && (
        <i className="skeleton metric-labels-wait" role="status" aria-label="Loading labels" />
      )}
      {labels.data?.labels.map((label) => (
        <Label key={label.name} label={label} onMatch={props.onMatch} />
      ))}
    </section>
  );
}

type LabelCount = ExploreMetricLabels['labels'][number];

const valuesAtFirst = 4;

function Label({
  label,
  onMatch,
}: {
  readonly label: LabelCount;
  readonly onMatch: (name: string, value: string) => void;
}) {
  const [isOpen, setOpen] = useState(false);
  const shown = isOpen ? label.values : label.values.slice(0, valuesAtFirst);
  const rest = label.distinct - shown.length;
  return (
    <div className="metric-label">
      <h3>
        {label.name} <span className="number dim">{printCount(label.distinct)}</span>
      </h3>
      <ul>
        {shown.map(({ value, series }) => (
          <li key={value}>
            <button
              type="button"
              title={`Only ${label.name}=${JSON.stringify(value)}`}
              onClick={() => onMatch(label.name, value)}
            >
              <span>{value === '' ? '(empty)' : value}</span>
              <span className="number dim">{printCount(series)}</span>
            </button>
          </li>
        ))}
      </ul>
      {rest > 0 && !isOpen && label.values.length > shown.length && (
        <button type="button" className="metric-label-more" onClick={() => setOpen(true)}>
          {printCount(rest)} more
        </button>
      )}
      {rest > 0 && isOpen && (
        <p className="dim">
          {printCount(shown.length)} of {printCount(label.distinct)} shown, the most frequent ones
        </p>
      )}
    </div>
  );
}
