// What is wrong in a file or flag of the user's: where, which path, what. Everything that reads configuration collects these
// and reports all of them at once.

import { Failure } from '../base/errors.ts';

export interface Problem {
  /** File, flag or environment variable as the user knows it. */
  readonly source: string;
  /** From 1; absent when the place is not known. */
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  /** Keys and list positions from the top; empty for the whole. */
  readonly path: readonly string[];
  readonly message: string;
}

/** `otel-collector-config.yaml:12:5: exporters::loki: message`. */
export function printProblem(problem: Problem): string {
  const place =
    problem.line === undefined
      ? problem.source
      : `${problem.source}:${problem.line}:${problem.column ?? 1}`;
  return [place, problem.path.join('::'), problem.message].filter((part) => part !== '').join(': ');
}

/** All problems as one `config` failure, one a line. */
export function problemsFailure(problems: readonly Problem[]): Failure {
  return new Failure('config', problems.map(printProblem).join('\n'));
}
