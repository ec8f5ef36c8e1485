// The whole result of a query, streamed from the server into a file of the browser: rows are counted as they pass, what
// has come is handed to the browser's own storage piece by piece, and it can be stopped at any time.

import { askClew } from '../../data/ask-clew.ts';
import { ExportedRows } from '../../../src/base/exported-rows.ts';
import type { ExportFormat } from '../../../src/base/exported-rows.ts';

export interface ExportProgress {
  readonly rows: number;
  readonly bytes: number;
}

/** Pieces become one Blob when so much has gathered: Chromium keeps large ones on disk. */
const pieceBytes = 8 * 1024 * 1024;

export async function downloadLines(
  address: string,
  format: ExportFormat,
  onProgress: (progress: ExportProgress) => void,
  signal: AbortSignal,
): Promise<{ readonly file: Blob; readonly name: string; readonly rows: number }> {
  const response = await askClew(address, { signal });
  if (!response.ok || response.body === null) {
    const answer = (await response.json().catch(() => undefined)) as
      | { readonly error?: { readonly message?: string } }
      | undefined;
    throw new Error(answer?.error?.message ?? `the server answered ${response.status}`);
  }
  const disposition = response.headers.get('content-disposition') ?? '';
  const name = /filename="([^"]+)"/.exec(disposition)?.[1] ?? `logs.${format}`;
  const counter = new ExportedRows(format);
  const pieces: Blob[] = [];
  let waiting: BlobPart[] = [];
  let waitingBytes = 0;
  let bytes = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    counter.add(value);
    bytes += value.length;
    waiting.push(value);
    waitingBytes += value.length;
    if (waitingBytes >= pieceBytes) {
      pieces.push(new Blob(waiting));
      waiting = [];
      waitingBytes = 0;
    }
    onProgress({ rows: counter.count, bytes });
  }
  return { file: new Blob([...pieces, ...waiting]), name, rows: counter.count };
}

export function saveFile(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser reads it when it saves it, which is a moment later.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
