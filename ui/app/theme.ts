// Every color and size of the screen, once: the canvases read a `Palette`, the style sheets read the same values as
// `--clew-*` variables, and Mantine's own variables are set from them. Dark and light are equals. Contrast is held
// by a test: text at 4.5:1 and marks at 3:1 against the page.

import { createTheme } from '@mantine/core';
import type { CSSVariablesResolver, MantineThemeOverride } from '@mantine/core';

export type Scheme = 'dark' | 'light';

/** Severity as the screen knows it; what is not one of OpenTelemetry's six is `unknown`. */
export type LevelKind = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'unknown';

export interface Palette {
  readonly page: string;
  readonly panel: string;
  readonly raised: string;
  readonly hover: string;
  readonly selected: string;
  readonly hairline: string;
  readonly border: string;
  readonly text: string;
  readonly dim: string;
  readonly accent: string;
  readonly onAccent: string;
  readonly mark: string;
  readonly good: string;
  readonly bad: string;
  readonly warning: string;
  readonly levels: Readonly<Record<LevelKind, string>>;
  /** Twelve hues; a service's is chosen by a hash of its name. Red is kept for errors, magenta for fatal. */
  readonly services: readonly string[];
}

export const palettes: Readonly<Record<Scheme, Palette>> = {
  dark: {
    page: '#0f1318',
    panel: '#141920',
    raised: '#1b222b',
    hover: '#1a212a',
    selected: '#1c2a3f',
    hairline: '#262e38',
    border: '#36414e',
    text: '#dfe5ec',
    dim: '#98a4b3',
    accent: '#5ea3ff',
    onAccent: '#08131f',
    mark: '#5c4a12',
    good: '#58c28a',
    bad: '#ff7a70',
    warning: '#e8ae45',
    levels: {
      trace: '#929cab',
      debug: '#98a4b3',
      info: '#86add6',
      warn: '#e8ae45',
      error: '#ff7a70',
      fatal: '#f57cf0',
      unknown: '#929cab',
    },
    services: [
      '#6fa8ff',
      '#f2a35e',
      '#41c9b2',
      '#cfb8ff',
      '#dfc14a',
      '#ee8fc2',
      '#7fce74',
      '#62c6ee',
      '#cba887',
      '#868eff',
      '#b5d15c',
      '#c3a3b9',
    ],
  },
  light: {
    page: '#ffffff',
    panel: '#f7f8fa',
    raised: '#ffffff',
    hover: '#f1f4f8',
    selected: '#e6f0ff',
    hairline: '#e2e6eb',
    border: '#c5ccd5',
    text: '#1a2129',
    dim: '#56616e',
    accent: '#0b62d6',
    onAccent: '#ffffff',
    mark: '#ffe79a',
    good: '#177a48',
    bad: '#c31f2d',
    warning: '#8f5b00',
    levels: {
      trace: '#5c6671',
      debug: '#56616e',
      info: '#3b6591',
      warn: '#8f5b00',
      error: '#c31f2d',
      fatal: '#a10c8d',
      unknown: '#5c6671',
    },
    services: [
      '#1c69ca',
      '#aa5400',
      '#007a68',
      '#8a35b5',
      '#846900',
      '#b52e80',
      '#347b1b',
      '#007496',
      '#85603a',
      '#3d43d4',
      '#5b7400',
      '#8a5878',
    ],
  },
};

export const sizes = {
  /** One row of a list of log lines. */
  logRow: 22,
  /** One row of the waterfall: a bar, and below it the dots of its log lines. */
  spanRow: 24,
} as const;

const fontText =
  'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif';
const fontMono =
  'ui-monospace, "SF Mono", "JetBrains Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace';

export const theme: MantineThemeOverride = createTheme({
  fontFamily: fontText,
  fontFamilyMonospace: fontMono,
  fontSizes: { xs: '11px', sm: '12px', md: '13px', lg: '15px', xl: '18px' },
  defaultRadius: 4,
  cursorType: 'pointer',
  respectReducedMotion: true,
  primaryColor: 'blue',
});

function variables(palette: Palette): Record<string, string> {
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(palette)) {
    if (typeof value === 'string') own[`--clew-${name.toLowerCase()}`] = value;
  }
  for (const [level, color] of Object.entries(palette.levels)) own[`--clew-level-${level}`] = color;
  palette.services.forEach((color, at) => {
    own[`--clew-service-${at}`] = color;
  });
  return {
    ...own,
    '--mantine-color-body': palette.page,
    '--mantine-color-text': palette.text,
    '--mantine-color-dimmed': palette.dim,
    '--mantine-color-placeholder': palette.dim,
    '--mantine-color-default': palette.raised,
    '--mantine-color-default-hover': palette.hover,
    '--mantine-color-default-color': palette.text,
    '--mantine-color-default-border': palette.border,
    '--mantine-primary-color-filled': palette.accent,
    '--mantine-primary-color-filled-hover': palette.accent,
    '--mantine-primary-color-contrast': palette.onAccent,
    '--mantine-color-error': palette.bad,
  };
}

export const cssVariables: CSSVariablesResolver = () => ({
  variables: { '--clew-font-mono': fontMono, '--clew-log-row': `${sizes.logRow}px` },
  dark: variables(palettes.dark),
  light: variables(palettes.light),
});
