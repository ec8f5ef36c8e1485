// The address of the story of a trace, to and from what the page shows. The trace's ID is in the path, in any form.

import type { Search } from './search-range.ts';

export type LinesShown = 'all' | 'span' | 'errors';
export type TraceShape = 'waterfall' | 'flame' | 'table';

export interface TraceView {
  /** The selected span, `ID:2` for the second of those that share an ID; empty: the page chooses. */
  readonly span: string;
  /** The ID of the selected log line; empty: none. */
  readonly log: string;
  readonly show: LinesShown;
  readonly shape: TraceShape;
  /** Looked for in spans and lines; empty: nothing. */
  readonly find: string;
  /** Whether clocks that are off are put right. */
  readonly corrects: boolean;
  readonly showsPath: boolean;
  readonly colorBy: 'service' | 'kind';
  /** Log lines have rows of their own in the waterfall. */
  readonly showsLogRows: boolean;
  /** The stretch that the waterfall shows, in ms from the trace's start; null: all of it. */
  readonly zoom: { readonly startMs: number; readonly endMs: number } | null;
  /** The name of the file that the trace was shown from; empty: it is stored. */
  readonly file: string;
}

export function parseTraceView(search: Readonly<Record<string, unknown>>): TraceView {
  const span = search['span'];
  const log = search['log'];
  const show = search['show'];
  const shape = search['view'];
  const find = search['find'];
  const file = search['file'];
  return {
    span: typeof span === 'string' && /^[0-9a-f]{1,16}(?::\d+)?$/.test(span) ? span : '',
    log: typeof log === 'string' && /^\d+-\d+$/.test(log) ? log : '',
    show: show === 'span' || show === 'errors' ? show : 'all',
    shape: shape === 'flame' || shape === 'table' ? shape : 'waterfall',
    find: typeof find === 'string' ? find : '',
    corrects: search['clocks'] !== 'raw',
    showsPath: search['path'] !== 'off',
    colorBy: search['color'] === 'kind' ? 'kind' : 'service',
    showsLogRows: search['lines'] === 'rows',
    zoom: parseZoom(search['zoom']),
    file: typeof file === 'string' ? file : '',
  };
}

export function printTraceView(view: TraceView): Search {
  const search: Record<string, string> = {};
  if (view.span !== '') search['span'] = view.span;
  if (view.log !== '') search['log'] = view.log;
  if (view.show !== 'all') search['show'] = view.show;
  if (view.shape !== 'waterfall') search['view'] = view.shape;
  if (view.find !== '') search['find'] = view.find;
  if (!view.corrects) search['clocks'] = 'raw';
  if (!view.showsPath) search['path'] = 'off';
  if (view.colorBy !== 'service') search['color'] = view.colorBy;
  if (view.showsLogRows) search['lines'] = 'rows';
  if (view.zoom !== null) search['zoom'] = printZoom(view.zoom);
  if (view.file !== '') search['file'] = view.file;
  return search;
}

/** `12.5_40`, to the nanosecond; empty: all of it. */
export function printZoom(zoom: TraceView['zoom']): string {
  const round = (ms: number): number => Number(ms.toFixed(6));
  return zoom === null ? '' : `${round(zoom.startMs)}_${round(zoom.endMs)}`;
}

function parseZoom(given: unknown): TraceView['zoom'] {
  const [start = '', end = ''] = typeof given === 'string' ? given.split('_') : [];
  if (start === '' || end === '') return null;
  const zoom = { startMs: Number(start), endMs: Number(end) };
  return Number.isFinite(zoom.startMs) && zoom.endMs > zoom.startMs && Number.isFinite(zoom.endMs)
    ? zoom
    : null;
}
