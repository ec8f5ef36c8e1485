// LogQL as a predicate of another language: the traces that the lines of a log query name.

import type { Clock } from '../../../base/clock.ts';
import { Failure } from '../../../base/errors.ts';
import { checkEmbedded, type EmbeddedEvaluator, traceSpellings } from '../../language/embedded.ts';
import type { LogRead, LogRows, LogSource } from '../../sources.ts';
import { planLogql, type Scan } from '../plan/plan.ts';
import { checkLogql } from '../syntax/check.ts';
import { parseLogql } from '../syntax/parse.ts';
import { defaultLogqlLimits } from './limits.ts';
import { ReadCounter, readRequest, RowRunner, scanRows, TurnTaker } from './scan.ts';
import { tracesOfRow } from './trace-filter.ts';

function planLines(query: string): Scan {
  const expr = parseLogql(query);
  checkLogql(expr);
  const plan = planLogql(expr);
  if (plan.kind !== 'log') {
    throw new Failure('semantics', 'a metric query names no traces: write a log query', {
      position: expr.span,
    });
  }
  for (const embedded of plan.scan.traces) checkEmbedded(query, embedded, undefined);
  return plan.scan;
}

/** What a row's ID may stand for, of the traces that are asked about. */
function tracesBySpelling(traceIds: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const bySpelling = new Map<string, string[]>();
  for (const traceId of traceIds) {
    for (const spelling of traceSpellings([traceId])) {
      const known = bySpelling.get(spelling);
      if (known === undefined) bySpelling.set(spelling, [traceId]);
      else known.push(traceId);
    }
  }
  return bySpelling;
}

/** The source, cut behind the page that fills `linesMax`. */
class LimitedLogs implements Pick<LogSource, 'readLogs'> {
  readonly #logs: LogSource;
  readonly #linesMax: number;
  wasCut: boolean = false;

  constructor(logs: LogSource, linesMax: number) {
    this.#logs = logs;
    this.#linesMax = linesMax;
  }

  async *readLogs(request: LogRead, signal: AbortSignal): AsyncGenerator<LogRows> {
    let lines = 0;
    for await (const rows of this.#logs.readLogs(request, signal)) {
      yield rows;
      lines += rows.length;
      this.wasCut = lines >= this.#linesMax;
      if (this.wasCut) return;
    }
  }
}

export function createLogFinder(options: {
  readonly logs: LogSource;
  readonly clock: Clock;
  readonly pause?: (() => Promise<void>) | undefined;
}): EmbeddedEvaluator {
  const { logs, clock, pause } = options;
  return {
    checkQuery: (query) => {
      planLines(query);
    },

    async findTraces(question, signal) {
      const { tenants, startNs, endNs, among, tracesMax, linesMax = Infinity } = question;
      const scan = planLines(question.query);
      const bySpelling = among && tracesBySpelling(among);
      const found = new Set<string>();
      // One more than wanted tells whether there are more.
      const enough = among?.length ?? tracesMax + 1;
      if (enough === 0) return { traceIds: [], complete: true };
      const read = readRequest(scan, { tenants, startNs, endNs }, 'backward', undefined);
      const few = among !== undefined && among.length <= defaultLogqlLimits.tracesPushedMax;
      const limited = new LimitedLogs(logs, linesMax);
      await scanRows(
        limited,
        { ...read, withTraceIds: true, traceIds: few ? among : undefined },
        new RowRunner(scan, clock, new ReadCounter()),
        (_, row, rows) => {
          for (const named of tracesOfRow(rows, row))
            for (const traceId of bySpelling === undefined
              ? [named]
              : (bySpelling.get(named) ?? []))
              found.add(traceId);
          return found.size < enough;
        },
        new TurnTaker(clock, pause),
        signal,
      );
      const traceIds = [...found];
      const complete = traceIds.length <= tracesMax && !limited.wasCut;
      return { traceIds: traceIds.slice(0, tracesMax), complete };
    },
  };
}
