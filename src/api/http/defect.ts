// Mistakes of our own that a request ran into. A client is told "internal error" and no more; what happened is published here, for the
// program's log.

import { channel } from 'node:diagnostics_channel';
import { asFailure, type Failure } from '../../base/errors.ts';

const defects = channel('clew.api.defect');

/** The failure to answer with; one that is our mistake is published with what caused it. */
export function answerableFailure(thrown: unknown): Failure {
  const failure = asFailure(thrown);
  if (failure.code === 'internal') defects.publish(failure);
  return failure;
}

/** For envelopes of one text: the original's words stand first, what to write instead behind them. */
export function hintedMessage({ message, hint }: Failure): string {
  return hint === undefined ? message : `${message}; ${hint}`;
}

/** Calls back with the stack of each mistake. */
export function onDefect(report: (stack: string) => void): void {
  defects.subscribe((message) => {
    const thrown =
      message instanceof Error && message.cause !== undefined ? message.cause : message;
    report(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
  });
}
