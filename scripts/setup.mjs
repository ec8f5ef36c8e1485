// What `npm start` and `npm test` share: install and build when something changed since the last time, with a line that
// says what is going on. Plain JavaScript on Node.js alone, for it runs before anything is installed.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

const nodeFloor = [20, 19];

/** Ends with a sentence when Node.js is too old. */
export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > nodeFloor[0] || (major === nodeFloor[0] && minor >= nodeFloor[1])) return;
  console.error(
    `clew: needs Node.js ${nodeFloor.join('.')} or newer, this is ${process.versions.node}`,
  );
  process.exit(1);
}

/**
 * Runs a command. On a terminal a line tells how long it has been going; its output is shown only when it fails, unless
 * `show` asks for it.
 */
export async function step(title, command, args, { show = false, env = {} } = {}) {
  const started = performance.now();
  const seconds = () => ((performance.now() - started) / 1000).toFixed(1);
  const live = process.stderr.isTTY && !show;
  const tick = () => process.stderr.write(`\r\u001b[Kclew: ${title} … ${seconds()} s`);
  if (live) tick();
  else process.stderr.write(`clew: ${title} …\n`);
  const timer = live ? setInterval(tick, 100) : undefined;
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  const output = [];
  child.stdout?.on('data', (chunk) => output.push(chunk));
  child.stderr?.on('data', (chunk) => output.push(chunk));
  const code = await new Promise((resolve) => {
    child.on('error', (error) => {
      output.push(Buffer.from(`${error.message}\n`));
      resolve(127);
    });
    child.on('close', (exit, signal) => resolve(exit ?? (signal === null ? 1 : 130)));
  });
  clearInterval(timer);
  const outcome = code === 0 ? 'done' : `failed (exit ${code})`;
  process.stderr.write(`${live ? '\r\u001b[K' : ''}clew: ${title}: ${outcome} in ${seconds()} s\n`);
  if (code !== 0 && !show) process.stderr.write(Buffer.concat(output));
  return code;
}

function filesBelow(path) {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return [path];
  return readdirSync(full, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules' && name !== 'dist')
    .flatMap(({ name }) => filesBelow(`${path}/${name}`))
    .toSorted((a, b) => (a < b ? -1 : 1));
}

/** A hash of the files' names and contents. */
export function fingerprint(paths) {
  const hash = createHash('sha256');
  for (const path of paths.flatMap(filesBelow)) {
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(root, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

function isRecorded(file, print) {
  return existsSync(join(root, file)) && readFileSync(join(root, file), 'utf8') === print;
}

function record(file, print) {
  mkdirSync(join(root, file, '..'), { recursive: true });
  writeFileSync(join(root, file), print);
}

const installMark = 'node_modules/.clew-installed';
const buildMark = 'dist/.clew-built';
const buildInputs = [
  'src',
  'ui',
  'scripts/build.mjs',
  'package.json',
  'package-lock.json',
  'tsconfig.base.json',
];

/** `npm ci` unless the lock file is the one that is installed. Returns the exit code. */
export async function install() {
  const print = fingerprint(['package-lock.json', 'package.json']);
  if (isRecorded(installMark, print)) return 0;
  const code = await step('installing packages (once; about 600 MB on disk)', 'npm', [
    'ci',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]);
  if (code === 0) record(installMark, print);
  return code;
}

/** Builds server and UI unless `dist` is of these very sources. Returns the exit code. */
export async function build() {
  const print = fingerprint(buildInputs);
  if (isRecorded(buildMark, print)) return 0;
  const code = await step('building', process.execPath, ['scripts/build.mjs']);
  if (code === 0) record(buildMark, print);
  return code;
}
