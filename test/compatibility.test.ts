// The generated pages of docs/compatibility say what the catalogues say.

import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  compatibilityFolder,
  compatibilityPages,
  withoutCounts,
} from './conformance/compatibility.ts';
import { corporaFolder } from './conformance/corpora.ts';

const present = existsSync(corporaFolder);
if (!present) {
  const reason = `counts in docs/compatibility are not compared: ${corporaFolder} is not there`;
  console.log(reason);
  test.skipIf(process.env['CI'] !== 'true')('the corpora are there', () => {
    expect.fail(reason);
  });
}

for (const [name, expected] of Object.entries(compatibilityPages())) {
  test(`docs/compatibility/${name} is what npm run docs writes`, () => {
    const written = readFileSync(new URL(name, compatibilityFolder), 'utf8');
    if (present) expect(written).toBe(expected);
    else expect(withoutCounts(written)).toBe(withoutCounts(expected));
  });
}

test('only the counts of a page are left out of the comparison', () => {
  const one = '# a\n\n## Conformance\n\n| x | 1,095 | 1,095 | y |\n\n## Exceptions\n\n| 1 | 2 |\n';
  const other = one.replaceAll('1,095', '?');
  expect(withoutCounts(one)).toBe(withoutCounts(other));
  expect(withoutCounts(one)).not.toBe(withoutCounts(one.replace('| 1 | 2 |', '| 1 | 3 |')));
  expect(withoutCounts(one)).not.toBe(withoutCounts(one.replace('| y |', '| z |')));
});
