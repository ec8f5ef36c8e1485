// OTLP groups records by resource and scope. A batch's rows point to theirs in any order: this finds the groups, in
// order of first appearance, rows in order.

import type { Uint32Column } from '../../base/columns.ts';

export interface ResourceGroup {
  readonly resource: number;
  readonly scopes: readonly { readonly scope: number; readonly rows: readonly number[] }[];
}

export function groupRows(
  length: number,
  resource: Uint32Column,
  scope: Uint32Column,
): readonly ResourceGroup[] {
  const groups = new Map<number, Map<number, number[]>>();
  for (let row = 0; row < length; row++) {
    const resourceIndex = resource.at(row);
    let scopes = groups.get(resourceIndex);
    if (scopes === undefined) groups.set(resourceIndex, (scopes = new Map<number, number[]>()));
    const scopeIndex = scope.at(row);
    const rows = scopes.get(scopeIndex);
    if (rows === undefined) scopes.set(scopeIndex, [row]);
    else rows.push(row);
  }
  return Array.from(groups, ([resourceIndex, scopes]) => ({
    resource: resourceIndex,
    scopes: Array.from(scopes, ([scopeIndex, rows]) => ({ scope: scopeIndex, rows })),
  }));
}
