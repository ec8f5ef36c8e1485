import { describe, expect, test } from 'vitest';
import { palettes } from './theme.ts';
import type { Palette } from './theme.ts';

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

function grounds(palette: Palette): string[] {
  return [palette.page, palette.panel, palette.raised, palette.hover, palette.selected];
}

describe.each(Object.entries(palettes))('%s', (_, palette) => {
  test('text reaches 4.5:1 on every ground', () => {
    const texts = [
      palette.text,
      palette.dim,
      palette.accent,
      palette.bad,
      palette.warning,
      palette.good,
      ...Object.values(palette.levels),
    ];
    const poor = texts.flatMap((text) =>
      grounds(palette)
        .filter((ground) => contrast(text, ground) < 4.5)
        .map((ground) => `${text} on ${ground}: ${contrast(text, ground).toFixed(2)}`),
    );
    expect(poor).toEqual([]);
    expect(contrast(palette.onAccent, palette.accent)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(palette.text, palette.mark)).toBeGreaterThanOrEqual(4.5);
  });

  test('service colors reach 4.5:1, since names are written in them', () => {
    const poor = palette.services.filter((color) =>
      grounds(palette).some((ground) => contrast(color, ground) < 4.5),
    );
    expect(poor).toEqual([]);
    expect(new Set(palette.services).size).toBe(12);
  });
});
