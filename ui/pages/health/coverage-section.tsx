// How far each service's log records name their traces, and what to do where they do not: the beginning of a doctor.

import type { ServiceCoverage } from '../../../src/api/explore/contract/status.ts';
import { AppLink } from '../../controls/app-link.tsx';
import { useNowMs } from '../../data/now.ts';
import { useZone } from '../../data/preferences.ts';
import { useCoverage } from '../../data/status.ts';
import { printHref } from '../../url/address.ts';
import { quoteLogql } from '../../url/query-edit.ts';
import { Meter } from '../../views/report/meter.tsx';
import { ViewState } from '../../views/report/view-state.tsx';
import { printCount, printInstant, printMinute } from '../../views/words/numbers.ts';
import { serviceColor } from '../../views/words/service-color.ts';
import { adviceForService } from './coverage-advice.ts';

const dayNs = 86_400_000_000_000n;

export function CoverageSection() {
  const nowNs = BigInt(useNowMs()) * 1_000_000n;
  const coverage = useCoverage({ startNs: nowNs - dayNs, endNs: nowNs });
  const { data } = coverage;
  return (
    <section aria-labelledby="health-coverage">
      <h2 id="health-coverage">From logs to traces, in the last 24 h</h2>
      {data === undefined ? (
        <ViewState query={coverage} what="how far logs name their traces" />
      ) : data.services.length === 0 ? (
        <p className="dim">No service sent a log record or a span in the last 24 h.</p>
      ) : (
        <CoverageTable services={data.services} />
      )}
      {data !== undefined && data.total > data.services.length && (
        <p className="dim">
          {printCount(data.services.length)} of {printCount(data.total)} services are shown.
        </p>
      )}
    </section>
  );
}

function CoverageTable({ services }: { readonly services: readonly ServiceCoverage[] }) {
  const zone = useZone();
  return (
    <table data-testid="coverage">
      <thead>
        <tr>
          <th>service</th>
          <th className="number">log records</th>
          <th>with a trace ID</th>
          <th className="number">last record</th>
          <th>what to do</th>
        </tr>
      </thead>
      <tbody>
        {services.map((one) => {
          const share = one.records === 0 ? 0 : one.recordsWithTraceId / one.records;
          return (
            <tr key={one.service}>
              <td className="keep">
                <i
                  className="service-dot"
                  style={{ background: serviceColor(one.service) }}
                  aria-hidden="true"
                />
                {one.service}
              </td>
              <td className="number">
                {one.records === 0 ? (
                  '0'
                ) : (
                  <AppLink
                    href={printHref('/logs', {
                      query: `{service_name=${quoteLogql(one.service)}}`,
                      from: 'now-24h',
                      to: 'now',
                    })}
                  >
                    {printCount(one.records)}
                  </AppLink>
                )}
              </td>
              <td className="keep">
                {one.records > 0 && (
                  <>
                    <Meter share={share} kind={share > 0.9 ? 'good' : 'warning'} />
                    {printShare(one)}
                  </>
                )}
              </td>
              <td
                className="number"
                title={one.lastRecordNs === null ? '' : printInstant(one.lastRecordNs, zone)}
              >
                {one.lastRecordNs === null ? '' : printMinute(one.lastRecordNs, zone, true)}
              </td>
              <td>{adviceForService(one)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** What is not nothing is never `0 %`, nor what is not all `100 %`. */
function printShare({ records, recordsWithTraceId }: ServiceCoverage): string {
  const percent = (recordsWithTraceId / records) * 100;
  if (percent > 0 && percent < 1) return '< 1 %';
  if (percent > 99 && percent < 100) return '> 99 %';
  return `${Math.round(percent)} %`;
}
