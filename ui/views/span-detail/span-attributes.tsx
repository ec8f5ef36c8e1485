// Attributes as a table that can be searched, each with doors: traces that have it, lines of the service that have it.

import { useMemo } from 'react';
import type { ExploreAttribute } from '../../../src/api/explore/contract/records.ts';
import { structuredMetadataName } from '../../../src/model/log-labels.ts';
import { AppLink } from '../../controls/app-link.tsx';
import { CopyButton } from '../../controls/copy-button.tsx';
import { Icon } from '../../controls/icon-button.tsx';
import { pageHref } from '../../url/doors.ts';
import { quoteLogql } from '../../url/query-edit.ts';
import type { TimeRange } from '../../url/time-range.ts';
import { attributeCondition } from '../../url/traceql-text.ts';
import { Breakable } from '../words/breakable.tsx';
import { printCount } from '../words/numbers.ts';

export interface AttributesProps {
  readonly title: string;
  readonly scope: 'span' | 'resource' | 'event';
  readonly attributes: readonly ExploreAttribute[];
  readonly find: string;
  readonly service: string;
  /** Where the doors look. */
  readonly range: TimeRange;
}

/** A table of more is neither read nor quickly drawn: the search narrows it. */
const rowsMax = 200;
const shortValueMax = 60;
/** Longer values are cut; the copy is whole. */
const shownValueMax = 10_000;

export function matchesAttribute({ key, value }: ExploreAttribute, find: string): boolean {
  const wanted = find.toLowerCase();
  return key.toLowerCase().includes(wanted) || value.toLowerCase().includes(wanted);
}

function isLong(value: string): boolean {
  return value.length > shortValueMax || value.includes('\n');
}

export function Attributes(props: AttributesProps) {
  const { title, attributes, find } = props;
  const found = useMemo(
    () => (find === '' ? attributes : attributes.filter((one) => matchesAttribute(one, find))),
    [attributes, find],
  );
  return (
    <section>
      <h2>
        {title}{' '}
        <span className="dim number">
          {found.length === attributes.length
            ? printCount(attributes.length)
            : `${printCount(found.length)} of ${printCount(attributes.length)}`}
        </span>
      </h2>
      {attributes.length === 0 && <p className="dim">None was sent.</p>}
      <AttributeTable {...props} attributes={found} />
    </section>
  );
}

export function AttributeTable(props: AttributesProps) {
  const { attributes, title } = props;
  if (attributes.length === 0) return null;
  return (
    <>
      <table className="field-table" aria-label={title}>
        <tbody>
          {attributes.slice(0, rowsMax).map((attribute, at) =>
            isLong(attribute.value) ? (
              <LongAttribute key={`${at}-${attribute.key}`} {...props} attribute={attribute} />
            ) : (
              <tr key={`${at}-${attribute.key}`}>
                <th scope="row">
                  <Breakable text={attribute.key} />
                </th>
                <td className="mono" title={attribute.type}>
                  {attribute.value === '' ? <span className="dim">empty</span> : attribute.value}
                </td>
                <Actions {...props} attribute={attribute} />
              </tr>
            ),
          )}
        </tbody>
      </table>
      {attributes.length > rowsMax && (
        <p className="dim number">
          {printCount(rowsMax)} of {printCount(attributes.length)} are shown: find an attribute by
          name or value.
        </p>
      )}
    </>
  );
}

interface OneProps extends AttributesProps {
  readonly attribute: ExploreAttribute;
}

/** A statement has the whole width below its name. */
function LongAttribute(props: OneProps) {
  const { key, value, type } = props.attribute;
  const isCut = value.length > shownValueMax;
  return (
    <>
      <tr>
        <th scope="row" colSpan={2}>
          <Breakable text={key} />
        </th>
        <Actions {...props} />
      </tr>
      <tr className="long-value">
        <td colSpan={3} className="mono" title={type}>
          {isCut ? value.slice(0, shownValueMax) : value}
          {isCut && (
            <p className="dim number">
              {printCount(shownValueMax)} of {printCount(value.length)} characters are shown; the
              copy is whole.
            </p>
          )}
        </td>
      </tr>
    </>
  );
}

function Actions({ attribute, scope, service, range }: OneProps) {
  const { key, value } = attribute;
  const condition = scope === 'event' ? undefined : attributeCondition(scope, attribute);
  const isQueryable = condition !== undefined && value.length <= 500;
  const lines = `{service_name=${quoteLogql(service)}} | ${structuredMetadataName(key)}=${quoteLogql(value)}`;
  return (
    <td className="field-actions">
      {isQueryable && (
        <>
          <AppLink
            className="icon-button attribute-door"
            href={pageHref('/traces', { query: `{ ${condition} }`, range })}
            title={`Traces with ${key}=${value}`}
            aria-label={`Traces with ${key}=${value.slice(0, 60)}`}
          >
            <Icon name="search" size={13} />
          </AppLink>
          <AppLink
            className="icon-button attribute-door"
            href={pageHref('/logs', { query: lines, range })}
            title={`Lines of ${service} with ${key}=${value}`}
            aria-label={`Lines of ${service} with ${key}=${value.slice(0, 60)}`}
          >
            <svg viewBox="0 0 20 20" width="13" height="13" aria-hidden="true">
              <path
                d="M3 5h14M3 10h10M3 15h12"
                stroke="currentColor"
                strokeWidth="1.8"
                strokeLinecap="round"
              />
            </svg>
          </AppLink>
        </>
      )}
      <CopyButton text={value} what={key} />
    </td>
  );
}
