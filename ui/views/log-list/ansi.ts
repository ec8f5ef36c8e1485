// Terminal output as parts with a color of the theme: no escape sequence, carriage return or other control character
// reaches the screen as it is.

export interface StyledPart {
  readonly text: string;
  /** A variable of the theme; empty: as the rest. */
  readonly color: string;
  readonly isBold: boolean;
}

// Sequences of colors (kept apart), all others, titles of windows, and what is left of any.
const escapes =
  // oxlint-disable-next-line no-control-regex
  /\u001b\[([0-9;]*)m|\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[@-_]?/g;

const colors: readonly string[] = [
  'var(--clew-dim)',
  'var(--clew-level-error)',
  'var(--clew-good)',
  'var(--clew-level-warn)',
  'var(--clew-accent)',
  'var(--clew-level-fatal)',
  'var(--clew-level-info)',
  '',
];

/** Text without any escape sequence, control characters as their pictures (␀, ␛, …). */
export function plainText(text: string): string {
  return pictureControls(text.replaceAll(escapes, ''));
}

// Tabs and line feeds stay. The bidirectional overrides (U+202A to U+202E, U+2066 to U+2069) would turn what stands
// beside them.
// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g;

function pictureControls(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(controls, (sign) => {
    const code = sign.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '\u2421' : '\ufffd';
  });
}

export function hasEscapes(text: string): boolean {
  return text.includes('\u001b[');
}

export function styledParts(text: string): StyledPart[] {
  const parts: StyledPart[] = [];
  let color = '';
  let isBold = false;
  let from = 0;
  const push = (to: number): void => {
    if (to > from) parts.push({ text: pictureControls(text.slice(from, to)), color, isBold });
  };
  for (const match of text.matchAll(escapes)) {
    push(match.index);
    from = match.index + match[0].length;
    if (match[1] === undefined) continue;
    for (const code of match[1].split(';').map(Number)) {
      if (code === 0) [color, isBold] = ['', false];
      else if (code === 1) isBold = true;
      else if (code === 22) isBold = false;
      else if (code === 39) color = '';
      else if (code >= 30 && code <= 37) color = colors[code - 30] ?? '';
      else if (code >= 90 && code <= 97) color = colors[code - 90] ?? '';
      // The numbers behind are of a palette that the theme does not have.
      else if (code === 38 || code === 48) break;
    }
  }
  push(text.length);
  return parts;
}
