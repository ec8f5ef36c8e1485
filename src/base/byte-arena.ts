// A growing byte buffer that columns point into. Strings stay bytes from the socket to the database: a
// column stores where its text starts and how long it is, and decodes only when somebody asks.

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export class ByteArena {
  /** Only the first `length` bytes are in use. Replaced when the arena grows: do not keep it. */
  bytes: Uint8Array<ArrayBuffer>;
  length: number = 0;

  constructor(capacity: number = 4096) {
    this.bytes = new Uint8Array(capacity);
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  /** Copies the bytes to the end and returns where they start. */
  append(source: Uint8Array): number {
    this.reserve(source.length);
    const start = this.length;
    this.bytes.set(source, start);
    this.length += source.length;
    return start;
  }

  /** Writes the text as UTF-8 to the end and returns where it starts; its byte length is the growth of `length`. */
  appendText(text: string): number {
    this.reserve(text.length * 3);
    const start = this.length;
    this.length += encoder.encodeInto(text, this.bytes.subarray(start)).written;
    return start;
  }

  /** Decodes a slice; invalid UTF-8 becomes U+FFFD. */
  text(start: number, length: number): string {
    return length === 0 ? '' : decoder.decode(this.bytes.subarray(start, start + length));
  }
}
