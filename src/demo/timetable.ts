// When which incident is: one after the other with quiet in between, round and round, and any of them at once when someone
// asks. Pure: the caller says what time it is and acts on what is due.

import type { DemoIncident, DemoIncidentId } from '../api/explore/contract/demo.ts';
import type { IncidentPlan } from './shop.ts';

export interface TimetablePace {
  /** Before the first incident: what is usual must be seen first. */
  readonly quietFirstMs: number;
  readonly incidentMs: number;
  readonly quietMs: number;
}

export const defaultPace: TimetablePace = {
  quietFirstMs: 60_000,
  incidentMs: 90_000,
  quietMs: 60_000,
};

export interface DueChange {
  readonly kind: 'start' | 'end';
  readonly id: DemoIncidentId;
}

export interface Timetable {
  /** What is to be done now; each change is told once. */
  due(nowMs: number): readonly DueChange[];
  /** Runs the incident from now on, for its whole time; one that runs already goes on as it was. */
  startNow(id: DemoIncidentId): void;
  incidents(): readonly DemoIncident[];
  /** The shop has closed: what ran has ended, and nothing comes any more. */
  close(nowMs: number): void;
}

interface Run {
  readonly startedMs: number;
  readonly endsMs: number;
  endedMs: number | null;
}

export function createTimetable(
  plans: readonly IncidentPlan[],
  pace: TimetablePace,
  openedMs: number,
): Timetable {
  const runs = new Map<DemoIncidentId, Run>();
  const asked: DemoIncidentId[] = [];
  const slotMs = pace.incidentMs + pace.quietMs;
  /** Number of the next slot; slot n is of the incident n modulo their number. */
  let slot = 0;
  let isClosed = false;
  const slotStartMs = (at: number): number => openedMs + pace.quietFirstMs + at * slotMs;
  const isRunning = (id: DemoIncidentId): boolean => runs.get(id)?.endedMs === null;

  const begin = (id: DemoIncidentId, nowMs: number): DueChange => {
    runs.set(id, { startedMs: nowMs, endsMs: nowMs + pace.incidentMs, endedMs: null });
    return { kind: 'start', id };
  };

  const nextMsOf = (id: DemoIncidentId): number | null => {
    if (isClosed) return null;
    const at = plans.findIndex((plan) => plan.id === id);
    const ahead = (((at - slot) % plans.length) + plans.length) % plans.length;
    return slotStartMs(slot + ahead);
  };

  return {
    due: (nowMs) => {
      const changes: DueChange[] = [];
      for (const [id, run] of runs) {
        if (run.endedMs !== null || run.endsMs > nowMs) continue;
        run.endedMs = nowMs;
        changes.push({ kind: 'end', id });
      }
      for (const id of asked.splice(0)) if (!isRunning(id)) changes.push(begin(id, nowMs));
      // After a machine has slept, only the slot of the present is of interest.
      while (slotStartMs(slot + 1) <= nowMs) slot++;
      if (slotStartMs(slot) <= nowMs) {
        const plan = plans[slot % plans.length];
        slot++;
        if (plan !== undefined && !isRunning(plan.id)) changes.push(begin(plan.id, nowMs));
      }
      return changes;
    },
    startNow: (id) => void asked.push(id),
    incidents: () =>
      plans.map(({ id, title }) => {
        const run = runs.get(id);
        return {
          id,
          title,
          state: isRunning(id) ? 'running' : 'waiting',
          startedMs: run?.startedMs ?? null,
          endedMs: run?.endedMs ?? null,
          endsMs: isRunning(id) ? (run?.endsMs ?? null) : null,
          nextMs: nextMsOf(id),
        };
      }),
    close: (nowMs) => {
      isClosed = true;
      for (const run of runs.values()) run.endedMs ??= nowMs;
    },
  };
}
