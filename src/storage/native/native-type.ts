// The type names that a Native block carries (`Map(LowCardinality(String), Float64)`), as trees.

import { Failure } from '../../base/errors.ts';

export interface NativeType {
  readonly name: string;
  /** Inner types of Array, Map, Tuple, Nullable, LowCardinality, SimpleAggregateFunction. */
  readonly inner: readonly NativeType[];
  /** Width of a FixedString; 0 otherwise. */
  readonly width: number;
}

const parsed = new Map<string, NativeType>();
const parsedMax = 1000;

/** Arguments at the top level of a parenthesised list. */
function splitArguments(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (quoted) {
      if (character === '\\') at++;
      else if (character === "'") quoted = false;
    } else if (character === "'") quoted = true;
    else if (character === '(') depth++;
    else if (character === ')') depth--;
    else if (character === ',' && depth === 0) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  parts.push(text.slice(start).trim());
  return parts;
}

function build(text: string): NativeType {
  const open = text.indexOf('(');
  const name = open < 0 ? text : text.slice(0, open);
  const list = open < 0 ? [] : splitArguments(text.slice(open + 1, -1));
  switch (name) {
    case 'Array':
    case 'Map':
    case 'Nullable':
    case 'LowCardinality':
      return { name, inner: list.map(parseNativeType), width: 0 };
    case 'Tuple':
      // Elements may be named: `Tuple(offset Int32, length UInt32)`.
      return {
        name,
        inner: list.map((item) =>
          parseNativeType(item.replace(/^(?:[A-Za-z_]\w*|`[^`]+`)\s+(?=\w)/, '')),
        ),
        width: 0,
      };
    case 'SimpleAggregateFunction':
      return parseNativeType(list[1] ?? '');
    case 'FixedString':
      return { name, inner: [], width: Number(list[0]) };
    default:
      return { name, inner: [], width: 0 };
  }
}

/** Cached: the same few types come with every block. */
export function parseNativeType(text: string): NativeType {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  if (text === '') throw new Failure('internal', 'empty column type in a result');
  const type = build(text);
  if (parsed.size >= parsedMax) parsed.clear();
  parsed.set(text, type);
  return type;
}
