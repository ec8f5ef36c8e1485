// The address of the story of a trace, to and from what the page shows. The trace's ID is in the path, in any form.

import type { Search } from './logs-view.ts';

export type LinesShown = 'all' | 'span' | 'errors';

export interface TraceView {
  /** The selected span; empty: the page chooses. */
  readonly span: string;
  /** The ID of the selected log line; empty: none. */
  readonly log: string;
  readonly show: LinesShown;
}

export function parseTraceView(search: Readonly<Record<string, unknown>>): TraceView {
  const span = search['span'];
  const log = search['log'];
  const show = search['show'];
  return {
    span: typeof span === 'string' && /^[0-9a-f]{1,16}$/.test(span) ? span : '',
    log: typeof log === 'string' && /^\d+-\d+$/.test(log) ? log : '',
    show: show === 'span' || show === 'errors' ? show : 'all',
  };
}

export function printTraceView(view: TraceView): Search {
  const search: Record<string, string> = {};
  if (view.span !== '') search['span'] = view.span;
  if (view.log !== '') search['log'] = view.log;
  if (view.show !== 'all') search['show'] = view.show;
  return search;
}
