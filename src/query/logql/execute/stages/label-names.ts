// Names that parsers make of keys: letters, digits and underscores, not starting with a digit.

const valid = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const cache = new Map<string, string>();
const cacheMax = 10_000;

/** A key as a label's name; the empty string when nothing is left of it. */
export function sanitizeLabelName(key: string): string {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const trimmed = key.trim();
  const replaced = trimmed.replace(/[^a-zA-Z0-9_]/gu, '_');
  const name = valid.test(key) ? key : /^\d/.test(replaced) ? `_${replaced}` : replaced;
  if (cache.size >= cacheMax) cache.clear();
  if (key.length <= 256) cache.set(key, name);
  return name;
}
