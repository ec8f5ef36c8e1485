// The omnibox's names: metrics that are called like the text, and an attribute with its value (`http.route=/pay`) with
// how many log lines and traces have it.

import type { FoundAttribute, FoundMetrics } from './contract/find.ts';
import type { ExploreMetric } from './contract/metrics.ts';
import type { ExploreDependencies } from './dependencies.ts';
import { readMetricRelatives } from './metric-relatives.ts';
import { readMetrics } from './metrics.ts';

interface Search {
  readonly text: string;
  readonly tenants: readonly string[];
  readonly nowNs: bigint;
}

const metricsFoundMax = 5;
/** A longer text is no name of a metric. */
const nameLengthMax = 120;
const nameLengthMin = 2;
const dayNs = 86_400_000_000_000n;
/** Attributes are counted by reading spans and lines: an hour of them is read while somebody types. */
const attributeRangeNs = 3_600_000_000_000n;

/** Spelled as OpenTelemetry or as Prometheus has it. */
function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[.\-/]/g, '_');
}

function rankOf({ name }: ExploreMetric, wanted: string): number {
  const plain = plainName(name);
  if (plain === wanted) return 0;
  return plain.startsWith(wanted) ? 1 : 2;
}

/** Undefined when the text is no name, or no metric of the last day has it in its own. */
export async function findMetrics(
  { text, tenants, nowNs }: Search,
  dependencies: ExploreDependencies,
  signal: AbortSignal,
): Promise<FoundMetrics | undefined> {
  if (text.length > nameLengthMax || text.length < nameLengthMin) return undefined;
  if (!/^[\w.:/ -]+$/.test(text)) return undefined;
  const words = text.split(/\s+/).map(plainName);
  const parameters = new URLSearchParams({
    start: String(nowNs - dayNs),
    end: String(nowNs),
  });
  const { metrics } = await readMetrics(parameters, tenants, dependencies, signal);
  const found = metrics.filter((metric) => {
    const names = [metric.name, ...metric.parts].map(plainName);
    return words.every((word) => names.some((name) => name.includes(word)));
  });
  if (found.length === 0) return undefined;
  const wanted = words.join('_');
  return {
    kind: 'metrics',
    metrics: found
      .toSorted((a, b) => rankOf(a, wanted) - rankOf(b, wanted) || a.name.length - b.name.length)
      .slice(0, metricsFoundMax),
    total: found.length,
  };
}

const pair = /^([A-Za-z_][\w.\-/]{0,120}?)\s*=\s*(?:"([^"\\]{1,500})"|([^"\s{}=,|]{1,500}))$/;

/** Undefined when the text is no `key=value`. */
export async function findAttribute(
  { text, tenants, nowNs }: Search,
  dependencies: ExploreDependencies,
  signal: AbortSignal,
): Promise<FoundAttribute | undefined> {
  const [, key, quoted, bare] = pair.exec(text) ?? [];
  const value = quoted ?? bare;
  if (key === undefined || value === undefined) return undefined;
  const [startNs, endNs] = [nowNs - attributeRangeNs, nowNs];
  const name = key.replace(/^(?:resource|span)\./, '').replaceAll(/[^a-zA-Z0-9_]/g, '_');
  const parameters = new URLSearchParams({
    label: `${name}=${value}`,
    start: String(startNs),
    end: String(endNs),
  });
  const relatives = await readMetricRelatives(parameters, tenants, dependencies, signal);
  return {
    kind: 'attribute',
    key,
    value,
    startNs: startNs.toString(),
    endNs: endNs.toString(),
    ...relatives,
  };
}
