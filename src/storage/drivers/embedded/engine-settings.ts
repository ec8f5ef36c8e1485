// How the embedded ClickHouse is set up: as a modest guest on a developer's machine. The whole process rests at about
// 300 MiB, of which 190 MiB are the mapped library itself.

import { totalmem } from 'node:os';
import type { HostOptions } from './host-messages.ts';

const MiB = 1024 * 1024;

export interface EngineLimits {
  /** One query's memory; more fails with `limit`. */
  readonly queryMemoryBytesMax: number;
  /** All queries, merges and caches together. */
  readonly memoryBytesMax: number;
  /** Queries that run at a time; the rest waits. */
  readonly readersMax: number;
}

export const defaultEngineLimits: EngineLimits = {
  queryMemoryBytesMax: 1024 * MiB,
  memoryBytesMax: Math.min(3072 * MiB, Math.floor(totalmem() / 2)),
  readersMax: 4,
};

/** Given at connect, for some govern the server and not a query. */
export function connectionArguments(limits: EngineLimits): HostOptions['connectionArguments'] {
  const settings: Readonly<Record<string, number>> = {
    max_server_memory_usage: limits.memoryBytesMax,
    mark_cache_size: 64 * MiB,
    primary_index_cache_size: 64 * MiB,
    index_mark_cache_size: 16 * MiB,
    query_condition_cache_size: 8 * MiB,
    compiled_expression_cache_size: 8 * MiB,
    background_pool_size: 2,
    background_schedule_pool_size: 4,
    max_thread_pool_size: 500,
    max_memory_usage: limits.queryMemoryBytesMax,
    // Blocks of wide rows stay small, so that a result streams evenly.
    preferred_block_size_bytes: 1 * MiB,
    // A batch may hold records of many days, and each day is a partition.
    max_partitions_per_insert_block: 0,
    output_format_json_quote_64bit_integers: 1,
    output_format_json_quote_denormals: 1,
    // Each insert is a file of its own: remembering its columns helps nobody.
    schema_inference_use_cache_for_file: 0,
  };
  return Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
}
