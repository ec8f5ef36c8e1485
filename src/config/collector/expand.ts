// Environment expansion as the Collector does it: `${env:NAME}`, `${env:NAME:-default}`, `${NAME}`, `${file:path}` and `${yaml:…}` in
// values, never in keys; bare `$NAME` stays; `$$` is `$`. A value that is one reference as a whole is read as YAML, so that a port is a
// number, and still remembers its text for fields that want a string.

import { Failure } from '../../base/errors.ts';
import { isYamlMap, parseYamlValue, yamlMap } from '../yaml-documents.ts';

/** A value that came from one reference as a whole: `original` is what a field of type string gets. */
export class ExpandedValue {
  readonly value: unknown;
  readonly original: string;

  constructor(value: unknown, original: string) {
    this.value = value;
    this.original = original;
  }
}

export interface ExpandOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Serves `${file:…}`; absent: such a reference is a problem. */
  readonly readFile?: ((path: string) => string) | undefined;
  /** Called once for each problem, with the path of the value. */
  readonly problem: (path: readonly string[], message: string) => void;
  readonly warn: (message: string) => void;
}

/** A value that names so many references refers to itself (the Collector gives up after 1000 rounds). */
const referencesMax = 200;
/** A value that doubles itself with each reference would otherwise fill the memory before that. */
const textLengthMax = 100_000;

/** References that one value of the file may still name, those inside of what they stand for included. */
interface Budget {
  left: number;
}

export function expandTree(tree: unknown, options: ExpandOptions): unknown {
  const walk = (value: unknown, path: readonly string[]): unknown => {
    if (typeof value === 'string') {
      try {
        return unescape(expandText(value, options, { left: referencesMax }));
      } catch (thrown) {
        if (!(thrown instanceof Failure)) throw thrown;
        options.problem(path, thrown.message);
        return value;
      }
    }
    if (Array.isArray(value)) return value.map((item, at) => walk(item, [...path, String(at)]));
    if (isYamlMap(value))
      return yamlMap(
        Object.entries(value).map(([key, item]) => [key, walk(item, [...path, key])] as const),
      );
    return value;
  };
  return walk(tree, []);
}

/** Expands until nothing changes; the escapes are still in. */
function expandText(text: string, options: ExpandOptions, budget: Budget): unknown {
  let current: unknown = text;
  for (;;) {
    const source = current instanceof ExpandedValue ? current.value : current;
    if (typeof source !== 'string') return expandInside(current, options, budget);
    const uri = findReference(source);
    if (uri === undefined) return current;
    if (budget.left-- <= 0 || source.length > textLengthMax)
      throw bad('too many recursive expansions');
    const retrieved = retrieve(uri.slice(2, -1), options);
    if (uri === source) {
      current = retrieved;
    } else {
      if (typeof retrieved.value === 'object' && retrieved.value !== null)
        throw bad(`expanding ${uri}: expected a scalar inside a longer text, got a list or a map`);
      current = source.replaceAll(uri, () => retrieved.original);
    }
  }
}

/** A reference that named a list or a map may have references inside. */
function expandInside(current: unknown, options: ExpandOptions, budget: Budget): unknown {
  if (!(current instanceof ExpandedValue)) return current;
  const { value } = current;
  if (typeof value !== 'object' || value === null) return current;
  const walk = (item: unknown): unknown => {
    if (typeof item === 'string') return expandText(item, options, budget);
    if (Array.isArray(item)) return item.map(walk);
    if (isYamlMap(item))
      return yamlMap(Object.entries(item).map(([key, inner]) => [key, walk(inner)] as const));
    return item;
  };
  return new ExpandedValue(walk(value), current.original);
}

/** The innermost, leftmost reference that is not escaped by an odd number of `$` before it. */
function findReference(text: string): string | undefined {
  let from = 0;
  for (;;) {
    const close = text.indexOf('}', from);
    if (close < 0) return undefined;
    // Looking no further back than the last `}` keeps this linear.
    const open = from + text.slice(from, close).lastIndexOf('${');
    if (open >= from) {
      let dollars = 0;
      while (text[open - 1 - dollars] === '$') dollars++;
      if (dollars % 2 === 0) return text.slice(open, close + 1);
    }
    from = close + 1;
  }
}

function retrieve(reference: string, options: ExpandOptions): ExpandedValue {
  if (reference.includes('$'))
    throw bad(`the uri ${JSON.stringify(reference)} contains unsupported characters ('$')`);
  const [, scheme = 'env', rest = ''] =
    /^(?:([A-Za-z][A-Za-z0-9+.-]+):(?!-))?(.*)$/s.exec(reference) ?? [];
  switch (scheme) {
    case 'env':
      return retrieveEnv(rest, options);
    case 'yaml':
      return fromYaml(rest);
    case 'file': {
      if (options.readFile === undefined) throw bad(`cannot read \${file:${rest}} here`);
      try {
        return fromYaml(options.readFile(rest));
      } catch (cause) {
        throw new Failure('config', `unable to read the file ${JSON.stringify(rest)}`, { cause });
      }
    }
    case 'http':
    case 'https':
      throw bad(`\${${scheme}:…}: configuration is not fetched over the network`);
    default:
      throw bad(`scheme "${scheme}" is not supported for uri "${reference}"`);
  }
}

function retrieveEnv(rest: string, options: ExpandOptions): ExpandedValue {
  const split = rest.indexOf(':-');
  const name = split < 0 ? rest : rest.slice(0, split);
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name))
    throw bad(
      `environment variable "${name}" has invalid name: must match regex ^[a-zA-Z_][a-zA-Z0-9_]*$`,
    );
  const value = options.env[name];
  if (value !== undefined) return fromYaml(value);
  if (split >= 0) return fromYaml(rest.slice(split + 2));
  options.warn(`configuration references the unset environment variable "${name}"`);
  return fromYaml('');
}

function fromYaml(text: string): ExpandedValue {
  try {
    const value = parseYamlValue(text);
    // A string stays as it was written, quotes included: the Collector does not read it as YAML either.
    return new ExpandedValue(typeof value === 'string' ? text : value, text);
  } catch {
    return new ExpandedValue(text, text);
  }
}

function unescape(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$$', '$');
  if (value instanceof ExpandedValue)
    return new ExpandedValue(unescape(value.value), value.original.replaceAll('$$', '$'));
  if (Array.isArray(value)) return value.map(unescape);
  if (isYamlMap(value))
    return yamlMap(Object.entries(value).map(([key, item]) => [key, unescape(item)] as const));
  return value;
}

function bad(message: string): Failure {
  return new Failure('config', message);
}
