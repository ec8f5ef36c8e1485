// The search of traces without a query: fields over the same state as the query bar, which shows the TraceQL that they make.
// All of them mean one span.

import { useEffect, useRef, useState } from 'react';
import type { FormEvent } from 'react';
import { Icon } from '../../controls/icon-button.tsx';
import {
  emptySearch,
  parseAttributeText,
  parseDurationText,
  parseTraceSearch,
  printTraceSearch,
} from '../../url/trace-query-edit.ts';
import type { StatusChoice, TraceSearch } from '../../url/trace-query-edit.ts';

interface TraceSearchFormProps {
  readonly query: string;
  /** Offered in the fields; known once the first answer is there. */
  readonly services: readonly string[];
  readonly names: readonly string[];
  readonly attributes: readonly string[];
  readonly onFocus: () => void;
  readonly onSubmit: (query: string) => void;
  /** A trace ID was typed. */
  readonly onTrace: (traceId: string) => void;
}

const idText = /^[0-9a-f]{16}$|^[0-9a-f]{32}$/i;

export function TraceSearchForm(props: TraceSearchFormProps) {
  const { query, onSubmit } = props;
  const search = parseTraceSearch(query);
  // The address follows a moment later: a change that comes sooner builds on the one before. What the address says on its
  // way there is old news.
  const asked = useRef(query);
  const underway = useRef<readonly string[]>([]);
  useEffect(() => {
    const at = underway.current.indexOf(query);
    underway.current = at < 0 ? [] : underway.current.slice(at + 1);
    if (underway.current.length === 0) asked.current = query;
  }, [query]);
  if (search === undefined) {
    return (
      <p className="traces-search-off dim">
        This query does more than the fields can show: it is changed in the bar above.{' '}
        <button type="button" className="text-button" data-quiet onClick={() => onSubmit('')}>
          Start over with the fields
        </button>
      </p>
    );
  }
  const change = (changed: Partial<TraceSearch>): void => {
    const latest = parseTraceSearch(asked.current) ?? search;
    const next = printTraceSearch({ ...latest, ...changed });
    if (next === asked.current) return;
    asked.current = next;
    underway.current = [...underway.current, next];
    onSubmit(next);
  };
  return (
    <div
      className="traces-search"
      role="search"
      aria-label="Search without a query"
      onFocus={props.onFocus}
    >
      <TextField
        label="Service"
        value={search.service}
        options={props.services}
        listId="traces-search-services"
        onChange={(service) => change({ service })}
      />
      <TextField
        label="Span name"
        value={search.name}
        options={props.names}
        listId="traces-search-names"
        onChange={(name) => change({ name })}
      />
      <DurationField
        label="Longer than"
        value={search.minDuration}
        placeholder="500ms"
        onChange={(minDuration) => change({ minDuration })}
      />
      <DurationField
        label="Shorter than"
        value={search.maxDuration}
        placeholder="10s"
        onChange={(maxDuration) => change({ maxDuration })}
      />
      <label className="traces-field">
        <span>Status</span>
        <select
          className="text-field"
          value={search.status}
          data-set={search.status !== '' || undefined}
          onChange={(event) => change({ status: statusOf(event.currentTarget.value) })}
        >
          <option value="">any</option>
          <option value="error">error</option>
          <option value="ok">ok</option>
          <option value="unset">unset</option>
        </select>
      </label>
      <label
        className="traces-field-check"
        title="Only the first span of each trace: the request itself"
      >
        <input
          type="checkbox"
          checked={search.isRoot}
          onChange={(event) => change({ isRoot: event.currentTarget.checked })}
        />
        root spans only
      </label>
      <FreeField {...props} search={search} onChange={change} />
      <Chips search={search} onChange={change} />
      {printTraceSearch(search) !== '' && (
        <button
          type="button"
          className="text-button"
          data-quiet
          onClick={() => change(emptySearch)}
        >
          Clear
        </button>
      )}
    </div>
  );
}

function statusOf(text: string): StatusChoice {
  return text === 'error' || text === 'ok' || text === 'unset' ? text : '';
}

/** Keeps what is being typed until it is meant: Enter, or leaving the field. */
function useDraft(value: string): readonly [string, (draft: string) => void] {
  const [draft, setDraft] = useState(value);
  const [seen, setSeen] = useState(value);
  if (seen !== value) {
    setSeen(value);
    setDraft(value);
  }
  return [draft, setDraft];
}

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly string[];
  readonly listId: string;
  readonly onChange: (value: string) => void;
}

function TextField({ label, value, options, listId, onChange }: TextFieldProps) {
  const [draft, setDraft] = useDraft(value);
  const submit = (text: string): void => {
    if (text.trim() !== value) onChange(text.trim());
  };
  return (
    <form className="traces-field" onSubmit={(event) => prevent(event, () => submit(draft))}>
      <label>
        <span>{label}</span>
        <input
          className="text-field"
          value={draft}
          list={listId}
          placeholder="any"
          autoComplete="off"
          spellCheck={false}
          data-set={value !== '' || undefined}
          onChange={(event) => {
            const text = event.currentTarget.value;
            setDraft(text);
            // Choosing from the list is meant at once.
            if (text === '' || (options.includes(text) && isChosen(event.nativeEvent)))
              submit(text);
          }}
          onBlur={() => submit(draft)}
        />
      </label>
      <datalist id={listId}>
        {options.map((option) => (
          <option key={option} value={option} />
        ))}
      </datalist>
    </form>
  );
}

/** A choice from a list comes without typing. */
function isChosen(event: Event): boolean {
  return !(event instanceof InputEvent) || event.inputType === 'insertReplacementText';
}

function prevent(event: FormEvent, run: () => void): void {
  event.preventDefault();
  run();
}

interface DurationFieldProps {
  readonly label: string;
  readonly value: string;
  readonly placeholder: string;
  readonly onChange: (value: string) => void;
}

function DurationField({ label, value, placeholder, onChange }: DurationFieldProps) {
  const [draft, setDraft] = useDraft(value);
  const parsed = parseDurationText(draft);
  const submit = (): void => {
    if (parsed !== undefined && parsed !== value) onChange(parsed);
  };
  return (
    <form
      className="traces-field traces-field-duration"
      onSubmit={(event) => prevent(event, submit)}
    >
      <label>
        <span>{label}</span>
        <input
          className="text-field number"
          value={draft}
          placeholder={placeholder}
          autoComplete="off"
          aria-invalid={parsed === undefined}
          title={parsed === undefined ? 'Not a duration: expected 500ms, 1.5s or 2m' : undefined}
          data-set={value !== '' || undefined}
          onChange={(event) => setDraft(event.currentTarget.value)}
          onBlur={submit}
        />
      </label>
    </form>
  );
}

interface ChangeProps {
  readonly search: TraceSearch;
  readonly onChange: (changed: Partial<TraceSearch>) => void;
}

/** `http.route=/pay` becomes a condition, a trace ID is gone to. */
function FreeField(props: TraceSearchFormProps & ChangeProps) {
  const { search, onChange } = props;
  const [draft, setDraft] = useState('');
  const text = draft.trim();
  const condition = parseAttributeText(text);
  const isId = idText.test(text);
  const isUnreadable = text !== '' && condition === undefined && !isId && text.includes('=');
  const submit = (): void => {
    if (isId) props.onTrace(text.toLowerCase());
    else if (condition !== undefined) {
      onChange({ attributes: [...search.attributes, condition] });
      setDraft('');
    }
  };
  return (
    <form className="traces-field traces-field-free" onSubmit={(event) => prevent(event, submit)}>
      <label>
        <span>Attribute, or a trace ID</span>
        <input
          className="text-field"
          value={draft}
          list="traces-search-attributes"
          placeholder="http.route=/pay"
          autoComplete="off"
          spellCheck={false}
          aria-invalid={isUnreadable}
          title={
            isId
              ? 'Enter goes to this trace'
              : condition === undefined
                ? 'key=value or key!=value, then Enter'
                : 'Enter adds it'
          }
          data-testid="trace-attribute"
          onChange={(event) => setDraft(event.currentTarget.value)}
        />
      </label>
      <datalist id="traces-search-attributes">
        {props.attributes.map((attribute) => (
          <option key={attribute} value={`${attribute}=`} />
        ))}
      </datalist>
    </form>
  );
}

function Chips({ search, onChange }: ChangeProps) {
  const { attributes, others } = search;
  if (attributes.length + others.length === 0) return null;
  return (
    <ul className="traces-chips" aria-label="Further conditions">
      {attributes.map((one, at) => (
        <Chip
          key={`${one.field} ${one.value} ${one.excluded}`}
          text={`${one.field} ${one.excluded ? '≠' : '='} ${one.value}`}
          onRemove={() => onChange({ attributes: attributes.filter((_, other) => other !== at) })}
        />
      ))}
      {others.map((one, at) => (
        <Chip
          key={one}
          text={one}
          onRemove={() => onChange({ others: others.filter((_, other) => other !== at) })}
        />
      ))}
    </ul>
  );
}

function Chip({ text, onRemove }: { readonly text: string; readonly onRemove: () => void }) {
  return (
    <li className="mono">
      <span title={text}>{text}</span>
      <button type="button" aria-label={`Take off ${text}`} title="Take it off" onClick={onRemove}>
        <Icon name="close" size={11} />
      </button>
    </li>
  );
}
