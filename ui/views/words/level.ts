// Severities: what a record calls its level, as one of the kinds that have a color and a letter.

import type { LevelKind } from '../../app/theme.ts';

const kinds: Readonly<Record<string, LevelKind>> = {
  trace: 'trace',
  debug: 'debug',
  verbose: 'debug',
  info: 'info',
  information: 'info',
  informational: 'info',
  notice: 'info',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
  err: 'error',
  fatal: 'fatal',
  critical: 'fatal',
  crit: 'fatal',
  alert: 'fatal',
  emergency: 'fatal',
  panic: 'fatal',
};

const letters: Readonly<Record<LevelKind, string>> = {
  trace: 'T',
  debug: 'D',
  info: 'I',
  warn: 'W',
  error: 'E',
  fatal: 'F',
  unknown: '·',
};

export function levelKind(level: string): LevelKind {
  // OpenTelemetry's own short names have a digit: ERROR2.
  return kinds[level.toLowerCase().replace(/\d$/, '')] ?? 'unknown';
}

export function levelLetter(level: string): string {
  return letters[levelKind(level)];
}

export function isErrorLevel(level: string): boolean {
  const kind = levelKind(level);
  return kind === 'error' || kind === 'fatal';
}
