// What Clew counts of itself: counters that only grow and gauges that are read when somebody looks. `/metrics` prints them.

export interface SelfMetric {
  readonly name: string;
  readonly kind: 'counter' | 'gauge';
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface SelfTelemetry {
  add(name: string, labels: Readonly<Record<string, string>>, value: number): void;
  gauge(name: string, labels: Readonly<Record<string, string>>, read: () => number): void;
  /** Sum of a counter over all of its label sets. */
  total(name: string): number;
  /** Sorted by name. */
  read(): readonly SelfMetric[];
}

interface Cell {
  readonly name: string;
  readonly kind: SelfMetric['kind'];
  readonly labels: Readonly<Record<string, string>>;
  value: number;
  read?: () => number;
}

export function createSelfTelemetry(): SelfTelemetry {
  const cells = new Map<string, Cell>();
  const cell = (kind: Cell['kind'], name: string, labels: Cell['labels']): Cell => {
    const key = `${name}${JSON.stringify(labels)}`;
    let found = cells.get(key);
    if (found === undefined) cells.set(key, (found = { name, kind, labels, value: 0 }));
    return found;
  };
  return {
    add: (name, labels, value) => {
      cell('counter', name, labels).value += value;
    },
    gauge: (name, labels, read) => {
      cell('gauge', name, labels).read = read;
    },
    total: (name) => {
      let sum = 0;
      for (const one of cells.values()) if (one.name === name) sum += one.value;
      return sum;
    },
    read: () =>
      [...cells.values()]
        .map(({ name, kind, labels, value, read }) => ({
          name,
          kind,
          labels,
          value: read?.() ?? value,
        }))
        .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
  };
}
