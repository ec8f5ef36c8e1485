// Bodies that came compressed: inflated with a bound that holds while inflating, so that a small bomb cannot grow into
// memory.

import { createGunzip, createInflate } from 'node:zlib';
import { Failure } from '../../base/errors.ts';

/**
 * The body without its `Content-Encoding` (`gzip`, `deflate`, none). Fails with `limit` when it is larger than allowed and
 * with `invalid-data` when it is not what the header says.
 */
export function inflate(body: Uint8Array, encoding: string, bytesMax: number): Promise<Uint8Array> {
  if (encoding === '' || encoding === 'identity') return Promise.resolve(body);
  if (encoding !== 'gzip' && encoding !== 'deflate') {
    return Promise.reject(
      new Failure('invalid-data', `Content-Encoding ${JSON.stringify(encoding)} not supported`),
    );
  }
  return new Promise((resolve, reject) => {
    const stream = encoding === 'gzip' ? createGunzip() : createInflate();
    const chunks: Uint8Array[] = [];
    let length = 0;
    stream.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > bytesMax) {
        stream.destroy();
        reject(
          new Failure(
            'limit',
            `request body too large: the limit is ${bytesMax} bytes after inflating`,
          ),
        );
        return;
      }
      chunks.push(chunk);
    });
    stream.on('end', () => resolve(Buffer.concat(chunks, length)));
    stream.on('error', (error) =>
      reject(
        new Failure('invalid-data', `cannot inflate the ${encoding} body: ${error.message}`, {
          cause: error,
        }),
      ),
    );
    stream.end(body);
  });
}
