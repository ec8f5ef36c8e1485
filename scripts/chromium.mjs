// Finds a Chromium for the browser tests, or installs Debian's when run as root. Never a silent skip.

import { existsSync } from 'node:fs';
import { step } from './setup.mjs';

const places = [
  process.env['CLEW_TEST_CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

const find = () => places.find((place) => place !== undefined && place !== '' && existsSync(place));

/** Path of a Chromium, or undefined with the command to type on standard error. */
export async function ensureChromium() {
  const found = find();
  if (found !== undefined) return found;
  const isRoot = process.getuid?.() === 0;
  if (isRoot && existsSync('/usr/bin/apt-get')) {
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await step('looking for Debian packages', 'apt-get', ['update', '-qq'], { env });
    await step(
      "installing Debian's chromium for the browser tests",
      'apt-get',
      ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'],
      { env },
    );
    const installed = find();
    if (installed !== undefined) return installed;
  }
  console.error(
    'clew: the browser tests need Chromium. Install it and run again:\n  sudo apt-get install chromium\nor name one: CLEW_TEST_CHROMIUM=/path/to/chromium npm test',
  );
  return undefined;
}
