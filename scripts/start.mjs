// `npm start`: sets everything up when needed, then is Clew. The second start goes straight to running. `npm run demo` is the
// same with the demo shop in it: its first argument is the subcommand.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build, checkNode, install, root } from './setup.mjs';

checkNode();
let code = await install();
if (code === 0) code = await build();
if (code !== 0) process.exit(code);

const given = process.argv.slice(2);
const child = spawn(
  process.execPath,
  [join(root, 'dist/main.js'), ...(given[0] === 'demo' ? given : ['start', ...given])],
  {
    // The folder in which the user called npm, so that their `otel-collector-config.yaml` there is found.
    cwd: process.env['INIT_CWD'] ?? process.cwd(),
    stdio: 'inherit',
  },
);
// The terminal sends Ctrl-C to the whole group; a signal to this process alone is passed on.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (exit, signal) => process.exit(exit ?? (signal === null ? 1 : 130)));
