// The fields of a line as tables: what its text holds, what it was sent with, its labels, its sender. Each value has a +
// and a − that become LogQL, and a place among the columns.

import { useMemo, useState } from 'react';
import type { ExploreLogLine } from '../../../src/api/explore/contract/records.ts';
import { structuredMetadataName } from '../../../src/model/log-labels.ts';
import { CopyButton } from '../../controls/copy-button.tsx';
import { IconButton } from '../../controls/icon-button.tsx';
import { Breakable } from '../words/breakable.tsx';
import { printCount } from '../words/numbers.ts';
import { plainText } from './ansi.ts';
import { parseBody } from './body-fields.ts';
import { ShortText } from './line-text.tsx';
import { parseStack } from './stack-trace.ts';
import '../field-table.css';

export interface LineFilter {
  readonly name: string;
  readonly value: string;
  readonly exclude: boolean;
  readonly isStreamLabel: boolean;
  /** The field is in the text: this stage finds it there. */
  readonly parser?: 'json' | 'logfmt';
}

interface Field {
  readonly key: string;
  readonly name: string;
  readonly value: string;
  readonly isStreamLabel: boolean;
  readonly parser?: 'json' | 'logfmt';
  readonly isAskable: boolean;
}

interface LogFieldsProps {
  readonly line: ExploreLogLine;
  readonly columns: readonly string[];
  /** Undefined where the query has no place for a filter. */
  readonly onFilter: ((filter: LineFilter) => void) | undefined;
  readonly onColumn: ((name: string) => void) | undefined;
}

export function LogFields(props: LogFieldsProps) {
  const { line } = props;
  const groups = useMemo(() => fieldGroups(line), [line]);
  return (
    <div className="log-fields">
      {groups.map(({ title, fields }) => (
        <FieldTable key={title} title={title} fields={fields} {...props} />
      ))}
    </div>
  );
}

interface FieldGroup {
  readonly title: string;
  readonly fields: readonly Field[];
}

function fieldGroups(line: ExploreLogLine): FieldGroup[] {
  const plain = (key: string, value: string, isStreamLabel = false): Field => ({
    key,
    name: isStreamLabel ? key : structuredMetadataName(key),
    value,
    isStreamLabel,
    isAskable: true,
  });
  const own = line.attributes.map(({ key, value }) => plain(key, value));
  if (line.level !== '') own.unshift(plain('detected_level', line.level));
  if (line.traceId !== '') own.push(plain('trace_id', line.traceId));
  if (line.spanId !== '') own.push(plain('span_id', line.spanId));
  const labels = Object.entries(line.labels).map(([key, value]) => plain(key, value, true));
  const resource = line.resource.map(({ key, value }) => plain(key, value));
  const known = new Set([...own, ...labels, ...resource].map(({ name }) => name));
  const parsed = parseBody(line.body);
  const inText = (parsed?.fields ?? []).map(({ name, path, value, isAskable }): Field => ({
    key: path,
    // The parsers give way to what has the name already.
    name: known.has(name) ? `${name}_extracted` : name,
    value,
    isStreamLabel: false,
    isAskable,
    ...(parsed === undefined ? {} : { parser: parsed.parser }),
  }));
  return [
    { title: parsed?.parser === 'logfmt' ? 'Text (logfmt)' : 'Text (JSON)', fields: inText },
    { title: 'Fields', fields: own },
    { title: 'Labels', fields: labels },
    { title: 'Resource', fields: resource },
  ].filter(({ fields }) => fields.length > 0);
}

const shownAtFirst = 50;
const shownStep = 200;
/** With fewer fields there is nothing to search. */
const searchedMin = 20;

function FieldTable(props: LogFieldsProps & FieldGroup) {
  const { fields, title } = props;
  const [search, setSearch] = useState('');
  const [most, setMost] = useState(shownAtFirst);
  const sought = search.toLowerCase();
  const found =
    search === ''
      ? fields
      : fields.filter(({ key, value }) => `${key}=${value}`.toLowerCase().includes(sought));
  const shown = found.slice(0, most);
  return (
    <table
      className="field-table"
      data-wide={fields.some(({ value }) => value.includes('\n')) || undefined}
      data-testid="field-table"
    >
      <caption>
        {title} <span className="dim number">{printCount(fields.length)}</span>
        {fields.length >= searchedMin && (
          <input
            className="text-field field-search"
            type="search"
            aria-label={`Search ${title}`}
            placeholder="Search"
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
        )}
      </caption>
      <tbody>
        {shown.map((field) => (
          <FieldRow key={field.key} field={field} {...props} />
        ))}
        {found.length > shown.length && (
          <tr>
            <td colSpan={3} className="dim number">
              {printCount(shown.length)} of {printCount(found.length)} shown{' '}
              <button
                type="button"
                className="text-button"
                onClick={() => setMost(most + shownStep)}
              >
                Show more
              </button>
            </td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

function FieldRow({
  field,
  columns,
  onFilter,
  onColumn,
}: LogFieldsProps & { readonly field: Field }) {
  const { key, name, value } = field;
  const filter = (exclude: boolean): void => {
    const { isStreamLabel, parser } = field;
    onFilter?.({
      name,
      value,
      exclude,
      isStreamLabel,
      ...(parser === undefined ? {} : { parser }),
    });
  };
  return (
    <tr>
      <th scope="row">
        <bdi>
          <Breakable text={key} />
        </bdi>
      </th>
      <td className="mono">
        <FieldValue value={value} />
      </td>
      <td className="field-actions">
        {onFilter !== undefined && field.isAskable && (
          <>
            <IconButton
              icon="plus"
              label={`Only lines with ${key}=${value.slice(0, 100)}`}
              onClick={() => filter(false)}
            />
            <IconButton
              icon="minus"
              label={`No lines with ${key}=${value.slice(0, 100)}`}
              onClick={() => filter(true)}
            />
          </>
        )}
        {onColumn !== undefined && (
          <button
            type="button"
            className="icon-button"
            aria-pressed={columns.includes(name)}
            aria-label={`Column ${key}`}
            title={columns.includes(name) ? 'Take its column away' : 'Show as a column'}
            onClick={() => onColumn(name)}
          >
            <svg viewBox="0 0 20 20" width="13" height="13" aria-hidden="true">
              <path
                d="M4 4h12v12H4zM8.500 4v12M4 7.500h12"
                fill="none"
                stroke="currentColor"
                strokeWidth="1.6"
              />
            </svg>
          </button>
        )}
        <CopyButton text={value} what={key} />
      </td>
    </tr>
  );
}

const valueCharactersMax = 2000;

function FieldValue({ value }: { readonly value: string }) {
  const [showsAll, setShowsAll] = useState(false);
  if (parseStack(value) !== undefined) return <ShortText text={value} />;
  if (value.length <= valueCharactersMax || showsAll) return <bdi>{plainText(value)}</bdi>;
  return (
    <>
      <bdi>{plainText(value.slice(0, valueCharactersMax))}</bdi>…{' '}
      <button type="button" className="text-button" onClick={() => setShowsAll(true)}>
        Show all {printCount(value.length)} characters
      </button>
    </>
  );
}
