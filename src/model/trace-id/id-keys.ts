// Which names mean a trace or span ID: `trace_id`, `traceId`, `TraceID`, `otelTraceID`, `dd.trace_id`, `trace.id`,
// `X-B3-TraceId`, `uber-trace-id` and whatever else ends in the words "trace" and "id".

/** What a key holds. `weakTrace`: a key that is only sometimes an ID (`trace`), so its value must look like one. */
export const idKey = { none: 0, trace: 1, weakTrace: 2, span: 3, traceparent: 4 } as const;
export type IdKey = (typeof idKey)[keyof typeof idKey];

/** Written as one lower-case word, where no boundary shows. */
const runTogether: ReadonlyMap<string, IdKey> = new Map([
  ['traceid', idKey.trace],
  ['oteltraceid', idKey.trace],
  ['ddtraceid', idKey.trace],
  ['b3traceid', idKey.trace],
  ['xb3traceid', idKey.trace],
  ['b3', idKey.trace],
  ['spanid', idKey.span],
  ['otelspanid', idKey.span],
  ['ddspanid', idKey.span],
  ['b3spanid', idKey.span],
  ['xb3spanid', idKey.span],
  ['traceparent', idKey.traceparent],
]);

/** Longer names are never an ID's; it bounds the work on hostile keys. */
const keyLengthMax = 128;

export function classifyIdKey(key: string): IdKey {
  if (key.length > keyLengthMax) return idKey.none;
  const words = key
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  const last = words.at(-1) ?? '';
  const whole = runTogether.get(last);
  if (whole !== undefined) {
    return whole === idKey.span && words.at(-2) === 'parent' ? idKey.none : whole;
  }
  if (last === 'parent' && words.at(-2) === 'trace') return idKey.traceparent;
  if (last === 'trace') return idKey.weakTrace;
  if (last !== 'id') return idKey.none;
  if (words.at(-2) === 'trace') return idKey.trace;
  return words.at(-2) === 'span' && words.at(-3) !== 'parent' ? idKey.span : idKey.none;
}
