// Puts the demo shop into the data folder: its files, its packages with `npm ci` (once for each lock file), and its empty database.
// Fails with a sentence that says what to do; the next start goes on from what is there.

import { type ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Failure } from '../base/errors.ts';

export interface InstallOptions {
  /** `examples/demo-shop` of this Clew. */
  readonly source: string;
  /** `demo` in the data folder. */
  readonly target: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told again and again while packages are fetched. */
  readonly progress: (part: InstallPart, message: string) => void;
}

export type InstallPart = 'packages' | 'database';

export interface InstalledShop {
  readonly folder: string;
  readonly databaseFolder: string;
}

const installedMark = '.installed';
const outputMax = 4000;
/** Below the folder of the shop: runs a command that does not outlive this process. */
const errandFile = 'backstage/errand.js';
/** The end of an errand whose command there is not. */
const noSuchCommand = 127;

export async function installShop(
  options: InstallOptions,
  signal: AbortSignal,
): Promise<InstalledShop> {
  const folder = join(options.target, 'shop');
  mkdirSync(folder, { recursive: true });
  cpSync(options.source, folder, {
    recursive: true,
    filter: (path) => basename(path) !== 'node_modules',
  });
  const lock = readFileSync(join(folder, 'package-lock.json'));
  const print = createHash('sha256').update(lock).update(process.version).digest('hex');
  const mark = join(folder, 'node_modules', installedMark);
  if (!existsSync(mark) || readFileSync(mark, 'utf8') !== print) {
    await installPackages(options, folder, lock, signal);
    mkdirSync(dirname(mark), { recursive: true });
    writeFileSync(mark, print);
  }
  const databaseFolder = join(options.target, 'database');
  if (!existsSync(databaseFolder)) {
    options.progress('database', 'Creating the database of the shop, once');
    await createDatabase(options, folder, databaseFolder, signal);
  }
  return { folder, databaseFolder };
}

async function installPackages(
  { env, progress }: InstallOptions,
  folder: string,
  lock: Buffer,
  signal: AbortSignal,
): Promise<void> {
  const { packages } = JSON.parse(lock.toString('utf8')) as { packages: object };
  const all = Object.keys(packages).length - 1;
  progress('packages', `Fetching ${all} packages of the shop from npm, once`);
  let fetched = 0;
  const child = fork(
    errandFile,
    [
      'npm',
      'ci',
      '--no-audit',
      '--no-fund',
      '--ignore-scripts',
      '--legacy-peer-deps',
      '--prefer-offline',
      // Somebody waits in front of the screen: by default it takes more than a minute to say that nobody answers.
      '--fetch-retry-mintimeout=1000',
      '--fetch-retry-maxtimeout=5000',
      '--loglevel=http',
    ],
    { cwd: folder, env, execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] },
  );
  const { code, output } = await outcomeOf(child, signal, (text) => {
    fetched += text.split('npm http ').length - 1;
    progress(
      'packages',
      fetched < all
        ? `Fetching packages of the shop from npm, once: ${fetched} of ${all}`
        : `Unpacking the ${all} packages of the shop`,
    );
  });
  if (code === 0) return;
  if (code === noSuchCommand)
    throw new Failure(
      'unavailable',
      'the demo shop needs npm, and there is no command of that name: install Node.js with npm, or add it to the PATH that Clew is started with',
    );
  const said = /npm (?:error|ERR!) code (\S+)/.exec(output)?.[1];
  throw new Failure(
    'unavailable',
    `npm could not install the packages of the demo shop${said === undefined ? '' : ` (${said})`}: is there a way to the npm registry? Try again when there is; what has been fetched is kept`,
  );
}

/** In a process of its own, for making a database takes several times the memory of using one. */
async function createDatabase(
  { env }: InstallOptions,
  folder: string,
  databaseFolder: string,
  signal: AbortSignal,
): Promise<void> {
  const unfinished = `${databaseFolder}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  const child = fork('backstage/database.js', ['--create'], {
    cwd: folder,
    env: { ...env, DATABASE_FOLDER: unfinished },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const { code, output } = await outcomeOf(child, signal);
  if (code !== 0)
    throw new Failure(
      'internal',
      `the database of the demo shop could not be created: ${output.trim().slice(-300)}`,
    );
  // Whole or not at all.
  renameSync(unfinished, databaseFolder);
}

/** Fails with `canceled` when the signal fires; the child is gone then. */
async function outcomeOf(
  child: ChildProcess,
  signal: AbortSignal,
  onText?: (text: string) => void,
): Promise<{ readonly code: number | null; readonly output: string }> {
  let output = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    const text = chunk.toString();
    output = (output + text).slice(-outputMax);
    onText?.(text);
  });
  const kill = (): void => void child.kill();
  signal.addEventListener('abort', kill, { once: true });
  if (signal.aborted) kill();
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('close', resolve);
    child.once('error', (error: Error) =>
      reject(
        new Failure(
          'unavailable',
          `a part of the demo shop could not be started: ${error.message}`,
          { cause: error },
        ),
      ),
    );
  });
  signal.removeEventListener('abort', kill);
  if (signal.aborted) throw new Failure('canceled', 'the demo was stopped');
  return { code, output };
}
