// Builds what is shipped into `dist/`: the server by the TypeScript compiler, its SQL files by copying, the UI by Vite.

import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

function run(script, args) {
  const { status, error } = spawnSync(
    process.execPath,
    [join(root, 'node_modules', script), ...args],
    {
      cwd: root,
      stdio: 'inherit',
    },
  );
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

function copyTree(from, to, ending) {
  for (const entry of readdirSync(join(root, from), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(ending)) continue;
    const source = join(entry.parentPath, entry.name);
    const target = join(root, to, source.slice(join(root, from).length));
    cpSync(source, target, { recursive: true });
  }
}

rmSync(join(root, 'dist'), { recursive: true, force: true });
run('typescript/bin/tsc', ['-b', 'src']);
copyTree('src/storage/schema', 'dist/storage/schema', '.sql');
copyTree('src/cli', 'dist/cli', '.cjs');
if (existsSync(join(root, 'ui/vite.config.ts'))) {
  run('vite/bin/vite.js', ['build', '--config', 'ui/vite.config.ts', '--logLevel', 'warn']);
}
const main = join(root, 'dist/main.js');
if (existsSync(dirname(main)) && existsSync(main)) chmodSync(main, 0o755);
