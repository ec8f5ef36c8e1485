// How much memory this process uses and may use, looked at every so often rather than at every request.

import { totalmem } from 'node:os';

export interface MemoryWatch {
  /** What JavaScript holds (heap and buffers), as of the last look. */
  usedBytes(): number;
  start(): void;
  stop(): void;
}

export interface MemoryWatchOptions {
  readonly intervalMs: number;
  /** Reads the present use; the process's own by default. */
  readonly read?: (() => number) | undefined;
  /** Called after each look. */
  readonly looked?: ((usedBytes: number) => void) | undefined;
}

/** Unlike the resident set, which stays large after a collection, this falls when memory has become free. */
export function readProcessMemory(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** The machine's memory, or the smaller limit that the process was put under (a container's). */
export function availableMemoryBytes(): number {
  const constrained = process.constrainedMemory();
  const total = totalmem();
  return constrained > 0 && constrained < total ? constrained : total;
}

export function createMemoryWatch(options: MemoryWatchOptions): MemoryWatch {
  const read = options.read ?? readProcessMemory;
  let used = 0;
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    used = read();
    options.looked?.(used);
  };
  return {
    usedBytes: () => used,
    start: () => {
      look();
      timer ??= setInterval(look, options.intervalMs).unref();
    },
    stop: () => {
      clearInterval(timer);
      timer = undefined;
    },
  };
}
