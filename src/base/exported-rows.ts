// How many rows of NDJSON or CSV have passed, counted as the bytes come, for whoever shows how far an export is.

export type ExportFormat = 'ndjson' | 'csv';

/** A line feed between quotes of a CSV cell ends no row, and the head of a CSV is none. */
export class ExportedRows {
  readonly #isCsv: boolean;
  #isQuoted: boolean = false;
  #lines: number = 0;

  constructor(format: ExportFormat) {
    this.#isCsv = format === 'csv';
  }

  get count(): number {
    return this.#isCsv ? Math.max(0, this.#lines - 1) : this.#lines;
  }

  add(bytes: Uint8Array): void {
    for (const byte of bytes) {
      // A quote in a quoted cell is doubled, so that it turns twice.
      if (this.#isCsv && byte === 0x22) this.#isQuoted = !this.#isQuoted;
      else if (byte === 0x0a && !this.#isQuoted) this.#lines++;
    }
  }
}
