// Sends an application's output records to the running Clew and keeps them until it says that they are durable. The
// application is never held up: when Clew is away for long, the oldest records are given up and counted.

import { tenantHeader } from '../../model/tenant.ts';

export interface OutputLine {
  /** Nanoseconds since the epoch, as decimal text: when the line was read. */
  readonly timeNs: string;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** Body of `POST /api/run/output`. */
export interface OutputBatch {
  readonly service: string | null;
  /** Processes of the application: pairs its output with what it sends over OTLP. */
  readonly pids: readonly number[];
  /** Nothing more will come: hold for a shorter while. */
  readonly final: boolean;
  readonly lines: readonly OutputLine[];
}

export interface ShipperOptions {
  /** `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Whose output it is, when the running Clew asks for that. */
  readonly tenant: string | undefined;
  /** Asked at each request, for an application makes itself known while it runs. */
  readonly application: () => {
    readonly pids: readonly number[];
    readonly service: string | undefined;
  };
}

export interface Shipper {
  add(line: OutputLine): void;
  /** Sends what is left and waits for the answers, at most `timeoutMs`. Returns how many records were not stored. */
  finish(timeoutMs: number): Promise<number>;
}

const linesPerRequestMax = 1000;
const lingerMs = 250;
const inFlightMax = 32;
const queuedBytesMax: number = 32 * 1024 * 1024;
const retryMs = 1000;

export function createShipper(options: ShipperOptions): Shipper {
  const headers = {
    'content-type': 'application/json',
    ...(options.tenant !== undefined && { [tenantHeader]: options.tenant }),
  };
  const queue: OutputLine[] = [];
  const inFlight = new Set<Promise<void>>();
  let queuedBytes = 0;
  let unsent = 0;
  let lost = 0;
  let final = false;
  let timer: NodeJS.Timeout | undefined;

  const post = async (lines: readonly OutputLine[]): Promise<void> => {
    for (;;) {
      const { pids, service } = options.application();
      const batch: OutputBatch = { service: service ?? null, pids, final, lines };
      try {
        const answer = await fetch(`${options.url}/api/run/output`, {
          method: 'POST',
          headers,
          body: JSON.stringify(batch),
        });
        await answer.arrayBuffer();
        if (answer.ok) break;
        // 4xx but for 429: the same request can never succeed.
        if (answer.status < 500 && answer.status !== 429) {
          lost += lines.length;
          break;
        }
      } catch {
        // Clew is away; it may come back.
      }
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
    unsent -= lines.length;
  };
  const send = (): void => {
    clearTimeout(timer);
    timer = undefined;
    while (queue.length > 0 && inFlight.size < inFlightMax) {
      const lines = queue.splice(0, linesPerRequestMax);
      for (const { text } of lines) queuedBytes -= text.length;
      const request = post(lines).finally(() => {
        inFlight.delete(request);
        send();
      });
      inFlight.add(request);
    }
  };
  // An empty batch first: Clew then knows the process before its telemetry arrives.
  void post([]);
  return {
    add: (line) => {
      queue.push(line);
      queuedBytes += line.text.length;
      unsent++;
      while (queuedBytes > queuedBytesMax) {
        queuedBytes -= queue.shift()?.text.length ?? 0;
        unsent--;
        lost++;
      }
      if (queue.length >= linesPerRequestMax) send();
      else timer ??= setTimeout(send, lingerMs);
    },
    finish: async (timeoutMs) => {
      final = true;
      send();
      // What has been sent before is being held for a longer while than is of use by then.
      void post([]);
      let deadline: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        deadline = setTimeout(resolve, timeoutMs);
      });
      const all = async (): Promise<void> => {
        while (inFlight.size > 0 || queue.length > 0) await Promise.all(inFlight);
      };
      await Promise.race([all(), late]);
      clearTimeout(deadline);
      return lost + unsent;
    },
  };
}
