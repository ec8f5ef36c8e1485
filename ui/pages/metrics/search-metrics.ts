// The search of the metric browser: a few words, in any order.

import type { ExploreMetric } from '../../../src/api/explore/contract/metrics.ts';

/** All words occur in the name, the help or the type; names first where they begin with the first word. */
export function searchMetrics(
  metrics: readonly ExploreMetric[],
  text: string,
): readonly ExploreMetric[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const [first] = words;
  if (first === undefined) return metrics;
  const found = metrics.filter(({ name, help, type, unit }) => {
    const all = `${name} ${help} ${type} ${unit}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
  const rank = ({ name }: ExploreMetric): number => {
    const at = name.toLowerCase().indexOf(first);
    return at === 0 ? 0 : at > 0 ? 1 : 2;
  };
  return found.toSorted((a, b) => rank(a) - rank(b));
}
