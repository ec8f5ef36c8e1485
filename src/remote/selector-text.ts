// A log selection as LogQL for a Loki elsewhere. What has no exact counterpart is left out: more lines come, and the
// engine checks them again.

import type { LabelMatcher } from '../query/language/matcher.ts';
import type { LineFilter, LogSelection } from '../query/sources.ts';

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\r', '\\r')}"`;
}

export function matcherText({ name, operator, value }: LabelMatcher): string {
  return `${name}${operator}${quoted(value)}`;
}

/** Loki wants one matcher that an absent label does not satisfy. */
function selects({ operator, value }: LabelMatcher): boolean {
  return (operator === '=' && value !== '') || (operator === '=~' && value === '.+');
}

function filterText(filters: readonly LineFilter[]): string {
  const [first] = filters;
  if (first === undefined) return '';
  const isOneKind = filters.every(
    (one) => one.kind === first.kind && one.negated === first.negated,
  );
  // A disjunction of what is not contained is another thing to Loki.
  if (!isOneKind || (first.negated && filters.length > 1)) return '';
  const sign =
    first.kind === 'contains' ? (first.negated ? '!=' : '|=') : first.negated ? '!~' : '|~';
  const texts = filters.map((one) => quoted(one.kind === 'contains' ? one.text : one.pattern));
  return ` ${sign} ${texts.join(' or ')}`;
}

export function selectorText(
  selection: Pick<LogSelection, 'matchers' | 'lineFilters' | 'metadataMatchers'>,
): string {
  const { matchers, lineFilters, metadataMatchers } = selection;
  const all = matchers.some(selects)
    ? matchers
    : [{ name: 'service_name', operator: '=~', value: '.+' } as const, ...matchers];
  const stream = `{${all.map(matcherText).join(', ')}}`;
  const filters = lineFilters.map(filterText).join('');
  const metadata = metadataMatchers.map((one) => ` | ${matcherText(one)}`).join('');
  return `${stream}${filters}${metadata}`;
}

/** Whether the text says all of the selection. */
export function isWholeSelection({ lineFilters, traceIds }: LogSelection): boolean {
  return (
    traceIds === undefined &&
    lineFilters.every((filters) => filters.length === 0 || filterText(filters) !== '')
  );
}
