// Reading the body of an HTTP request with its limit kept at every step: what is announced, what arrives, and what it inflates to.

import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import { Failure } from '../../../base/errors.ts';
import type { InFlightBytes } from '../../in-flight.ts';

/** What is read and thrown away of a body that is too large, so that its sender gets to see the answer. */
const discardedBytesMax = 256 * 1024 * 1024;

const inflaters = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
};

function isInflatable(encoding: string): encoding is keyof typeof inflaters {
  return Object.hasOwn(inflaters, encoding);
}

/**
 * The body, decompressed. `held` is told of the bytes as they come in; the caller releases what `taken` reports, also
 * when this throws.
 */
export async function readBody(
  request: IncomingMessage,
  bytesMax: number,
  held: InFlightBytes,
  taken: (bytes: number) => void,
): Promise<Uint8Array> {
  const encoding = (request.headers['content-encoding'] ?? '').trim().toLowerCase();
  const take = (bytes: number): void => {
    held.take(bytes);
    taken(bytes);
  };
  const body = await readRaw(request, bytesMax, take, refusedEncoding(encoding));
  if (!isInflatable(encoding)) return body;
  try {
    const inflated = await inflaters[encoding](body, { maxOutputLength: bytesMax });
    take(inflated.length);
    return inflated;
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown;
    if (thrown instanceof RangeError) throw tooLarge(bytesMax);
    throw new Failure('invalid-data', `the body is not valid ${encoding}`, { cause: thrown });
  }
}

function refusedEncoding(encoding: string): Failure | undefined {
  if (encoding === '' || encoding === 'identity' || isInflatable(encoding)) return undefined;
  return new Failure(
    'invalid-data',
    `unsupported Content-Encoding "${encoding}", expected gzip, deflate or none`,
  );
}

function tooLarge(bytesMax: number): Failure {
  return new Failure('limit', `http: request body too large: the limit is ${bytesMax} bytes`);
}

function readRaw(
  request: IncomingMessage,
  bytesMax: number,
  take: (bytes: number) => void,
  refused: Failure | undefined,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const announced = Number(request.headers['content-length'] ?? 0);
    let failure = refused ?? (announced > bytesMax ? tooLarge(bytesMax) : undefined);
    let chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (failure === undefined) {
        try {
          if (length > bytesMax) throw tooLarge(bytesMax);
          take(chunk.length);
          chunks.push(chunk);
        } catch (thrown) {
          failure = thrown instanceof Failure ? thrown : tooLarge(bytesMax);
          chunks = [];
        }
      } else if (length > discardedBytesMax) {
        reject(failure);
        request.destroy();
      }
    });
    request.on('end', () => {
      if (failure === undefined)
        resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
      else reject(failure);
    });
    const broken = (): void =>
      reject(new Failure('canceled', 'the request ended before its body was complete'));
    request.on('error', broken);
    request.on('aborted', broken);
    request.on('close', broken);
  });
}
