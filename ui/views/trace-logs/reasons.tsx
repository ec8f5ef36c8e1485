// Why something that one would expect is not there, in the server's sentences, with the way on where there is one.

import type { Reason } from '../../../src/query/correlate/explain.ts';
import { AppLink } from '../../controls/app-link.tsx';
import { printHref } from '../../url/address.ts';
import { printLogsView } from '../../url/logs-view.ts';
import { quoteLogql } from '../../url/query-edit.ts';
import { absoluteRange } from '../../url/time-range.ts';

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

const aroundNs = 5_000_000_000n;

function WayOn(props: {
  readonly reason: Reason;
  readonly startNs: string;
  readonly lengthMs: number;
}) {
  const { reason, startNs, lengthMs } = props;
  const service = reason.evidence['service'];
  if (reason.code !== 'logs-without-trace-id' || typeof service !== 'string' || startNs === '') {
    return null;
  }
  const start = BigInt(startNs);
  const end = start + BigInt(Math.ceil(lengthMs * 1_000_000));
  const view = {
    query: `{service_name=${quoteLogql(service)}}`,
    range: absoluteRange(start - aroundNs, end + aroundNs),
    order: 'oldest',
    live: false,
    line: '',
  } as const;
  return (
    <AppLink href={printHref('/logs', printLogsView(view))} back="back">
      Show the lines of {service} at this time
    </AppLink>
  );
}
