// What can be done with the list: facets and patterns beside it, columns, wrapped or roomier rows, copies and the export.

import { useMemo } from 'react';
import type { ExploreLogLine } from '../../../src/api/explore/contract/records.ts';
import type { ExploreFacets } from '../../../src/api/explore/contract/log-survey.ts';
import { structuredMetadataName } from '../../../src/model/log-labels.ts';
import { sourceOfAddress } from '../../data/ask-clew.ts';
import { setDensity, setFacetsShown } from '../../data/preferences.ts';
import { tenantHeaders, tenantOfTab } from '../../data/tenant.ts';
import { permalink } from '../../url/permalink.ts';
import { parseBody } from '../../views/log-list/body-fields.ts';
import { changeCounts } from '../../views/patterns/patterns.tsx';
import { printCount } from '../../views/words/numbers.ts';
import { ExportMenu } from './export-menu.tsx';
import { curlOf } from './logs-clicks.ts';
import { ColumnsMenu, CopyMenu } from './logs-menus.tsx';
import type { LogsPageState } from './use-logs-page.ts';

export function LogsTools({ page }: { readonly page: LogsPageState }) {
  const { view, facetsShown, density, lines, facets, range } = page;
  const names = useMemo(() => fieldNames(lines, facets.data), [lines, facets.data]);
  return (
    <div className="logs-tools" role="toolbar" aria-label="The list of lines">
      <button
        type="button"
        className="text-button"
        data-quiet
        aria-pressed={facetsShown}
        title="Fields with their values and counts (b)"
        data-testid="toggle-facets"
        onClick={() => setFacetsShown(!facetsShown)}
      >
        facets
      </button>
      <button
        type="button"
        className="text-button number"
        data-quiet
        aria-pressed={view.patterns}
        title="Groups of similar lines (p)"
        data-testid="toggle-patterns"
        onClick={() => page.show({ patterns: !view.patterns }, 'replace')}
      >
        {patternsWords(page)}
      </button>
      <ColumnsMenu
        columns={view.columns}
        names={names}
        onColumns={(columns) => page.show({ columns }, 'replace')}
      />
      <button
        type="button"
        className="text-button"
        data-quiet
        aria-pressed={view.wrap}
        title="Long lines on several rows (w)"
        data-testid="toggle-wrap"
        onClick={() => page.show({ wrap: !view.wrap }, 'replace')}
      >
        wrap
      </button>
      <button
        type="button"
        className="text-button"
        data-quiet
        aria-pressed={density === 'comfortable'}
        title="Higher rows"
        data-testid="toggle-density"
        onClick={() => setDensity(density === 'dense' ? 'comfortable' : 'dense')}
      >
        roomy
      </button>
      <CopyMenu
        choices={[
          { title: 'Link', text: permalink(location.href, page.nowMs, tenantOfTab()) },
          {
            title: 'LogQL',
            text: view.query === '' ? '{service_name=~".+"}' : view.query,
          },
          {
            title: 'curl',
            text: curlOf({
              ...page.request,
              origin: location.origin,
              source: sourceOfAddress(),
              headers: tenantHeaders(),
            }),
          },
        ]}
      />
      <ExportMenu
        query={view.query}
        range={range}
        order={view.order}
        columns={view.columns}
        total={page.total}
      />
    </div>
  );
}

function patternsWords({ patterns, logs }: LogsPageState): string {
  if (patterns.data === undefined || logs.error !== null) return 'patterns';
  const counts = changeCounts(patterns.data);
  const fresh = counts.new > 0 ? ` (${printCount(counts.new)} new)` : '';
  return `patterns ${printCount(counts.all)}${fresh}`;
}

/** Lines that are looked into for names. */
const lookedInto = 50;

/** Names for columns: of the facets, of the lines that are there, and of what their texts hold. */
function fieldNames(
  lines: readonly ExploreLogLine[],
  facets: ExploreFacets | undefined,
): readonly string[] {
  const names = new Set<string>((facets?.fields ?? []).map(({ name }) => name));
  for (const line of lines.slice(0, lookedInto)) {
    for (const { key } of line.attributes) names.add(structuredMetadataName(key));
    for (const { name } of parseBody(line.body)?.fields ?? []) names.add(name);
    for (const name of Object.keys(line.labels)) names.add(name);
    for (const { key } of line.resource) names.add(structuredMetadataName(key));
    if (line.traceId !== '') names.add('trace_id').add('span_id');
  }
  // These have a column of their own already.
  for (const name of ['service_name', 'detected_level']) names.delete(name);
  return [...names];
}
