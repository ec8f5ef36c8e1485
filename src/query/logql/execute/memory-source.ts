// A log source in memory: the oracle that ClickHouse's answers are compared with, and what in-process tests and the
// browser query. It applies a request exactly and in the plainest way.

import { Failure } from '../../../base/errors.ts';
import {
  compareLabels,
  labelsKey,
  labelsFromEntries,
  labelValue,
  type Labels,
} from '../../../model/labels.ts';
import { matcherPredicate, type LabelMatcher } from '../../language/matcher.ts';
import { compileUnanchoredRegex } from '../../language/regex.ts';
import { utf8Length } from '../../language/utf8-length.ts';
import type {
  LineFilter,
  LogCountRequest,
  LogCountRow,
  LogCursor,
  LogRead,
  LogRows,
  LogSelection,
  LogSource,
  LogStats,
  TenantRange,
} from '../../sources.ts';

export interface MemoryLog {
  readonly tenant: string;
  readonly timeNs: bigint;
  readonly labels: Labels;
  readonly line: string;
  /** Values may be empty. */
  readonly metadata: Labels;
}

interface StoredLog extends MemoryLog {
  readonly seq: bigint;
}

/** Rows of one page: small, so that tests cross page borders. */
const pageRows = 512;

function lineHolds(filter: LineFilter): (line: string) => boolean {
  if (filter.kind === 'contains') return (line) => line.includes(filter.text) !== filter.negated;
  const regex = compileUnanchoredRegex(filter.pattern);
  return (line) => regex.matches(line) !== filter.negated;
}

function allMatch(matchers: readonly LabelMatcher[]): (value: (name: string) => string) => boolean {
  const predicates = matchers.map((matcher) => [matcher.name, matcherPredicate(matcher)] as const);
  return (value) => predicates.every(([name, holds]) => holds(value(name)));
}

function selectionPredicate(selection: LogSelection): (log: StoredLog) => boolean {
  const tenants = new Set(selection.tenants);
  const streams = allMatch(selection.matchers);
  const metadata = allMatch(selection.metadataMatchers);
  const filters = selection.lineFilters.map((alternatives) => alternatives.map(lineHolds));
  return (log) =>
    tenants.has(log.tenant) &&
    log.timeNs >= selection.startNs &&
    log.timeNs < selection.endNs &&
    streams((name) => labelValue(log.labels, name)) &&
    metadata((name) => recordValue(log, name)) &&
    filters.every((alternatives) => alternatives.some((holds) => holds(log.line)));
}

/** A label as LogQL sees it without any stage: the stream's, else the record's own. */
function recordValue(log: StoredLog, name: string): string {
  const value = labelValue(log.labels, name);
  return value === '' ? labelValue(log.metadata, name) : value;
}

function ascending(a: StoredLog, b: StoredLog): number {
  if (a.timeNs !== b.timeNs) return a.timeNs < b.timeNs ? -1 : 1;
  return a.seq < b.seq ? -1 : a.seq > b.seq ? 1 : 0;
}

function isBehind(log: StoredLog, cursor: LogCursor, forward: boolean): boolean {
  if (log.timeNs !== cursor.timeNs) return log.timeNs > cursor.timeNs === forward;
  return log.seq !== cursor.seq && log.seq > cursor.seq === forward;
}

function pageOf(logs: readonly StoredLog[]): LogRows {
  const streams: Labels[] = [];
  const indices = new Map<Labels, number>();
  const stream = new Uint32Array(logs.length);
  logs.forEach((log, row) => {
    let index = indices.get(log.labels);
    if (index === undefined) {
      index = streams.push(log.labels) - 1;
      indices.set(log.labels, index);
    }
    stream[row] = index;
  });
  return {
    length: logs.length,
    streams,
    stream,
    timeNs: BigInt64Array.from(logs, (log) => log.timeNs),
    seq: BigUint64Array.from(logs, (log) => log.seq),
    lines: logs.map((log) => log.line),
    metadata: logs.map((log) => log.metadata),
  };
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new Failure('canceled', 'the request was cancelled by the client');
}

export class MemoryLogSource implements LogSource {
  #logs: StoredLog[] = [];
  #known: Set<string> = new Set();
  /** One object per label set, as storage shares them. */
  readonly #labelSets: Map<string, Labels> = new Map();
  #seq: bigint = 0n;
  #sorted: boolean = true;
  #followers: Set<(log: StoredLog) => void> = new Set();

  /** A row that is identical to one that is there is ignored; stream labels without a value do not exist. */
  add(given: MemoryLog): void {
    const log = { ...given, labels: given.labels.filter((label) => label.value !== '') };
    const key = JSON.stringify([
      log.tenant,
      String(log.timeNs),
      log.line,
      labelsKey(log.labels),
      labelsKey(log.metadata),
    ]);
    if (this.#known.has(key)) return;
    this.#known.add(key);
    const labelSet = labelsKey(log.labels);
    const labels = this.#labelSets.get(labelSet) ?? log.labels;
    this.#labelSets.set(labelSet, labels);
    const stored = { ...log, labels, seq: ++this.#seq };
    this.#logs.push(stored);
    this.#sorted = false;
    for (const follower of this.#followers) follower(stored);
  }

  clear(): void {
    this.#logs = [];
    this.#known = new Set();
  }

  #select(selection: LogSelection): readonly StoredLog[] {
    if (!this.#sorted) this.#logs.sort(ascending);
    this.#sorted = true;
    return this.#logs.filter(selectionPredicate(selection));
  }

  async *readLogs(request: LogRead, signal: AbortSignal): AsyncGenerator<LogRows> {
    const forward = request.direction === 'forward';
    const { after } = request;
    let logs = this.#select(request);
    if (after !== undefined) logs = logs.filter((log) => isBehind(log, after, forward));
    if (!forward) logs = logs.toReversed();
    for (let at = 0; at < logs.length; at += pageRows) {
      throwIfAborted(signal);
      yield await Promise.resolve(pageOf(logs.slice(at, at + pageRows)));
    }
  }

  async countLogs(
    request: LogCountRequest,
    signal: AbortSignal,
  ): Promise<readonly LogCountRow[] | undefined> {
    await Promise.resolve();
    throwIfAborted(signal);
    const counts = new Map<string, { labels: Labels; bucket: number; value: number }>();
    for (const log of this.#select(request)) {
      const labels = labelsFromEntries(
        request.groupBy.map((name) => [name, recordValue(log, name)] as const),
      );
      let bucket = 0;
      if (request.stepNs !== undefined) {
        const distance = log.timeNs - request.startNs;
        // Buckets are closed on the right: the start itself belongs to none.
        if (distance === 0n) continue;
        bucket = Number((distance - 1n) / request.stepNs);
      }
      const key = `${bucket} ${labelsKey(labels)}`;
      const row = counts.get(key) ?? { labels, bucket, value: 0 };
      row.value += request.measure === 'lines' ? 1 : utf8Length(log.line);
      counts.set(key, row);
    }
    return [...counts.values()];
  }

  async *followLogs(
    selection: Omit<LogSelection, 'endNs'>,
    signal: AbortSignal,
  ): AsyncGenerator<LogRows> {
    const holds = selectionPredicate({ ...selection, endNs: 1n << 63n });
    let queue: StoredLog[] = [];
    let wake: () => void = () => undefined;
    const follower = (log: StoredLog): void => {
      if (!holds(log)) return;
      queue.push(log);
      wake();
    };
    const onAbort = (): void => wake();
    this.#followers.add(follower);
    signal.addEventListener('abort', onAbort);
    try {
      while (!signal.aborted) {
        if (queue.length === 0) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          continue;
        }
        const page = queue;
        queue = [];
        yield pageOf(page);
      }
    } finally {
      this.#followers.delete(follower);
      signal.removeEventListener('abort', onAbort);
    }
  }

  async streams(
    range: TenantRange,
    matchers: readonly LabelMatcher[],
    signal: AbortSignal,
  ): Promise<readonly Labels[]> {
    await Promise.resolve();
    throwIfAborted(signal);
    const selection = { ...range, matchers, lineFilters: [], metadataMatchers: [] };
    const found = new Set(this.#select(selection).map((log) => log.labels));
    return [...found].sort(compareLabels);
  }

  async logStats(selection: LogSelection, signal: AbortSignal): Promise<LogStats> {
    await Promise.resolve();
    throwIfAborted(signal);
    const logs = this.#select(selection);
    return {
      streams: new Set(logs.map((log) => log.labels)).size,
      entries: logs.length,
      bytes: logs.reduce((bytes, log) => bytes + utf8Length(log.line), 0),
    };
  }
}
