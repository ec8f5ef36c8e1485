// What every port of Clew answers besides its own API: readiness, its own metrics, compressed answers, and a path prefix
// that a proxy in front of it may have kept.

import { Hono } from 'hono';
import { compress } from 'hono/compress';
import { answerableFailure } from './defect.ts';

export interface PortOptions {
  /** Undefined when ready, else why not. */
  readonly notReady: () => string | undefined;
  /** In Prometheus's text format. */
  readonly metrics: () => string;
  /** Whether a browser gets a page at `/metrics`, which is mounted by the caller. */
  readonly hasMetricsPage?: boolean;
  /** Told of every answer. */
  readonly answered: (status: number) => void;
}

/** An app with `/ready` and `/metrics`; the API is mounted by the caller. */
export function createPort({ notReady, metrics, answered, hasMetricsPage }: PortOptions): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    answered(context.res.status);
  });
  app.use(compress());
  app.get('/ready', (context) => {
    const reason = notReady();
    return reason === undefined ? context.text('ready\n') : context.text(`${reason}\n`, 503);
  });
  app.get('/metrics', async ({ req }, next) => {
    // A scraper never asks for HTML, a browser that opens an address always does.
    const wantsPage = (req.header('accept') ?? '').includes('text/html');
    if (hasMetricsPage === true && wantsPage) return await next();
    return new Response(metrics(), {
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', vary: 'accept' },
    });
  });
  app.notFound((context) => context.text('404 page not found\n', 404));
  app.onError((error, context) => {
    // Handlers answer their own failures: what arrives here is a defect, told without its stack.
    answerableFailure(error);
    return context.text('internal error\n', 500);
  });
  return app;
}

/** The same request with `prefix` taken off its path. */
export function withoutPrefix(request: Request, prefix: string): Request {
  const url = new URL(request.url);
  url.pathname = url.pathname.slice(prefix.length) || '/';
  return new Request(url, request);
}
