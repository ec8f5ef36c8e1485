// What is stored, how much room it has and how long it is kept.

import type { StoreReport } from '../../../src/api/explore/contract/status.ts';
import { useZone } from '../../data/preferences.ts';
import { Meter } from '../../views/report/meter.tsx';
import { printCount, printDuration, printInstant, printMinute } from '../../views/words/numbers.ts';
import { printValue } from '../../views/words/unit.ts';

const nearlyFull = 0.9;

export function StoreSection({ store }: { readonly store: StoreReport }) {
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
          <dt>kept for {printDuration(store.retentionMs)}, since</dt>
          <dd title={printInstant(since, zone)}>{printMinute(since, zone, true)}</dd>
        </div>
      </dl>
      {store.tables.length > 0 && (
        <table>
          <thead>
            <tr>
              <th>table</th>
              <th className="number">rows</th>
              <th className="number">on disk</th>
              <th className="number">bytes a row</th>
            </tr>
          </thead>
          <tbody>
            {store.tables.map(({ table, rows, bytes }) => (
              <tr key={table}>
                <td>{table.replaceAll('_', ' ')}</td>
                <td className="number">{printCount(rows)}</td>
                <td className="number">{printValue(bytes, 'bytes')}</td>
                <td className="number">{rows === 0 ? '' : printCount(bytes / rows)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
