// What the health page shows of this Clew: the store's figures, its own counters, and every setting with its value.

import type { ExploreStatus, SettingReport } from '../api/explore/contract/status.ts';
import type { Health } from '../api/explore/contract/records.ts';
import { type Settings, settingFlags } from '../config/settings.ts';
import type { Refusals } from '../runtime/refusals.ts';
import type { SelfTelemetry } from '../runtime/self-telemetry.ts';
import { waitingBytesMax } from '../storage/group-commit.ts';
import type { StoreFigures } from '../storage/retention.ts';
import type { Store } from '../storage/store.ts';
import type { Configuration } from './configuration.ts';

export interface StatusOptions {
  readonly settings: Settings;
  readonly configuration: Configuration;
  readonly store: Store;
  readonly dataFolder: string;
  readonly telemetry: SelfTelemetry;
  readonly refusals: Refusals;
  readonly health: () => Health;
  readonly uptimeSeconds: () => number;
}

/** An address without the name and password that it may hold. */
function withoutSecret(address: string): string {
  return address.replace(/\/\/[^/@]*@/, '//');
}

function settingText(value: Settings[keyof Settings]): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value === 'object') {
    return Object.entries(value)
      .map(([name, on]) => `${name}=${String(on)}`)
      .join(', ');
  }
  return withoutSecret(String(value));
}

const durations: ReadonlySet<keyof Settings> = new Set(['retentionMs', 'queryTimeoutMs']);
const sizes: ReadonlySet<keyof Settings> = new Set([
  'diskBytes',
  'bodyBytesMax',
  'queryMemoryBytes',
]);

function durationText(ms: number): string {
  const units = [
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'm'],
    [1000, 's'],
  ] as const;
  const [unitMs, unit] = units.find(([one]) => ms >= one && ms % one === 0) ?? [1, 'ms'];
  return `${ms / unitMs}${unit}`;
}

function sizeText(bytes: number): string {
  const units = [
    [1024 ** 3, 'GiB'],
    [1e9, 'GB'],
    [1024 ** 2, 'MiB'],
    [1e6, 'MB'],
  ] as const;
  const [size, unit] = units.find(([one]) => bytes >= one && bytes % one === 0) ?? [1, 'bytes'];
  return `${bytes / size} ${unit}`;
}

const telemetryTables: ReadonlySet<string> = new Set(['logs', 'spans', 'samples']);

export function hasTelemetry({ tables }: StoreFigures): boolean {
  return tables.some(({ table, rows }) => telemetryTables.has(table) && rows > 0);
}

function reportSettings(settings: Settings): SettingReport[] {
  return settingFlags.map(({ flag, key, fallback, description }) => {
    const value = settings[key];
    const text =
      typeof value !== 'number'
        ? settingText(value)
        : durations.has(key)
          ? durationText(value)
          : sizes.has(key)
            ? sizeText(value)
            : String(value);
    return {
      flag,
      value: text,
      description,
      isChanged: text.replaceAll(' ', '') !== fallback,
    };
  });
}

export function createStatus(options: StatusOptions): () => ExploreStatus {
  const { settings, configuration, store, telemetry } = options;
  const reported = reportSettings(settings);
  return () => {
    const { state, figures, waitingBytes } = store.status();
    return {
      health: options.health(),
      uptimeSeconds: options.uptimeSeconds(),
      memoryBytes: process.memoryUsage.rss(),
      runsOn: `Node.js ${process.versions.node}, ${process.platform} ${process.arch}`,
      store: {
        state,
        where:
          settings.clickhouse === undefined
            ? options.dataFolder
            : withoutSecret(settings.clickhouse),
        isEmbedded: settings.clickhouse === undefined,
        bytes: figures.bytes,
        bytesMax: settings.diskBytes,
        freeBytes: figures.freeBytes,
        waitingBytes,
        waitingBytesMax,
        retentionMs: settings.retentionMs,
        retainedSinceNs: store.correlation.retainedSinceNs().toString(),
        tables: figures.tables,
      },
      metrics: telemetry.read(),
      refusals: options.refusals.read(),
      settings: reported,
      files: {
        collector: configuration.collectorFiles,
        datasources: configuration.datasourceFiles,
        warnings: configuration.warnings,
      },
    };
  };
}
