// What to write instead of LogQL that does not parse: habits from other languages, and the slips that everyone makes.

import { nearestName } from '../../language/nearest-name.ts';
import {
  durationUnits,
  isInBraces,
  type Lesson,
  type Mistake,
  otherTools,
  singleQuotes,
  wordAt,
} from '../../language/teach.ts';
import {
  functionNames,
  keywords,
  ownStages,
  rangeOperations,
  stageKeywords,
  vectorOperations,
} from './functions.ts';

const stageNames: readonly string[] = [...Object.keys(stageKeywords), ...Object.keys(ownStages)];
const vectors = Object.keys(vectorOperations).join('|');

const otherLanguages: Lesson = ({ bare, rest, before }) => {
  if (/\{\s*(?:resource|span|event|link|instrumentation)\.|\{[^}]*&&/.test(bare))
    return 'this reads as TraceQL, which asks for traces; lines of such traces are {app="x"} | trace({ … })';
  if (/^\s*[a-zA-Z_:][\w:]*\s*(?:\[|\{|$)/.test(bare) && !bare.includes('|'))
    return 'this reads as PromQL, which asks for metrics; LogQL begins with a selector of streams: {app="x"}';
  if (before.endsWith('(') && /^[a-zA-Z_:][\w:]*\s*[[{)]/.test(rest))
    return 'this reads as PromQL, which asks for metrics; LogQL counts lines of streams: rate({app="x"}[5m])';
  return undefined;
};

/** Inside of the braces of a stream selector. */
const matchers: Lesson = (mistake) => {
  if (!isInBraces(mistake)) return undefined;
  const { before, rest, query, start } = mistake;
  const label = /(\w+)\s*(?:[=!~]*)$/.exec(before)?.[1] ?? 'label';
  if (rest.startsWith('==')) return `labels are compared with a single =: ${label}="…"`;
  if (/^(?:\|[=~>]|!>)/.test(rest)) {
    const text = /^..\s*["`]([^"`]*)/.exec(query.slice(start))?.[1] ?? 'part';
    return `${rest.slice(0, 2)} looks into lines, behind the braces; a part of a label is a regex: {${label}=~".*${text}.*"}`;
  }
  if (/^[<>]/.test(rest))
    return `streams are selected by texts; numbers are compared behind the braces: {…} | ${label} > 5`;
  if (/^(?:and\b|&)/i.test(rest)) return 'a comma joins matchers: {a="1", b="2"}';
  if (/^(?:or\b|\|)/i.test(rest))
    return 'a regex gives alternatives: {a=~"x|y"}; conditions on two labels are a stage: {…} | a="1" or b="2"';
  if (rest.startsWith('}') && before.endsWith(','))
    return 'no comma stands before the closing brace';
  if (rest.startsWith('.')) {
    const name = `${/[\w.]+$/.exec(before)?.[0] ?? 'a'}${/^[\w.]+/.exec(rest)?.[0] ?? ''}`;
    return `labels have underscores for dots: ${name.replaceAll('.', '_')}="…"`;
  }
  if (/[=~]$/.test(before) && /^[\w.]/.test(rest))
    return `the value stands in quotes: ${label}="${/^[\w.-]+/.exec(rest)?.[0] ?? ''}"`;
  return undefined;
};

/** The stage whose name the last pipe begins, when it is none that LogQL has. */
function strangeStage({ before, rest }: Mistake): string | undefined {
  const name =
    /\|\s*(\w+)$/.exec(before)?.[1] ?? (before.endsWith('|') ? /^\w+/.exec(rest)?.[0] : undefined);
  return name === undefined || stageNames.includes(name) ? undefined : name;
}

/** Names that other tools have for what LogQL calls otherwise. */
const stageSynonyms: Readonly<Record<string, string>> = {
  grep: 'lines are filtered without a pipe of their own: {app="x"} |= "text"',
  search: 'lines are filtered without a pipe of their own: {app="x"} |= "text"',
  contains: 'lines are filtered without a pipe of their own: {app="x"} |= "text"',
  where: 'conditions on labels need no word: | level="error"',
  filter: 'conditions on labels need no word: | level="error"',
  and: 'each further condition is a stage or joined in one: | a="1" and b="2"',
  parse: 'lines are parsed with | json, | logfmt, | pattern or | regexp',
  extract: 'lines are parsed with | json, | logfmt, | pattern or | regexp',
  rex: 'lines are parsed with | regexp "(?P<name>…)"',
  regex: 'lines are parsed with | regexp "(?P<name>…)"',
  kv: 'lines are parsed with | logfmt',
  fields: 'labels are chosen with | keep a, b or | drop a, b',
  format: 'lines are rewritten with | line_format "{{.label}}"',
  rename: 'labels are renamed with | label_format new=old',
  eval: 'labels are set with | label_format name="{{…}}"',
  head: 'the number of lines is the limit of the request, not a part of the query',
  limit: 'the number of lines is the limit of the request, not a part of the query',
  stats: 'lines are counted around the query: sum by (label) (count_over_time({app="x"}[5m]))',
  distinct: 'distinct values come of grouping: sum by (label) (count_over_time({app="x"}[5m]))',
  dedup: 'distinct values come of grouping: sum by (label) (count_over_time({app="x"}[5m]))',
  traces: 'traces are asked for with | trace({ … })',
};

const stages: Lesson = (mistake) => {
  const { before, rest, token } = mistake;
  if (before.endsWith('|') && /^!?\s*(?:not\s+)?trace\s*\(/.test(rest))
    return 'trace(…) has no negation: the query inside may say what its traces are not, as in trace({ status != error })';
  const word = wordAt(mistake);
  if (before.endsWith('|') && Object.hasOwn({ ...rangeOperations, ...vectorOperations }, word))
    return `functions stand around the query: ${word}({app="x"} …[5m])`;
  if (before.endsWith('|') && word === 'ip')
    return 'ip(…) is the value of a filter: |= ip("10.0.0.0/8") or | addr=ip("10.0.0.0/8")';
  if (/^\|\s*unwrap\b/.test(rest) || /\|\s*unwrap\s+\w+$/.test(before))
    return 'unwrap gives the values of a range aggregation: sum_over_time({app="x"} | unwrap label [5m])';
  if (/\|\s*unwrap$/.test(before))
    return 'unwrap takes the label that holds the value: | unwrap label [5m]';
  const stage = strangeStage(mistake);
  if (stage === undefined || /^(?:[=!<>]|\|[=~])/.test(token)) return undefined;
  if (/^(?:in|like|contains|not)\b/i.test(rest)) return undefined;
  const synonym = stageSynonyms[stage.toLowerCase()];
  if (synonym !== undefined) return synonym;
  const near = nearestName(stage, stageNames);
  if (near !== undefined) return `there is no stage ${stage}; did you mean | ${near}?`;
  return /^(?:$|\||\)|\[)/.test(rest) || /^["`\w]/.test(rest)
    ? `there is no stage ${stage}; a filter on a label takes an operator: | ${stage}="…"`
    : undefined;
};

const lineFilters: Lesson = ({ before, rest, query, start }) => {
  const label = /\|\s*(\w+)$/.exec(before)?.[1];
  const text = /["`]([^"`]*)/.exec(query.slice(start))?.[1] ?? 'text';
  if (/^(?:\|[=~>])/.test(rest) && label !== undefined && !stageNames.includes(label))
    return `${rest.slice(0, 2)} looks into the whole line; a label is compared: | ${label}="${text}", or with a part of it: | ${label}=~".*${text}.*"`;
  if (rest.startsWith('|') && /[=!]$/.test(before))
    return 'the operators are |= and |~ for lines, = and =~ for labels';
  if (rest.startsWith('~') && before.endsWith('|=')) return '|= looks for a text, |~ for a regex';
  if (rest.startsWith('=') && before.endsWith('|'))
    return `|= is one sign, without a blank: |= "${text}"`;
  if (before.endsWith('}') && /^(?:["`]|=)/.test(rest))
    return rest.startsWith('=~')
      ? `lines are filtered with |~: |~ "${text}"`
      : `lines are filtered with |= (or |~ for a regex): |= "${text}"`;
  if (/^not\b/i.test(rest))
    return `lines without a text are != "${text}", labels that differ | label!="${text}"`;
  if (/(?:\|[=~]|!=|!~)$/.test(before) && /^[\w.]/.test(rest))
    return `the text stands in quotes: "${/^[\w.-]+/.exec(query.slice(start))?.[0] ?? ''}"`;
  return undefined;
};

const labelFilters: Lesson = (mistake) => {
  const { before, rest, query, start } = mistake;
  const label = /(\w+)\s*(?:[=!<>~]+)$/.exec(before)?.[1];
  if (rest.startsWith('&')) return 'conditions are joined by and, or and commas: | a="1" and b="2"';
  if (rest.startsWith('|') && before.endsWith('|'))
    return 'conditions are joined by or: | a="1" or b="2"';
  if (/^(?:and|or)\b/i.test(rest) && /\|\s*\w+$/.test(before))
    return 'a condition is a stage of its own: | json | level="error"';
  if (/^(?:and|or)\s*$/i.test(rest) || /\b(?:and|or)$/i.test(before))
    return 'a condition follows: | a="1" and b="2"';
  if (/^in\b/i.test(rest)) {
    const name = /(\w+)$/.exec(before)?.[1] ?? 'label';
    return `alternatives are a regex: | ${name}=~"a|b"`;
  }
  if (/^(?:like|contains)\b/i.test(rest))
    return 'a part of a label is a regex: | label=~".*part.*"';
  if (label !== undefined && /\|\s*(?:json|logfmt)\b[^|]*=$/.test(before) && /^[\w.]/.test(rest))
    return `after json or logfmt this takes a field, in quotes; a condition is a stage of its own: | json | ${label}=${wordAt(mistake)}`;
  if (label !== undefined && /^[\w.{]/.test(rest) && !/^(?:bytes|duration)/.test(rest)) {
    const value = /^[^\s|,)]+/.exec(query.slice(start))?.[0] ?? '';
    return /=~$|!~$/.test(before) || !/^\d/.test(value)
      ? `texts stand in quotes: "${value}"`
      : undefined;
  }
  if (/[=!]~\s*[^\s"`|]+$/.test(before))
    return `a regex stands in quotes: ${label ?? 'label'}=~"5.."`;
  if (/line_format$|label_format\s+\w+\s*=$/.test(before) && rest.startsWith('{'))
    return 'a template stands in quotes: line_format "{{.label}}"';
  if (/line_format\s*\{\{?/.test(before))
    return 'a template stands in quotes: line_format "{{.label}}"';
  return undefined;
};

const metrics: Lesson = (mistake) => {
  const { bare, before, rest, message, token } = mistake;
  const call = /grouping not allowed for (\w+) aggregation/.exec(message)?.[1];
  if (call !== undefined) {
    const clause = /\b(?:by|without)\s*\([^)]*\)/.exec(token)?.[0] ?? 'by (label)';
    return `${call} keeps all labels; an aggregation around it groups them: sum ${clause} (${call}(…))`;
  }
  if (/^\s*(?:by|without)\b/.test(bare)) return 'the aggregation comes first: sum by (label) (…)';
  if (/\b(?:by|without)$/.test(before))
    return `labels of by and without stand in brackets: by (${wordAt(mistake) || 'label'})`;
  const glued = new RegExp(`^(${vectors})_?(by|without)$`, 'i').exec(wordAt(mistake));
  if (glued !== null)
    return `a blank and brackets separate them: ${glued[1]} ${glued[2]} (label) (…)`;
  if (rest.startsWith('[') && /[}"`\w)]$/.test(before) && !before.includes('('))
    return 'a range is for a function: count_over_time({app="x"}[5m])';
  const unwrapped = /invalid aggregation (\w+) without unwrap/.exec(message)?.[1];
  if (unwrapped !== undefined)
    return `it takes numbers from a label: ${unwrapped}(… | unwrap label [5m]); lines are counted by count_over_time`;
  const parameter = /parameter required for operation (\w+)/.exec(message)?.[1];
  if (parameter !== undefined) return `it takes a number first: ${parameter}(5, …)`;
  if (/^histogram_quantile\b/.test(rest))
    return 'quantiles of lines are quantile_over_time(0.9, {app="x"} | unwrap label [5m])';
  return undefined;
};

/** A name that is nearly one that LogQL has. */
const misspelling: Lesson = (mistake) => {
  const word = wordAt(mistake);
  if (word === '' || !mistake.message.includes('unexpected IDENTIFIER')) return undefined;
  const isCall = /^\w+\s*\(/.test(mistake.rest);
  const near = nearestName(word, isCall ? functionNames : [...functionNames, ...keywords]);
  if (near !== undefined) return `did you mean "${near}"?`;
  return isCall ? `there is no function "${word}"` : undefined;
};

/** No selector at the beginning. */
const selector: Lesson = ({ bare, before, query }) => {
  if (before !== '') return undefined;
  const matcher = /^\s*\w+\s*(?:=~|!~|!=|=)\s*(["`])/.test(bare);
  if (!matcher) return undefined;
  const written = /^\s*(\w+\s*(?:=~|!~|!=|=)\s*(?:"[^"]*"|`[^`]*`))/.exec(query)?.[1];
  return `streams are selected in braces: {${written ?? 'app="x"'}}`;
};

export const logqlLessons: readonly Lesson[] = [
  otherTools,
  singleQuotes,
  otherLanguages,
  matchers,
  selector,
  stages,
  lineFilters,
  metrics,
  labelFilters,
  durationUnits,
  misspelling,
];
