// Links of a span both ways: to the spans that it names, and from the spans that name it, in this trace and in others.

import { AppLink } from '../../controls/app-link.tsx';
import { useIncomingLinks, useTrace } from '../../data/trace.ts';
import { traceHref } from '../../url/doors.ts';
import type { StoryModel } from '../trace-model/story-model.ts';
import type { SpanReference } from '../trace-model/story-span.ts';
import type { SpanNode } from '../waterfall/tree.ts';
import { printCount, printCounted } from '../words/numbers.ts';
import { RetryButton } from '../report/retry-button.tsx';

interface SpanLinksProps {
  readonly traceId: string;
  readonly node: SpanNode;
  readonly story: StoryModel;
  readonly isLocal: boolean;
  readonly onSelect: (node: SpanNode) => void;
}

/** More are neither read nor quickly drawn. */
const linksMax = 50;

export function SpanLinks(props: SpanLinksProps) {
  const { traceId, node, story, isLocal, onSelect } = props;
  const spanId = node.span?.spanId ?? '';
  const outgoing = node.span?.links ?? [];
  const inside = story.spans.filter(({ links }) =>
    links.some((link) => link.traceId === traceId && link.spanId === spanId),
  );
  const incoming = useIncomingLinks(traceId, !isLocal);
  const outside = (incoming.data?.links ?? []).filter(({ toSpanId }) => toSpanId === spanId);
  const count = outgoing.length + inside.length + outside.length;
  return (
    <div data-testid="span-links">
      <h2>
        Links <span className="dim number">{printCount(count)}</span>
      </h2>
      {count === 0 && incoming.error === null && (
        <p className="dim">It names no other span, and none names it.</p>
      )}
      <ul className="span-links">
        {outgoing.slice(0, linksMax).map((link, at) => (
          <li key={`to-${at}`}>
            <span className="dim">to</span>{' '}
            <Outgoing link={link} traceId={traceId} story={story} onSelect={onSelect} />
          </li>
        ))}
        {inside.slice(0, linksMax).map((span) => (
          <li key={`from-${span.spanId}`}>
            <span className="dim">from</span>{' '}
            <InTrace story={story} spanId={span.spanId} onSelect={onSelect} />
          </li>
        ))}
        {outside.map((link) => (
          <li key={`outside-${link.traceId}-${link.spanId}`}>
            <span className="dim">from</span>{' '}
            <AppLink href={traceHref(link.traceId, { span: link.spanId })}>
              {link.service} {link.name}
            </AppLink>{' '}
            <span className="dim">
              in trace <span className="mono">{link.traceId.slice(0, 8)}…</span>
            </span>
          </li>
        ))}
      </ul>
      {outgoing.length > linksMax && (
        <p className="dim number">
          {printCount(linksMax)} of {printCounted(outgoing.length, 'link')} are shown.
        </p>
      )}
      {incoming.data?.isCut === true && (
        <p className="dim">More traces link to this one than were looked at.</p>
      )}
      {incoming.error !== null && (
        <p className="dim" role="alert">
          Links from other traces did not come: {incoming.error.message}.{' '}
          <RetryButton error={incoming.error} onRetry={() => incoming.refetch()} isInline />
        </p>
      )}
    </div>
  );
}

function InTrace(props: {
  readonly story: StoryModel;
  readonly spanId: string;
  readonly onSelect: (node: SpanNode) => void;
}) {
  const node = props.story.tree.bySpanId.get(props.spanId);
  if (node === undefined) return <span className="mono">{props.spanId}</span>;
  return (
    <button type="button" className="link-button" onClick={() => props.onSelect(node)}>
      {node.service} {node.name}
    </button>
  );
}

function Outgoing(props: {
  readonly link: SpanReference;
  readonly traceId: string;
  readonly story: StoryModel;
  readonly onSelect: (node: SpanNode) => void;
}) {
  const { link, traceId, story, onSelect } = props;
  if (link.traceId === traceId)
    return <InTrace story={story} spanId={link.spanId} onSelect={onSelect} />;
  return (
    <>
      <AppLink href={traceHref(link.traceId, { span: link.spanId })}>
        span <span className="mono">{link.spanId}</span> of trace{' '}
        <span className="mono">{link.traceId.slice(0, 8)}…</span>
      </AppLink>{' '}
      <LinkedName link={link} />
    </>
  );
}

/** What the linked span is, where its trace is stored. */
function LinkedName({ link }: { readonly link: SpanReference }) {
  const { data } = useTrace(link.traceId);
  const span = data?.spans.find(({ spanId }) => spanId === link.spanId);
  if (data === undefined) return null;
  return (
    <span className="dim">
      {span === undefined ? '(not received)' : `${span.service} ${span.name}`}
    </span>
  );
}
