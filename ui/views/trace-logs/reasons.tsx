// Why something that one would expect is not there, in the server's sentences, with the way on where there is one.

import type { Reason } from '../../../src/query/correlate/explain.ts';
import { AppLink } from '../../controls/app-link.tsx';
import { useLineCount } from '../../data/trace.ts';
import { printHref } from '../../url/address.ts';
import { printLogsView } from '../../url/logs-view.ts';
import { quoteLogql } from '../../url/query-edit.ts';
import { absoluteRange } from '../../url/time-range.ts';
import { printCount, printDuration } from '../words/numbers.ts';

interface ReasonsProps {
  readonly reasons: readonly Reason[];
  readonly startNs: string;
  readonly lengthMs: number;
}

export function Reasons({ reasons, startNs, lengthMs }: ReasonsProps) {
  if (reasons.length === 0) return null;
  return (
    <ul className="reasons" data-testid="reasons">
      {reasons.map((reason) => (
        <li key={`${reason.code}-${reason.message}`} data-code={reason.code}>
          <Sentence text={reason.message} />{' '}
          <WayOn reason={reason} startNs={startNs} lengthMs={lengthMs} />
        </li>
      ))}
    </ul>
  );
}

/** What stands in backticks is something to type. */
export function Sentence({ text }: { readonly text: string }) {
  return (
    <>
      {text
        .split(/(`[^`]+`)/)
        .map((part, at) =>
          part.startsWith('`') && part.length > 2 ? (
            <code key={at}>{part.slice(1, -1)}</code>
          ) : (
            part
          ),
        )}
    </>
  );
}

/** So much before and after the trace: lines without an ID are told by their time alone. */
const aroundNs = 5_000_000_000n;
/** So much around the last line of a service that is silent since. */
const aroundLastNs = 60_000_000_000n;

interface Way {
  readonly words: string;
  readonly query: string;
  readonly startNs: bigint;
  readonly endNs: bigint;
}

function wayOf({ reason, startNs, lengthMs }: WayOnProps): Way | undefined {
  const { service, lastRecordNs } = reason.evidence;
  if (typeof service !== 'string' || startNs === '') return undefined;
  const query = `{service_name=${quoteLogql(service)}}`;
  const start = BigInt(startNs) - aroundNs;
  const end = BigInt(startNs) + BigInt(Math.ceil(lengthMs * 1_000_000)) + aroundNs;
  const near = { startNs: start, endNs: end };
  if (reason.code === 'logs-without-trace-id')
    return {
      words: `Lines of ${service} at this time, without trace ID`,
      query: `${query} | trace_id=""`,
      ...near,
    };
  if (reason.code === 'nothing-logged')
    return { words: `Lines of ${service} at this time`, query, ...near };
  if (reason.code !== 'service-sends-no-logs' || lastRecordNs === undefined) return undefined;
  const last = BigInt(lastRecordNs);
  return {
    words: `Its last lines`,
    query,
    startNs: last - aroundLastNs,
    endNs: last + 1n,
  };
}

interface WayOnProps extends Omit<ReasonsProps, 'reasons'> {
  readonly reason: Reason;
}

function WayOn(props: WayOnProps) {
  const way = wayOf(props);
  return way === undefined ? null : <Lines {...way} />;
}

/** The door with its number, or that nothing is behind it. */
function Lines({ words, query, startNs, endNs }: Way) {
  const { data } = useLineCount(query, startNs, endNs);
  if (data === 0)
    return (
      <span className="dim number">
        {words}: none within {printDuration(Number(aroundNs) / 1e6)} of it.
      </span>
    );
  const view = {
    query,
    range: absoluteRange(startNs, endNs),
    order: 'oldest',
    live: false,
    line: '',
  } as const;
  return (
    <AppLink href={printHref('/logs', printLogsView(view))} back="back" className="number">
      {words}
      {data !== undefined && `: ${printCount(data)}`} · show them
    </AppLink>
  );
}
