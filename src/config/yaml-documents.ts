// YAML files as plain trees that remember where each value was written, and several of them merged into one as the Collector
// merges its `--config` files: maps deeply, lists and scalars by the later file, and an explicit null wipes what was there.

import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Problem } from './problem.ts';

export interface YamlSource {
  /** As the user knows it: the path that was given. */
  readonly name: string;
  readonly text: string;
}

/** Has no prototype, so that `__proto__` is a key like any other. */
export type YamlMap = { [key: string]: unknown };

export interface YamlDocuments {
  /** Undefined when every source is empty. */
  readonly tree: unknown;
  readonly problems: readonly Problem[];
  /** A problem at a path, placed where the path, or as much of it as exists, was last written. */
  problemAt(path: readonly string[], message: string): Problem;
}

export function isYamlMap(value: unknown): value is YamlMap {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null;
}

export function yamlMap(entries: Iterable<readonly [string, unknown]>): YamlMap {
  // A null prototype is what makes the object a map; `Object.create` is typed `any`.
  const map = Object.create(null) as YamlMap;
  for (const [key, value] of entries) map[key] = value;
  return map;
}

/** Deeper files are nobody's configuration, and everything that walks the tree may then recurse. */
const depthMax = 100;

/** Anything that the YAML library returned, with maps as `YamlMap`; throws when it is nested too deeply. */
export function plainTree(value: unknown, depth: number = 0): unknown {
  if (depth > depthMax) throw new RangeError(`nested more than ${depthMax} levels deep`);
  const inner = (item: unknown): unknown => plainTree(item, depth + 1);
  if (Array.isArray(value)) return value.map(inner);
  if (value instanceof Map)
    return yamlMap([...value].map(([key, item]) => [keyText(key), inner(item)] as const));
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'object' && value !== null)
    return yamlMap(Object.entries(value).map(([key, item]) => [key, inner(item)] as const));
  return value;
}

function keyText(key: unknown): string {
  if (typeof key === 'string') return key;
  if (key === null || key === undefined) return '';
  return typeof key === 'object' ? JSON.stringify(key) : `${key as number | boolean}`;
}

/** One YAML text as a plain tree; throws what the YAML library throws. */
export function parseYamlValue(text: string): unknown {
  const document = parseDocument(text, { merge: true });
  const [error] = document.errors;
  if (error !== undefined) throw error;
  return plainTree(document.toJS({ mapAsMap: true }));
}

export function mergeTrees(base: unknown, over: unknown): unknown {
  if (!isYamlMap(base) || !isYamlMap(over)) return over;
  const merged = yamlMap(Object.entries(base));
  for (const [key, value] of Object.entries(over))
    merged[key] = key in merged ? mergeTrees(merged[key], value) : value;
  return merged;
}

interface Parsed {
  readonly source: YamlSource;
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
}

interface Place {
  readonly depth: number;
  readonly offset: number | undefined;
}

/** How much of the path the document has, and where its last part is written. */
function findPlace(document: Document.Parsed, path: readonly string[]): Place {
  let node: unknown = document.contents;
  let offset: number | undefined;
  for (const [depth, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isScalar(item.key) && keyText(item.key.value) === step,
      );
      if (pair === undefined) return { depth, offset };
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      const item = node.items[Number(step)];
      if (item === undefined) return { depth, offset };
      node = item;
      if (isScalar(item) || isMap(item) || isSeq(item)) offset = item.range?.[0] ?? offset;
    } else return { depth, offset };
  }
  return { depth: path.length, offset };
}

/** Reads and merges the sources; syntax errors are problems, and a source that has one contributes nothing. */
export function readYamlDocuments(sources: readonly YamlSource[]): YamlDocuments {
  const problems: Problem[] = [];
  const parsed: Parsed[] = [];
  let tree: unknown;
  for (const source of sources) {
    const lines = new LineCounter();
    try {
      const document = parseDocument(source.text, { lineCounter: lines, merge: true });
      // What follows the first error is mostly its echo.
      for (const error of document.errors.slice(0, 1)) {
        const { line, col } = lines.linePos(error.pos[0]);
        const [message = 'not YAML'] = error.message.split(/ at line \d+|\n/);
        problems.push({
          source: source.name,
          line,
          column: col,
          path: [],
          message: `not valid YAML: ${message}`,
        });
      }
      if (document.errors.length > 0) continue;
      const content = plainTree(document.toJS({ mapAsMap: true }));
      parsed.push({ source, document, lines });
      if (content !== null && content !== undefined) tree = mergeTrees(tree, content);
    } catch (thrown) {
      // Aliases without end and nesting without end are the two that throw.
      const reason = thrown instanceof Error ? thrown.message : 'cannot be read';
      problems.push({ source: source.name, path: [], message: `not valid YAML: ${reason}` });
    }
  }
  const problemAt = (path: readonly string[], message: string): Problem => {
    let best: { readonly at: Parsed; readonly place: Place } | undefined;
    for (const at of parsed) {
      const place = findPlace(at.document, path);
      if (best === undefined || place.depth >= best.place.depth) best = { at, place };
    }
    const source = best?.at.source.name ?? sources[0]?.name ?? '';
    if (best?.place.offset === undefined) return { source, path, message };
    const { line, col } = best.at.lines.linePos(best.place.offset);
    return { source, line, column: col, path, message };
  };
  return { tree, problems, problemAt };
}
