// What the nodes of one metric query share while it is evaluated.

import type { Clock } from '../../../base/clock.ts';
import type { LogSource } from '../../sources.ts';
import type { LogqlLimits } from './limits.ts';
import type { ReadCounter, TurnTaker } from './scan.ts';
import type { StepGrid } from './step-grid.ts';
import type { TraceFilters } from './trace-filter.ts';
import type { HeldBudget } from './windows.ts';

export interface EvaluationContext {
  readonly source: LogSource;
  readonly clock: Clock;
  readonly limits: LogqlLimits;
  readonly tenants: readonly string[];
  readonly grid: StepGrid;
  readonly instant: boolean;
  readonly counter: ReadCounter;
  readonly budget: HeldBudget;
  readonly turns: TurnTaker;
  readonly traceFilters: TraceFilters;
  readonly signal: AbortSignal;
}
