// Bodies that came compressed: inflated with a bound that holds while inflating, so that a small bomb cannot grow into
// memory.

import { promisify } from 'node:util';
import { gunzip, inflate as inflateZlib } from 'node:zlib';
import { Failure } from '../../base/errors.ts';

const inflaters = { gzip: promisify(gunzip), deflate: promisify(inflateZlib) };

/**
 * The body without its `Content-Encoding` (`gzip`, `deflate`, none). Fails with `limit` when it is larger than allowed and
 * with `invalid-data` when it is not what the header says.
 */
export async function inflate(
  body: Uint8Array,
  encoding: string,
  bytesMax: number,
): Promise<Uint8Array> {
  if (encoding === '' || encoding === 'identity') return body;
  if (encoding !== 'gzip' && encoding !== 'deflate') {
    throw new Failure('invalid-data', `Content-Encoding ${JSON.stringify(encoding)} not supported`);
  }
  try {
    return await inflaters[encoding](body, { maxOutputLength: bytesMax });
  } catch (error) {
    if (error instanceof RangeError) {
      throw new Failure(
        'limit',
        `request body too large: the limit is ${bytesMax} bytes after inflating`,
        { cause: error },
      );
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure('invalid-data', `cannot inflate the ${encoding} body: ${reason}`, {
      cause: error,
    });
  }
}
