// Files that `clew query` reads instead of asking a server: whole, as text, with failures that name the file and line.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { asFailure, Failure } from '../../base/errors.ts';

export interface TextFile {
  /** As the user wrote it. */
  readonly path: string;
  readonly text: string;
}

/** First and last time of what a file holds; `undefined` bounds when it holds nothing. */
export interface TimeExtent {
  readonly firstNs: bigint;
  readonly lastNs: bigint;
}

export function readTextFiles(folder: string, paths: readonly string[]): readonly TextFile[] {
  return paths.map((path) => {
    try {
      return { path, text: readFileSync(resolve(folder, path), 'utf8') };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Failure('config', `cannot read ${path}: ${reason}`, { cause: error });
    }
  });
}

/** Calls `read` and puts the file's name before what goes wrong in it. */
export function inFile<T>(place: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw asFailure(error).within(place);
  }
}

/** The extent over all times; undefined when there is none. */
export function extentOf(times: Iterable<bigint>): TimeExtent | undefined {
  let firstNs: bigint | undefined;
  let lastNs: bigint | undefined;
  for (const timeNs of times) {
    if (firstNs === undefined || timeNs < firstNs) firstNs = timeNs;
    if (lastNs === undefined || timeNs > lastNs) lastNs = timeNs;
  }
  return firstNs === undefined || lastNs === undefined ? undefined : { firstNs, lastNs };
}
