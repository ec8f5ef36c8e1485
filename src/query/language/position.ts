// Places in a query text as people count them: lines and columns from 1.

/** `column` counts characters (code points) of the line, as Go's scanner and most editors do. */
export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

/** The place of an offset in UTF-16 code units; an offset behind the text is its end. */
export function lineColumnAt(text: string, offset: number): LineColumn {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  let line = 1;
  for (let at = before.indexOf('\n'); at >= 0; at = before.indexOf('\n', at + 1)) line++;
  return { line, column: Array.from(before.slice(lineStart)).length + 1 };
}
