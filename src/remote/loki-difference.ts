// What distinguishes some lines of a Loki elsewhere from the others. Loki counts both sides; which values they have is told
// by the newest lines of each.

import { labelValue, type Labels } from '../model/labels.ts';
import type { DifferenceCounts, LogDifferenceRequest } from '../query/difference-source.ts';
import type { LogSelection } from '../query/sources.ts';
import { type CountedValue, countValues } from '../query/survey/value-counts.ts';
import type { RemoteLogs } from './loki-logs.ts';
import { isWholeSelection } from './selector-text.ts';

/** Lines that are read of each side. */
const sideLinesMax = 2500;
const errorLevels: ReadonlySet<string> = new Set(['error', 'fatal', 'critical']);

interface Line {
  readonly id: string;
  readonly labels: Labels;
  readonly metadata: Labels;
}

function levelOf({ labels, metadata }: Line): string {
  return labelValue(metadata, 'detected_level') || labelValue(labels, 'detected_level');
}

function* valuesOf(line: Line): Generator<CountedValue> {
  const value = (scope: CountedValue['scope'], key: string, text: string): CountedValue => ({
    scope,
    type: 'string',
    key,
    value: text,
  });
  yield value('intrinsic', 'service', labelValue(line.labels, 'service_name'));
  yield value('intrinsic', 'level', levelOf(line));
  for (const { name, value: text } of line.labels) yield value('label', name, text);
  for (const { name, value: text } of line.metadata) yield value('log', name, text);
}

async function newestLines(
  logs: RemoteLogs,
  selection: LogSelection,
  max: number,
  signal: AbortSignal,
): Promise<readonly Line[]> {
  const lines: Line[] = [];
  const read = logs.readLogs(
    { ...selection, direction: 'backward', after: undefined, rowsWanted: max },
    signal,
  );
  for await (const rows of read) {
    for (let at = 0; at < rows.length && lines.length < max; at++)
      lines.push({
        id: `${rows.timeNs[at]}-${rows.seq[at]}`,
        labels: rows.streams[rows.stream[at] ?? 0] ?? [],
        metadata: rows.metadata[at] ?? [],
      });
    if (lines.length >= max) break;
  }
  return lines;
}

/** Undefined when Loki cannot be asked for exactly these lines. */
export async function remoteLogDifference(
  logs: RemoteLogs,
  request: LogDifferenceRequest,
  signal: AbortSignal,
): Promise<DifferenceCounts | undefined> {
  const { tenants, startNs, endNs, ground, selected, selection } = request;
  const whole: LogSelection = { tenants, startNs, endNs, ...ground };
  const fromNs = selection.startNs ?? startNs;
  const toNs = selection.endNs ?? endNs;
  const box: LogSelection = {
    tenants,
    startNs: fromNs > startNs ? fromNs : startNs,
    endNs: toNs < endNs ? toNs : endNs,
    matchers: [...ground.matchers, ...selected.matchers],
    lineFilters: [...ground.lineFilters, ...selected.lineFilters],
    metadataMatchers: [...ground.metadataMatchers, ...selected.metadataMatchers],
  };
  if (!isWholeSelection(box)) return undefined;
  const isIn = (line: Line): boolean => !selection.errors || errorLevels.has(levelOf(line));
  const count = async (of: LogSelection, isOfErrors: boolean): Promise<number> => {
    const groupBy = isOfErrors ? ['detected_level'] : [];
    const rows = await logs.countLogs(
      { ...of, groupBy, stepNs: undefined, measure: 'lines' },
      signal,
    );
    return (rows ?? [])
      .filter(({ labels }) => !isOfErrors || errorLevels.has(labelValue(labels, 'detected_level')))
      .reduce((sum, { value }) => sum + value, 0);
  };
  // Around the box, and inside of it whatever is not selected.
  const around: readonly LogSelection[] = [
    { ...whole, endNs: box.startNs },
    { ...whole, startNs: box.endNs },
    { ...whole, startNs: box.startNs, endNs: box.endNs },
  ].filter((part) => part.startNs < part.endNs);
  const [all, inBox, boxLines, ...others] = await Promise.all([
    count(whole, false),
    count(box, selection.errors),
    newestLines(logs, box, sideLinesMax, signal),
    ...around.map((part) =>
      newestLines(logs, part, Math.floor(sideLinesMax / around.length), signal),
    ),
  ]);
  const chosen = boxLines.filter(isIn);
  const chosenIds = new Set(chosen.map(({ id }) => id));
  // What is selected among the newest lines is among the newest of what is selected.
  const rest = others.flat().filter(({ id }) => !chosenIds.has(id));
  const { values, uniqueKeys } = countValues([
    ...chosen.map((line) => ({ isSelected: true, values: valuesOf(line) })),
    ...rest.map((line) => ({ isSelected: false, values: valuesOf(line) })),
  ]);
  return {
    selected: inBox,
    rest: Math.max(0, all - inBox),
    aside: 0,
    lookedAt: { selected: chosen.length, rest: rest.length },
    values: chosen.length === 0 || rest.length === 0 ? [] : values,
    uniqueKeys,
    ownTimes: [],
  };
}
