// The evaluators of all template functions. Arguments come as Go would convert them, or the call fails.

import { Failure } from '../../../../base/errors.ts';
import type { TemplateFunctionName } from '../../syntax/template/template-functions.ts';
import { templateOutputMax } from '../../syntax/limits.ts';
import { readBytes, readDurationNs } from '../quantities.ts';
import { sprintf } from './go-printf.ts';
import { GoTime, parseGoTime, zeroTime } from './go-time.ts';
import {
  isList,
  isMap,
  isTrue,
  printValue,
  sprint,
  templateError,
  toFloat,
  toInt,
  typeName,
  type GoValue,
} from './go-values.ts';
import * as text from './text-functions.ts';

export interface CallContext {
  readonly line: string;
  readonly timeNs: bigint;
  readonly nowNs: () => bigint;
}

export type TemplateFunction = (values: readonly GoValue[], context: CallContext) => GoValue;

function demandCount(values: readonly GoValue[], min: number, max: number): void {
  if (values.length >= min && values.length <= max) return;
  const want = min === max ? String(min) : `at least ${min}`;
  throw templateError(`wrong number of args: want ${want} got ${values.length}`);
}

function textOf(value: GoValue): string {
  if (typeof value === 'string') return value;
  throw templateError(`wrong type for value; expected string; got ${typeName(value)}`);
}

function intOf(value: GoValue): number {
  if (typeof value === 'bigint') return Number(value);
  throw templateError(`wrong type for value; expected int; got ${typeName(value)}`);
}

/** A function of texts only. */
function onTexts(count: number, run: (...texts: string[]) => GoValue): TemplateFunction {
  return (values) => {
    demandCount(values, count, count);
    return run(...values.map(textOf));
  };
}

/** A function of a number and a text. */
function onNumberAndText(run: (number: number, text: string) => string): TemplateFunction {
  return (values) => {
    demandCount(values, 2, 2);
    return run(intOf(values[0]), textOf(values[1]));
  };
}

function limited(size: number): void {
  if (size > templateOutputMax)
    throw templateError(`result longer than ${templateOutputMax} characters`);
}

const int64 = (value: bigint): bigint => BigInt.asIntN(64, value);

function onInts(min: number, max: number, run: (a: bigint, b: bigint) => bigint): TemplateFunction {
  return (values) => {
    demandCount(values, min, max);
    const [first, ...rest] = values.map(toInt);
    return rest.reduce((total, value) => int64(run(total, value)), first ?? 0n);
  };
}

function onFloats(run: (a: number, b: number) => number): TemplateFunction {
  return (values) => {
    demandCount(values, 1, Infinity);
    const [first, ...rest] = values.map(toFloat);
    return rest.reduce(run, first ?? 0);
  };
}

function oneFloat(run: (value: number) => number): TemplateFunction {
  return (values) => {
    demandCount(values, 1, 1);
    return run(toFloat(values[0]));
  };
}

const divide = (run: (a: bigint, b: bigint) => bigint): TemplateFunction =>
  onInts(2, 2, (a, b) => {
    if (b === 0n) throw templateError('runtime error: integer divide by zero');
    return run(a, b);
  });

function round(values: readonly GoValue[]): GoValue {
  demandCount(values, 2, 3);
  const power = 10 ** Number(toInt(values[1]));
  const up = values[2] === undefined ? 0.5 : toFloat(values[2]);
  const digit = power * toFloat(values[0]);
  const rest = digit - Math.trunc(digit);
  return (rest >= up ? Math.ceil(digit) : Math.floor(digit)) / power;
}

// ---------------------------------------------------------------------------------------------- times

function timeOf(value: GoValue, context: CallContext): GoTime {
  if (value instanceof GoTime) return value;
  if (typeof value === 'bigint') return new GoTime(value * 1_000_000_000n);
  return new GoTime(context.nowNs());
}

function readTime(layout: string, written: string, zone: string): GoTime {
  try {
    return parseGoTime(layout, written, zone);
  } catch (error) {
    if (error instanceof Failure && error.message.startsWith('unknown time zone')) throw error;
    return zeroTime;
  }
}

function demandTime(value: GoValue): GoTime {
  if (value instanceof GoTime) return value;
  throw templateError(`wrong type for value; expected time.Time; got ${typeName(value)}`);
}

function unixToTime(value: string): GoTime {
  const scale = { 5: 86_400_000_000_000n, 10: 1_000_000_000n, 13: 1_000_000n, 16: 1_000n, 19: 1n }[
    value.length
  ];
  if (scale === undefined || !/^\d+$/.test(value))
    throw templateError(`unable to parse time '${value}': invalid length or not a number`);
  return new GoTime(BigInt(value) * scale);
}

function onTime(run: (time: GoTime) => GoValue): TemplateFunction {
  return (values) => {
    demandCount(values, 1, 1);
    return run(demandTime(values[0]));
  };
}

function seconds(value: string): number {
  const duration = readDurationNs(value);
  if (!duration.ok) throw templateError(duration.reason);
  return duration.value / 1e9;
}

function byteCount(value: string): number {
  const size = readBytes(value);
  if (!size.ok) throw templateError(size.reason);
  return size.value;
}

// ----------------------------------------------------------------------------------------- Go's builtins

function order(a: GoValue, b: GoValue): number {
  const comparable =
    (typeof a === 'string' && typeof b === 'string') ||
    (typeof a === 'bigint' && typeof b === 'bigint') ||
    (typeof a === 'number' && typeof b === 'number');
  if (comparable) return a < b ? -1 : a > b ? 1 : a === b ? 0 : Number.NaN;
  throw templateError('incompatible types for comparison');
}

function equal(a: GoValue, b: GoValue): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a instanceof GoTime && b instanceof GoTime) return a.ns === b.ns;
  if (typeof a !== typeof b) throw templateError('incompatible types for comparison');
  if (typeof a === 'object') throw templateError('non-comparable type');
  return a === b;
}

const comparing =
  (holds: (order: number) => boolean): TemplateFunction =>
  (values) => {
    demandCount(values, 2, 2);
    return holds(order(values[0], values[1]));
  };

function member(container: GoValue, key: GoValue): GoValue {
  if (isMap(container)) return container.get(textOf(key));
  if (isList(container) || typeof container === 'string') {
    const at = intOf(key);
    if (at < 0 || at >= container.length) throw templateError(`index out of range: ${at}`);
    return typeof container === 'string' ? BigInt(container.charCodeAt(at)) : container[at];
  }
  throw templateError(`can't index item of type ${typeName(container)}`);
}

function slice(values: readonly GoValue[]): GoValue {
  demandCount(values, 1, 4);
  const [container, ...bounds] = values;
  if (typeof container !== 'string' && !isList(container))
    throw templateError(`can't slice item of type ${typeName(container)}`);
  const [from = 0, to = container.length] = bounds.map(intOf);
  if (from < 0 || to > container.length || from > to)
    throw templateError(`index out of range: ${to}`);
  return container.slice(from, to);
}

function lengthOf(value: GoValue): bigint {
  if (isMap(value)) return BigInt(value.size);
  if (typeof value === 'string' || isList(value)) return BigInt(value.length);
  throw templateError(`len of type ${typeName(value)}`);
}

const trimWhite = (value: string): string => value.trim();

export const functionEvaluators: Readonly<Record<TemplateFunctionName, TemplateFunction>> = {
  ToLower: onTexts(1, (value = '') => value.toLowerCase()),
  ToUpper: onTexts(1, (value = '') => value.toUpperCase()),
  Replace: (values) => {
    demandCount(values, 4, 4);
    const [value = '', old = '', replacement = ''] = values.slice(0, 3).map(textOf);
    return text.replaceSome(value, old, replacement, intOf(values[3]));
  },
  Trim: onTexts(2, (value = '', set = '') => text.trimSet(value, set, true, true)),
  TrimLeft: onTexts(2, (value = '', set = '') => text.trimSet(value, set, true, false)),
  TrimRight: onTexts(2, (value = '', set = '') => text.trimSet(value, set, false, true)),
  TrimPrefix: onTexts(2, (value = '', prefix = '') => text.trimPrefix(value, prefix)),
  TrimSuffix: onTexts(2, (value = '', suffix = '') => text.trimSuffix(value, suffix)),
  TrimSpace: onTexts(1, (value = '') => trimWhite(value)),
  __line__: (_values, context) => context.line,
  __timestamp__: (_values, context) => new GoTime(context.timeNs),
  regexReplaceAll: onTexts(3, (pattern = '', value = '', replacement = '') =>
    text.replaceMatches(pattern, value, replacement, false),
  ),
  regexReplaceAllLiteral: onTexts(3, (pattern = '', value = '', replacement = '') =>
    text.replaceMatches(pattern, value, replacement, true),
  ),
  count: onTexts(2, (pattern = '', value = '') => text.countMatches(pattern, value)),
  urldecode: onTexts(1, (value = '') => text.queryUnescape(value)),
  urlencode: onTexts(1, (value = '') => text.queryEscape(value)),
  bytes: onTexts(1, (value = '') => byteCount(value)),
  duration: onTexts(1, (value = '') => seconds(value)),
  duration_seconds: onTexts(1, (value = '') => seconds(value)),
  unixEpochMillis: onTime((time) => String(time.ns / 1_000_000n)),
  unixEpochNanos: onTime((time) => String(time.ns)),
  unixEpoch: onTime((time) => String(time.unix)),
  toDateInZone: onTexts(3, (layout = '', zone = '', value = '') => readTime(layout, value, zone)),
  unixToTime: onTexts(1, (value = '') => unixToTime(value)),
  alignLeft: onNumberAndText((width, value) => {
    limited(width);
    return text.align(width, value, true);
  }),
  alignRight: onNumberAndText((width, value) => {
    limited(width);
    return text.align(width, value, false);
  }),
  b64dec: onTexts(1, (value = '') => text.fromBase64(value)),
  b64enc: onTexts(1, (value = '') => text.toBase64(value)),
  lower: onTexts(1, (value = '') => value.toLowerCase()),
  upper: onTexts(1, (value = '') => value.toUpperCase()),
  title: onTexts(1, (value = '') => text.title(value)),
  trunc: onNumberAndText(text.truncate),
  substr: (values) => {
    demandCount(values, 3, 3);
    return text.substring(intOf(values[0]), intOf(values[1]), textOf(values[2]));
  },
  contains: onTexts(2, (part = '', value = '') => value.includes(part)),
  hasPrefix: onTexts(2, (prefix = '', value = '') => value.startsWith(prefix)),
  hasSuffix: onTexts(2, (suffix = '', value = '') => value.endsWith(suffix)),
  indent: onNumberAndText((count, value) => {
    limited(count);
    return text.indent(count, value);
  }),
  nindent: onNumberAndText((count, value) => {
    limited(count);
    return `\n${text.indent(count, value)}`;
  }),
  replace: onTexts(3, (old = '', replacement = '', value = '') =>
    text.replaceSome(value, old, replacement, -1),
  ),
  repeat: onNumberAndText((count, value) => {
    if (count < 0) throw templateError('strings: negative Repeat count');
    limited(count * value.length);
    return value.repeat(count);
  }),
  trim: onTexts(1, (value = '') => trimWhite(value)),
  trimAll: onTexts(2, (set = '', value = '') => text.trimSet(value, set, true, true)),
  trimSuffix: onTexts(2, (suffix = '', value = '') => text.trimSuffix(value, suffix)),
  trimPrefix: onTexts(2, (prefix = '', value = '') => text.trimPrefix(value, prefix)),
  int: (values) => {
    demandCount(values, 1, 1);
    return toInt(values[0]);
  },
  float64: oneFloat((value) => value),
  add: onInts(0, Infinity, (a, b) => a + b),
  sub: onInts(2, 2, (a, b) => a - b),
  mul: onInts(1, Infinity, (a, b) => a * b),
  div: divide((a, b) => a / b),
  mod: divide((a, b) => a % b),
  addf: onFloats((a, b) => a + b),
  subf: onFloats((a, b) => a - b),
  mulf: onFloats((a, b) => a * b),
  divf: onFloats((a, b) => {
    if (b === 0) throw templateError('decimal division by 0');
    return a / b;
  }),
  max: onInts(1, Infinity, (a, b) => (a > b ? a : b)),
  min: onInts(1, Infinity, (a, b) => (a < b ? a : b)),
  maxf: onFloats((a, b) => Math.max(a, b)),
  minf: onFloats((a, b) => Math.min(a, b)),
  ceil: oneFloat(Math.ceil),
  floor: oneFloat(Math.floor),
  round,
  fromJson: onTexts(1, (value = '') => text.readJson(value)),
  date: (values, context) => {
    demandCount(values, 2, 2);
    return timeOf(values[1], context).format(textOf(values[0]));
  },
  toDate: onTexts(2, (layout = '', value = '') => readTime(layout, value, 'UTC')),
  now: (_values, context) => new GoTime(context.nowNs()),
  default: (values) => {
    demandCount(values, 1, 2);
    return isTrue(values[1]) ? values[1] : values[0];
  },
  and: (values) => {
    demandCount(values, 1, Infinity);
    return values.find((value) => !isTrue(value)) ?? values.at(-1);
  },
  or: (values) => {
    demandCount(values, 1, Infinity);
    return values.find((value) => isTrue(value)) ?? values.at(-1);
  },
  not: (values) => {
    demandCount(values, 1, 1);
    return !isTrue(values[0]);
  },
  eq: (values) => {
    demandCount(values, 2, Infinity);
    return values.slice(1).some((value) => equal(values[0], value));
  },
  ne: (values) => {
    demandCount(values, 2, 2);
    return !equal(values[0], values[1]);
  },
  lt: comparing((result) => result < 0),
  le: comparing((result) => result <= 0),
  gt: comparing((result) => result > 0),
  ge: comparing((result) => result >= 0),
  index: (values) => {
    demandCount(values, 1, Infinity);
    return values.slice(1).reduce(member, values[0]);
  },
  slice,
  len: (values) => {
    demandCount(values, 1, 1);
    return lengthOf(values[0]);
  },
  print: (values) => sprint(values),
  printf: (values) => {
    demandCount(values, 1, Infinity);
    return sprintf(textOf(values[0]), values.slice(1));
  },
  println: (values) => `${values.map(printValue).join(' ')}\n`,
  html: (values) => text.escapeHtml(sprint(values)),
  js: (values) => text.escapeJs(sprint(values)),
  urlquery: (values) => text.queryEscape(sprint(values)),
  call: () => {
    throw templateError('call of non-function');
  },
};
