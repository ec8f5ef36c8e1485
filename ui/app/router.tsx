// Addresses and the pages behind them. Each page is a chunk of its own; the address's search part is plain text pairs.

import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { answerCache } from '../data/answer-cache.ts';
import { askForTrace } from '../data/trace.ts';
import { parseLogsView, printLogsView } from '../url/logs-view.ts';
import { parseSearchText, printSearchText } from '../url/search-text.ts';
import type { Crumb } from '../url/trail.ts';
import { parseTraceView, printTraceView } from '../url/trace-view.ts';
import { NotFound } from './not-found.tsx';
import { PageFailed } from './page-failed.tsx';
import { Shell } from './shell.tsx';

const rootRoute = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const startRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: ({ search }) => {
    throw redirect({ to: '/overview', search, replace: true });
  },
});

/** The search part of a page that reads it itself: pairs of texts. */
function texts(search: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(search).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value]] : [],
    ),
  );
}

/** What every page's address may say beside its own: where the telemetry is read from, and how often. */
function carriedOf(search: Record<string, unknown>): Record<string, string> {
  const { source, refresh } = texts(search);
  return {
    ...(source === undefined ? {} : { source }),
    ...(refresh === undefined ? {} : { refresh }),
  };
}

const overviewRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/overview',
  validateSearch: texts,
  component: lazyRouteComponent(
    () => import('../pages/overview/overview-page.tsx'),
    'OverviewPage',
  ),
});

const tracesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/traces',
  validateSearch: texts,
  component: lazyRouteComponent(() => import('../pages/traces/traces-page.tsx'), 'TracesPage'),
});

const compareRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/compare',
  validateSearch: texts,
  component: lazyRouteComponent(() => import('../pages/compare/compare-page.tsx'), 'ComparePage'),
});

const metricsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/metrics',
  validateSearch: texts,
  component: lazyRouteComponent(() => import('../pages/metrics/metrics-page.tsx'), 'MetricsPage'),
});

const sourcesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sources',
  validateSearch: texts,
  component: lazyRouteComponent(() => import('../pages/sources/sources-page.tsx'), 'SourcesPage'),
});

const healthRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/health',
  validateSearch: texts,
  component: lazyRouteComponent(() => import('../pages/health/health-page.tsx'), 'HealthPage'),
});

const logsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/logs',
  validateSearch: (search: Record<string, unknown>) => ({
    ...carriedOf(search),
    ...printLogsView(parseLogsView(search)),
  }),
  component: lazyRouteComponent(() => import('../pages/logs/logs-page.tsx'), 'LogsPage'),
});

const loadTracePage = () => import('../pages/trace/trace-page.tsx');

const traceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/trace/$traceId',
  validateSearch: (search: Record<string, unknown>) => ({
    ...carriedOf(search),
    ...printTraceView(parseTraceView(search)),
  }),
  beforeLoad: ({ cause, params, search }) => {
    if (cause === 'enter' && parseTraceView(search).file === '')
      askForTrace(answerCache, params.traceId);
  },
  component: lazyRouteComponent(loadTracePage, 'TracePage'),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    startRoute,
    overviewRoute,
    logsRoute,
    tracesRoute,
    traceRoute,
    compareRoute,
    metricsRoute,
    sourcesRoute,
    healthRoute,
  ]),
  parseSearch: parseSearchText,
  stringifySearch: printSearchText,
  // The pages keep their own places: they scroll inside, not the window.
  scrollRestoration: false,
  defaultErrorComponent: PageFailed,
});

const calmMs = 1500;

/** Fetches the page that a reader of logs goes to next, when everything else has come. */
export function preloadPages(): void {
  setTimeout(() => {
    // A chunk that does not come now is asked for again when it is needed.
    loadTracePage().catch(() => undefined);
  }, calmMs);
}

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
  interface HistoryState {
    /** What the breadcrumb calls the page that led here; absent when the page was opened by itself. */
    back?: string;
    /** The steps of the drill-down that led here; the last one is `back`. */
    trail?: readonly Crumb[];
  }
}
