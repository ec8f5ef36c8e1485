// `tracesToLogsV2` in words, and what it makes of a span that was received lately.

import type {
  ExploreDatasource,
  ExploreTracesToLogs,
} from '../../../src/api/explore/contract/datasources.ts';
import { AppLink } from '../../controls/app-link.tsx';
import { useSpanLinks } from '../../data/status.ts';
import { traceHref, withSource } from '../../url/doors.ts';
import { ViewState } from '../../views/report/view-state.tsx';
import { printDuration } from '../../views/words/numbers.ts';

interface TracesToLogsProps {
  readonly uid: string;
  /** A server elsewhere, whose spans it is tried on. */
  readonly isFar: boolean;
  readonly settings: ExploreTracesToLogs;
  readonly all: readonly ExploreDatasource[];
}

export function TracesToLogs({ uid, isFar, settings, all }: TracesToLogsProps) {
  const target = all.find((one) => one.uid === settings.datasourceUid);
  const sample = useSpanLinks(uid, { isFar });
  const shift = (ms: number): string =>
    ms === 0 ? 'exactly' : `${ms < 0 ? '−' : '+'} ${printDuration(Math.abs(ms))}`;
  const filters = [
    settings.filterByTraceId ? 'the trace ID' : '',
    settings.filterBySpanId ? 'the span ID' : '',
  ].filter((one) => one !== '');
  return (
    <div data-testid={`traces-to-logs-${uid}`}>
      <h3>
        tracesToLogsV2 <span className="dim">→ {target?.name ?? settings.datasourceUid}</span>
      </h3>
      <p>
        {settings.customQuery === null ? (
          <>
            From a span to the lines whose labels have its{' '}
            {settings.usesDefaultTags ? 'tags (Grafana’s default list)' : 'tags'},
          </>
        ) : (
          <>
            From a span to <code>{settings.customQuery}</code>,
          </>
        )}{' '}
        from its start ({shift(settings.startShiftMs)}) to its end ({shift(settings.endShiftMs)})
        {filters.length > 0 && `, with ${filters.join(' and ')}`}. Clew looks at the whole trace’s
        time as well, and finds the lines of a trace without this, too.
      </p>
      {sample.data === undefined ? (
        <ViewState query={sample} what="a sample span" />
      ) : (
        <>
          {sample.data.span !== null && (
            <p>
              For the span{' '}
              <AppLink
                href={withSource(
                  traceHref(sample.data.span.traceId, { span: sample.data.span.spanId }),
                  isFar ? uid : '',
                )}
              >
                {sample.data.span.service} {sample.data.span.name}
              </AppLink>
              :
            </p>
          )}
          {sample.data.tags.length > 0 && (
            <table>
              <thead>
                <tr>
                  <th>tag of the span</th>
                  <th>label of the logs</th>
                  <th>value</th>
                </tr>
              </thead>
              <tbody>
                {sample.data.tags.map(({ key, label, value }) => (
                  <tr key={key}>
                    <td className="mono">{key}</td>
                    <td className="mono">{label}</td>
                    <td className="mono">
                      {value ?? <span className="dim">the span has none: left out</span>}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          {sample.data.reason !== '' && <p>{sample.data.reason}</p>}
          {sample.data.links.map((link) => (
            <p key={link.query}>
              {link.href === null ? link.title : <AppLink href={link.href}>{link.title}</AppLink>}:{' '}
              <code>{link.query}</code>
            </p>
          ))}
        </>
      )}
    </div>
  );
}
