// The demo shop as the screen sees it: how far its start has come, which services run, and when which incident was or will be.

export type DemoPhase = 'off' | 'installing' | 'starting' | 'running' | 'stopping' | 'failed';

export interface DemoStep {
  readonly title: string;
  readonly state: 'waiting' | 'doing' | 'done';
}

export interface DemoService {
  readonly name: string;
  readonly version: string;
  readonly host: string;
}

export const demoIncidentIds = [
  'bad-deploy',
  'slow-dependency',
  'wrong-clock',
  'lost-trace-ids',
  'label-explosion',
] as const;
export type DemoIncidentId = (typeof demoIncidentIds)[number];

/** Times are milliseconds since the epoch. */
export interface DemoIncident {
  readonly id: DemoIncidentId;
  readonly title: string;
  readonly state: 'waiting' | 'running';
  /** Of the one that runs, else of the last one; null: there has been none. */
  readonly startedMs: number | null;
  /** Of the last one when none runs; null while one runs. */
  readonly endedMs: number | null;
  /** When the one that runs will end. */
  readonly endsMs: number | null;
  /** When the timetable has it next; null while the demo does not run. */
  readonly nextMs: number | null;
}

/** Answer of `GET /api/demo`, and of every request that changes it. */
export interface DemoStatus {
  readonly phase: DemoPhase;
  /** What is going on, or why it failed, in a sentence. */
  readonly message: string;
  /** What a start consists of, in order. */
  readonly steps: readonly DemoStep[];
  /** When the shop opened. */
  readonly runningSinceMs: number | null;
  readonly services: readonly DemoService[];
  /** Of the last shop that was open, also when it has closed; empty when there was none since the start of Clew. */
  readonly incidents: readonly DemoIncident[];
}
