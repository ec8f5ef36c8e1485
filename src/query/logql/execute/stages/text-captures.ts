// `regexp` and `pattern`: labels from places in the text of a line.

import { compileUnanchoredRegex } from '../../../language/regex.ts';
import { parseCapturePattern } from '../../syntax/line-pattern.ts';
import type { LineStage } from '../entry.ts';
import { sanitizeLabelName } from './label-names.ts';

/** A line that does not match passes unchanged. */
export function regexpStage(pattern: string): LineStage {
  const regex = compileUnanchoredRegex(pattern);
  const names = regex.groupNames.map((name) =>
    name === undefined ? undefined : sanitizeLabelName(name),
  );
  return (entry) => {
    if (entry.hints.nothing) return true;
    const groups = regex.groups(entry.line);
    if (groups === undefined) return true;
    for (let group = 1; group < groups.length; group++) {
      const name = names[group];
      if (name !== undefined && name !== '' && entry.wants(name))
        entry.extract(name, groups[group] ?? '');
    }
    return true;
  };
}

/** Each gap reaches to the next text; where that is missing the gap takes the rest, and the stage is done. */
export function patternStage(pattern: string): LineStage {
  const parts = parseCapturePattern(pattern);
  const [head] = parts;
  return (entry) => {
    if (entry.hints.nothing) return true;
    const { line } = entry;
    if (line === '') return true;
    let at = 0;
    if (head?.kind === 'text' && !line.startsWith(head.text)) return true;
    for (let part = 0; part < parts.length; part++) {
      const piece = parts[part];
      if (piece === undefined) return true;
      if (piece.kind === 'text') {
        at += piece.text.length;
        continue;
      }
      const next = parts[part + 1];
      const found = next?.kind === 'text' ? line.indexOf(next.text, at) : -1;
      const value = line.slice(at, found < 0 ? line.length : found);
      if (piece.name !== undefined && entry.wants(piece.name)) entry.extract(piece.name, value);
      if (found < 0) return true;
      at = found;
    }
    return true;
  };
}
