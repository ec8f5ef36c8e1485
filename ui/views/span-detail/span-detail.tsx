// Everything about the selected span: attributes, what happened in it, its resource, and where it leads.

import { useMemo, useState } from 'react';
import type {
  ExploreAttribute,
  ExploreLink,
  ExploreSpan,
} from '../../../src/api/explore/contract/records.ts';
import { AppLink } from '../../controls/app-link.tsx';
import { CopyButton } from '../../controls/copy-button.tsx';
import { printHref } from '../../url/address.ts';
import { msBetween, printCount, printCounted, printDuration } from '../words/numbers.ts';
import { Breakable } from '../words/breakable.tsx';
import { serviceColor } from '../words/service-color.ts';
import '../field-table.css';
import './span-detail.css';

interface SpanDetailProps {
  readonly span: ExploreSpan;
  readonly startNs: string;
  readonly onShowLogs: () => void;
}

export function SpanDetail({ span, startNs, onShowLogs }: SpanDetailProps) {
  const [find, setFind] = useState('');
  const lengthMs = msBetween(span.startNs, span.endNs);
  return (
    <section className="span-detail" aria-label="The selected span" data-testid="span-detail">
      <header className="span-detail-head">
        <i className="span-color" style={{ background: serviceColor(span.service) }} />
        <b>{span.service}</b>
        <span className="span-detail-name">{span.name}</span>
        <span className="number">{printDuration(lengthMs)}</span>
        <span className="dim number">from {printDuration(msBetween(startNs, span.startNs))}</span>
        <span className="dim">{span.kind}</span>
        <Status span={span} />
        <button
          type="button"
          className="text-button"
          disabled={span.logCount === 0}
          data-testid="show-span-logs"
          onClick={onShowLogs}
        >
          {span.logCount === 0 ? 'no log lines' : printCounted(span.logCount, 'log line')}
        </button>
        {span.links
          .filter((link) => !isOwnLogs(link))
          .map((link) =>
            link.externalUrl === null ? (
              <AppLink key={link.title} href={link.href ?? '/logs'} back="back">
                {link.title}
                {link.count !== null && ` · ${printCount(link.count)}`}
              </AppLink>
            ) : (
              <a key={link.title} href={link.externalUrl} target="_blank" rel="noreferrer noopener">
                {link.title} ↗
              </a>
            ),
          )}
        <span className="span-detail-space" />
        <span className="dim mono">{span.spanId}</span>
        <CopyButton text={span.spanId} what="span ID" />
        <input
          className="text-field"
          type="search"
          placeholder="find attribute"
          aria-label="Find an attribute by name or value"
          value={find}
          onChange={(event) => setFind(event.currentTarget.value)}
        />
      </header>
      <div className="span-detail-body">
        <Attributes title="Attributes" attributes={span.attributes} find={find} />
        <Happened span={span} find={find} />
        <Attributes title="Resource" attributes={span.resource} find={find} />
      </div>
    </section>
  );
}

/** The lines of this span, which are on this page. */
function isOwnLogs({ kind, href }: ExploreLink): boolean {
  return kind === 'logs' && href !== null && href.startsWith('/trace/');
}

function Status({ span }: { readonly span: ExploreSpan }) {
  if (span.status === 'unset') return null;
  return (
    <span className="span-status" data-status={span.status} title={span.statusMessage}>
      {span.status === 'error' ? '▲ error' : '✓ ok'}
      {span.statusMessage !== '' && `: ${span.statusMessage}`}
    </span>
  );
}

function matches({ key, value }: ExploreAttribute, find: string): boolean {
  const wanted = find.toLowerCase();
  return key.toLowerCase().includes(wanted) || value.toLowerCase().includes(wanted);
}

const shortValueMax = 60;

function isLong(value: string): boolean {
  return value.length > shortValueMax || value.includes('\n');
}

/** A stack trace or a statement has the whole width below its name. */
function LongAttribute({ attribute }: { readonly attribute: ExploreAttribute }) {
  const { key, value, type } = attribute;
  return (
    <>
      <tr>
        <th scope="row" colSpan={2}>
          <Breakable text={key} />
        </th>
        <td className="field-actions">
          <CopyButton text={value} what={key} />
        </td>
      </tr>
      <tr className="long-value">
        <td colSpan={3} className="mono" title={type}>
          {value}
        </td>
      </tr>
    </>
  );
}

interface AttributesProps {
  readonly title: string;
  readonly attributes: readonly ExploreAttribute[];
  readonly find: string;
}

function Attributes({ title, attributes, find }: AttributesProps) {
  const shown = useMemo(
    () => (find === '' ? attributes : attributes.filter((one) => matches(one, find))),
    [attributes, find],
  );
  return (
    <section>
      <h3>
        {title}{' '}
        <span className="dim number">
          {shown.length === attributes.length
            ? printCount(attributes.length)
            : `${printCount(shown.length)} of ${printCount(attributes.length)}`}
        </span>
      </h3>
      {attributes.length === 0 && <p className="dim">None was sent.</p>}
      <AttributeTable attributes={shown} label={title} />
    </section>
  );
}

function AttributeTable(props: {
  readonly attributes: readonly ExploreAttribute[];
  readonly label: string;
}) {
  if (props.attributes.length === 0) return null;
  return (
    <table className="field-table" aria-label={props.label}>
      <tbody>
        {props.attributes.map((one) =>
          isLong(one.value) ? (
            <LongAttribute key={one.key} attribute={one} />
          ) : (
            <tr key={one.key}>
              <th scope="row">
                <Breakable text={one.key} />
              </th>
              <td className="mono" title={one.type}>
                {one.value === '' ? <span className="dim">empty</span> : one.value}
              </td>
              <td className="field-actions">
                <CopyButton text={one.value} what={one.key} />
              </td>
            </tr>
          ),
        )}
      </tbody>
    </table>
  );
}

/** Events and links of the span. */
function Happened({ span, find }: { readonly span: ExploreSpan; readonly find: string }) {
  const events = span.events.filter(
    (event) =>
      find === '' ||
      event.name.toLowerCase().includes(find.toLowerCase()) ||
      event.attributes.some((one) => matches(one, find)),
  );
  return (
    <section>
      <h3>
        Events <span className="dim number">{printCount(span.events.length)}</span>
      </h3>
      {span.events.length === 0 && <p className="dim">Nothing was noted while it ran.</p>}
      {events.map((event) => (
        <div key={`${event.timeNs}-${event.name}`} className="span-event">
          <p>
            <b>{event.name}</b>{' '}
            <span className="dim number">
              {printDuration(msBetween(span.startNs, event.timeNs))} after its start
            </span>
          </p>
          <AttributeTable attributes={event.attributes} label={`Event ${event.name}`} />
        </div>
      ))}
      {span.spanLinks.length > 0 && (
        <>
          <h3>
            Links <span className="dim number">{printCount(span.spanLinks.length)}</span>
          </h3>
          <ul className="span-links">
            {span.spanLinks.map((link) => (
              <li key={`${link.traceId}-${link.spanId}`}>
                <AppLink
                  href={printHref(`/trace/${link.traceId}`, { span: link.spanId })}
                  back="back"
                >
                  span <span className="mono">{link.spanId}</span> of trace{' '}
                  <span className="mono">{link.traceId.slice(0, 8)}…</span>
                </AppLink>
              </li>
            ))}
          </ul>
        </>
      )}
      {span.scope !== '' && (
        <>
          <h3>Scope</h3>
          <p className="mono">{span.scope}</p>
        </>
      )}
    </section>
  );
}
