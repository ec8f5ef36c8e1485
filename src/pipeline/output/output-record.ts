// One line of an application's output as a log record: the line is the body, its level, time and IDs are found in it. What
// the same event looks like when the application also sends it over OTLP is the record's signature.

import type { Labels } from '../../model/labels.ts';
import { detectLevel } from '../../model/level.ts';
import { bodyKind, LogsBatch } from '../../model/logs-batch.ts';
import type { Resource } from '../../model/resource.ts';
import { emptyScope } from '../../model/resource.ts';
import { findTraceIds } from '../../model/trace-id/find.ts';

export interface OutputLine {
  /** When the line was read; nanoseconds since the epoch. */
  readonly timeNs: bigint;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** What an event has in common however it came: level, IDs and message, without the process. */
export type Signature = string;

export interface OutputRecord {
  readonly line: OutputLine;
  /** From the line when it names one that is close, else when it was read. */
  readonly timeNs: bigint;
  /** OTLP's number for a level that the line gives as a number; 0 when its level is text, or none. */
  readonly severityNumber: number;
  readonly signature: Signature;
  /** Whether the line names a trace: such a signature is unique enough without a process ID. */
  readonly hasTrace: boolean;
}

const timeKeys = ['timestamp', 'time', 'ts', '@timestamp', 'date', 'datetime'];
const messageKeys = ['message', 'msg', 'body', 'event'];
const noLabels: Labels = [];
/** A line is read when it is written. A time further from that is of something else, a booking, say, or of a wrong clock. */
const namedBeforeNsMax = 3_600_000_000_000n;
const namedAfterNsMax = 300_000_000_000n;

/** The line's fields when it is JSON or logfmt; undefined for plain text. */
function fieldsOf(text: string): Readonly<Record<string, unknown>> | undefined {
  if (text.startsWith('{')) {
    try {
      const parsed: unknown = JSON.parse(text);
      return typeof parsed === 'object' && parsed !== null
        ? (parsed as Record<string, unknown>)
        : undefined;
    } catch {
      return undefined;
    }
  }
  if (!/^[\w.]+=\S/.test(text)) return undefined;
  const fields: Record<string, string> = {};
  for (const [, key = '', quoted, bare] of text.matchAll(
    /([\w.@-]+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g,
  )) {
    fields[key] = quoted === undefined ? (bare ?? '') : quoted.replace(/\\(.)/g, '$1');
  }
  return fields;
}

/** ISO 8601 text, or a number of seconds, milliseconds, microseconds or nanoseconds told apart by its size. */
function parseTimeNs(value: unknown): bigint | undefined {
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)) {
    const ms = Date.parse(value);
    if (Number.isNaN(ms)) return undefined;
    const finer = /\.\d{3}(\d{1,6})/.exec(value)?.[1] ?? '';
    return BigInt(ms) * 1_000_000n + BigInt(finer.padEnd(6, '0'));
  }
  const number =
    typeof value === 'number'
      ? value
      : typeof value === 'string' && /^\d{10,19}(?:\.\d+)?$/.test(value)
        ? Number(value)
        : Number.NaN;
  if (!(number > 1e9) || !Number.isFinite(number)) return undefined;
  const perUnit = number < 1e11 ? 1e9 : number < 1e14 ? 1e6 : number < 1e17 ? 1e3 : 1;
  return BigInt(Math.round(number)) * BigInt(perUnit);
}

function firstOf(fields: Readonly<Record<string, unknown>>, keys: readonly string[]): unknown {
  for (const key of keys) if (fields[key] !== undefined) return fields[key];
  return undefined;
}

/** pino and bunyan write levels as 10 (trace), 20 (debug), 30, 40, 50 and 60 (fatal), custom ones between them. */
function severityNumberOf(fields: Readonly<Record<string, unknown>> | undefined): number {
  const level = fields?.['level'];
  if (typeof level !== 'number' || !(level >= 10 && level < 70)) return 0;
  return 4 * (Math.floor(level / 10) - 1) + 1;
}

/** Adds the line as a row of the batch. */
export function pushOutputRow(
  batch: LogsBatch,
  { line, timeNs, severityNumber }: Omit<OutputRecord, 'signature' | 'hasTrace'>,
): void {
  batch.resource.push(0);
  batch.scope.push(0);
  batch.timeNs.push(timeNs);
  batch.observedTimeNs.push(line.timeNs);
  batch.severityNumber.push(severityNumber);
  batch.severityText.pushText('');
  batch.bodyKind.push(bodyKind.text);
  batch.body.pushText(line.text);
  batch.traceId.pushAbsent();
  batch.spanId.pushAbsent();
  batch.flags.push(0);
  batch.eventName.pushText('');
  batch.droppedAttributesCount.push(0);
  batch.attributes.push('log.iostream', { kind: 'string', value: line.stream });
  batch.attributes.endRow();
}

export function createOutputBatch(resource: Resource): LogsBatch {
  const batch = new LogsBatch();
  batch.origin = 'output';
  batch.resources.push(resource);
  batch.scopes.push(emptyScope);
  return batch;
}

/** Level, IDs and message of a row of any batch, as text. */
export function signatureOfRow(
  batch: LogsBatch,
  row: number,
  message: string,
): { readonly signature: Signature; readonly hasTrace: boolean } {
  const ids = findTraceIds(batch, row)[0];
  const level = detectLevel(batch, row, noLabels);
  return {
    signature: `${ids?.traceId ?? ''}|${ids?.spanId ?? ''}|${level}|${message}`,
    hasTrace: ids !== undefined,
  };
}

/** Reads a line of output; never fails: what it cannot read stays plain text. */
export function readOutputLine(line: OutputLine): OutputRecord {
  const fields = fieldsOf(line.text);
  const message = fields === undefined ? undefined : firstOf(fields, messageKeys);
  const named = fields === undefined ? undefined : parseTimeNs(firstOf(fields, timeKeys));
  const isClose =
    named !== undefined &&
    named >= line.timeNs - namedBeforeNsMax &&
    named <= line.timeNs + namedAfterNsMax;
  const timeNs = isClose ? named : line.timeNs;
  const severityNumber = severityNumberOf(fields);
  const batch = createOutputBatch({ attributes: [], droppedAttributesCount: 0, schemaUrl: '' });
  pushOutputRow(batch, { line, timeNs, severityNumber });
  const { signature, hasTrace } = signatureOfRow(
    batch,
    0,
    typeof message === 'string' ? message : line.text,
  );
  return { line, timeNs, severityNumber, signature, hasTrace };
}
