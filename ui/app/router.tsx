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

const loadOverviewPage = () => import('../pages/overview/overview-page.tsx');
const loadLogsPage = () => import('../pages/logs/logs-page.tsx');
const loadTracesPage = () => import('../pages/traces/traces-page.tsx');
const loadTracePage = () => import('../pages/trace/trace-page.tsx');
const loadMetricsPage = () => import('../pages/metrics/metrics-page.tsx');
const loadSourcesPage = () => import('../pages/sources/sources-page.tsx');
const loadHealthPage = () => import('../pages/health/health-page.tsx');

const overviewRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/overview',
  validateSearch: texts,
  component: lazyRouteComponent(loadOverviewPage, 'OverviewPage'),
});

const tracesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/traces',
  validateSearch: texts,
  component: lazyRouteComponent(loadTracesPage, 'TracesPage'),
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
  component: lazyRouteComponent(loadMetricsPage, 'MetricsPage'),
});

const sourcesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sources',
  validateSearch: texts,
  component: lazyRouteComponent(loadSourcesPage, 'SourcesPage'),
});

const healthRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/health',
  validateSearch: texts,
  component: lazyRouteComponent(loadHealthPage, 'HealthPage'),
});

const logsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/logs',
  validateSearch: (search: Record<string, unknown>) => ({
    ...carriedOf(search),
    ...printLogsView(parseLogsView(search)),
  }),
  component: lazyRouteComponent(loadLogsPage, 'LogsPage'),
});

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

/** The pages of the rail and what a reader of logs goes to next, in the order in which they are likely wanted. */
const likelyNext = [
  loadLogsPage,
  loadTracePage,
  loadOverviewPage,
  loadTracesPage,
  loadMetricsPage,
  loadSourcesPage,
  loadHealthPage,
];

const calmMs = 300;
/** So that what a person does meanwhile comes first. */
const betweenPagesMs = 100;

/** Twice in a row: between the answers of a page there are moments without a question, too. */
function whenCalm(run: () => void, wasCalm = false): void {
  setTimeout(() => {
    const isCalm = answerCache.isFetching() === 0;
    if (isCalm && wasCalm) run();
    else whenCalm(run, isCalm);
  }, calmMs);
}

let isAhead = false;

/** Whether code is being fetched that nobody waits for: then its failure is no reason to do anything. */
export function isLoadingAhead(): boolean {
  return isAhead;
}

async function loadLikelyNext(): Promise<void> {
  for (const load of likelyNext) {
    isAhead = true;
    // A chunk that does not come now is asked for again when it is needed.
    await load().catch(() => undefined);
    isAhead = false;
    await new Promise((resolve) => setTimeout(resolve, betweenPagesMs));
  }
}

/** Fetches the code of the other pages when the first one has all that it asked for: changing to a page waits for none. */
export function preloadPages(): void {
  whenCalm(() => void loadLikelyNext());
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
