// Stack traces of the common languages, line by line: what was thrown, frames of the application, and frames of its
// libraries, which stand back.

export interface StackLine {
  readonly text: string;
  readonly kind: 'message' | 'own' | 'library';
}

/** Node.js and browsers, Java, Python, Go, .NET. */
const frame = /^\s+at\s|^\s+File "|^\t.*\.go:\d+|^\s+\.\.\. \d+ more/;
const library =
  /node_modules|\bnode:|internal\/|site-packages|\/usr\/lib\/|\/go\/pkg\/mod\/|\bat (?:java|javax|jdk|sun|org\.springframework|System|Microsoft)\./;

const framesMin = 2;

/** Undefined when the text is no stack trace. */
export function parseStack(text: string): StackLine[] | undefined {
  const lines = text.split(/\r?\n/);
  if (lines.filter((line) => frame.test(line)).length < framesMin) return undefined;
  return lines.map((line) => {
    if (!frame.test(line)) return { text: line, kind: 'message' };
    return { text: line, kind: library.test(line) ? 'library' : 'own' };
  });
}
