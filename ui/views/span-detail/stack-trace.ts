// A stack trace with the frames of libraries folded into one part a run: what was thrown and the application's own
// frames then stand next to one another.

import { parseStack } from '../log-list/stack-trace.ts';
import type { StackLine } from '../log-list/stack-trace.ts';

export interface LibraryFrames {
  readonly kind: 'libraries';
  readonly lines: readonly StackLine[];
}

export type StackPart = StackLine | LibraryFrames;

/** Longer ones are cut; nobody reads them. */
const linesMax = 500;
/** A single frame is kept: folding it would hide as much as it saves. */
const foldedMin = 2;

/** Undefined when the text is no stack trace. */
export function readStackTrace(text: string): readonly StackPart[] | undefined {
  const lines = parseStack(text);
  if (lines === undefined) return undefined;
  const parts: StackPart[] = [];
  let run: StackLine[] = [];
  const flush = (): void => {
    if (run.length >= foldedMin) parts.push({ kind: 'libraries', lines: run });
    else parts.push(...run);
    run = [];
  };
  for (const line of lines.slice(0, linesMax)) {
    if (line.kind === 'library') {
      run.push(line);
      continue;
    }
    flush();
    if (line.text.trim() !== '') parts.push(line);
  }
  flush();
  if (lines.length > linesMax)
    parts.push({ kind: 'message', text: `… ${lines.length - linesMax} more lines` });
  return parts;
}
