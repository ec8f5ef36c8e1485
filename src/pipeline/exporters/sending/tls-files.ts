// The key material that a TLS section names, read when the exporter starts.

import { readFileSync } from 'node:fs';
import { Failure } from '../../../base/errors.ts';
import type { TlsConfig } from './config.ts';

export interface TlsMaterial {
  readonly ca: Buffer | undefined;
  readonly cert: Buffer | undefined;
  readonly key: Buffer | undefined;
}

export function readTlsFiles(tls: TlsConfig): TlsMaterial {
  return { ca: read(tls.caFile), cert: read(tls.certFile), key: read(tls.keyFile) };
}

function read(path: string | undefined): Buffer | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new Failure('config', `cannot read the TLS file "${path}"`, { cause });
  }
}
