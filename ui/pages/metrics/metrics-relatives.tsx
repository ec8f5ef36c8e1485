// Below the chart: how many log lines and traces have the labels that are shown, in the time that is shown.

import type { ExploreMetricRelative } from '../../../src/api/explore/contract/metrics.ts';
import { AppLink } from '../../controls/app-link.tsx';
import type { MetricLabels } from '../../data/metrics.ts';
import { useRelatives } from '../../data/metrics.ts';
import { pageHref } from '../../url/doors.ts';
import type { PagePath } from '../../url/doors.ts';
import { absoluteRange } from '../../url/time-range.ts';
import type { ResolvedRange } from '../../url/time-range.ts';
import { printCount } from '../../views/words/numbers.ts';
import { printSentence } from '../../views/words/sentence.ts';
import { sourceOf } from './metric-doors.ts';
import { printSeries } from './series-names.ts';

interface MetricsRelativesProps {
  readonly query: string;
  /** Of the series that is drawn alone, else those that all series have alike. */
  readonly labels: MetricLabels;
  readonly range: ResolvedRange;
  readonly back: string;
  readonly enabled: boolean;
}

export function MetricsRelatives(props: MetricsRelativesProps) {
  const { query, labels, range, back } = props;
  const relatives = useRelatives(query, labels, range, props.enabled);
  const { __name__: _name, ...shown } = labels;
  const isNamed = Object.keys(shown).length > 0;
  if (relatives.error !== null) {
    return (
      <p className="metrics-relatives" role="status">
        {printSentence(relatives.error.message)}{' '}
        <button type="button" className="text-button" onClick={() => void relatives.refetch()}>
          Count again
        </button>
      </p>
    );
  }
  return (
    <section className="metrics-relatives" aria-label="Logs and traces of the same labels">
      <span>
        {isNamed ? 'Same labels' : 'The services behind it'}
        {isNamed && <code title={printSeries(shown)}>{printSeries(shown)}</code>} in
      </span>
      {relatives.data === undefined ? (
        <i className="skeleton metrics-relatives-wait" aria-label="Counting" role="status" />
      ) : (
        <>
          <Relative title="logs" path="/logs" one={relatives.data.logs} {...{ range, back }} />
          <Relative
            title="traces"
            path="/traces"
            one={relatives.data.traces}
            {...{ range, back }}
          />
        </>
      )}
    </section>
  );
}

interface RelativeProps {
  readonly title: string;
  readonly path: PagePath;
  readonly one: ExploreMetricRelative;
  readonly range: ResolvedRange;
  readonly back: string;
}

function Relative({ title, path, one, range, back }: RelativeProps) {
  const reason = one.reason === null ? '' : printSentence(one.reason);
  return (
    <span className="metrics-relative" data-testid={`relative-${title}`}>
      {one.query === '' || one.count === 0 ? (
        <span className="dim">{title} (0)</span>
      ) : (
        <AppLink
          href={pageHref(path, {
            query: one.query,
            range: absoluteRange(range.startNs, range.endNs),
            more: sourceOf(one.source),
          })}
          back={back}
          title={one.query}
        >
          {title} ({printCount(one.count)})
        </AppLink>
      )}
      {reason !== '' && <small>{reason}</small>}
    </span>
  );
}
