// Where telemetry is asked for: what `datasources.yaml` said, what was understood, and its links tried on real records.

import { AppLink } from '../../controls/app-link.tsx';
import { TopbarSlot } from '../../controls/topbar-slot.tsx';
import { useDatasources } from '../../data/status.ts';
import { ViewState } from '../../views/report/view-state.tsx';
import { DatasourceSection } from './datasource-section.tsx';
import '../../views/report/report.css';
import './sources-page.css';

export function SourcesPage() {
  const datasources = useDatasources();
  const { data } = datasources;
  return (
    <div className="report" data-testid="sources-page">
      <title>Sources · Clew</title>
      <TopbarSlot place="start">
        <h1>Sources</h1>
      </TopbarSlot>
      <section aria-labelledby="sources-files">
        <h2 id="sources-files">Datasources</h2>
        {data === undefined ? (
          <ViewState query={datasources} what="the datasources" />
        ) : data.files.length === 0 ? (
          <p>
            No datasources.yaml was found, so the three below are this Clew itself. A log line leads
            to its trace without any configuration; a datasources.yaml, in the folder that Clew is
            started in or named with <code>--datasources</code>, adds links of your own and servers
            elsewhere.
          </p>
        ) : (
          <p>
            Read from <span className="mono">{data.files.join(', ')}</span> when Clew started.{' '}
            <AppLink href="/health">How far logs name their traces</AppLink>
          </p>
        )}
        {data !== undefined && data.warnings.length > 0 && (
          <ul className="report-problems" data-testid="source-warnings">
            {data.warnings.map((warning) => (
              <li key={warning}>
                <p className="mono">{warning}</p>
              </li>
            ))}
          </ul>
        )}
      </section>
      {data?.datasources.map((one) => (
        <DatasourceSection key={one.uid} datasource={one} all={data.datasources} />
      ))}
    </div>
  );
}
