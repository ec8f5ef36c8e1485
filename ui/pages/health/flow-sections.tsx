// What came in by which receiver, and what went out by which exporter, from Clew's own counters.

import type { Health } from '../../../src/api/explore/contract/records.ts';
import type { StatusMetric } from '../../../src/api/explore/contract/status.ts';
import { AppLink } from '../../controls/app-link.tsx';
import { Meter } from '../../views/report/meter.tsx';
import { printCount, printStep } from '../../views/words/numbers.ts';
import { printValue } from '../../views/words/unit.ts';
import { exportersOf, receiversOf } from './flow.ts';
import { useReceivedRates } from './received-rates.ts';

export function ReceivedSection(props: {
  readonly metrics: readonly StatusMetric[];
  readonly received: Health['received'];
  /** When this was so. */
  readonly atMs: number;
}) {
  const { received } = props;
  const rates = useReceivedRates(received, props.atMs);
  const receivers = receiversOf(props.metrics);
  const isEmpty = received.logs + received.spans + received.samples === 0;
  return (
    <section aria-labelledby="health-received">
      <h2 id="health-received">Received since the start</h2>
      <dl className="report-figures" data-testid="health-received">
        {(
          [
            ['log records', 'logs'],
            ['spans', 'spans'],
            ['metric samples', 'samples'],
          ] as const
        ).map(([name, signal]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {printCount(received[signal])}{' '}
              {rates !== undefined && (
                <small>
                  {printValue(rates[signal], 'perSecond')} in the last {printStep(rates.overMs)}
                </small>
              )}
            </dd>
          </div>
        ))}
      </dl>
      {isEmpty && (
        <p className="dim">
          Nothing has come in since Clew was started.{' '}
          <AppLink href="/overview">How to send something</AppLink>
        </p>
      )}
      {receivers.length > 0 && (
        <table>
          <thead>
            <tr>
              <th>receiver</th>
              <th>records</th>
              <th className="number">taken</th>
              <th className="number" title="Wrong, too old, or not taken at that moment">
                refused
              </th>
              <th className="number" title="An error of Clew itself: its log says more">
                failed
              </th>
            </tr>
          </thead>
          <tbody>
            {receivers.map((one) => (
              <tr key={`${one.receiver} ${one.transport} ${one.items}`}>
                <td>
                  {one.receiver} {one.transport !== '' && `(${one.transport})`}
                </td>
                <td>{one.items}</td>
                <td className="number">{printCount(one.accepted)}</td>
                <td className="number">{printCount(one.refused)}</td>
                <td className="number">{printCount(one.failed)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

export function ExportersSection({ metrics }: { readonly metrics: readonly StatusMetric[] }) {
  const exporters = exportersOf(metrics);
  return (
    <section aria-labelledby="health-exporters">
      <h2 id="health-exporters">Exporters</h2>
      {exporters.length === 0 ? (
        <p className="dim">
          No exporter has sent anything: what comes in is stored here and goes nowhere else. An
          otel-collector-config.yaml adds exporters.
        </p>
      ) : (
        <table>
          <thead>
            <tr>
              <th>exporter</th>
              <th>records</th>
              <th className="number">sent</th>
              <th className="number">given up</th>
              <th className="number">refused by its queue</th>
              <th>queue</th>
            </tr>
          </thead>
          <tbody>
            {exporters.map((one) => (
              <tr key={`${one.exporter} ${one.items}`}>
                <td>{one.exporter}</td>
                <td>{one.items}</td>
                <td className="number">{printCount(one.sent)}</td>
                <td className="number">{printCount(one.sendFailed)}</td>
                <td className="number">{printCount(one.enqueueFailed)}</td>
                <td>
                  {one.queueCapacity > 0 && (
                    <>
                      <Meter share={one.queueSize / one.queueCapacity} />
                      {printCount(one.queueSize)} of {printCount(one.queueCapacity)}
                    </>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
