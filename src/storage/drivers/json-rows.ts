// Rows of a JSONEachRow result, gathered from its chunks.

import { Failure } from '../../base/errors.ts';

/** `rows` is for small results: a larger one is a query that forgot its limit. */
export const rowsBytesMax: number = 64 * 1024 * 1024;

export async function collectJsonRows<Row>(chunks: AsyncIterable<Uint8Array>): Promise<Row[]> {
  const rows: Row[] = [];
  let bytes = 0;
  // Chunks end at the end of a row in one driver, anywhere in the other.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let rest = '';
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > rowsBytesMax) throw new Failure('limit', 'the result is too large');
    const text = rest + decoder.decode(chunk, { stream: true });
    const end = text.lastIndexOf('\n') + 1;
    rest = text.slice(end);
    for (const line of text.slice(0, end).split('\n'))
      if (line !== '') rows.push(JSON.parse(line) as Row);
  }
  if (rest !== '') rows.push(JSON.parse(rest) as Row);
  return rows;
}
