// One thing that a text in the omnibox may mean, and where it leads.

export interface Suggestion {
  /** What it is: `trace ID, 64-bit`, `page`, `LogQL`. */
  readonly said: string;
  readonly title: string;
  /** What is known of it; empty while nothing is. */
  readonly detail: string;
  readonly href: string;
  /** What the next page's breadcrumb calls the page at hand; undefined for a new beginning. */
  readonly isStart: boolean;
}
