// A reader: one Session in a thread of its own, running one query at a time as a stream of chunks. It has a thread
// because chdb plans a streamed query synchronously (skip indexes and scalar subqueries included), which took seconds
// where inserts may not wait milliseconds.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { Session } from 'chdb';
import { clickHouseCode } from '../clickhouse-failures.ts';
import {
  chunksInFlightMax,
  type HostOptions,
  type HostReply,
  type HostRequest,
} from './host-messages.ts';

/** Serves requests from the port until the process ends. Never terminate a worker with an open Session: it hangs. */
function serveReads(port: NonNullable<typeof parentPort>, options: HostOptions): void {
  const open = (): Session => {
    const opened = new Session(options.folder, { connectionArgs: options.connectionArguments });
    opened.query(`USE \`${options.database}\``);
    return opened;
  };
  let session = open();
  // In a Session whose query was stopped early, a later kill of another query is noted and has no effect (seen in one
  // of six). A new Session takes a millisecond.
  const renew = (): void => {
    session.close();
    session = open();
  };
  let inFlight = 0;
  let canceled = false;
  let wake: (() => void) | undefined;

  const send = (reply: HostReply): void => {
    port.postMessage(reply);
  };

  const stream = async (request: HostRequest & { kind: 'stream' }): Promise<void> => {
    const { id } = request;
    inFlight = 0;
    canceled = false;
    try {
      const chunks = session.queryStream(request.text, { format: request.format });
      // A cancellation that came while the query was planned is seen here; see `killAfterMs` in host.ts.
      await nextTurn();
      if (canceled) chunks.cancel();
      for await (const chunk of chunks) {
        send({ kind: 'chunk', id, bytes: chunk.raw() });
        inFlight++;
        while (inFlight >= chunksInFlightMax && !canceled) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        if (canceled) break;
      }
      if (!canceled) {
        send({ kind: 'end', id });
        return;
      }
      renew();
      send({ kind: 'failed', id, code: 394, message: 'canceled' });
    } catch (error) {
      renew();
      const message = error instanceof Error ? error.message : String(error);
      send({ kind: 'failed', id, code: clickHouseCode(message), message });
    }
  };

  port.on('message', (request: HostRequest) => {
    if (request.kind === 'stream') {
      void stream(request);
      return;
    }
    if (request.kind === 'more') inFlight--;
    if (request.kind === 'cancel') canceled = true;
    wake?.();
  });
}

if (parentPort !== null) serveReads(parentPort, workerData as HostOptions);
