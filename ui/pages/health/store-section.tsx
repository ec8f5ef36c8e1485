// What is stored, how much room it has and how long it is kept.

import type { StoreReport } from '../../../src/api/explore/contract/status.ts';
import { useZone } from '../../data/preferences.ts';
import { Meter } from '../../views/report/meter.tsx';
import {
  printAge,
  printCount,
  printDuration,
  printInstant,
  printMinute,
} from '../../views/words/numbers.ts';
import { printValue } from '../../views/words/unit.ts';
import { storedSignals } from './stored-signals.ts';

const nearlyFull = 0.9;

interface StoreSectionProps {
  readonly store: StoreReport;
  readonly nowMs: number;
}

export function StoreSection({ store, nowMs }: StoreSectionProps) {
  const zone = useZone();
  const used = store.bytes / store.bytesMax;
  const waiting = store.waitingBytes / store.waitingBytesMax;
  const since = store.retainedSinceNs;
  return (
    <section aria-labelledby="health-store">
      <h2 id="health-store">Store</h2>
      <p className="dim">
        {store.isEmbedded ? 'Embedded ClickHouse in ' : 'The ClickHouse server at '}
        <span className="mono">{store.where}</span>, {store.state}.
      </p>
      <dl className="report-figures" data-testid="health-store">
        <div>
          <dt>on disk</dt>
          <dd>
            {printValue(store.bytes, 'bytes')}{' '}
            <small>of {printValue(store.bytesMax, 'bytes')}</small>
          </dd>
          <Meter share={used} kind={used > nearlyFull ? 'warning' : 'plain'} />
        </div>
        <div>
          <dt>free on the disk</dt>
          <dd>{printValue(store.freeBytes, 'bytes')}</dd>
        </div>
        <div>
          <dt>waiting to be stored</dt>
          <dd>
            {printValue(store.waitingBytes, 'bytes')}{' '}
            <small>of {printValue(store.waitingBytesMax, 'bytes')} a table</small>
          </dd>
          <Meter share={waiting} kind={waiting > nearlyFull ? 'warning' : 'plain'} />
        </div>
        <div>
          <dt>kept for {printDuration(store.retentionMs)}</dt>
          <dd title={printInstant(since, zone)}>
            <small>nothing from before</small> {printMinute(since, zone, true)}
          </dd>
        </div>
      </dl>
      {store.tables.length > 0 && <SignalsTable store={store} nowMs={nowMs} />}
    </section>
  );
}

function SignalsTable({ store, nowMs }: StoreSectionProps) {
  const zone = useZone();
  const { signals, rest } = storedSignals(store.tables);
  const when = (ns: string | null) =>
    ns === null ? (
      '–'
    ) : (
      <span title={printInstant(ns, zone)}>
        {printMinute(ns, zone, true)} <span className="dim">{printWhen(ns, nowMs)}</span>
      </span>
    );
  return (
    <table data-testid="health-signals">
      <thead>
        <tr>
          <th>stored, as of the last minute</th>
          <th className="number">rows</th>
          <th className="number">on disk</th>
          <th className="number">bytes a row</th>
          <th className="number">oldest row</th>
          <th className="number">newest row</th>
        </tr>
      </thead>
      <tbody>
        {[...signals, rest].map((one) => (
          <tr key={one.name}>
            <td>{one.name}</td>
            <td className="number">{printCount(one.rows)}</td>
            <td className="number">{printValue(one.bytes, 'bytes')}</td>
            <td className="number">{one.rows === 0 ? '–' : printCount(one.bytes / one.rows)}</td>
            <td className="number keep">{when(one.oldestNs)}</td>
            <td className="number keep">{when(one.newestNs)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** `3 h ago`; a sender's clock may be ahead. */
function printWhen(ns: string, nowMs: number): string {
  const ms = nowMs - Number(BigInt(ns) / 1_000_000n);
  return ms < -1000 ? `${printAge(-ms)} ahead` : `${printAge(Math.max(0, ms))} ago`;
}
