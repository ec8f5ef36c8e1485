// What the demo shop consists of: its processes with their versions and hosts, and what each incident changes about them.
// The programs themselves are in `examples/demo-shop`.

import type { DemoIncidentId } from '../api/explore/contract/demo.ts';

export interface ShopProcess {
  readonly name: string;
  /** Below the folder of the shop. */
  readonly file: string;
  /** A service sends telemetry; the database, the visitors and the warehouses of others do not. */
  readonly service?: { readonly version: string; readonly host: string };
  /** Its standard output is read as logs, as `clew run` does. */
  readonly readOutput?: boolean;
  /** Calls others by itself, and so ends before them; the rest only answers. */
  readonly stopsFirst?: boolean;
  /** Further names under which the others reach it. */
  readonly alias?: string;
  readonly nodeOptions?: readonly string[];
}

/** In the order of their start: whoever is asked at the start is there by then. */
export const shopProcesses: readonly ShopProcess[] = [
  // Compiling only what is executed halves the memory of PostgreSQL.
  { name: 'database', file: 'backstage/database.js', nodeOptions: ['--wasm-lazy-compilation'] },
  {
    name: 'catalog',
    file: 'services/catalog.js',
    service: { version: '3.1.4', host: 'node-1' },
  },
  {
    name: 'inventory',
    file: 'services/inventory.js',
    service: { version: '1.9.0', host: 'node-2' },
  },
  {
    name: 'payment',
    file: 'services/payment.js',
    service: { version: '1.4.2', host: 'node-2' },
  },
  {
    name: 'checkout',
    file: 'services/checkout.js',
    service: { version: '2.7.1', host: 'node-2' },
  },
  {
    name: 'mailer',
    file: 'services/mailer.js',
    service: { version: '0.9.8', host: 'node-1' },
    readOutput: true,
  },
  {
    name: 'shipping',
    file: 'services/shipping.js',
    service: { version: '2.3.0', host: 'node-1' },
    stopsFirst: true,
  },
  {
    name: 'storefront',
    file: 'services/storefront.js',
    service: { version: '4.0.2', host: 'node-1' },
    stopsFirst: true,
  },
  { name: 'outside', file: 'backstage/outside.js', alias: 'warehouse' },
];

export type IncidentEffect =
  /** Another version of a service, on another host perhaps, takes its place for the time. */
  | {
      readonly kind: 'deploy';
      readonly process: string;
      readonly version?: string;
      readonly host?: string;
      readonly env?: Readonly<Record<string, string>>;
    }
  /** A process is told at the start and at the end. */
  | {
      readonly kind: 'message';
      readonly process: string;
      readonly start: Readonly<Record<string, string | null>>;
      readonly end: Readonly<Record<string, string | null>>;
    };

export interface IncidentPlan {
  readonly id: DemoIncidentId;
  readonly title: string;
  readonly effect: IncidentEffect;
}

/** In the order of the timetable. */
export const incidentPlans: readonly IncidentPlan[] = [
  {
    id: 'bad-deploy',
    title: 'Errors after a deploy',
    effect: { kind: 'deploy', process: 'payment', version: '1.5.0' },
  },
  {
    id: 'slow-dependency',
    title: 'Slow checkouts',
    effect: {
      kind: 'message',
      process: 'outside',
      start: { slowWarehouse: 'east' },
      end: { slowWarehouse: null },
    },
  },
  {
    id: 'wrong-clock',
    title: 'A clock that is 3 s off',
    effect: {
      kind: 'deploy',
      process: 'inventory',
      host: 'node-3',
      env: { CLOCK_OFFSET_MS: '3000' },
    },
  },
  {
    id: 'lost-trace-ids',
    title: 'Logs without trace IDs',
    effect: { kind: 'deploy', process: 'catalog', version: '3.2.0' },
  },
  {
    id: 'label-explosion',
    title: 'A label that explodes',
    effect: { kind: 'deploy', process: 'storefront', version: '4.1.0' },
  },
];
