// Reads one output stream of an application as log records and gives them to the shipper.

import type { Readable } from 'node:stream';
import type { Clock } from '../../base/clock.ts';
import { createLineAssembler } from './line-assembler.ts';
import type { Shipper } from './shipper.ts';

/** A record is complete when its stream has been silent for so long. */
const silenceMs = 150;

/** Settles when the stream has ended and its last record has been given away. */
export function followOutput(
  source: Readable,
  stream: 'stdout' | 'stderr',
  shipper: Pick<Shipper, 'add'>,
  clock: Clock,
): Promise<void> {
  const assembler = createLineAssembler();
  let silence: NodeJS.Timeout | undefined;
  const ship = (records: readonly string[]): void => {
    for (const text of records) shipper.add({ timeNs: clock.nowNs().toString(), stream, text });
  };
  return new Promise((resolve) => {
    source.on('data', (chunk: Buffer) => {
      ship(assembler.push(chunk));
      clearTimeout(silence);
      silence = setTimeout(() => ship(assembler.flush()), silenceMs);
    });
    source.on('close', () => {
      clearTimeout(silence);
      ship(assembler.flush());
      resolve();
    });
  });
}
