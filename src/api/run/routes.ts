// `POST /api/run/output`: where `clew run` sends what it reads from an application's output. Answers when it is durable.

import { Hono } from 'hono';
import { Failure } from '../../base/errors.ts';
import type { ConsumeContext, ConsumeOutcome } from '../../model/consumers.ts';
import { answerableFailure } from '../http/defect.ts';
import { readBytes } from '../http/parameters.ts';
import type { TenantPolicy } from '../../model/tenant.ts';
import { tenantOf } from '../http/tenant.ts';

export interface OutputBatch {
  readonly service: string;
  readonly pids: readonly number[];
  readonly final: boolean;
  readonly lines: readonly {
    readonly timeNs: bigint;
    readonly stream: 'stdout' | 'stderr';
    readonly text: string;
  }[];
}

/** Implemented by the pipeline; handed in by `main`. */
export interface OutputPort {
  accept(batch: OutputBatch, context: ConsumeContext): Promise<ConsumeOutcome>;
}

const bodyBytesMax: number = 64 * 1024 * 1024;

export function createRunApi(output: OutputPort, tenants: TenantPolicy): Hono {
  const app = new Hono();
  app.post('/api/run/output', async (context) => {
    const request = context.req.raw;
    try {
      const tenant = tenantOf(request.headers, tenants);
      const body: unknown = JSON.parse(
        Buffer.from(await readBytes(request, bodyBytesMax)).toString('utf8'),
      );
      const { message } = await output.accept(checkBatch(body), { tenant });
      return message === '' ? new Response(null, { status: 204 }) : context.json({ message });
    } catch (error) {
      const failure =
        error instanceof SyntaxError
          ? new Failure('invalid-data', 'the body is not JSON')
          : answerableFailure(error);
      const status =
        failure.code === 'overloaded'
          ? 429
          : failure.code === 'unavailable'
            ? 503
            : failure.code === 'internal'
              ? 500
              : 400;
      return context.json({ error: { code: failure.code, message: failure.message } }, status);
    }
  });
  return app;
}

function checkBatch(body: unknown): OutputBatch {
  const bad = (expected: string): Failure =>
    new Failure('invalid-data', `invalid output batch: ${expected}`);
  if (typeof body !== 'object' || body === null) throw bad('expected an object');
  const { service, pids, final, lines } = body as Record<string, unknown>;
  if (service !== null && typeof service !== 'string')
    throw bad('expected service as text or null');
  if (!Array.isArray(pids) || !pids.every((pid) => Number.isSafeInteger(pid)))
    throw bad('expected pids as a list of numbers');
  if (!Array.isArray(lines)) throw bad('expected lines as a list');
  return {
    service: service ?? '',
    pids: pids as number[],
    final: final === true,
    lines: lines.map((line: unknown) => {
      if (typeof line !== 'object' || line === null) throw bad('expected each line as an object');
      const { timeNs, stream, text } = line as Record<string, unknown>;
      if (typeof timeNs !== 'string' || !/^\d{1,19}$/.test(timeNs))
        throw bad('expected timeNs as decimal text');
      if (stream !== 'stdout' && stream !== 'stderr')
        throw bad('expected stream as stdout or stderr');
      if (typeof text !== 'string') throw bad('expected text');
      return { timeNs: BigInt(timeNs), stream, text };
    }),
  };
}
