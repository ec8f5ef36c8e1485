// The steps of a drill-down: which pages led to this one, in words and with their place in the browser's history, so
// that a step back finds the page as it was left. Kept in the history entry; a page opened by itself has none.

export interface Crumb {
  readonly title: string;
  readonly href: string;
  /** Of the history entry that was left. */
  readonly index: number;
}

export interface PlaceLeft {
  readonly pathname: string;
  readonly search: Readonly<Record<string, string>>;
  readonly href: string;
  readonly index: number;
  readonly trail: readonly Crumb[];
}

/** Older steps are reached by the browser's own Back. */
const stepsMax = 8;
const queryShownMax = 40;

const names: Readonly<Record<string, string>> = {
  '/overview': 'overview',
  '/logs': 'logs',
  '/traces': 'traces',
  '/metrics': 'metrics',
  '/sources': 'sources',
  '/health': 'health',
  '/compare': 'comparison',
};

/** What a breadcrumb calls a page that does not name itself. */
export function pageWords(pathname: string, search: Readonly<Record<string, string>>): string {
  if (pathname.startsWith('/trace/')) return `trace ${pathname.slice('/trace/'.length, 15)}`;
  const name = names[pathname] ?? pathname;
  const detail = search['query'] ?? search['service'] ?? '';
  if (detail === '') return name;
  return `${name} ${detail.length > queryShownMax ? `${detail.slice(0, queryShownMax)}…` : detail}`;
}

/** Changing what a page shows is no step; going to another page is one. */
export function nextTrail(
  left: PlaceLeft,
  pathname: string,
  title: string | undefined,
): readonly Crumb[] {
  if (pathname === left.pathname) return left.trail;
  const words = title ?? pageWords(left.pathname, left.search);
  const crumb: Crumb = { title: words, href: left.href, index: left.index };
  return [...left.trail, crumb].slice(-stepsMax);
}

/** What goes along: how often the data is refreshed everywhere, where it is read from to where that is known as well. */
export function carryOver(
  href: string,
  from: string,
  search: Readonly<Record<string, string>>,
): string {
  const [path = '', given = ''] = href.split('?');
  // A Loki knows no metrics: its place is the page of its kind, and the traces that its lines name.
  const keepsSource = path === from || path.startsWith('/trace/') || path === '/compare';
  const carried = keepsSource ? ['source', 'refresh'] : ['refresh'];
  const present = carried.filter((name) => (search[name] ?? '') !== '');
  if (present.length === 0 || !href.startsWith('/')) return href;
  const parameters = new URLSearchParams(given);
  for (const name of present) {
    // An empty value takes it off.
    if (!parameters.has(name)) parameters.set(name, search[name] ?? '');
    else if (parameters.get(name) === '') parameters.delete(name);
  }
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}
