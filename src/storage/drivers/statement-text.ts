// A statement as the text that goes to ClickHouse: the printed tree, a mark to find it by, and its settings.

import { assert } from '../../base/assert.ts';
import { print, type Sql } from '../sql/sql.ts';

export type Settings = Readonly<Record<string, string | number>>;

/** Stands before every statement, so that `KILL QUERY` finds exactly this one in `system.processes`. */
export function statementMark(id: string): string {
  return `/* clew:${id} */`;
}

/** The settings go to the end: statements must not have a SETTINGS clause of their own at their outermost level. */
export function statementText(id: string, statement: Sql, settings: Settings = {}): string {
  const clauses = Object.entries(settings).map(([name, value]) => {
    assert(/^[a-z0-9_]+$/.test(name), `${JSON.stringify(name)} is no setting's name`);
    return `${name} = ${print({ kind: 'value', value })}`;
  });
  const text = `${statementMark(id)} ${print(statement)}`;
  return clauses.length === 0 ? text : `${text} SETTINGS ${clauses.join(', ')}`;
}
