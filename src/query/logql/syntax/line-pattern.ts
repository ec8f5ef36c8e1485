// Patterns of the `pattern` stage and the `|>` filter: literal texts with gaps between them, `<name>` or `<_>`.

import { Failure } from '../../../base/errors.ts';

export type PatternPart =
  | { readonly kind: 'text'; readonly text: string }
  /** Name undefined: `<_>`. */
  | { readonly kind: 'gap'; readonly name: string | undefined };

/** The parts in turn. Fails with `syntax` when two gaps touch. */
export function parseLinePattern(pattern: string): readonly PatternPart[] {
  const parts: PatternPart[] = [];
  let text = '';
  const flush = (): void => {
    if (text !== '') parts.push({ kind: 'text', text });
    text = '';
  };
  for (let at = 0; at < pattern.length;) {
    const gap = /^<([a-zA-Z_][a-zA-Z0-9_]*)>/.exec(pattern.slice(at, at + 256));
    if (gap === null) {
      text += pattern[at] ?? '';
      at++;
      continue;
    }
    flush();
    const name = gap[1] === '_' ? undefined : gap[1];
    if (parts.at(-1)?.kind === 'gap')
      throw new Failure('syntax', `found consecutive capture: ${JSON.stringify(pattern)}`);
    parts.push({ kind: 'gap', name });
    at += gap[0].length;
  }
  flush();
  if (parts.length === 0) throw new Failure('syntax', 'empty pattern');
  return parts;
}

/** For the `pattern` stage: at least one name, none twice. */
export function parseCapturePattern(pattern: string): readonly PatternPart[] {
  const parts = parseLinePattern(pattern);
  const names = new Set<string>();
  for (const part of parts) {
    if (part.kind !== 'gap' || part.name === undefined) continue;
    if (names.has(part.name)) throw new Failure('syntax', `duplicate capture name (${part.name})`);
    names.add(part.name);
  }
  if (names.size === 0)
    throw new Failure('syntax', 'at least one capture is required', {
      hint: 'a name in angle brackets becomes a label: "<method> <path> <_>"',
    });
  return parts;
}

/** For `|>` and `!>`: gaps without names. */
export function parseFilterPattern(pattern: string): readonly PatternPart[] {
  if (pattern === '') return [];
  const parts = parseLinePattern(pattern);
  if (parts.some((part) => part.kind === 'gap' && part.name !== undefined))
    throw new Failure('syntax', 'named captures are not allowed');
  return parts;
}
