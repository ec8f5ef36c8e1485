// Lines that an engine has read, by their shape: what storage does in SQL for selections that it can say, done here for
// those that it cannot.

import { gapWord, type LineShape, shapeCharactersMax } from '../../log-survey-source.ts';

export interface ShapedLine {
  readonly text: string;
  readonly service: string;
  readonly level: string;
  readonly timeNs: bigint;
}

const gapWords = new RegExp(gapWord, 'g');

export function shapeOf(text: string): { readonly shape: string; readonly example: string } {
  const head = text.slice(0, shapeCharactersMax);
  const lineEnd = head.indexOf('\n');
  const example = lineEnd < 0 ? head : head.slice(0, lineEnd);
  const rest = example.length === text.length ? '' : '<_>';
  return { shape: example.replaceAll(gapWords, '<_>') + rest, example };
}

/** The commonest first. */
export function countShapes(lines: Iterable<ShapedLine>): LineShape[] {
  const byKey = new Map<string, { -readonly [name in keyof LineShape]: LineShape[name] }>();
  for (const { text, service, level, timeNs } of lines) {
    const { shape, example } = shapeOf(text);
    const key = `${service}\u0001${level}\u0001${shape}`;
    const known = byKey.get(key);
    if (known === undefined) {
      byKey.set(key, { shape, service, level, lines: 1, example, firstNs: timeNs, lastNs: timeNs });
      continue;
    }
    known.lines++;
    if (timeNs < known.firstNs) known.firstNs = timeNs;
    if (timeNs > known.lastNs) known.lastNs = timeNs;
  }
  return [...byKey.values()].toSorted((a, b) => b.lines - a.lines);
}
