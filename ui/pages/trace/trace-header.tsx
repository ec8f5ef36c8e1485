// What the trace is, in one line of numbers, and who took part in it.

import { useMemo } from 'react';
import type { ExploreTrace } from '../../../src/api/explore/contract/records.ts';
import { CopyButton } from '../../controls/copy-button.tsx';
import type { Zone } from '../../data/preferences.ts';
import type { StoryModel } from '../../views/trace-model/story-model.ts';
import type { CriticalPath } from '../../views/waterfall/critical-path.ts';
import { firstErrorOrigin } from '../../views/waterfall/error-origin.ts';
import type { SpanNode, SpanTree } from '../../views/waterfall/tree.ts';
import {
  printCount,
  printCounted,
  printDayTime,
  printDuration,
  printInstant,
} from '../../views/words/numbers.ts';
import { serviceColor, spanColor } from '../../views/words/service-color.ts';
import type { ColorBy } from '../../views/words/service-color.ts';

interface TraceHeaderProps {
  readonly trace: ExploreTrace;
  readonly story: StoryModel;
  readonly path: CriticalPath;
  readonly zone: Zone;
  /** Where bars are colored by kind, a service has no color to know it by. */
  readonly colorBy: ColorBy;
  readonly onSelect: (node: SpanNode) => void;
}

export function TraceHeader({ trace, story, path, zone, colorBy, onSelect }: TraceHeaderProps) {
  const { tree, startNs } = story;
  const root = tree.roots.find((node) => node.span !== null && node.span.parentSpanId === '');
  const first = root ?? tree.nodes.find((node) => node.span !== null);
  // Every span is looked at for these: not again with each selection.
  const origin = useMemo(() => firstErrorOrigin(tree), [tree]);
  const services = useMemo(() => servicesOf(trace, tree), [trace, tree]);
  const { counts } = trace;
  return (
    <header className="trace-header">
      <title>{`${first === undefined ? 'Trace' : `${first.service} ${first.name}`} · Clew`}</title>
      <div className="trace-headline">
        <h1>{first === undefined ? 'Trace without spans' : first.name}</h1>
        {first !== undefined && (
          <>
            <span className="trace-service">
              {colorBy === 'service' && (
                <i style={{ background: serviceColor(first.service) }} aria-hidden="true" />
              )}
              {first.service}
            </span>
            <span className="number trace-duration">{printDuration(story.lengthMs)}</span>
          </>
        )}
        <span className="number" data-testid="trace-counts">
          {printCounted(counts.spans, 'span')} in {printCounted(trace.services.length, 'service')}
        </span>
        {origin === undefined && (
          <span className="number dim">{printCounted(counts.errorSpans, 'error')}</span>
        )}
        {origin !== undefined && (
          <button
            type="button"
            className="trace-errors number"
            title="Go to where the error arose"
            data-testid="error-origin"
            onClick={() => onSelect(origin)}
          >
            ▲ {printCounted(counts.errorSpans, 'error')}, came from {origin.service} {origin.name}
            {origin.span !== null && origin.span.statusMessage !== '' && (
              <>: {origin.span.statusMessage.slice(0, 120)}</>
            )}
          </button>
        )}
        <span className="number">{printCounted(counts.logs, 'log')}</span>
        {path.heaviest !== undefined && path.heaviestMs > 0 && (
          <button
            type="button"
            className="trace-heaviest number"
            title="Most of the critical path: go to this span"
            onClick={() => path.heaviest !== undefined && onSelect(path.heaviest)}
          >
            heaviest {path.heaviest.service} {path.heaviest.name} · {printDuration(path.heaviestMs)}
          </button>
        )}
      </div>
      <ul className="trace-services" aria-label="Services of the trace">
        {services.map(({ service, spans, errors, node }) => (
          <li key={service}>
            <button
              type="button"
              disabled={node === undefined}
              title={`Go to the first span of ${service}`}
              onClick={() => node !== undefined && onSelect(node)}
            >
              {colorBy === 'service' && (
                <i style={{ background: serviceColor(service) }} aria-hidden="true" />
              )}
              {service} <span className="number dim">{printCount(spans)}</span>
              {errors > 0 && <span className="span-error">▲{errors}</span>}
            </button>
          </li>
        ))}
        {colorBy === 'kind' && (
          <li>
            <KindLegend nodes={tree.nodes} />
          </li>
        )}
        <li className="trace-header-space" />
        <li className="trace-identity">
          <span className="number dim" title={printInstant(startNs, zone)}>
            {printDayTime(startNs, zone)}
          </span>
          <span className="mono dim">{trace.traceId}</span>
          <CopyButton text={trace.traceId} what="trace ID" />
        </li>
      </ul>
    </header>
  );
}

interface ServicePart {
  readonly service: string;
  spans: number;
  errors: number;
  /** Its first span; undefined for a service that only logged. */
  readonly node: SpanNode | undefined;
}

function servicesOf(trace: ExploreTrace, tree: SpanTree): readonly ServicePart[] {
  const parts = new Map<string, ServicePart>();
  for (const node of tree.nodes) {
    if (node.span === null) continue;
    const part = parts.get(node.service) ?? { service: node.service, spans: 0, errors: 0, node };
    part.spans++;
    if (node.isError) part.errors++;
    parts.set(node.service, part);
  }
  for (const service of trace.services) {
    if (!parts.has(service)) parts.set(service, { service, spans: 0, errors: 0, node: undefined });
  }
  return [...parts.values()];
}

/** What the colors mean where they do not mean the services that the header names. */
function KindLegend({ nodes }: { readonly nodes: readonly SpanNode[] }) {
  const kinds = useMemo(() => {
    const counts = new Map<string, number>();
    for (const { span } of nodes)
      if (span !== null) counts.set(span.kind, (counts.get(span.kind) ?? 0) + 1);
    return [...counts].toSorted(([, a], [, b]) => b - a);
  }, [nodes]);
  return (
    <ul className="kind-legend" aria-label="Colors of the kinds">
      {kinds.map(([kind, count]) => (
        <li key={kind}>
          <i style={{ background: spanColor('kind', '', kind) }} aria-hidden="true" />
          {kind === '' ? 'no kind' : kind} <span className="number dim">{printCount(count)}</span>
        </li>
      ))}
    </ul>
  );
}
