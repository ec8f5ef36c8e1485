// Runs a command for the process that started this one, and ends it when that process is gone, however that came about: who is
// killed cannot end its children any more, but its channel closes. Ends with 127 when there is no such command.
'use strict';

const { spawn } = require('node:child_process');

const [command, ...parameters] = process.argv.slice(2);
const child = spawn(command, parameters, {
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
const end = () => void child.kill();

child.once('error', () => process.exit(127));
child.once('exit', (code) => process.exit(code ?? 1));
process.once('disconnect', end);
process.once('SIGTERM', end);
// Ctrl-C reaches the whole group: the parent decides.
process.on('SIGINT', () => undefined);
if (!process.connected) end();
