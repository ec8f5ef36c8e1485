// A canvas compared with a picture of it that is kept in the tree. Both are decoded by the browser that painted; fonts
// differ a little between machines, so a share of the pixels may.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { root } from '../../clew-process.ts';

const folder = join(root, 'test/end-to-end/screen/references');

/** Runs in the page, which has a decoder: the share of pixels with a channel that is off by more than a shade. */
const compareInPage = `async ([one, other]) => {
  const pixels = async (url) => {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.width;
    canvas.height = image.height;
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, image.width, image.height);
  };
  const [a, b] = await Promise.all([pixels(one), pixels(other)]);
  if (a.width !== b.width || a.height !== b.height) return 1;
  let different = 0;
  for (let at = 0; at < a.data.length; at += 4) {
    let far = 0;
    for (let channel = 0; channel < 4; channel++)
      far = Math.max(far, Math.abs(a.data[at + channel] - b.data[at + channel]));
    if (far > 48) different++;
  }
  return different / (a.data.length / 4);
}`;

/**
 * Share of the pixels that differ clearly, 0 to 1. A size that differs is a difference of everything. `CLEW_REFERENCES=write`
 * keeps what is there as the reference.
 */
export async function pictureDifference(
  page: Page,
  canvasSelector: string,
  name: string,
): Promise<number> {
  const path = join(folder, `${name}.png`);
  const given = (await page.evaluate(
    `document.querySelector(${JSON.stringify(canvasSelector)})?.toDataURL('image/png')`,
  )) as string | undefined; // What a canvas answers.
  if (given === undefined) throw new Error(`no canvas ${canvasSelector}`);
  const seen = join(root, 'test-results/screens', `${name}-canvas.png`);
  mkdirSync(dirname(seen), { recursive: true });
  writeFileSync(seen, Buffer.from(given.slice(given.indexOf(',') + 1), 'base64'));
  if (process.env['CLEW_REFERENCES'] === 'write') {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, readFileSync(seen));
  }
  if (!existsSync(path))
    throw new Error(`no reference ${path}: run once with CLEW_REFERENCES=write and look at it`);
  const reference = `data:image/png;base64,${readFileSync(path).toString('base64')}`;
  return Number(await page.evaluate(`(${compareInPage})(${JSON.stringify([given, reference])})`));
}
