// protobufjs reading the published proto files in `../shared/proto`: what our own readers and writers are compared
// with. Where the files are absent the tests that need them are skipped with a reason, except in CI, where that fails.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';

const shared = fileURLToPath(new URL('../../shared', import.meta.url));

/** A folder of `../shared`, or undefined with a printed reason. */
export function sharedFolder(name: string): string | undefined {
  const folder = join(shared, name);
  if (existsSync(folder)) return folder;
  const reason = `${folder} is absent: what compares with it is skipped`;
  if (process.env['CI'] === 'true') throw new Error(reason);
  console.warn(reason);
  return undefined;
}

/** The files, given below `../shared/proto/ROOT`, with what they import; an import that is absent is left out. */
export function loadProtos(
  root: string,
  files: readonly string[],
  aliases: Readonly<Record<string, string>> = {},
): protobuf.Root | undefined {
  const folder = sharedFolder('proto');
  if (folder === undefined) return undefined;
  const protos = new protobuf.Root();
  protos.resolvePath = (_origin, target): string | null => {
    if (target.startsWith('google/protobuf/')) return target;
    const path = join(folder, root, aliases[target] ?? target);
    return existsSync(path) ? path : null;
  };
  return protos.loadSync([...files], { keepCase: true });
}

/** A message in a form that `toEqual` compares: 64-bit numbers as strings, bytes as base64, no defaults. */
export function plainMessage(type: protobuf.Type, bytes: Uint8Array): object {
  return type.toObject(type.decode(bytes), { longs: String, bytes: String, enums: String });
}
