// The small menus of the Logs page: which columns, what to copy, and the whole result as a file.

import { Popover } from '@mantine/core';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { copyText } from '../../controls/copy-button.tsx';
import { Icon } from '../../controls/icon-button.tsx';
import { say } from '../../controls/said.tsx';

interface MenuProps {
  readonly label: string;
  readonly words: ReactNode;
  readonly testId: string;
  readonly isPressed?: boolean;
  readonly children: (close: () => void) => ReactNode;
}

/** A button with a panel below it that Escape and a click elsewhere close. */
export function Menu({ label, words, testId, isPressed, children }: MenuProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover
      opened={isOpen}
      onChange={setOpen}
      position="bottom-end"
      trapFocus
      returnFocus
      transitionProps={{ duration: 0 }}
    >
      <Popover.Target>
        <button
          type="button"
          className="text-button"
          data-quiet
          aria-haspopup="dialog"
          aria-expanded={isOpen}
          data-active={isPressed === true || undefined}
          data-testid={testId}
          onClick={() => setOpen(!isOpen)}
        >
          {words}
          <Icon name="down" size={10} />
        </button>
      </Popover.Target>
      <Popover.Dropdown
        className="logs-menu"
        aria-label={label}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === 'Escape') setOpen(false);
        }}
      >
        {children(() => setOpen(false))}
      </Popover.Dropdown>
    </Popover>
  );
}

interface ColumnsMenuProps {
  readonly columns: readonly string[];
  /** Fields that the lines have, the commonest first. */
  readonly names: readonly string[];
  readonly onColumns: (columns: readonly string[]) => void;
}

const namesShownMax = 200;

export function ColumnsMenu({ columns, names, onColumns }: ColumnsMenuProps) {
  const words = columns.length === 0 ? 'columns' : `columns ${columns.length}`;
  return (
    <Menu label="Columns" words={words} testId="columns" isPressed={columns.length > 0}>
      {() => <ColumnChoice columns={columns} names={names} onColumns={onColumns} />}
    </Menu>
  );
}

function ColumnChoice({ columns, names, onColumns }: ColumnsMenuProps) {
  const [search, setSearch] = useState('');
  const all = [...new Set([...columns, ...names])];
  const found = all.filter((name) => name.toLowerCase().includes(search.toLowerCase()));
  const toggle = (name: string): void =>
    onColumns(columns.includes(name) ? columns.filter((one) => one !== name) : [...columns, name]);
  return (
    <>
      <input
        className="text-field"
        type="search"
        aria-label="Find a field"
        placeholder="Find a field, or write its name"
        data-autofocus
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        onKeyDown={(event) => {
          const name = found[0] ?? search.trim();
          if (event.key === 'Enter' && name !== '') toggle(name);
        }}
      />
      <ul className="logs-menu-list">
        {found.slice(0, namesShownMax).map((name) => (
          <li key={name}>
            <label>
              <input
                type="checkbox"
                checked={columns.includes(name)}
                onChange={() => toggle(name)}
              />
              <bdi className="mono">{name}</bdi>
            </label>
          </li>
        ))}
        {found.length === 0 && (
          <li className="dim">
            No line that is loaded has such a field. Enter adds it all the same.
          </li>
        )}
      </ul>
    </>
  );
}

export interface CopyChoice {
  readonly title: string;
  readonly text: string;
}

export function CopyMenu({ choices }: { readonly choices: readonly CopyChoice[] }) {
  return (
    <Menu label="Copy" words="copy" testId="copy">
      {(close) => (
        <ul className="logs-menu-list">
          {choices.map(({ title, text }) => (
            <li key={title}>
              <button
                type="button"
                className="text-button"
                data-quiet
                title={text}
                onClick={() => {
                  close();
                  copyText(text).then(
                    () => say(`${title} copied`),
                    () => say('The browser did not allow to copy'),
                  );
                }}
              >
                {title}
              </button>
            </li>
          ))}
        </ul>
      )}
    </Menu>
  );
}
