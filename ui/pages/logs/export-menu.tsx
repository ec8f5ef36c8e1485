// The whole result as a file: NDJSON or CSV, with how far it has come and a way to stop it.

import { useEffect, useRef, useState } from 'react';
import type { ExportFormat } from '../../../src/base/exported-rows.ts';
import { printCount } from '../../views/words/numbers.ts';
import { downloadLines, saveFile } from './export-lines.ts';
import type { ExportProgress } from './export-lines.ts';
import { Menu } from './logs-menus.tsx';

interface ExportMenuProps {
  readonly query: string;
  readonly range: { readonly startNs: bigint; readonly endNs: bigint };
  readonly order: 'newest' | 'oldest';
  readonly columns: readonly string[];
  /** As the histogram counts them; null: not known yet. */
  readonly total: number | null;
}

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly progress: ExportProgress }
  | { readonly kind: 'done'; readonly rows: number; readonly name: string }
  | { readonly kind: 'canceled'; readonly rows: number }
  | { readonly kind: 'failed'; readonly message: string; readonly rows: number };

export function ExportMenu(props: ExportMenuProps) {
  const [state, setState] = useState<State>({ kind: 'idle' });
  const stop = useRef<AbortController | undefined>(undefined);
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => () => stop.current?.abort(), []);
  // The button that was pressed is gone: the keyboard stays in the panel.
  useEffect(() => panel.current?.focus(), [state.kind]);
  const start = async (format: ExportFormat): Promise<void> => {
    stop.current?.abort();
    const controller = new AbortController();
    stop.current = controller;
    let rows = 0;
    setState({ kind: 'running', progress: { rows: 0, bytes: 0 } });
    try {
      const onProgress = (progress: ExportProgress): void => {
        ({ rows } = progress);
        setState({ kind: 'running', progress });
      };
      const address = exportAddress(props, format);
      const result = await downloadLines(address, format, onProgress, controller.signal);
      saveFile(result.file, result.name);
      setState({ kind: 'done', rows: result.rows, name: result.name });
    } catch (thrown) {
      if (controller.signal.aborted) setState({ kind: 'canceled', rows });
      else {
        const message = thrown instanceof Error ? thrown.message : String(thrown);
        setState({ kind: 'failed', message, rows });
      }
    }
  };
  const words = state.kind === 'running' ? `export ${printCount(state.progress.rows)}` : 'export';
  return (
    <Menu
      label="Export"
      words={<span className="number">{words}</span>}
      testId="export"
      isPressed={state.kind === 'running'}
    >
      {() => (
        <div ref={panel} className="logs-export" tabIndex={-1}>
          {state.kind === 'running' ? (
            <Running
              progress={state.progress}
              total={props.total}
              onCancel={() => stop.current?.abort()}
            />
          ) : (
            <>
              <p>
                {props.total === null
                  ? 'All lines of the query and the time range.'
                  : `All ${printCount(props.total)} lines of the query and the time range.`}
              </p>
              <div className="logs-export-choices">
                <button
                  type="button"
                  className="text-button"
                  data-testid="export-ndjson"
                  onClick={() => void start('ndjson')}
                >
                  NDJSON
                </button>
                <button
                  type="button"
                  className="text-button"
                  data-testid="export-csv"
                  onClick={() => void start('csv')}
                >
                  CSV
                </button>
              </div>
              <Ended state={state} />
            </>
          )}
        </div>
      )}
    </Menu>
  );
}

function exportAddress(
  { query, range, order, columns }: ExportMenuProps,
  format: ExportFormat,
): string {
  const search = new URLSearchParams({
    query,
    start: String(range.startNs),
    end: String(range.endNs),
    direction: order === 'newest' ? 'backward' : 'forward',
    format,
    ...(format === 'csv' && columns.length > 0 ? { columns: columns.join(',') } : {}),
  });
  return `/api/explore/logs/export?${search.toString()}`;
}

interface RunningProps {
  readonly progress: ExportProgress;
  readonly total: number | null;
  readonly onCancel: () => void;
}

function Running({ progress, total, onCancel }: RunningProps) {
  const { rows } = progress;
  return (
    <>
      <p className="number" role="status" data-testid="export-progress">
        {printCount(rows)}
        {total === null ? '' : ` of ${printCount(Math.max(total, rows))}`} lines ·{' '}
        {(progress.bytes / 1e6).toFixed(1)} MB
      </p>
      {total !== null && (
        <progress value={rows} max={Math.max(1, total, rows)} aria-label="Lines that have come" />
      )}
      <button type="button" className="text-button" data-testid="export-cancel" onClick={onCancel}>
        Cancel
      </button>
    </>
  );
}

function Ended({ state }: { readonly state: State }) {
  if (state.kind === 'done') {
    return (
      <p className="number" role="status" data-testid="export-done">
        {printCount(state.rows)} lines are in {state.name}.
      </p>
    );
  }
  if (state.kind === 'canceled') {
    return (
      <p className="number" role="status" data-testid="export-canceled">
        Stopped after {printCount(state.rows)} lines; nothing was saved.
      </p>
    );
  }
  if (state.kind === 'failed') {
    return (
      <p role="alert">
        It broke off after {printCount(state.rows)} lines: {state.message}. Nothing was saved;
        choose a format to begin again.
      </p>
    );
  }
  return null;
}
