// An HTTP body in Native format, cut anywhere, as chunks of whole blocks. Also finds the failure that ClickHouse writes
// into a body it has already begun to send.

import { Failure } from '../../../base/errors.ts';
import { wholeBlocksLength } from '../../native/native-reader.ts';
import { clickHouseCode, failureFromClickHouse } from '../clickhouse-failures.ts';

/** The failure at the end of a body, if there is one. `tag` comes with the response's headers since ClickHouse 25.11. */
export function failureInBody(rest: Buffer, tag: string | undefined): Failure | undefined {
  const mark = rest.indexOf(tag === undefined ? 'DB::Exception' : `__exception__\r\n${tag}`);
  if (mark < 0) return undefined;
  const message = rest.subarray(tag === undefined ? Math.max(0, mark - 16) : mark).toString();
  return failureFromClickHouse(clickHouseCode(message), message);
}

/** `isNative` false: chunks are passed on as they come. */
export async function* frameBody(
  body: AsyncIterable<Buffer>,
  isNative: boolean,
  tag: string | undefined,
): AsyncGenerator<Uint8Array, void> {
  let rest: Buffer = Buffer.alloc(0);
  let pieces: Buffer[] = [];
  let pieceBytes = 0;
  for await (const piece of body) {
    pieces.push(piece);
    pieceBytes += piece.length;
    // A block that is not whole yet is read again only when there is twice as much of it.
    if (pieceBytes < rest.length) continue;
    rest = Buffer.concat([rest, ...pieces]);
    pieces = [];
    pieceBytes = 0;
    const failure = tag === undefined ? undefined : failureInBody(rest, tag);
    if (failure !== undefined) throw failure;
    const whole = isNative ? wholeBlocksLength(rest) : rest.lastIndexOf(10) + 1;
    if (whole > 0) {
      yield rest.subarray(0, whole);
      rest = rest.subarray(whole);
    }
  }
  rest = Buffer.concat([rest, ...pieces]);
  const failure = failureInBody(rest, tag);
  if (failure !== undefined) throw failure;
  const whole = isNative ? wholeBlocksLength(rest) : rest.length;
  if (whole < rest.length) throw new Failure('unavailable', 'the connection to ClickHouse was cut');
  if (whole > 0) yield rest;
}
