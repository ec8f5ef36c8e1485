// Lines of one pod have the same labels and the same resource: in a list of a hundred thousand each of these is kept once
// and not once a line, which is most of a line's memory.

import type { ExploreLogLine } from '../../src/api/explore/contract/records.ts';

/** Senders that are remembered; past it they are forgotten and the next lines bring theirs again. */
const sendersMax = 2000;

const labelsByText = new Map<string, ExploreLogLine['labels']>();
const resourceByText = new Map<string, ExploreLogLine['resource']>();

function shared<Value>(known: Map<string, Value>, value: Value): Value {
  const text = JSON.stringify(value);
  const same = known.get(text);
  if (same !== undefined) return same;
  if (known.size >= sendersMax) known.clear();
  known.set(text, value);
  return value;
}

export function shareSenders(lines: readonly ExploreLogLine[]): ExploreLogLine[] {
  return lines.map((line) => ({
    ...line,
    labels: shared(labelsByText, line.labels),
    resource: shared(resourceByText, line.resource),
  }));
}
