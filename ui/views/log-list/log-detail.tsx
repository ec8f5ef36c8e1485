// A line opened in place: the whole text, every field with + and − to filter by it, and the doors to its relatives.

import type { ExploreLink, ExploreLogLine } from '../../../src/api/explore/contract/records.ts';
import { AppLink } from '../../controls/app-link.tsx';
import { CopyButton } from '../../controls/copy-button.tsx';
import { IconButton } from '../../controls/icon-button.tsx';
import { useTraceCounts } from '../../data/counts.ts';
import type { Zone } from '../../data/preferences.ts';
import { printHref } from '../../url/address.ts';
import { printLogsView } from '../../url/logs-view.ts';
import type { FieldFilter } from '../../url/query-edit.ts';
import { quoteLogql } from '../../url/query-edit.ts';
import { absoluteRange } from '../../url/time-range.ts';
import { Breakable } from '../words/breakable.tsx';
import { printCounted, printInstant } from '../words/numbers.ts';
import { readableBody } from './log-text.ts';
import { traceHref } from './log-row.tsx';
import '../field-table.css';

interface LogDetailProps {
  readonly line: ExploreLogLine;
  readonly zone: Zone;
  readonly back: string;
  /** Undefined where the query has no place for a filter. */
  readonly onFilter: ((filter: FieldFilter) => void) | undefined;
  readonly onOpenTrace: (line: ExploreLogLine) => void;
}

interface Field {
  readonly key: string;
  readonly value: string;
  readonly isStreamLabel: boolean;
}

export function LogDetail({ line, zone, back, onFilter, onOpenTrace }: LogDetailProps) {
  const labels = Object.entries(line.labels).map(([key, value]): Field => ({
    key,
    value,
    isStreamLabel: true,
  }));
  const own = line.attributes.map(({ key, value }): Field => ({
    key,
    value,
    isStreamLabel: false,
  }));
  if (line.level !== '')
    own.unshift({ key: 'detected_level', value: line.level, isStreamLabel: false });
  if (line.traceId !== '') own.push({ key: 'trace_id', value: line.traceId, isStreamLabel: false });
  if (line.spanId !== '') own.push({ key: 'span_id', value: line.spanId, isStreamLabel: false });
  const resource = line.resource.map(({ key, value }): Field => ({
    key,
    value,
    isStreamLabel: false,
  }));
  return (
    <div className="log-detail" data-testid="log-detail">
      <div className="log-detail-head">
        <span className="number dim">{printInstant(line.timeNs, zone)}</span>
        <span className="log-detail-actions">
          <CopyButton text={line.body} what="the text">
            Text
          </CopyButton>
          <CopyButton text={JSON.stringify(line, undefined, 2)} what="the record as JSON">
            JSON
          </CopyButton>
        </span>
      </div>
      <pre className="log-detail-body">{readableBody(line.body)}</pre>
      <Doors line={line} back={back} onOpenTrace={onOpenTrace} />
      <div className="log-fields">
        <FieldTable title="Fields" fields={own} onFilter={onFilter} />
        <FieldTable title="Labels" fields={labels} onFilter={onFilter} />
        <FieldTable title="Resource" fields={resource} onFilter={onFilter} />
      </div>
      {onFilter === undefined && (
        <p className="dim">The query computes numbers, so a click cannot add a filter to it.</p>
      )}
    </div>
  );
}

function FieldTable(props: {
  readonly title: string;
  readonly fields: readonly Field[];
  readonly onFilter: ((filter: FieldFilter) => void) | undefined;
}) {
  const { fields, onFilter } = props;
  if (fields.length === 0) return null;
  return (
    <table
      className="field-table"
      data-wide={fields.some(({ value }) => value.includes('\n')) || undefined}
    >
      <caption>
        {props.title} <span className="dim number">{fields.length}</span>
      </caption>
      <tbody>
        {fields.map((field) => (
          <tr key={field.key}>
            <th scope="row">
              <Breakable text={field.key} />
            </th>
            <td className="mono">{field.value}</td>
            <td className="field-actions">
              {onFilter !== undefined && (
                <>
                  <IconButton
                    icon="plus"
                    label={`Only lines with ${field.key}=${field.value}`}
                    onClick={() => onFilter({ name: field.key, exclude: false, ...field })}
                  />
                  <IconButton
                    icon="minus"
                    label={`No lines with ${field.key}=${field.value}`}
                    onClick={() => onFilter({ name: field.key, exclude: true, ...field })}
                  />
                </>
              )}
              <CopyButton text={field.value} what={field.key} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface DoorsProps {
  readonly line: ExploreLogLine;
  readonly back: string;
  readonly onOpenTrace: (line: ExploreLogLine) => void;
}

/** Lines this far before and after are its context. */
const contextNs = 60_000_000_000n;

function Doors({ line, back, onOpenTrace }: DoorsProps) {
  const hasTraceLink = line.links.some(({ kind }) => kind === 'trace');
  return (
    <ul className="log-doors" aria-label="Where this line leads">
      {!hasTraceLink && line.traceId !== '' && (
        <li>
          <TraceLink line={line} title="Trace of this line" back={back} onOpen={onOpenTrace} />
        </li>
      )}
      {line.links.map((link) => (
        <li key={`${link.source}-${link.title}-${link.href ?? link.externalUrl ?? ''}`}>
          <Door link={link} line={line} back={back} onOpenTrace={onOpenTrace} />
        </li>
      ))}
      {contexts(line).map(({ title, query }) => (
        <li key={title}>
          <AppLink
            href={printHref(
              '/logs',
              printLogsView({
                query,
                range: absoluteRange(
                  BigInt(line.timeNs) - contextNs,
                  BigInt(line.timeNs) + contextNs,
                ),
                order: 'oldest',
                live: false,
                line: line.id,
              }),
            )}
          >
            {title}
          </AppLink>
        </li>
      ))}
      {line.traceId === '' && (
        <li className="dim">
          No trace ID in this line, so no door to a trace: its logger does not add one.
        </li>
      )}
    </ul>
  );
}

function contexts(line: ExploreLogLine): { readonly title: string; readonly query: string }[] {
  const labels = Object.entries(line.labels);
  if (labels.length === 0) return [];
  const selector = `{${labels.map(([name, value]) => `${name}=${quoteLogql(value)}`).join(', ')}}`;
  const pod = line.resource.find(({ key }) => key === 'k8s.pod.name')?.value;
  return [
    { title: `Context: ${line.service}, 1 min around`, query: selector },
    ...(pod === undefined || line.labels['k8s_pod_name'] !== undefined
      ? []
      : [{ title: `Context: pod ${pod}`, query: `${selector} | k8s_pod_name=${quoteLogql(pod)}` }]),
  ];
}

function Door(props: DoorsProps & { readonly link: ExploreLink }) {
  const { link, line, back } = props;
  if (link.reason !== null) {
    return (
      <span className="door-closed">
        {link.title}: {link.reason}
      </span>
    );
  }
  if (link.externalUrl !== null) {
    return (
      <a href={link.externalUrl} target="_blank" rel="noreferrer noopener">
        {link.title} ↗
      </a>
    );
  }
  if (link.kind === 'trace' && link.traceId === line.traceId) {
    return <TraceLink line={line} title={link.title} back={back} onOpen={props.onOpenTrace} />;
  }
  return (
    <AppLink href={link.href ?? '/logs'} back={back}>
      {link.title}
      {link.count !== null &&
        ` · ${printCounted(link.count, link.kind === 'trace' ? 'span' : 'line')}`}
    </AppLink>
  );
}

const sourceWords: Readonly<Record<string, string>> = {
  field: 'named by the record',
  key: 'found under a key of the record',
  traceparent: 'found in a traceparent',
  text: 'found in the text',
};

function TraceLink(props: {
  readonly line: ExploreLogLine;
  readonly title: string;
  readonly back: string;
  readonly onOpen: (line: ExploreLogLine) => void;
}) {
  const { line } = props;
  const { data } = useTraceCounts(line.traceId, true);
  return (
    <>
      <AppLink href={traceHref(line)} back={props.back} onOpen={() => props.onOpen(line)}>
        {props.title}
        {data !== undefined && data !== null && data.spans > 0 && (
          <span className="number">
            {' '}
            · {printCounted(data.spans, 'span')} · {printCounted(data.errorSpans, 'error')} ·{' '}
            {printCounted(data.logs, 'log line')}
          </span>
        )}
      </AppLink>{' '}
      <span className="dim">
        {data === null || data?.spans === 0
          ? 'no span of it was received; open it for the reason'
          : (sourceWords[line.linkSource] ?? '')}
      </span>
    </>
  );
}
