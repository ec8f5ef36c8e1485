// Label sets as Prometheus and Loki know them: names unique, sorted by the UTF-8 bytes of the name, no empty values.

export interface Label {
  readonly name: string;
  readonly value: string;
}

/** Sorted by `compareUtf8(name)`; names unique; values not empty. */
export type Labels = readonly Label[];

/** Order of the texts' UTF-8 bytes (that of their code points), which differs from JavaScript's UTF-16 order. */
export function compareUtf8(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at++) {
    let x = a.charCodeAt(at);
    let y = b.charCodeAt(at);
    if (x === y) continue;
    // Surrogates stand for code points above all other code units: lift them above U+E000..U+FFFF.
    if (x >= 0xd800 && y >= 0xd800) {
      x = x >= 0xe000 ? x - 0x800 : x + 0x2000;
      y = y >= 0xe000 ? y - 0x800 : y + 0x2000;
    }
    return x - y;
  }
  return a.length - b.length;
}

/** Sorted, empty values dropped; of equal names the last one counts. */
export function labelsFromEntries(entries: Iterable<readonly [string, string]>): Labels {
  const byName = new Map<string, string>();
  for (const [name, value] of entries) byName.set(name, value);
  const labels: Label[] = [];
  for (const [name, value] of byName) if (value !== '') labels.push({ name, value });
  return labels.sort((a, b) => compareUtf8(a.name, b.name));
}

export function labelValue(labels: Labels, name: string): string {
  for (const label of labels) if (label.name === name) return label.value;
  return '';
}

/** A text that is equal for equal label sets only; not for people. */
export function labelsKey(labels: Labels): string {
  let key = '';
  for (const { name, value } of labels) key += `${name}\u0000${value}\u0001`;
  return key;
}

/** Order of label sets as Prometheus and Loki sort results: name, value, pair by pair, shorter first. */
export function compareLabels(a: Labels, b: Labels): number {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at++) {
    const x = a[at];
    const y = b[at];
    if (x === undefined || y === undefined) break;
    const order = compareUtf8(x.name, y.name) || compareUtf8(x.value, y.value);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** As an object, for JSON answers. */
export function labelsToRecord(labels: Labels): Record<string, string> {
  // Not by assignment: a label may be called `__proto__`.
  return Object.fromEntries(labels.map(({ name, value }) => [name, value]));
}
