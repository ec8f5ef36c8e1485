// A first look at a line, for the labels alone that filters ask for: most lines of `| json | status >= 500` are gone once
// the status is known, and their other fields are never taken out. What stays goes through the whole pipeline.

import type { Clock } from '../../../base/clock.ts';
import type { LabelFilter, Stage } from '../syntax/ast.ts';
import type { NeededLabels } from '../plan/needed-labels.ts';
import { Entry, errorDetailsLabel, errorLabel, type LineStage } from './entry.ts';
import { compileStages } from './pipeline.ts';

/** Names that a filter asks for; undefined when it asks for errors too, which only the whole of a line shows. */
function scoutedNames(filter: LabelFilter): readonly string[] | undefined {
  switch (filter.kind) {
    case 'and':
    case 'or': {
      const names = filter.operands.map(scoutedNames);
      return names.some((some) => some === undefined)
        ? undefined
        : names.flatMap((some) => some ?? []);
    }
    case 'string': {
      const { name } = filter.matcher;
      return name === errorLabel || name === errorDetailsLabel ? undefined : [name];
    }
    case 'number':
    case 'duration':
    case 'bytes':
      return [filter.name];
    // A line with an error passes it.
    case 'ip':
      return undefined;
  }
}

interface ScoutPlan {
  readonly stages: readonly Stage[];
  readonly names: ReadonlySet<string>;
}

/** The stages up to the last filter that parsers come before and nothing that rewrites lines or labels. */
export function planScout(stages: readonly Stage[], needed: NeededLabels): ScoutPlan | undefined {
  const names = new Set<string>();
  let end = 0;
  let parses = false;
  for (const [at, stage] of stages.entries()) {
    if (stage.kind === 'label-filter') {
      const asked = scoutedNames(stage.filter);
      if (asked === undefined) break;
      for (const name of asked) names.add(name);
      if (parses) end = at + 1;
    } else if (stage.kind === 'json' || stage.kind === 'logfmt') parses = true;
    else if (stage.kind !== 'line-filter') break;
  }
  if (end === 0) return undefined;
  // Nothing is saved where the pipeline wants no more than its filters.
  if (needed !== undefined && [...needed].every((name) => names.has(name))) return undefined;
  return { stages: stages.slice(0, end), names };
}

/** Lines between two decisions whether scouting pays. */
const reviewLines = 512;

export class Scout {
  readonly #entry: Entry;
  readonly #pipeline: LineStage;
  #seen: number = 0;
  #dropped: number = 0;
  #pays: boolean = true;

  constructor({ stages, names }: ScoutPlan, clock: Clock) {
    this.#entry = new Entry({ nothing: false, required: names });
    this.#pipeline = compileStages(stages, clock);
  }

  /** Whether the pipeline certainly loses the line. */
  drops(...line: Parameters<Entry['reset']>): boolean {
    if (!this.#pays) return false;
    this.#entry.reset(...line);
    const dropped = !this.#pipeline(this.#entry);
    this.#seen++;
    if (dropped) this.#dropped++;
    // Where most lines stay, the second look costs more than the first one saves.
    if (this.#seen % reviewLines === 0) this.#pays = this.#dropped * 2 > this.#seen;
    return dropped;
  }
}
