// A drawing compared with a picture of it that is kept in the tree. What tolerance means here: no text is painted, so that
// fonts do not count; a pixel may have any color between those of the pixels around its place, so that another rasteriser's
// edges and rounding by a pixel do not count; and of the pixels that are drawn at all (those unlike the background) one in
// a hundred may differ all the same. It is a share of what is drawn and not of the picture: a few dots on a wide plot are
// few pixels, and some that are at another place fail.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { root } from '../../clew-process.ts';

const folder = join(root, 'test/end-to-end/screen/references');

/** Bytes of a picture in the tree. */
const referenceBytesMax = 30_000;

/** Share of the drawn pixels that may differ. */
export const differenceMax = 0.01;

/** Runs in the page, which has a decoder. What is off by no more than `near` in each channel is the same color. */
const compareInPage = `async ([one, other]) => {
  const near = 16;
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
  const { width, height } = b;
  if (a.width !== width || a.height !== height)
    return 'it is ' + a.width + ' x ' + a.height + ' and was ' + width + ' x ' + height;
  const colors = new Map();
  for (const color of new Uint32Array(b.data.buffer)) colors.set(color, (colors.get(color) ?? 0) + 1);
  const [background] = [...colors].sort((x, y) => y[1] - x[1])[0];
  const back = [background & 255, (background >>> 8) & 255, (background >>> 16) & 255, background >>> 24];
  // Between the least and the most of the pixels around it, in each channel: so is what another rasteriser makes of an edge.
  const isAround = (data, x, y, like, from) => {
    for (let channel = 0; channel < 4; channel++) {
      let least = 255;
      let most = 0;
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++)
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          const value = data[(v * width + u) * 4 + channel];
          if (value < least) least = value;
          if (value > most) most = value;
        }
      if (like[from + channel] < least - near || like[from + channel] > most + near) return false;
    }
    return true;
  };
  const isDrawn = (data, at) =>
    [0, 1, 2, 3].some((channel) => Math.abs(data[at + channel] - back[channel]) > 12);
  let drawn = 0;
  let different = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      if (!isDrawn(a.data, at) && !isDrawn(b.data, at)) continue;
      drawn++;
      if (!isAround(b.data, x, y, a.data, at) || !isAround(a.data, x, y, b.data, at)) different++;
    }
  return drawn === 0 ? 'nothing is drawn' : different / drawn;
}`;

const styleId = 'without-words';

/** Words in the document and in canvases take their room and are not painted. Before the page is opened. */
export async function paintNoWords(page: Page): Promise<void> {
  await page.addInitScript(`
    CanvasRenderingContext2D.prototype.fillText = () => undefined;
    CanvasRenderingContext2D.prototype.strokeText = () => undefined;
  `);
}

const hideWords = `(() => {
  const style = document.createElement('style');
  style.id = '${styleId}';
  style.textContent = '*, *::before, *::after { color: transparent !important; caret-color: transparent !important; }' +
    'svg text { visibility: hidden !important; } :focus-visible { outline: none !important; }';
  document.head.append(style);
})()`;

/**
 * Share of the drawn pixels that differ, 0 to 1; 1 with a warning when the sizes differ. `CLEW_REFERENCES=write` keeps
 * what is there as the reference. What was seen is in test-results/screens in any case.
 */
export async function pictureDifference(
  page: Page,
  drawing: Locator,
  name: string,
): Promise<number> {
  const path = join(folder, `${name}.png`);
  await page.evaluate(hideWords);
  const seen = await drawing.screenshot({ animations: 'disabled', scale: 'css' });
  await page.evaluate(`document.getElementById('${styleId}')?.remove()`);
  const seenPath = join(root, 'test-results/screens', `${name}-drawing.png`);
  mkdirSync(dirname(seenPath), { recursive: true });
  writeFileSync(seenPath, seen);
  if (process.env['CLEW_REFERENCES'] === 'write') {
    if (seen.length > referenceBytesMax)
      throw new Error(`${name}: ${seen.length} bytes are too many for a picture in the tree`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, seen);
  }
  if (!existsSync(path))
    throw new Error(`no reference ${path}: run once with CLEW_REFERENCES=write and look at it`);
  const [one, other] = [seen, readFileSync(path)].map(
    (picture) => `data:image/png;base64,${picture.toString('base64')}`,
  );
  const difference = await page.evaluate<number | string>(
    `(${compareInPage})(${JSON.stringify([one, other])})`,
  );
  if (typeof difference === 'number') return difference;
  console.warn(`${name}: ${difference}`);
  return 1;
}
