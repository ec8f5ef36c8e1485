// Label sets of groups: what `by`, `without`, `on` and `ignoring` leave of them, and texts to compare them by.

import { compareUtf8, labelsKey, type Label, type Labels } from '../../../model/labels.ts';

/** `by`/`on` keep the named labels, `without`/`ignoring` drop them and the metric's name. */
export function groupLabels(labels: Labels, names: ReadonlySet<string>, keep: boolean): Labels {
  if (keep) return labels.filter((label) => names.has(label.name));
  return labels.filter((label) => label.name !== '__name__' && !names.has(label.name));
}

/** Name, type and unit: what an operation that changes the meaning of a series takes from it. */
export function isMetadataLabel(name: string): boolean {
  return name === '__name__' || name === '__type__' || name === '__unit__';
}

export function withoutMetadata(labels: Labels): Labels {
  return labels.some((label) => isMetadataLabel(label.name))
    ? labels.filter((label) => !isMetadataLabel(label.name))
    : labels;
}

/** Labels with one set, or removed when the value is empty. */
export function withLabel(labels: Labels, name: string, value: string): Labels {
  const rest = labels.filter((label) => label.name !== name);
  if (value === '') return rest;
  const made: Label = { name, value };
  return [...rest, made].sort((a, b) => compareUtf8(a.name, b.name));
}

export function groupKey(labels: Labels, names: ReadonlySet<string>, keep: boolean): string {
  return labelsKey(groupLabels(labels, names, keep));
}
