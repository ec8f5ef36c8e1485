// The port behind the overview and the service map: what services did in a range, from spans and logs alone. These are
// aggregates for a person who looks for the place of a fault, so they are bounded: past a named number of spans every
// n-th trace is looked at and the counts are multiplied, which the answer says. A span that was stored twice counts twice.

import type { TenantRange } from './sources.ts';

/**
 * Which of a service's spans are its requests: the server and consumer spans; of a service without any its root spans;
 * of a service without these all its spans (it works inside of traces of others without saying so). `none`: it only logs.
 */
export type RequestRule = 'entry' | 'root' | 'every' | 'none';

export interface RequestFigures {
  readonly requests: number;
  readonly errors: number;
  /** Of the requests' durations; NaN when there is none. */
  readonly p50Ns: number;
  readonly p95Ns: number;
  readonly p99Ns: number;
}

export interface ServiceVersion {
  /** `service.version` as sent; empty when it is not. */
  readonly version: string;
  /** Of spans and log records in the range and the window before it. */
  readonly firstNs: bigint;
  readonly lastNs: bigint;
}

export interface ServicePeriod extends RequestFigures {
  /** Lines by `detected_level`. */
  readonly lines: ReadonlyMap<string, number>;
}

export interface ServiceOverview {
  readonly service: string;
  readonly rule: RequestRule;
  readonly range: ServicePeriod;
  readonly before: ServicePeriod;
  /** One number a bucket. */
  readonly requestsOverTime: readonly number[];
  readonly errorsOverTime: readonly number[];
  /** NaN where there was no request. */
  readonly p95NsOverTime: readonly number[];
  /** The one that was seen last comes first. */
  readonly versions: readonly ServiceVersion[];
}

export interface HeatCell {
  readonly bucket: number;
  /** See `heatBandBoundNs`. */
  readonly band: number;
  readonly requests: number;
  readonly errors: number;
}

export interface OverviewRequest extends TenantRange {
  /** The window before is [beforeNs, startNs). */
  readonly beforeNs: bigint;
  /** Buckets are [firstNs + i * stepNs, firstNs + (i + 1) * stepNs), cut to the range; firstNs <= startNs. */
  readonly firstNs: bigint;
  readonly stepNs: bigint;
  readonly buckets: number;
  /** The charts are of this service alone; all services are listed either way. */
  readonly service?: string | undefined;
}

export interface Overview {
  readonly services: readonly ServiceOverview[];
  /** Services that there are; more than are listed when the list was cut. */
  readonly servicesTotal: number;
  /** One a bucket. */
  readonly overTime: readonly RequestFigures[];
  readonly heat: readonly HeatCell[];
  readonly lookedAt: SpansLookedAt;
}

/** `oneIn` 1: all traces. Counts are multiplied by it already. */
export interface SpansLookedAt {
  readonly spans: number;
  readonly oneIn: number;
}

/** Attributes of a caller's span that name what it calls, by the semantic conventions, the newer first. */
export const calleeKeys = {
  database: ['db.system.name', 'db.system'],
  databaseName: ['db.namespace', 'db.name'],
  queue: ['messaging.destination.name', 'messaging.destination'],
  queueSystem: ['messaging.system'],
  peer: ['peer.service', 'server.address', 'net.peer.name', 'net.peer.ip'],
  port: ['server.port', 'net.peer.port'],
} as const;

/** Ports that a name goes without: none, and those of HTTP. */
export const plainPorts: readonly number[] = [0, 80, 443];

/** What a service talks to: another service, or what only the callers' spans know of. */
export type MapNodeKind = 'service' | 'database' | 'queue' | 'external';

export interface MapNode {
  readonly kind: MapNodeKind;
  readonly name: string;
}

/** One of these attributes of the caller's span has the value. */
export interface NamedBy {
  readonly keys: readonly string[];
  readonly value: string | bigint;
}

export interface MapEdge {
  readonly from: MapNode;
  readonly to: MapNode;
  /** What the callee's name was made of; empty for a service, which has spans of its own. */
  readonly namedBy: readonly NamedBy[];
  /** Some of the messages are known by a link only: sender and taker are of different traces. */
  readonly isLinked: boolean;
  /** Through a queue or a topic, by parent or by span link. */
  readonly isMessaging: boolean;
  readonly requests: number;
  readonly errors: number;
  readonly p95Ns: number;
}

export interface ServiceMapRequest extends TenantRange {
  /** Only what this service talks to and what talks to it. */
  readonly service?: string | undefined;
}

export interface ServiceMap {
  /** The busiest first. */
  readonly edges: readonly MapEdge[];
  readonly edgesTotal: number;
  readonly lookedAt: SpansLookedAt;
}

export interface OverviewSource {
  readOverview(request: OverviewRequest, signal: AbortSignal): Promise<Overview>;
  readServiceMap(request: ServiceMapRequest, signal: AbortSignal): Promise<ServiceMap>;
}

/** Bands of the latency heat map in a decade: a band's upper bound is 1.47 times its lower. */
export const heatBandsPerDecade = 6;
/** From a microsecond to a thousand seconds; what lies outside is in the first or the last. */
export const heatBands: number = 9 * heatBandsPerDecade;

/** Where a band starts; it ends where the next one starts. */
export function heatBandBoundNs(band: number): number {
  return 1000 * 10 ** (band / heatBandsPerDecade);
}
