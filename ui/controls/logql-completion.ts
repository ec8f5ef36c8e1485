// What may be typed at a place in a LogQL query: label names, their values, or stages. Decided from the text before the
// cursor, which is nearly always half a query.

export type CompletionPlace =
  | { readonly kind: 'label'; readonly from: number }
  | {
      readonly kind: 'value';
      readonly from: number;
      readonly label: string;
      /** The value's opening quote is there already. */
      readonly quoted: boolean;
    }
  | { readonly kind: 'stage'; readonly from: number }
  | { readonly kind: 'start'; readonly from: number };

export interface Stage {
  readonly text: string;
  readonly means: string;
}

export const stages: readonly Stage[] = [
  { text: '|= ""', means: 'line contains' },
  { text: '!= ""', means: 'line does not contain' },
  { text: '|~ ""', means: 'line matches regex' },
  { text: '!~ ""', means: 'line does not match regex' },
  { text: '| json', means: 'read fields from JSON' },
  { text: '| logfmt', means: 'read fields from logfmt' },
  { text: '| pattern "<_>"', means: 'read fields by a pattern' },
  { text: '| regexp ""', means: 'read fields by a regex' },
  { text: '| detected_level="error"', means: 'errors only' },
  { text: '| line_format "{{.}}"', means: 'rewrite the line' },
  { text: '| label_format new=old', means: 'rename a label' },
  { text: '| drop ', means: 'drop labels' },
  { text: '| keep ', means: 'keep labels' },
];

/** Undefined inside a quoted text that is no label's value. */
export function completionPlace(before: string): CompletionPlace | undefined {
  const { inQuotes, inBraces } = scan(before);
  if (inBraces) return inBracesPlace(before, inQuotes);
  if (inQuotes) return undefined;
  const stage = /(?:\||!)[=~]?\s*[a-z_]*$/.exec(before);
  if (before.includes('}') && stage !== null) return { kind: 'stage', from: stage.index };
  if (before.includes('}') && /\s$/.test(before)) return { kind: 'stage', from: before.length };
  return before.trim() === '' ? { kind: 'start', from: before.length } : undefined;
}

function inBracesPlace(before: string, inQuotes: boolean): CompletionPlace | undefined {
  if (inQuotes) {
    const value = /([a-zA-Z_]\w*)\s*(?:=~|!~|!=|=)\s*["`]([^"`]*)$/.exec(before);
    if (value === null) return undefined;
    const typed = value[2] ?? '';
    return {
      kind: 'value',
      from: before.length - typed.length,
      label: value[1] ?? '',
      quoted: true,
    };
  }
  const bare = /([a-zA-Z_]\w*)\s*(?:=~|!~|!=|=)\s*$/.exec(before);
  if (bare !== null) {
    return { kind: 'value', from: before.length, label: bare[1] ?? '', quoted: false };
  }
  const label = /[{,]\s*(\w*)$/.exec(before);
  return label === null
    ? undefined
    : { kind: 'label', from: before.length - (label[1] ?? '').length };
}

function scan(text: string): { readonly inQuotes: boolean; readonly inBraces: boolean } {
  let quote = '';
  let inBraces = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] ?? '';
    if (quote !== '') {
      if (sign === '\\' && quote === '"') at++;
      else if (sign === quote) quote = '';
    } else if (sign === '"' || sign === '`') quote = sign;
    else if (sign === '{') inBraces = true;
    else if (sign === '}') inBraces = false;
  }
  return { inQuotes: quote !== '', inBraces };
}
