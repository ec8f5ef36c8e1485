// protobufjs reading the published proto files in `../shared/proto`: what our own readers and writers are compared
// with. Where the files are absent the tests that need them are skipped with a reason, except in CI, where that fails.

import { existsSync, readFileSync } from 'node:fs';
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

/**
 * The files, given below `../shared/proto/ROOT`, with what they import; an import that is absent is left out. `rename`
 * is a package prefix to read as another one: Tempo has OTLP's messages under its own name.
 */
export function loadProtos(
  root: string,
  files: readonly string[],
  rename: readonly [from: string, to: string] = ['', ''],
): protobuf.Root | undefined {
  const folder = sharedFolder('proto');
  if (folder === undefined) return undefined;
  const protos = new protobuf.Root();
  const seen = new Set<string>();
  const load = (file: string): void => {
    const path = join(folder, root, file);
    if (seen.has(file)) return;
    seen.add(file);
    if (!existsSync(path)) {
      const wellKnown = protobuf.common.get(file);
      if (wellKnown?.nested !== undefined) protos.addJSON(wellKnown.nested);
      return;
    }
    const text = readFileSync(path, 'utf8').replaceAll(`${rename[0]}.`, `${rename[1]}.`);
    const { imports = [], weakImports = [] } = protobuf.parse(text, protos, { keepCase: true });
    for (const imported of [...imports, ...weakImports]) load(imported);
  };
  for (const file of files) load(file);
  protos.resolveAll();
  return protos;
}

/** A message in a form that `toEqual` compares: 64-bit numbers as strings, bytes as base64, no defaults. */
export function plainMessage(type: protobuf.Type, bytes: Uint8Array): object {
  return type.toObject(type.decode(bytes), { longs: String, bytes: String, enums: String });
}
