// `/api/demo`: the demo shop's state, its start and stop, and an incident at once. Translation only.

import { Hono } from 'hono';
import { Failure } from '../../base/errors.ts';
import type { DemoStatus } from '../explore/contract/demo.ts';
import { errorResponse } from '../explore/error-response.ts';

/** Implemented by the demo; handed in by `compose`. */
export interface DemoPort {
  status(): DemoStatus;
  start(): void;
  stop(): Promise<void>;
  startIncident(id: string): void;
}

/** Without a demo (its files are not there) every request says so. */
export function createDemoApi(demo: DemoPort | undefined): Hono {
  const app = new Hono();
  const answer = async (act: (demo: DemoPort) => void | Promise<void>): Promise<Response> => {
    try {
      if (demo === undefined)
        throw new Failure('unavailable', 'the files of the demo shop are not part of this Clew');
      await act(demo);
      return Response.json(demo.status());
    } catch (error) {
      return errorResponse(error);
    }
  };
  app.get('/api/demo', () => answer(() => undefined));
  app.post('/api/demo/start', () => answer((one) => one.start()));
  app.post('/api/demo/stop', () => answer((one) => one.stop()));
  app.post('/api/demo/incidents/:id', (context) =>
    answer((one) => one.startIncident(context.req.param('id'))),
  );
  return app;
}
