// The README's example of `clew query` works as it stands there.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { FakeClock } from '../src/base/clock.ts';
import { parseArguments } from '../src/cli/arguments.ts';
import { query } from '../src/compose/query/query.ts';

const folder = fileURLToPath(new URL('..', import.meta.url));

/** Words of a command line with single quotes. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? '',
  );
}

test('every clew query of the README answers', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const commands = readme.match(/^npx clew query .*$/gm) ?? [];
  expect(commands.length).toBeGreaterThan(0);
  for (const command of commands) {
    let printed = '';
    const told: string[] = [];
    const code = await query(parseArguments(wordsOf(command).slice(2)), {
      env: {},
      folder,
      clock: new FakeClock(0),
      print: (text) => void (printed += text),
      tell: (message) => void told.push(message),
    });
    expect({ command, code, told }).toEqual({ command, code: 0, told: [] });
    expect(printed).toContain('card refused');
  }
});
