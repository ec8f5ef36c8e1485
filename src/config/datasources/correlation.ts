// The parts of a data source's `jsonData` that tie signals together: derived fields, traces to logs (both generations), traces to
// metrics, exemplar destinations.

import type {
  DerivedField,
  ExemplarDestination,
  TagMapping,
  TracesToLogs,
  TracesToMetrics,
} from '../../model/datasource.ts';
import type { LenientMap } from './lenient.ts';

type Warn = (path: readonly string[], message: string) => void;

export function readDerivedFields(jsonData: LenientMap, warn: Warn): readonly DerivedField[] {
  return jsonData.list('derivedFields').map(({ map }) => {
    const field: DerivedField = {
      name: map.text('name'),
      matcherRegex: map.text('matcherRegex'),
      matcherType: map.text('matcherType') === 'label' ? 'label' : 'regex',
      url: map.text('url'),
      urlDisplayLabel: map.text('urlDisplayLabel'),
      datasourceUid: map.text('datasourceUid'),
    };
    const wrong = field.matcherType === 'regex' ? whyNoRegex(field.matcherRegex) : undefined;
    if (wrong !== undefined)
      warn(
        [...map.path, 'matcherRegex'],
        `not a regular expression, so that it never matches: ${wrong}`,
      );
    return field;
  });
}

/** Undefined for what Grafana, whose expressions are JavaScript's, can compile. */
function whyNoRegex(pattern: string): string | undefined {
  try {
    void new RegExp(pattern);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** `tracesToLogsV2`, or else the older `tracesToLogs` in its shape; undefined when neither names a data source. */
export function readTracesToLogs(jsonData: LenientMap, warn: Warn): TracesToLogs | undefined {
  const current = jsonData.map('tracesToLogsV2');
  if (current.exists) {
    const datasourceUid = current.text('datasourceUid');
    if (datasourceUid === '') return undefined;
    return {
      datasourceUid,
      tags: readTags(current, 'tags'),
      ...readShifts(current, { startShiftMs: 0, endShiftMs: 0 }, warn),
      filterByTraceId: current.flag('filterByTraceID'),
      filterBySpanId: current.flag('filterBySpanID'),
      customQuery: current.flag('customQuery') ? current.text('query') : undefined,
    };
  }
  const older = jsonData.map('tracesToLogs');
  const datasourceUid = older.text('datasourceUid');
  if (datasourceUid === '') return undefined;
  return {
    datasourceUid,
    tags: readTags(older, older.flag('mapTagNamesEnabled') ? 'mappedTags' : 'tags'),
    ...readShifts(older, { startShiftMs: 0, endShiftMs: 0 }, warn),
    filterByTraceId: older.flag('filterByTraceID'),
    filterBySpanId: older.flag('filterBySpanID'),
    customQuery: undefined,
  };
}

const metricsShiftMs = 120_000;

export function readTracesToMetrics(jsonData: LenientMap, warn: Warn): TracesToMetrics | undefined {
  const map = jsonData.map('tracesToMetrics');
  const datasourceUid = map.text('datasourceUid');
  if (datasourceUid === '') return undefined;
  return {
    datasourceUid,
    tags: readTags(map, 'tags'),
    ...readShifts(map, { startShiftMs: -metricsShiftMs, endShiftMs: metricsShiftMs }, warn),
    queries: map
      .list('queries')
      .map(({ map: query }) => ({ name: query.text('name'), query: query.text('query') })),
  };
}

export function readExemplarDestinations(jsonData: LenientMap): readonly ExemplarDestination[] {
  return jsonData.list('exemplarTraceIdDestinations').map(({ map }) => ({
    name: map.text('name'),
    url: map.text('url'),
    urlDisplayLabel: map.text('urlDisplayLabel'),
    datasourceUid: map.text('datasourceUid'),
  }));
}

/** A bare text is a key too: Grafana would make no selector of it, but nothing else can be meant. */
function readTags(map: LenientMap, key: string): readonly TagMapping[] {
  return map
    .list(key)
    .map(({ map: tag, text }) =>
      text === undefined
        ? { key: tag.text('key'), value: tag.text('value') }
        : { key: text, value: '' },
    )
    .filter((tag) => tag.key !== '');
}

interface Shifts {
  readonly startShiftMs: number;
  readonly endShiftMs: number;
}

function readShifts(map: LenientMap, fallback: Shifts, warn: Warn): Shifts {
  const read = (key: string, fallbackMs: number): number => {
    const text = map.text(key);
    if (text === '') return fallbackMs;
    const ms = parseShiftMs(text);
    if (ms !== undefined) return ms;
    warn([...map.path, key], `expected a time shift such as "-2s" or "1h", got "${text}"`);
    return fallbackMs;
  };
  return {
    startShiftMs: read('spanStartTimeShift', fallback.startShiftMs),
    endShiftMs: read('spanEndTimeShift', fallback.endShiftMs),
  };
}

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  M: 2_592_000_000,
  y: 31_536_000_000,
};

/** A number, signed or not, and one unit, as Grafana reads its intervals. */
export function parseShiftMs(text: string): number | undefined {
  const [, sign, digits, unit = ''] =
    /^\s*([+-]?)(\d+(?:\.\d+)?)\s*(ms|[smhdwMy])\s*$/.exec(text) ?? [];
  const scale = unitMs[unit];
  if (digits === undefined || scale === undefined) return undefined;
  const ms = Number(digits) * scale;
  return sign === '-' ? -ms : ms;
}
