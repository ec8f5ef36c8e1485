// `drop` and `keep`.

import { matcherPredicate } from '../../../language/matcher.ts';
import type { LabelChoice } from '../../syntax/ast.ts';
import { errorDetailsLabel, errorLabel, type Entry, type LineStage } from '../entry.ts';

interface Choice {
  readonly name: string;
  readonly holds: ((value: string) => boolean) | undefined;
}

function prepare(choices: readonly LabelChoice[]): readonly Choice[] {
  return choices.map(({ name, matcher }) => ({
    name,
    holds: matcher === undefined ? undefined : matcherPredicate(matcher),
  }));
}

export function dropStage(choices: readonly LabelChoice[]): LineStage {
  const prepared = prepare(choices);
  return (entry) => {
    for (const { name, holds } of prepared)
      if (holds === undefined || holds(entry.text(name))) {
        entry.delete(name);
        if (name === errorLabel) entry.delete(errorDetailsLabel);
      }
    return true;
  };
}

/** The error and its details always stay. */
export function keepStage(choices: readonly LabelChoice[]): LineStage {
  const prepared = prepare(choices);
  const kept = (entry: Entry, name: string): boolean =>
    prepared.some((choice) => choice.name === name && (choice.holds?.(entry.text(name)) ?? true));
  return (entry) => {
    for (const name of entry.names()) if (!kept(entry, name)) entry.delete(name);
    return true;
  };
}
