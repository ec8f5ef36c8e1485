// Takes what `clew run` reads from an application's standard output and error, and stores it unless the same event also came
// over OTLP: output records are held for some seconds and paired one to one with OTLP records on process, trace, span, level
// and message. OTLP wins, for it has more; two equal lines of one source stay two.

import type { Clock } from '../../base/clock.ts';
import { Failure } from '../../base/errors.ts';
import { findAttribute, printAttributeText, type Attribute } from '../../model/attributes.ts';
import type {
  ConsumeContext,
  ConsumeOutcome,
  LogsConsumer,
  SpansConsumer,
} from '../../model/consumers.ts';
import type { LogsBatch } from '../../model/logs-batch.ts';
import { type Resource, serviceName } from '../../model/resource.ts';
import type { Logger } from '../../runtime/logger.ts';
import {
  createOutputBatch,
  type OutputLine,
  type OutputRecord,
  pushOutputRow,
  readOutputLine,
  signatureOfRow,
} from './output-record.ts';

export interface OutputBatch {
  /** As the user or the environment named it; empty: what the process's own telemetry says. */
  readonly service: string;
  readonly pids: readonly number[];
  /** The application has ended: nothing more will come, and what is held of it need not wait long. */
  readonly final: boolean;
  readonly lines: readonly OutputLine[];
}

export interface OutputIntake {
  /** Settles when every line is durable, here or as the OTLP record that it was paired with. */
  accept(batch: OutputBatch, context: ConsumeContext): Promise<ConsumeOutcome>;
  /** The same consumer, watched for records of processes whose output is read. */
  watchLogs(next: LogsConsumer): LogsConsumer;
  /** The same consumer, watched for the service names of such processes. */
  watchSpans(next: SpansConsumer): SpansConsumer;
  /** Lets everything that is held go to the store at once. */
  stop(): void;
}

export interface OutputIntakeOptions {
  readonly store: LogsConsumer;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly holds?: Holds | undefined;
}

/** How long output waits, in milliseconds. */
export interface Holds {
  /** For its OTLP twin: longer than the five seconds for which an SDK gathers a batch. */
  readonly twin: number;
  /** Of a process that has written for `settled` without one record over OTLP: a twin is not to be expected. */
  readonly alone: number;
  readonly settled: number;
  /** Of a process that has ended: what it had to send has been sent. */
  readonly final: number;
  /** Longer for a process that has not named its service; its first spans may do that. */
  readonly nameless: number;
}

export const defaultHolds: Holds = {
  twin: 7000,
  alone: 1000,
  settled: 20_000,
  final: 1000,
  nameless: 3000,
};

/** Lines that are held at a time; more are refused as overloaded and sent again. */
const heldMax = 100_000;
/** OTLP records that wait for their output twin. */
const seenMax = 200_000;
const processesMax = 1000;
const unknownService = 'unknown_service:node';

/** A process whose output is read. */
interface Process {
  /** Empty while unknown. */
  service: string;
  firstLineMs: number | undefined;
  sendsLogs: boolean;
  hasEnded: boolean;
}

/** A batch that is being held. */
interface Hold {
  readonly pids: readonly number[];
  /** Ends it after so many milliseconds from now, if that is earlier. */
  shorten(ms: number): void;
}

interface Seen {
  readonly pid: number | undefined;
  readonly untilMs: number;
}

export function createOutputIntake(options: OutputIntakeOptions): OutputIntake {
  const { store, clock, logger } = options;
  const holds = options.holds ?? defaultHolds;
  const processes = new Map<number, Process>();
  const seen = new Map<string, Seen[]>();
  const reportedUnknown = new Set<number>();
  const holding = new Set<Hold>();
  let seenCount = 0;
  let held = 0;

  const noteService = (resource: Resource): number | undefined => {
    const value = findAttribute(resource.attributes, 'process.pid');
    if (value === undefined) return undefined;
    const pid = Number(printAttributeText(value));
    const process = processes.get(pid);
    if (process === undefined) return undefined;
    const service = serviceName(resource);
    if (service !== '' && !service.startsWith('unknown_service')) process.service = service;
    return pid;
  };

  const noteSender = (pid: number): void => {
    const process = processes.get(pid);
    if (process !== undefined) process.sendsLogs = true;
  };

  const holdMsOf = (batch: OutputBatch): number => {
    if (batch.final) return holds.final;
    const nowMs = clock.nowMs();
    const known = batch.pids.flatMap((pid) => processes.get(pid) ?? []);
    const settled = known.some(({ firstLineMs = nowMs }) => nowMs - firstLineMs > holds.settled);
    return settled && !known.some(({ sendsLogs }) => sendsLogs) ? holds.alone : holds.twin;
  };

  const forgetOld = (): void => {
    const nowMs = clock.nowMs();
    for (const [signature, entries] of seen) {
      const kept = entries.filter(({ untilMs }) => untilMs > nowMs);
      seenCount -= entries.length - kept.length;
      if (kept.length === 0) seen.delete(signature);
      else seen.set(signature, kept);
    }
  };

  const noteRows = (batch: LogsBatch): void => {
    if (processes.size === 0) return;
    const pids = batch.resources.map(noteService);
    for (const pid of pids) if (pid !== undefined) noteSender(pid);
    const knows = pids.some((pid) => pid !== undefined);
    const anonymous = batch.resources.some(
      (resource) => findAttribute(resource.attributes, 'process.pid') === undefined,
    );
    if (!knows && !anonymous) return;
    if (seenCount > seenMax) forgetOld();
    for (let row = 0; row < batch.length && seenCount < seenMax; row++) {
      const resource = batch.resources[batch.resource.at(row)];
      const pid = pids[batch.resource.at(row)];
      const isAnonymous =
        resource !== undefined && findAttribute(resource.attributes, 'process.pid') === undefined;
      if (pid === undefined && !isAnonymous) continue;
      const { signature, hasTrace } = signatureOfRow(batch, row, batch.body.textAt(row));
      if (pid === undefined && !hasTrace) continue;
      const entries = seen.get(signature) ?? [];
      entries.push({ pid, untilMs: clock.nowMs() + 2 * holds.twin });
      seen.set(signature, entries);
      seenCount++;
    }
  };

  const noteProcesses = ({ pids, lines, final }: OutputBatch): void => {
    for (const pid of pids) {
      let process = processes.get(pid);
      // The system has given the number of a process that ended to another one.
      if (process === undefined || (process.hasEnded && !final)) {
        const [oldest] = processes.keys();
        if (processes.size >= processesMax && oldest !== undefined) processes.delete(oldest);
        process = { service: '', firstLineMs: undefined, sendsLogs: false, hasEnded: false };
        processes.set(pid, process);
      }
      if (lines.length > 0) process.firstLineMs ??= clock.nowMs();
      process.hasEnded = final;
    }
    if (!final) return;
    for (const hold of holding) {
      if (hold.pids.some((pid) => pids.includes(pid))) hold.shorten(holds.final);
    }
  };

  /** Uses up one OTLP record that is this line's twin. */
  const pairs = (record: OutputRecord, pids: ReadonlySet<number>): boolean => {
    const entries = seen.get(record.signature);
    if (entries === undefined) return false;
    const at = entries.findIndex(({ pid }) =>
      pid === undefined ? record.hasTrace : pids.has(pid),
    );
    if (at < 0) return false;
    entries.splice(at, 1);
    seenCount--;
    if (entries.length === 0) seen.delete(record.signature);
    return true;
  };

  const wait = ({ pids }: OutputBatch, ms: number): Promise<void> =>
    new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        holding.delete(hold);
        resolve();
      };
      const endsAtMs = clock.nowMs() + ms;
      let timer = setTimeout(end, ms);
      const hold: Hold = {
        pids,
        shorten: (laterMs) => {
          clearTimeout(timer);
          timer = setTimeout(end, Math.max(0, Math.min(laterMs, endsAtMs - clock.nowMs())));
        },
      };
      holding.add(hold);
    });

  const hasEnded = ({ pids, final }: OutputBatch): boolean =>
    final || pids.some((pid) => processes.get(pid)?.hasEnded === true);

  /** Empty while unknown. */
  const knownService = (batch: OutputBatch): string => {
    if (batch.service !== '') return batch.service;
    for (const pid of batch.pids) {
      const service = processes.get(pid)?.service ?? '';
      if (service !== '') return service;
    }
    return '';
  };

  const serviceOf = (batch: OutputBatch): string => {
    const known = knownService(batch);
    if (known !== '') return known;
    const pid = batch.pids[0] ?? 0;
    if (!reportedUnknown.has(pid)) {
      reportedUnknown.add(pid);
      logger.warn(
        'output of a process that names no service is stored as unknown_service:node; name it with --service or OTEL_SERVICE_NAME',
        { pid },
      );
    }
    return unknownService;
  };

  return {
    accept: async (batch, context) => {
      noteProcesses(batch);
      if (batch.lines.length === 0) return { rejected: 0, message: '' };
      if (held + batch.lines.length > heldMax) {
        throw new Failure('overloaded', `more than ${heldMax} lines of output are being held`, {
          retryAfterMs: holds.twin,
        });
      }
      const records = batch.lines.map(readOutputLine);
      held += records.length;
      try {
        await wait(batch, holdMsOf(batch));
        if (!hasEnded(batch) && knownService(batch) === '') await wait(batch, holds.nameless);
        const pids = new Set(batch.pids);
        const alone = records.filter((record) => !pairs(record, pids));
        if (alone.length === 0) return { rejected: 0, message: '' };
        const rows = createOutputBatch(outputResource(serviceOf(batch), batch.pids[0]));
        for (const record of alone) pushOutputRow(rows, record);
        return await store.consumeLogs(rows, context);
      } finally {
        held -= records.length;
      }
    },
    watchLogs: (next) => ({
      consumeLogs: async (batch, context) => {
        if (batch.origin === 'otlp') noteRows(batch);
        return await next.consumeLogs(batch, context);
      },
    }),
    watchSpans: (next) => ({
      consumeSpans: async (batch, context) => {
        if (processes.size > 0) for (const resource of batch.resources) noteService(resource);
        return await next.consumeSpans(batch, context);
      },
    }),
    stop: () => {
      for (const hold of holding) hold.shorten(0);
    },
  };
}

function outputResource(service: string, pid: number | undefined): Resource {
  const attributes: Attribute[] = [
    { key: 'service.name', value: { kind: 'string', value: service } },
  ];
  if (pid !== undefined)
    attributes.push({ key: 'process.pid', value: { kind: 'int', value: BigInt(pid) } });
  return { attributes, droppedAttributesCount: 0, schemaUrl: '' };
}
