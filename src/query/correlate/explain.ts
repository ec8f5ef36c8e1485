// Why a trace has no logs, or fewer than one would expect, and why the trace of a log line is not there: sentences with
// their numbers, made from evidence only. What the evidence does not say is not said.

import { printAttributeText } from '../../model/attributes.ts';
import type { LogRecord } from '../../model/log-record.ts';
import type { ServiceLogEvidence } from '../sources.ts';
import type { HiddenLogs } from './hidden-logs.ts';
import { countOf, countText, durationText, instantText, percentText } from './words.ts';

/** Why something that one would expect is not there. `message` is a sentence with its numbers, `evidence` the numbers. */
export interface Reason {
  readonly code:
    | 'trace-unknown'
    | 'trace-past-retention'
    | 'trace-unsampled'
    | 'service-sends-no-logs'
    | 'logs-without-trace-id'
    | 'nothing-logged'
    | 'logs-outside-configured-window'
    | 'logs-past-retention';
  readonly message: string;
  readonly evidence: Readonly<Record<string, string | number>>;
}

export interface TraceEvidence {
  readonly traceId: string;
  readonly spans: number;
  readonly logs: number;
  /** Of what the trace index knows; undefined when it does not know the trace. */
  readonly bounds: { readonly startNs: bigint; readonly endNs: bigint } | undefined;
  /** Services with log lines in the trace. */
  readonly servicesWithLogs: ReadonlySet<string>;
  /** How the log records of the services with spans look in the minutes around the trace. */
  readonly serviceLogs: readonly ServiceLogEvidence[];
  /** `service.version` of each service in the trace, where there is one only. */
  readonly serviceVersions: ReadonlyMap<string, string>;
  readonly hidden: readonly HiddenLogs[];
  /** Log lines of the trace whose stored flags say that it was not sampled. */
  readonly unsampledLogs: number;
  readonly retainedSinceNs: bigint;
}

const flagKeys: ReadonlySet<string> = new Set(['trace_flags', 'traceFlags', 'trace.flags']);
const flagInJson = /"trace(?:_flags|Flags|\.flags)"\s*:\s*"?([0-9a-fA-F]{1,2})"?\s*[,}]/;

/**
 * Whether the record's stored trace flags say "not sampled": true or false when it has flags, undefined when it has
 * none. Flags come from an attribute, a key of a JSON line, or OTLP's field.
 */
export function saysUnsampled(record: LogRecord): boolean | undefined {
  const attribute = record.attributes.findLast(({ key }) => flagKeys.has(key));
  const text =
    attribute === undefined
      ? flagInJson.exec(record.body)?.[1]
      : printAttributeText(attribute.value);
  if (text !== undefined && /^[0-9a-f]{1,2}$/i.test(text))
    return (Number.parseInt(text, 16) & 1) === 0;
  if (record.flags === undefined || record.traceIdSource !== 'field') return undefined;
  return (record.flags & 1) === 0;
}

/** OTLP's field is 0 both for "not sampled" and for a sender that leaves it out, so no more than this is known. */
function whoIsUnsampled(unsampled: number, logs: number): string {
  if (logs === 1) return 'the one log line that names it has';
  if (unsampled === logs) return `all ${countText(logs)} log lines that name it have`;
  return `${countText(unsampled)} of the ${countOf(logs, 'log line')} that name it ${unsampled === 1 ? 'has' : 'have'}`;
}

function explainMissingSpans(evidence: TraceEvidence): readonly Reason[] {
  const { bounds, logs, retainedSinceNs, unsampledLogs, traceId } = evidence;
  const kept = instantText(retainedSinceNs);
  if (bounds !== undefined && bounds.endNs < retainedSinceNs) {
    return [
      {
        code: 'trace-past-retention',
        message: `The trace ended ${instantText(bounds.endNs)}; retention keeps what came since ${kept}.`,
        evidence: { endNs: String(bounds.endNs), retainedSinceNs: String(retainedSinceNs) },
      },
    ];
  }
  if (unsampledLogs > 0) {
    return [
      {
        code: 'trace-unsampled',
        message: `No span of this trace has been received, and ${whoIsUnsampled(unsampledLogs, logs)} trace flags without "sampled": the application most likely recorded no spans for it, or its logger leaves the flags out.`,
        evidence: { logs, unsampledLogs },
      },
    ];
  }
  const subject =
    logs === 0
      ? `No span or log line with trace ID ${traceId} has been received`
      : `No span of this trace has been received, although ${countOf(logs, 'log line')} ${logs === 1 ? 'names' : 'name'} it`;
  return [
    {
      code: 'trace-unknown',
      message: `${subject} (kept since ${kept}). It may still be under way, or its service does not send spans here.`,
      evidence: { logs, retainedSinceNs: String(retainedSinceNs) },
    },
  ];
}

/** A version that has just been started may not have done any work yet: its first lines belong to no trace. */
const versionRecordsMin = 5;

/** The version in this trace never names a trace although others of the service do: a change took it away. */
function explainVersion(
  { service, records, recordsWithTraceId, versions }: ServiceLogEvidence,
  version: string | undefined,
): Reason | undefined {
  const own = versions.find((one) => one.version === version);
  if (own === undefined || own.records < versionRecordsMin) return undefined;
  if (own.recordsWithTraceId > 0 || recordsWithTraceId === 0) return undefined;
  const others = records - own.records;
  const share = recordsWithTraceId === others ? 'all' : percentText(recordsWithTraceId, others);
  return {
    code: 'logs-without-trace-id',
    message: `${service} ${own.version} sent ${countOf(own.records, 'log record')} in these minutes, none with a trace ID; of the ${countText(others)} of other versions ${share} have one. Something in this version took it away: see that OpenTelemetry is loaded before the logger, and that lines are written while their span is active, not later.`,
    evidence: {
      service,
      version: own.version,
      records: own.records,
      recordsWithTraceId: 0,
      otherRecords: others,
      otherRecordsWithTraceId: recordsWithTraceId,
    },
  };
}

function explainService(
  logs: ServiceLogEvidence,
  others: boolean,
  version: string | undefined,
): readonly Reason[] {
  const { service, records, recordsWithTraceId, lastRecordNs } = logs;
  const evidence = { service, records, recordsWithTraceId };
  if (records === 0) {
    const last =
      lastRecordNs === undefined
        ? 'has never sent a log record that is still kept'
        : `sent no log record in these minutes, the last one ${instantText(lastRecordNs)}`;
    return [
      {
        code: 'service-sends-no-logs',
        message: `${service} ${last}. Send its logs over OTLP, or start it with \`clew run\` to read its output.`,
        evidence:
          lastRecordNs === undefined
            ? evidence
            : { ...evidence, lastRecordNs: String(lastRecordNs) },
      },
    ];
  }
  const changed = explainVersion(logs, version);
  if (changed !== undefined) return [changed];
  if (recordsWithTraceId < records) {
    // Where the service does log with trace IDs and others have lines here, its silence needs no excuse.
    if (others && recordsWithTraceId > 0) return [];
    const share =
      recordsWithTraceId === 0
        ? 'none with a trace ID'
        : `${percentText(recordsWithTraceId, records)} of them with a trace ID`;
    return [
      {
        code: 'logs-without-trace-id',
        message: `${service} sent ${countOf(records, 'log record')} in these minutes, ${share}. ${recordsWithTraceId === 0 ? 'Its logger does not add one: add the OpenTelemetry instrumentation of its logging library.' : 'What it logs outside of a span cannot be found by trace.'}`,
        evidence,
      },
    ];
  }
  if (others) return [];
  return [
    {
      code: 'nothing-logged',
      message: `${service} sent ${countOf(records, 'log record')} in these minutes, all with a trace ID, but none with this one: it logged nothing here.`,
      evidence,
    },
  ];
}

/** There is nothing to be done about a service that said nothing here. */
function needsNothing({ code }: Reason): boolean {
  return code === 'nothing-logged';
}

function explainMissingLogs(evidence: TraceEvidence): readonly Reason[] {
  const { bounds, logs, retainedSinceNs } = evidence;
  if (logs === 0 && bounds !== undefined && bounds.endNs < retainedSinceNs) {
    return [
      {
        code: 'logs-past-retention',
        message: `The trace ended ${instantText(bounds.endNs)}; log records are kept since ${instantText(retainedSinceNs)}.`,
        evidence: { endNs: String(bounds.endNs), retainedSinceNs: String(retainedSinceNs) },
      },
    ];
  }
  return evidence.serviceLogs
    .filter(({ service }) => !evidence.servicesWithLogs.has(service))
    .flatMap((service) =>
      explainService(service, logs > 0, evidence.serviceVersions.get(service.service)),
    )
    .toSorted((a, b) => Number(needsNothing(a)) - Number(needsNothing(b)));
}

function shiftText(ms: number): string {
  return `${ms > 0 ? '+' : ''}${durationText(BigInt(Math.trunc(ms)) * 1_000_000n)}`;
}

function explainHidden(hidden: HiddenLogs): Reason {
  const { datasource, startShiftMs, endShiftMs, farthestNs } = hidden;
  return {
    code: 'logs-outside-configured-window',
    message: `Grafana would hide ${countText(hidden.hidden)} of the ${countOf(hidden.of, 'log line')}: they lie up to ${durationText(farthestNs)} outside of the window that the shifts of "${datasource}" in datasources.yaml allow (${shiftText(startShiftMs)} to ${shiftText(endShiftMs)}). They are shown here.`,
    evidence: {
      datasource,
      hidden: hidden.hidden,
      of: hidden.of,
      farthestNs: String(farthestNs),
      startShiftMs,
      endShiftMs,
    },
  };
}

/** Most important first; empty when nothing is missing. */
export function explainTrace(evidence: TraceEvidence): readonly Reason[] {
  return [
    ...(evidence.spans === 0 ? explainMissingSpans(evidence) : explainMissingLogs(evidence)),
    ...evidence.hidden.map(explainHidden),
  ];
}
