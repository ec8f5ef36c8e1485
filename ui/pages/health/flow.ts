// The Collector's counters, one row a receiver or exporter and kind of record.

import type { StatusMetric } from '../../../src/api/explore/contract/status.ts';

export interface ReceiverFlow {
  readonly receiver: string;
  readonly transport: string;
  /** `log records`, `spans`, `metric points`. */
  readonly items: string;
  accepted: number;
  refused: number;
  failed: number;
}

export interface ExporterFlow {
  readonly exporter: string;
  readonly items: string;
  sent: number;
  sendFailed: number;
  enqueueFailed: number;
  queueSize: number;
  queueCapacity: number;
}

const itemsOfDataType: Readonly<Record<string, string>> = {
  logs: 'log records',
  traces: 'spans',
  metrics: 'metric points',
};

export function receiversOf(metrics: readonly StatusMetric[]): readonly ReceiverFlow[] {
  const rows = new Map<string, ReceiverFlow>();
  for (const { name, labels, value } of metrics) {
    const parts = /^otelcol_receiver_(accepted|refused|failed)_(.+)$/.exec(name);
    if (parts === null) continue;
    const { receiver = '', transport = '' } = labels;
    const items = (parts[2] ?? '').replaceAll('_', ' ');
    const key = `${receiver} ${transport} ${items}`;
    const row = rows.get(key) ?? { receiver, transport, items, accepted: 0, refused: 0, failed: 0 };
    row[parts[1] as 'accepted' | 'refused' | 'failed'] += value;
    rows.set(key, row);
  }
  return [...rows.values()];
}

export function exportersOf(metrics: readonly StatusMetric[]): readonly ExporterFlow[] {
  const rows = new Map<string, ExporterFlow>();
  const rowOf = (exporter: string, items: string): ExporterFlow => {
    const key = `${exporter} ${items}`;
    const row = rows.get(key) ?? {
      exporter,
      items,
      sent: 0,
      sendFailed: 0,
      enqueueFailed: 0,
      queueSize: 0,
      queueCapacity: 0,
    };
    rows.set(key, row);
    return row;
  };
  for (const { name, labels, value } of metrics) {
    const exporter = labels['exporter'] ?? '';
    const queue = /^otelcol_exporter_queue_(size|capacity)$/.exec(name)?.[1];
    if (queue !== undefined) {
      const row = rowOf(exporter, itemsOfDataType[labels['data_type'] ?? ''] ?? '');
      if (queue === 'size') row.queueSize = value;
      else row.queueCapacity = value;
      continue;
    }
    const parts = /^otelcol_exporter_(sent|send_failed|enqueue_failed)_(.+)$/.exec(name);
    if (parts === null) continue;
    const row = rowOf(exporter, (parts[2] ?? '').replaceAll('_', ' '));
    if (parts[1] === 'sent') row.sent += value;
    else if (parts[1] === 'send_failed') row.sendFailed += value;
    else row.enqueueFailed += value;
  }
  return [...rows.values()];
}
