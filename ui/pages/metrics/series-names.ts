// What the series of one answer are called beside one another: only what tells them apart. And which of them are drawn
// when there are too many.

import type { MetricLabels, MetricSeries } from '../../data/metrics.ts';
import { serviceColor } from '../../views/words/service-color.ts';
import { palettes } from '../../app/theme.ts';

/** `name{a="x"}`, the whole of it. */
export function printSeries(labels: MetricLabels): string {
  const { __name__: name = '', ...others } = labels;
  const inner = Object.entries(others)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(', ');
  return inner === '' && name !== '' ? name : `${name}{${inner}}`;
}

/** Stable whatever the order of the labels. */
export function seriesKey(labels: MetricLabels): string {
  return JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The labels that all of the series have alike. */
export function sharedLabels(series: readonly { readonly labels: MetricLabels }[]): MetricLabels {
  const [first, ...others] = series;
  return Object.fromEntries(
    Object.entries(first?.labels ?? {}).filter(([key, value]) =>
      others.every(({ labels }) => labels[key] === value),
    ),
  );
}

/** A job without its namespace, when that is the same for all. */
function shortValue(key: string, value: string): string {
  return key === 'job' ? value.slice(value.lastIndexOf('/') + 1) : value;
}

/** Of an aggregate by one label its value says enough. */
function nameAlone(labels: MetricLabels): string {
  const [first, ...others] = Object.entries(labels);
  if (first === undefined || others.length > 0 || first[0] === '__name__')
    return printSeries(labels);
  return shortValue(...first);
}

export function seriesNames(
  series: readonly { readonly labels: MetricLabels }[],
): readonly string[] {
  const shared = sharedLabels(series);
  const keys = [
    ...new Set(
      series.flatMap(({ labels }) => Object.keys(labels).filter((key) => !(key in shared))),
    ),
  ].toSorted();
  const isShort = new Set(series.map(({ labels }) => shortValue('job', labels['job'] ?? ''))).size;
  const jobs = new Set(series.map(({ labels }) => labels['job'] ?? '')).size;
  return series.map(({ labels }) => {
    const values = keys.flatMap((key) => {
      const value = labels[key];
      if (value === undefined || value === '') return [];
      return [[key, isShort === jobs ? shortValue(key, value) : value] as const];
    });
    if (values.length === 0) return series.length === 1 ? nameAlone(labels) : 'without labels';
    return keys.length === 1
      ? values.map(([, value]) => value).join(', ')
      : values.map(([key, value]) => `${key}=${value}`).join(' ');
  });
}

const hues = palettes.dark.services.length;

/** A service keeps its color when it has one series; else series get colors in turn. */
export function seriesColors(
  series: readonly { readonly labels: MetricLabels }[],
): readonly string[] {
  const services = series.map(
    ({ labels }) => labels['service_name'] ?? shortValue('job', labels['job'] ?? ''),
  );
  const colors = services.map((service) => (service === '' ? '' : serviceColor(service)));
  const isTelling = !colors.includes('') && new Set(colors).size === colors.length;
  return isTelling ? colors : series.map((_, at) => `var(--clew-service-${at % hues})`);
}

function highest({ values }: MetricSeries): number {
  let found = -Infinity;
  for (const value of values) if (value !== null && value > found) found = value;
  return found;
}

/** The series of the highest values, in their own order. */
export function drawnSeries(series: readonly MetricSeries[], max: number): readonly MetricSeries[] {
  if (series.length <= max) return series;
  const chosen = new Set(series.toSorted((a, b) => highest(b) - highest(a)).slice(0, max));
  return series.filter((one) => chosen.has(one));
}

export interface SeriesFigures {
  readonly last: number | null;
  readonly mean: number | null;
  readonly max: number | null;
}

export function figuresOf({ values }: MetricSeries): SeriesFigures {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return { last: null, mean: null, max: null };
  return {
    last: values.findLast((value) => value !== null) ?? null,
    mean: known.reduce((sum, value) => sum + value, 0) / known.length,
    max: known.reduce((max, value) => Math.max(max, value), -Infinity),
  };
}
