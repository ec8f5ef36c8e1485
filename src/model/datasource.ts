// What a Grafana-style `datasources.yaml` says, as far as correlation and the UI use it. `config` reads it, `query/correlate`
// makes links of it. Template variables (`${__value.raw}`) are still in the texts; provisioning escapes (`$$`) are not.

export type DatasourceType = 'loki' | 'tempo' | 'prometheus' | 'pyroscope' | 'other';

export interface DerivedField {
  readonly name: string;
  /** JavaScript-flavoured pattern of a user, run by RE2: capture group 1 is the value. For `label`: matches a label's name. */
  readonly matcherRegex: string;
  readonly matcherType: 'regex' | 'label';
  /** A query when `datasourceUid` is set, else an address. */
  readonly url: string;
  readonly urlDisplayLabel: string;
  readonly datasourceUid: string;
}

export interface TagMapping {
  readonly key: string;
  /** Label name on the other side; empty: the key, with dots replaced. */
  readonly value: string;
}

/** `tracesToLogsV2`; the older `tracesToLogs` is converted to it. */
export interface TracesToLogs {
  readonly datasourceUid: string;
  /** Empty: Grafana's defaults. */
  readonly tags: readonly TagMapping[];
  readonly startShiftMs: number;
  readonly endShiftMs: number;
  readonly filterByTraceId: boolean;
  readonly filterBySpanId: boolean;
  /** Set when `customQuery` is true. */
  readonly customQuery: string | undefined;
}

export interface TracesToMetrics {
  readonly datasourceUid: string;
  readonly tags: readonly TagMapping[];
  readonly startShiftMs: number;
  readonly endShiftMs: number;
  readonly queries: readonly { readonly name: string; readonly query: string }[];
}

export interface ExemplarDestination {
  readonly name: string;
  readonly url: string;
  readonly urlDisplayLabel: string;
  readonly datasourceUid: string;
}

export interface Datasource {
  readonly name: string;
  /** Given, or derived from the name as Grafana does. */
  readonly uid: string;
  readonly type: DatasourceType;
  /** Grafana's plugin ID as written. */
  readonly plugin: string;
  readonly url: string;
  readonly isDefault: boolean;
  /** Whether the URL means this Clew (embedded names) or a real server elsewhere. */
  readonly embedded: boolean;
  /** Sent to a real server: basic auth and `httpHeaderNameN`. Never sent to the browser. */
  readonly headers: Readonly<Record<string, string>>;
  readonly derivedFields: readonly DerivedField[];
  readonly tracesToLogs: TracesToLogs | undefined;
  readonly tracesToMetrics: TracesToMetrics | undefined;
  readonly exemplarDestinations: readonly ExemplarDestination[];
}
