// What the parts of a pipeline are: receivers bring telemetry in, processors change it, exporters take it out,
// extensions serve the whole. The life of each: `create` (validates, opens nothing), `start` (opens sockets, begins
// work), `stop` (takes nothing new, flushes what it holds, then closes). Sinks start first, sources stop first.

import type { Clock, Random } from '../base/clock.ts';
import type {
  LogsConsumer,
  MetricsConsumer,
  SeriesConsumer,
  SpansConsumer,
} from '../model/consumers.ts';
import type { TenantPolicy } from '../model/tenant.ts';
import type { Logger } from '../runtime/logger.ts';

export type Signal = 'traces' | 'metrics' | 'logs';

/** Lives and dies with the pipelines. `stop` is safe without `start` and may be called once. */
export interface Component {
  start(): Promise<void>;
  /** `signal` fires when the time for draining is over. */
  stop(signal: AbortSignal): Promise<void>;
}

/** The embedded store as exporters see it: handed in by `main`, so that the pipeline knows no storage. */
export interface EmbeddedStore {
  readonly logs: LogsConsumer;
  readonly spans: SpansConsumer;
  readonly metrics: MetricsConsumer;
  readonly series: SeriesConsumer;
}

/** Where a host name of a user's YAML leads when it is one of the embedded names (`loki`, `tempo`, `mimir`, …). */
export interface EmbeddedNames {
  /** Whether an address (`tempo:4317`, `http://loki:3100/loki/api/v1/push`) means this Clew. */
  isEmbedded(address: string): boolean;
  /** Which embedded name it is; undefined when the address is a server elsewhere. */
  nameOf(address: string): string | undefined;
}

/** What code hands to each component; what the user wrote is its config. */
export interface ComponentSettings {
  /** The component's ID as in the YAML: `otlp/tempo`. */
  readonly id: string;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: Random;
  readonly store: EmbeddedStore;
  readonly embedded: EmbeddedNames;
  /** The tenant of telemetry that names none. */
  readonly defaultTenant: string;
  /** Whether telemetry must name its tenant (`--tenants`); off when absent. */
  readonly tenants?: TenantPolicy | undefined;
  /** Added to every port that a receiver or extension listens on (`--port-shift`). */
  readonly portShift: number;
  /** Whether `0.0.0.0` and other foreign addresses may be bound; otherwise they become loopback, with one warning. */
  readonly bindAnywhere: boolean;
  /** Host names, beside those of this machine, that requests may carry (`--allow-host`). */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Host of listeners whose configuration names none (`--listen`). */
  readonly listenHost: string;
  readonly counters: PipelineCounters;
}

/** Self-telemetry of the pipeline; names as the Collector's (`otelcol_receiver_accepted_log_records`). */
export interface PipelineCounters {
  add(name: string, labels: Readonly<Record<string, string>>, value: number): void;
  /** A value that is asked for when somebody looks. */
  gauge(name: string, labels: Readonly<Record<string, string>>, read: () => number): void;
}

export interface NextConsumers {
  readonly logs?: LogsConsumer | undefined;
  readonly spans?: SpansConsumer | undefined;
  readonly metrics?: MetricsConsumer | undefined;
  /**
   * True when the consumers gather small batches into large ones themselves, as the embedded store's group commit does:
   * waiting before them would only add delay.
   */
  readonly gathers?: boolean | undefined;
}

/** `config` has been checked by `parseConfig` and is the factory's own type from there on. */
export interface ReceiverFactory<Config = unknown> {
  readonly kind: 'receiver';
  readonly type: string;
  readonly aliases: readonly string[];
  readonly signals: readonly Signal[];
  /** Checks what the YAML says; every problem is reported through `problem(path, message)`. */
  parseConfig(raw: unknown, problem: ConfigProblem): Config;
  /** The ports on which a receiver with this configuration listens, the shift included: whoever exports there makes a loop. */
  ports?(settings: Pick<ComponentSettings, 'portShift'>, config: Config): readonly number[];
  /** One receiver serves all the pipelines that name it; `next` fans out. */
  create(settings: ComponentSettings, config: Config, next: NextConsumers): Component;
}

export interface ProcessorFactory<Config = unknown> {
  readonly kind: 'processor';
  readonly type: string;
  readonly aliases: readonly string[];
  readonly signals: readonly Signal[];
  parseConfig(raw: unknown, problem: ConfigProblem): Config;
  /** One instance a pipeline: `next` has exactly the pipeline's signal. */
  create(
    settings: ComponentSettings,
    config: Config,
    next: NextConsumers,
  ): Component & NextConsumers;
}

export interface ExporterFactory<Config = unknown> {
  readonly kind: 'exporter';
  readonly type: string;
  readonly aliases: readonly string[];
  readonly signals: readonly Signal[];
  parseConfig(raw: unknown, problem: ConfigProblem): Config;
  /** Where it sends to, as the user wrote it. */
  addresses?(config: Config, signal: Signal): readonly string[];
  /** One instance a signal, shared by the pipelines that name it. */
  create(settings: ComponentSettings, config: Config, signal: Signal): Component & NextConsumers;
}

export interface ExtensionFactory<Config = unknown> {
  readonly kind: 'extension';
  readonly type: string;
  readonly aliases: readonly string[];
  parseConfig(raw: unknown, problem: ConfigProblem): Config;
  create(settings: ComponentSettings, config: Config): Component;
}

/** `path` below the component, joined by the caller: `['protocols', 'grpc', 'endpoint']`. */
export type ConfigProblem = (path: readonly string[], message: string) => void;
