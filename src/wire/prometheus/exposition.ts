// Prometheus's text format 0.0.4, for what Clew says of itself on /metrics.

import { formatGoFloat } from '../../base/float.ts';

export interface ExposedSample {
  /** Appended to the family's name: `_bucket`, `_sum`, `_count`; empty for most. */
  readonly suffix?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface ExposedMetric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';
  /** Absent: no help line. */
  readonly help?: string | undefined;
  readonly samples: readonly ExposedSample[];
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeValue(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}

/** Ends with a line feed. A metric without samples is left out. */
export function printExposition(metrics: readonly ExposedMetric[]): string {
  const lines: string[] = [];
  for (const { name, type, help, samples } of metrics) {
    if (samples.length === 0) continue;
    if (help !== undefined) lines.push(`# HELP ${name} ${escapeHelp(help)}`);
    lines.push(`# TYPE ${name} ${type}`);
    for (const { suffix = '', labels, value } of samples) {
      const pairs = Object.entries(labels)
        .map(([label, text]) => `${label}="${escapeValue(text)}"`)
        .join(',');
      const selector = pairs === '' ? '' : `{${pairs}}`;
      lines.push(`${name}${suffix}${selector} ${formatGoFloat(value)}`);
    }
  }
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}
