// How Clew itself is: what does not work and what to do about it, what came in, what is stored, how far logs name their
// traces, and every limit with its value.

import { TopbarSlot } from '../../controls/topbar-slot.tsx';
import { ApiError } from '../../data/fetch-json.ts';
import { useStatus } from '../../data/status.ts';
import type { ExploreStatus } from '../../../src/api/explore/contract/status.ts';
import { ViewState } from '../../views/report/view-state.tsx';
import { printDuration } from '../../views/words/numbers.ts';
import { printSentence } from '../../views/words/sentence.ts';
import { printValue } from '../../views/words/unit.ts';
import { CoverageSection } from './coverage-section.tsx';
import { ExportersSection, ReceivedSection } from './flow-sections.tsx';
import { adviceFor } from './problem-advice.ts';
import { RefusedSection } from './refused-section.tsx';
import { SettingsSection } from './settings-section.tsx';
import { StoreSection } from './store-section.tsx';
import '../../views/report/report.css';

export function HealthPage() {
  const status = useStatus();
  const { data } = status;
  return (
    <div className="report" data-testid="health-page">
      <title>Health · Clew</title>
      <TopbarSlot place="start">
        <h1>Health</h1>
      </TopbarSlot>
      {status.error instanceof ApiError && status.error.code === 'unreachable' && (
        <p className="dim">What is below is as of the last answer.</p>
      )}
      {data === undefined ? (
        <section>
          <h2>Clew</h2>
          <ViewState query={status} what="the state of Clew" />
        </section>
      ) : (
        <>
          <StateSection status={data} />
          <ReceivedSection
            metrics={data.metrics}
            received={data.health.received}
            atMs={status.dataUpdatedAt}
          />
          <RefusedSection refusals={data.refusals} nowMs={status.dataUpdatedAt} />
          <StoreSection store={data.store} nowMs={status.dataUpdatedAt} />
        </>
      )}
      <CoverageSection />
      {data !== undefined && (
        <>
          <ExportersSection metrics={data.metrics} />
          <SettingsSection status={data} />
        </>
      )}
    </div>
  );
}

function StateSection({ status }: { readonly status: ExploreStatus }) {
  const { health, uptimeSeconds, memoryBytes, runsOn } = status;
  const words = {
    ok: 'Everything works.',
    starting: 'Clew is starting.',
    degraded: 'Clew works in part.',
  };
  return (
    <section aria-labelledby="health-state">
      <h2 id="health-state" data-testid="health-state">
        {words[health.status]}
      </h2>
      {health.problems.length > 0 && (
        <ul className="report-problems">
          {health.problems.map(({ code, message }) => (
            <li key={code}>
              <p>{printSentence(message)}</p>
              <p>{adviceFor(code)}</p>
            </li>
          ))}
        </ul>
      )}
      <p className="dim">
        Clew {health.version} on {runsOn}, up for {printDuration(uptimeSeconds * 1000)}, with{' '}
        {printValue(memoryBytes, 'bytes')} of memory in its own process.
      </p>
    </section>
  );
}
