// Everything about the selected span: what it was, where its failure came from, how slow it was among its kind,
// attributes, events with their stack traces, links both ways, and the metrics of its service.

import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { ExploreSpan, ExploreSpanEvent } from '../../../src/api/explore/contract/records.ts';
import { AppLink } from '../../controls/app-link.tsx';
import { CopyButton } from '../../controls/copy-button.tsx';
import { useMetricNames, useSpan } from '../../data/trace.ts';
import { pageHref, rangeAround } from '../../url/doors.ts';
import type { TimeRange } from '../../url/time-range.ts';
import type { StoryModel } from '../trace-model/story-model.ts';
import type { CriticalPath } from '../waterfall/critical-path.ts';
import { errorOrigin } from '../waterfall/error-origin.ts';
import { cutLooseWords } from '../waterfall/tip.ts';
import type { SpanNode } from '../waterfall/tree.ts';
import { printCount, printCounted, printDuration } from '../words/numbers.ts';
import { serviceColor } from '../words/service-color.ts';
import { Attributes, AttributeTable, matchesAttribute } from './span-attributes.tsx';
import { SpanKind } from './span-kind.tsx';
import { SpanLinks } from './span-links.tsx';
import { readStackTrace } from './stack-trace.ts';
import { StackView } from './stack-view.tsx';
import '../field-table.css';
import './span-detail.css';

interface SpanDetailProps {
  readonly traceId: string;
  readonly node: SpanNode;
  readonly story: StoryModel;
  readonly path: CriticalPath;
  /** Of a file: the server knows nothing of it. */
  readonly isLocal: boolean;
  readonly onSelect: (node: SpanNode) => void;
  readonly onShowLogs: () => void;
}

/** "Around this": so much before and after. */
const aroundMs = 15 * 60_000;

export function SpanDetail(props: SpanDetailProps) {
  const { traceId, node, story, isLocal } = props;
  const [find, setFind] = useState('');
  const { span } = node;
  const fetched = useSpan(traceId, span?.spanId ?? '', span !== null && span.full === null);
  const startNs = BigInt(story.startNs) + BigInt(Math.round(node.startMs * 1e6));
  const range = useMemo(() => rangeAround(startNs, aroundMs), [startNs]);
  if (span === null) return null;
  const full = span.full ?? fetched.data;
  return (
    <section className="span-detail" aria-label="The selected span" data-testid="span-detail">
      <Head {...props} full={full} startNs={startNs} range={range}>
        <input
          className="text-field"
          type="search"
          placeholder="find attribute"
          aria-label="Find an attribute by name or value"
          value={find}
          onChange={(event) => setFind(event.currentTarget.value)}
        />
      </Head>
      {full === undefined ? (
        <Waiting error={fetched.error} onRetry={() => void fetched.refetch()} />
      ) : (
        <div className="span-detail-body">
          <Attributes
            title="Attributes"
            scope="span"
            attributes={full.attributes}
            find={find}
            service={span.service}
            range={range}
          />
          <section>
            <Events full={full} find={find} service={span.service} range={range} />
            <SpanLinks
              traceId={traceId}
              node={node}
              story={story}
              isLocal={isLocal}
              onSelect={props.onSelect}
            />
            {full.scope !== '' && (
              <>
                <h2>Scope</h2>
                <p className="mono">{full.scope}</p>
              </>
            )}
          </section>
          <Attributes
            title="Resource"
            scope="resource"
            attributes={full.resource}
            find={find}
            service={span.service}
            range={range}
          />
        </div>
      )}
    </section>
  );
}

function Waiting(props: { readonly error: Error | null; readonly onRetry: () => void }) {
  if (props.error !== null) {
    return (
      <p className="span-detail-wait" role="alert">
        The span’s attributes did not come: {props.error.message}.{' '}
        <button type="button" className="link-button" onClick={props.onRetry}>
          Try again
        </button>
      </p>
    );
  }
  return (
    <div className="span-detail-wait" role="status" aria-label="Loading the span">
      {[60, 44, 52].map((width) => (
        <i key={width} className="skeleton" style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}

interface HeadProps extends SpanDetailProps {
  readonly full: ExploreSpan | undefined;
  readonly startNs: bigint;
  readonly range: TimeRange;
  readonly children: ReactNode;
}

function Head(props: HeadProps) {
  const { node, path, full, startNs, range, isLocal, children } = props;
  const { span } = node;
  if (span === null) return null;
  const onPathMs = (path.byNode.get(node.id) ?? []).reduce(
    (sum, { startMs, endMs }) => sum + endMs - startMs,
    0,
  );
  const lengthMs = span.endMs - span.startMs;
  return (
    <header className="span-detail-head">
      <i className="span-color" style={{ background: serviceColor(span.service) }} />
      <b>{span.service}</b>
      <span className="span-detail-name">{node.name}</span>
      <span className="number">{printDuration(lengthMs)}</span>
      <span className="dim number">from {printDuration(node.startMs)}</span>
      <span className="dim">{span.kind}</span>
      {onPathMs > 0 && (
        <span className="dim number" title="What the trace’s end waited for it alone">
          {printDuration(onPathMs)} of the critical path
        </span>
      )}
      {lengthMs < 0 && (
        <span className="span-status" data-status="error">
          ends before it starts
        </span>
      )}
      {node.isCutLoose && (
        <span className="span-status" data-status="error">
          {cutLooseWords}: it is drawn without one
        </span>
      )}
      <Failure {...props} status={full?.status} />
      {!isLocal && (
        <SpanKind
          service={span.service}
          name={span.name}
          startNs={startNs}
          durationNs={BigInt(Math.round(lengthMs * 1e6))}
        />
      )}
      <button
        type="button"
        className="text-button"
        disabled={span.logCount === 0}
        title={span.logCount === 0 ? 'No log line names this span' : 'Only its lines (Enter)'}
        data-testid="show-span-logs"
        onClick={props.onShowLogs}
      >
        {span.logCount === 0 ? 'no log lines' : printCounted(span.logCount, 'log line')}
      </button>
      {full !== undefined && !isLocal && (
        <ServiceMetrics full={full} startNs={startNs} range={range} />
      )}
      {(full?.links ?? [])
        .filter(({ kind, href }) => !(kind !== 'external' && href?.startsWith('/trace/') === true))
        .map((link) =>
          link.externalUrl === null ? (
            <AppLink key={link.title} href={link.href ?? '/logs'} title={link.reason ?? undefined}>
              {link.title}
              {link.count !== null && ` · ${printCount(link.count)}`}
            </AppLink>
          ) : (
            <a key={link.title} href={link.externalUrl} target="_blank" rel="noreferrer noopener">
              {link.title} ↗
            </a>
          ),
        )}
      <span className="span-detail-tools">
        <span className="dim mono">{span.spanId}</span>
        <CopyButton text={span.spanId} what="span ID" />
        {children}
      </span>
    </header>
  );
}

/** Its status; of a failure that came from below, where it came from. */
function Failure(props: HeadProps & { readonly status: ExploreSpan['status'] | undefined }) {
  const { node, status, onSelect } = props;
  const message = node.span?.statusMessage ?? '';
  if (!node.isError) {
    return status === 'ok' ? (
      <span className="span-status" data-status="ok">
        ✓ ok
      </span>
    ) : null;
  }
  const origin = errorOrigin(node);
  return (
    <span className="span-status" data-status="error">
      ▲ error{message !== '' && `: ${message.slice(0, 200)}`}
      {origin !== node && (
        <>
          , came from{' '}
          <button
            type="button"
            className="link-button"
            data-testid="came-from"
            onClick={() => onSelect(origin)}
          >
            {origin.service} {origin.name}
          </button>
        </>
      )}
    </span>
  );
}

/** Metrics of the service that sent the span, by the labels that Prometheus gives OTLP's resource. */
function ServiceMetrics(props: {
  readonly full: ExploreSpan;
  readonly startNs: bigint;
  readonly range: TimeRange;
}) {
  const { full, startNs, range } = props;
  const namespace = full.resource.find(({ key }) => key === 'service.namespace')?.value ?? '';
  const job = namespace === '' ? full.service : `${namespace}/${full.service}`;
  const selector = `{job=${JSON.stringify(job)}}`;
  // Whole minutes: neighbors then ask for the same stretch, and the answer is kept.
  const minuteMs = Math.floor(Number(startNs / 1_000_000n) / 60_000) * 60_000;
  const names = useMetricNames({
    selector,
    startMs: minuteMs - aroundMs,
    endMs: minuteMs + aroundMs,
  });
  if (names.data === undefined) return null;
  const own = names.data.filter((name) => name !== 'target_info');
  const [first] = own;
  if (first === undefined) {
    return (
      <span className="dim" data-testid="span-metrics">
        no metric with {selector} within {printDuration(aroundMs)}
      </span>
    );
  }
  return (
    <AppLink
      href={pageHref('/metrics', { query: queryFor(own, selector), range })}
      title={own.slice(0, 20).join(', ')}
      data-testid="span-metrics"
    >
      metrics {printCount(own.length)}
    </AppLink>
  );
}

/** A rate of what counts, else the metric itself. */
function queryFor(names: readonly string[], selector: string): string {
  const counts = names.find((name) => name.endsWith('_count'));
  const total = counts ?? names.find((name) => name.endsWith('_total'));
  return total === undefined ? `${names[0] ?? ''}${selector}` : `rate(${total}${selector}[1m])`;
}

interface EventsProps {
  readonly full: ExploreSpan;
  readonly find: string;
  readonly service: string;
  readonly range: TimeRange;
}

/** More are neither read nor quickly drawn. */
const eventsMax = 50;

function Events({ full, find, service, range }: EventsProps) {
  const events = full.events.filter(
    (event) =>
      find === '' ||
      event.name.toLowerCase().includes(find.toLowerCase()) ||
      event.attributes.some((one) => matchesAttribute(one, find)),
  );
  return (
    <>
      <h2>
        Events <span className="dim number">{printCount(full.events.length)}</span>
      </h2>
      {full.events.length === 0 && <p className="dim">Nothing was noted while it ran.</p>}
      {events.slice(0, eventsMax).map((event, at) => (
        <OneEvent key={at} event={event} startNs={full.startNs} service={service} range={range} />
      ))}
      {events.length > eventsMax && (
        <p className="dim number">
          {printCount(eventsMax)} of {printCount(events.length)} events are shown: find one by name
          or value.
        </p>
      )}
    </>
  );
}

function OneEvent(props: {
  readonly event: ExploreSpanEvent;
  readonly startNs: string;
  readonly service: string;
  readonly range: TimeRange;
}) {
  const { event, startNs, service, range } = props;
  const stacks = event.attributes.flatMap((attribute) => {
    const parts = readStackTrace(attribute.value);
    return parts === undefined ? [] : [{ attribute, parts }];
  });
  const rest = event.attributes.filter((one) => !stacks.some(({ attribute }) => attribute === one));
  const afterMs = Number(BigInt(event.timeNs) - BigInt(startNs)) / 1e6;
  return (
    <div className="span-event">
      <p>
        <b>{event.name}</b>{' '}
        <span className="dim number">{printDuration(afterMs)} after its start</span>
      </p>
      {stacks.map(({ attribute, parts }) => (
        <StackView key={attribute.key} text={attribute.value} parts={parts} />
      ))}
      <AttributeTable
        title={`Event ${event.name}`}
        scope="event"
        attributes={rest}
        find=""
        service={service}
        range={range}
      />
    </div>
  );
}
