// What the editor knows of a query language. Three implementations, all pure: what the server knows (names and values)
// is asked for by a `LiveQuestion`, which the editor answers.

export type Language = 'logql' | 'promql' | 'traceql';

export type TokenStyle =
  | 'function'
  | 'keyword'
  /** A stage that only Clew has. */
  | 'own'
  | 'label'
  | 'metric'
  | 'constant'
  | 'string'
  | 'number'
  | 'operator'
  | 'bracket'
  | 'comment'
  | 'error'
  /** A query of another language inside this one. */
  | 'embedded';

export interface StyledToken {
  readonly style: TokenStyle;
  /** As written. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** A string or an embedded query that nothing closes: it is being typed. */
  readonly isOpen?: boolean;
}

/** Names and values that only the server knows. */
export type LiveQuestion =
  | { readonly kind: 'log-labels'; readonly selector: string }
  | { readonly kind: 'log-label-values'; readonly name: string; readonly selector: string }
  | { readonly kind: 'log-fields'; readonly selector: string }
  | { readonly kind: 'log-field-values'; readonly name: string; readonly selector: string }
  | { readonly kind: 'metrics' }
  | { readonly kind: 'series-labels'; readonly selector: string }
  | { readonly kind: 'series-label-values'; readonly name: string; readonly selector: string }
  /** `scope` as TraceQL writes it; empty: of spans and resources. */
  | { readonly kind: 'span-attributes'; readonly scope: string }
  | { readonly kind: 'span-values'; readonly name: string };

export interface LiveName {
  readonly name: string;
  readonly detail?: string;
  readonly doc?: string;
}

export type OptionKind =
  | 'function'
  | 'stage'
  | 'own'
  | 'label'
  | 'value'
  | 'metric'
  | 'operator'
  | 'keyword';

export interface Option {
  readonly label: string;
  readonly kind: OptionKind;
  /** What is written, when it is not the label. */
  readonly apply?: string;
  /** Where the cursor is put, as an offset into what is written; its end unless given. */
  readonly cursor?: number;
  readonly detail?: string;
  readonly doc?: string;
  /** Something may be chosen right behind it. */
  readonly leadsOn?: boolean;
}

export interface LivePart {
  readonly question: LiveQuestion;
  readonly toOption: (known: LiveName) => Option;
}

export interface Completions {
  /** What is typed from here on is replaced. */
  readonly from: number;
  readonly options: readonly Option[];
  readonly live?: readonly LivePart[];
  /** The sign that closes the string that the cursor is in, written behind a value unless it is there. */
  readonly quote?: string;
}

export interface HoverDoc {
  readonly start: number;
  readonly end: number;
  readonly signature: string;
  readonly doc: string;
  /** `experimental`, `Clew's own`. */
  readonly notes: readonly string[];
  /** The server may know more of this metric. */
  readonly metric?: string;
}

export interface Problem {
  readonly start: number;
  readonly end: number;
  readonly message: string;
  /** What to write instead. */
  readonly hint?: string | undefined;
}

export interface QueryLanguage {
  /** In order, never overlapping; also of a text that is no query yet. */
  tokens(text: string): readonly StyledToken[];
  /** Undefined: the text is a query. An empty text is none, and no problem either. */
  check(text: string): Problem | undefined;
  complete(text: string, cursor: number): Completions | undefined;
  hover(text: string, at: number): HoverDoc | undefined;
  /** Over several lines where it is long. Fails when the text is not a query. */
  pretty(text: string): string;
}
