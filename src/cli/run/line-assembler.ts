// Bytes of an application's output to records: one a line, with the lines of a stack trace joined to the line they belong
// to, as a log agent would. Works on one stream; the caller feeds chunks and asks for what is pending when it falls silent.

/** A longer line is cut into records of this size; nothing is dropped. */
export const lineBytesMax: number = 256 * 1024;
/** Lines that may be joined to one record. */
export const joinedLinesMax = 500;

// What the further lines of a stack trace or of a printed object look like: indented, one of the known openers of nested
// causes, or closing brackets, behind which Node.js prints the next argument.
const continuation = /^(?:\s+\S|Caused by: |\.\.\. \d+ more|[})\]])/;
const jsonLine = /^\{.*\}\s*$/;
// oxlint-disable-next-line no-control-regex -- terminals are driven by control characters
const escapeSequence = /\u001b\[[0-9;]*[A-Za-z]/g;

export interface LineAssembler {
  /** Complete records in the chunk. The last line stays pending, for the next one may belong to it. */
  push(chunk: Uint8Array): string[];
  /** What is pending, because the stream ended or has been silent for long enough. */
  flush(): string[];
}

export function createLineAssembler(): LineAssembler {
  const decoder = new TextDecoder();
  let partial = '';
  let record: string[] = [];

  const close = (): string[] => {
    const text = record.join('\n');
    record = [];
    return text.trim() === '' ? [] : [text];
  };
  const takeWhole = (line: string): string[] => {
    const plain = line.replaceAll(escapeSequence, '');
    const previousIsJson = record.length === 1 && jsonLine.test(record[0] ?? '');
    const joins =
      record.length > 0 &&
      record.length < joinedLinesMax &&
      !previousIsJson &&
      continuation.test(plain);
    if (joins) {
      record.push(plain);
      return [];
    }
    const done = close();
    record = [plain];
    return done;
  };
  const take = (line: string): string[] => {
    const records: string[] = [];
    let start = 0;
    for (; line.length - start > lineBytesMax; start += lineBytesMax) {
      records.push(...takeWhole(line.slice(start, start + lineBytesMax)));
    }
    return [...records, ...takeWhole(line.slice(start))];
  };
  return {
    push: (chunk) => {
      const records: string[] = [];
      partial += decoder.decode(chunk, { stream: true });
      let start = 0;
      for (let end = partial.indexOf('\n'); end >= 0; end = partial.indexOf('\n', start)) {
        records.push(...take(partial.slice(start, end).replace(/\r$/, '')));
        start = end + 1;
      }
      partial = partial.slice(start);
      while (partial.length > lineBytesMax) {
        records.push(...take(partial.slice(0, lineBytesMax)));
        partial = partial.slice(lineBytesMax);
      }
      return records;
    },
    flush: () => {
      const records = partial === '' ? [] : take(partial);
      partial = '';
      return [...records, ...close()];
    },
  };
}
