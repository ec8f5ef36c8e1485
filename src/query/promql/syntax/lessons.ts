// What to write instead of PromQL that does not parse: habits from other languages, and the slips that everyone makes.

import { nearestName } from '../../language/nearest-name.ts';
import {
  durationUnits,
  isInBraces,
  type Lesson,
  otherTools,
  wordAt,
} from '../../language/teach.ts';
import { promqlFunctions, promqlSignature, isFunctionName } from './functions.ts';
import { promqlAggregations } from './operator-docs.ts';

const aggregations = Object.keys(promqlAggregations).join('|');

/** Names that other tools have for what PromQL calls otherwise. */
const synonyms: Readonly<Record<string, string>> = {
  mean: 'avg(…), or avg_over_time(…[5m]) over time',
  average: 'avg(…), or avg_over_time(…[5m]) over time',
  median: 'quantile(0.5, …)',
  percentile: 'quantile(0.95, …), or histogram_quantile(0.95, …) of a histogram',
  distinct: 'count(count by (label) (…))',
  count_distinct: 'count(count by (label) (…))',
  derivative: 'deriv(…[5m]) of a gauge, rate(…[5m]) of a counter',
  moving_average: 'avg_over_time(…[5m])',
  top: 'topk(5, …)',
  limit: 'topk(5, …) or limitk(5, …)',
};

const otherLanguages: Lesson = ({ bare }) => {
  if (/\{\s*(?:resource|span|event|link|instrumentation)\.|\{[^}]*(?:&&|\|\|)/.test(bare))
    return 'this reads as TraceQL, which asks for traces; PromQL selects metrics: name{label="value"}';
  if (/\}\s*(?:\|[=~>]|\|\s*[a-z]|!>)/.test(bare))
    return 'this reads as LogQL, which asks for logs; PromQL selects metrics: name{label="value"}';
  return undefined;
};

/** Inside of braces, where labels are compared with texts. */
const matchers: Lesson = (mistake) => {
  if (!isInBraces(mistake)) return undefined;
  const { before, rest, query } = mistake;
  const label = /(\w+)\s*[=!<>~]*$/.exec(before)?.[1] ?? 'label';
  if (rest.startsWith('=') && before.endsWith('='))
    return `labels are compared with a single =: ${label}="…"`;
  if (/^[<>]/.test(rest))
    return 'labels are texts, without an order: =, !=, =~ and !~ compare them; samples are compared behind the braces: metric > 5';
  if (/^and\b/i.test(rest) || rest.startsWith('&')) return 'a comma joins matchers: {a="1", b="2"}';
  if (/^or\b/i.test(rest) || rest.startsWith('|'))
    return 'a regex gives alternatives of one label: {a=~"x|y"}; of two labels, or joins two selectors: m{a="1"} or m{b="2"}';
  if (rest.startsWith('.')) {
    const name = /[\w.]+$/.exec(before)?.[0] ?? 'a';
    const whole = `${name}${/^[\w.]+/.exec(rest)?.[0] ?? ''}`;
    return `a name with dots stands in quotes: {"${whole}"="…"}`;
  }
  if (/[=~]$/.test(before) && /^[\w.]/.test(rest))
    return `the value stands in quotes: ${label}="${/^[\w.-]+/.exec(rest)?.[0] ?? ''}"`;
  if (mistake.message.includes('unterminated quoted string'))
    return `the value ends with the quote that it begins with: ${query.slice(mistake.start, mistake.start + 1)}`;
  return undefined;
};

const grouping: Lesson = ({ bare, before, rest, message }) => {
  if (message.includes('in grouping opts')) {
    const label = /^[a-zA-Z_]\w*/.exec(rest)?.[0] ?? 'label';
    return `labels of by and without stand in brackets: by (${label})`;
  }
  if (/^\s*(?:by|without)\b/.test(bare)) return 'the aggregation comes first: sum by (label) (…)';
  if (!/^(?:by|without)\b/.test(rest)) return undefined;
  const clause =
    /^(?:by|without)\s*\([^)]*\)?/.exec(rest)?.[0].replace(/\)?$/, ')') ?? 'by (label)';
  const aggregation = new RegExp(`\\b(${aggregations})\\s*\\([^(]*(?:\\([^(]*)*$`).exec(
    before,
  )?.[1];
  const open = (before.match(/\(/g) ?? []).length > (before.match(/\)/g) ?? []).length;
  return aggregation !== undefined && open
    ? `${clause} belongs outside of the brackets of ${aggregation}: ${aggregation} ${clause} (…)`
    : `only aggregations are grouped: sum ${clause} (…)`;
};

const operators: Lesson = ({ rest, bare, start }) => {
  if (rest.startsWith('&')) return 'two vectors are joined by the words and, or and unless';
  if (rest.startsWith('|')) return 'two vectors are joined by the words and, or and unless';
  if (/^(?:=[^=~]|=$)/.test(rest))
    return 'samples are compared with ==; labels inside of braces: metric{label="value"}';
  if (/^(?:where|like|having|filter)\b/i.test(rest))
    return 'conditions on labels stand in braces behind the metric: metric{label="value"}';
  if (/^group\s*by\b/i.test(rest)) return 'grouping belongs to an aggregation: sum by (label) (…)';
  if (/^groupby\b/i.test(rest)) return 'grouping belongs to an aggregation: sum by (label) (…)';
  if (rest.startsWith('.')) {
    const name = /[\w.]+$/.exec(bare.slice(0, start))?.[0] ?? '';
    return `a metric name with dots stands in quotes and braces: {"${name}${/^[\w.]+/.exec(rest)?.[0] ?? ''}"}`;
  }
  return undefined;
};

const ranges: Lesson = ({ message, before, token }) => {
  if (message.includes('ranges only allowed for vector selectors')) {
    const call = /\b(\w+)\s*\([^()]*\)$/.exec(before)?.[1];
    return call !== undefined &&
      isFunctionName(call) &&
      promqlFunctions[call].parameters.includes('matrix')
      ? `the range stands inside, behind the selector: ${call}(metric[5m])`
      : 'rates come before sums: sum(rate(metric[5m])); a range of any other expression is a subquery: (…)[1h:1m]';
  }
  if (!message.includes('got instant vector') || !message.includes('expected type range vector'))
    return undefined;
  if (/\w\s*\(/.test(token))
    return 'rates come before sums: sum(rate(metric[5m])); a range of any other expression is a subquery: (…)[1h:1m]';
  const name = /function "(\w+)"/.exec(message)?.[1] ?? 'rate';
  if (token !== '') return `add a range to the selector: ${name}(${token.slice(0, 100)}[5m])`;
  return undefined;
};

const types: Lesson = ({ message, token }) => {
  if (/expected type instant vector in .*, got range vector/.test(message))
    return 'drop the range, or let a function make one sample of it, such as rate(metric[5m])';
  if (message.includes('binary expression must contain only'))
    return /^["'`]/.test(token)
      ? 'a text has no order and no value: labels are compared in braces, metric{label="value"}'
      : 'a range holds many samples of a series: a function makes one of them, such as avg_over_time(metric[5m])';
  if (message.includes('at least one non-empty matcher'))
    return 'name a metric, or give a matcher that no empty label satisfies: {__name__=~".+"}';
  if (message.includes('comparisons between scalars'))
    return 'with bool the answer is 0 or 1: 1 == bool 2';
  return undefined;
};

const functions: Lesson = (mistake) => {
  const { message, token } = mistake;
  if (message.includes('unknown function with name')) {
    const glued = new RegExp(`^(${aggregations})_?(by|without)$`, 'i').exec(token);
    if (glued !== null)
      return `a blank and brackets separate them: ${glued[1]} ${glued[2]} (label) (…)`;
    const quantile = /^p(?:ercentile_?)?(\d{2,3})$/i.exec(token)?.[1];
    if (quantile !== undefined)
      return `a quantile of a histogram is histogram_quantile(0.${quantile}, …), of series quantile(0.${quantile}, …)`;
    const other = synonyms[token.toLowerCase()];
    if (other !== undefined) return `in PromQL this is ${other}`;
    const near = nearestName(token, [...Object.keys(promqlFunctions), ...aggregations.split('|')]);
    return near === undefined ? undefined : `did you mean ${near}?`;
  }
  if (!/argument|expected type/.test(message)) return undefined;
  const called = /call to function "(\w+)"|in call to "(\w+)"/.exec(message);
  const name = called?.[1] ?? called?.[2];
  if (name !== undefined && isFunctionName(name))
    return `it is called as ${promqlSignature(name, promqlFunctions[name])}`;
  if (!message.includes('aggregat')) return undefined;
  const start = mistake.bare.slice(0, mistake.start + 14);
  const aggregation = start.match(new RegExp(`\\b(?:${aggregations})\\b`, 'g'))?.at(-1);
  const doc =
    aggregation === undefined
      ? undefined
      : Object.entries(promqlAggregations).find(([each]) => each === aggregation);
  return doc === undefined ? undefined : `it is called as ${doc[1].signature}`;
};

/** A word where no word belongs. */
const words: Lesson = (mistake) => {
  const word = wordAt(mistake);
  return /^(?:in|not|contains)$/i.test(word)
    ? 'alternatives and parts of a label are a regex: {label=~"a|b"}, {label=~".*part.*"}'
    : undefined;
};

export const promqlLessons: readonly Lesson[] = [
  otherTools,
  otherLanguages,
  matchers,
  grouping,
  ranges,
  types,
  functions,
  operators,
  durationUnits,
  words,
];
