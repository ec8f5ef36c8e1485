// What may surprise about a PromQL query that is right in form.

import { anchoredNote, type QueryNote } from '../../language/notes.ts';
import { childrenOf, type DurationExpr, type Expr } from './ast.ts';

function bareSecondsNote(duration: DurationExpr | undefined): QueryNote | undefined {
  if (duration?.kind !== 'duration-number' || duration.units) return undefined;
  const { seconds, span } = duration;
  return { message: `${seconds} without a unit is ${seconds} s`, position: span };
}

/** In the order of the text. */
export function promqlNotes(expr: Expr): readonly QueryNote[] {
  const notes: QueryNote[] = [];
  const waiting: Expr[] = [expr];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const durations: (DurationExpr | undefined)[] = [];
    if (node.kind === 'vector-selector') {
      durations.push(node.offset);
      for (const { name, operator, value, span } of node.matchers) {
        const message = anchoredNote(name, operator, value);
        if (message !== undefined) notes.push({ message, position: span });
      }
    }
    if (node.kind === 'matrix-selector' || node.kind === 'subquery') durations.push(node.range);
    if (node.kind === 'subquery') durations.push(node.step, node.offset);
    for (const duration of durations) {
      const note = bareSecondsNote(duration);
      if (note !== undefined) notes.push(note);
    }
    waiting.push(...childrenOf(node).toReversed());
  }
  return notes;
}
