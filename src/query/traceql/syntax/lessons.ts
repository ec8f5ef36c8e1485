// What to write instead of TraceQL that does not parse: habits from other languages, and the slips that everyone makes.

import { nearestName } from '../../language/nearest-name.ts';
import {
  durationUnits,
  isInBraces,
  type Lesson,
  otherTools,
  singleQuotes,
  wordAt,
} from '../../language/teach.ts';
import {
  bareIntrinsics,
  functions,
  kindNames,
  ownStages,
  scopedIntrinsics,
  scopes,
  statusNames,
} from './catalogue.ts';

const functionNames: readonly string[] = [...Object.keys(functions), ...Object.keys(ownStages)];

const otherLanguages: Lesson = ({ bare, before, rest }) => {
  if (/\}\s*(?:\|=|\|~|!=|!~)$/.test(`${before}${rest.slice(0, 2)}`) || /\}\s*\|[=~]/.test(bare))
    return 'this reads as LogQL, which asks for lines; traces with such a line are { … } | logs({app="x"} |= "text")';
  if (/\}\s*\|\s*(?:json|logfmt|line_format|unwrap|pattern|regexp)\b/.test(bare))
    return 'this reads as LogQL, which asks for lines; traces with such a line are { … } | logs({app="x"} | json …)';
  if (/\[\d+\w+\]/.test(bare))
    return 'this reads as PromQL, which asks for metrics; rates of spans are { … } | rate() by (resource.service.name)';
  return undefined;
};

/** What a path that begins with this word probably means. */
function attributeLike(path: string): string {
  const [first = ''] = path.split('.');
  if (
    path === 'service' ||
    path === 'service.name' ||
    path === 'serviceName' ||
    path === 'service_name'
  )
    return 'resource.service.name';
  if (path === 'trace.id' || /^trace_?id$/i.test(path)) return 'trace:id';
  if (path === 'span.id' || /^span_?id$/i.test(path)) return 'span:id';
  if (/^(?:root_?service(?:_?name)?)$/i.test(path)) return 'rootServiceName';
  if (/^(?:operation(?:_?name)?|span_?name)$/i.test(path)) return 'name';
  if (/^(?:service|host|k8s|cloud|deployment|container|os|process|telemetry)$/.test(first))
    return `resource.${path}`;
  return `span.${path}`;
}

const wordsOfValues: Readonly<Record<string, string>> = {
  null: 'nil',
  undefined: 'nil',
  TRUE: 'true',
  True: 'true',
  FALSE: 'false',
  False: 'false',
  NIL: 'nil',
};

/** A word in braces that TraceQL does not know, in front of an operator or behind one. */
const names: Lesson = (mistake) => {
  const { before, rest, query, start } = mistake;
  const word = wordAt(mistake);
  if (!isInBraces(mistake) || word === '') return undefined;
  const path = /^[\w.-]+/.exec(query.slice(start))?.[0] ?? word;
  if (/(?:[^!<>=]=|[<>!=]=|=~|!~|[<>])$/.test(before)) {
    const value = wordsOfValues[word];
    if (value !== undefined) return `it is written ${value}`;
    const left = /([\w:.]+)\s*[=!<>~]+$/.exec(before)?.[1] ?? '';
    const known = /^(?:span:)?status$/.test(left)
      ? statusNames
      : /^(?:span:)?kind$/.test(left)
        ? kindNames
        : undefined;
    if (known !== undefined) {
      const near = nearestName(word, known);
      return near === undefined
        ? `${left} is one of ${[...known].join(', ')}`
        : `did you mean ${near}?`;
    }
    return `texts stand in double quotes: "${path}"`;
  }
  if (/^(?:and|or)$/i.test(word) || /^(?:not|in|like|contains|matches)$/i.test(word))
    return undefined;
  if (before.endsWith('{') || /(?:&&|\|\||\()$/.test(before)) {
    const scope = /^(\w+)\./.exec(path)?.[1];
    const near =
      scope === undefined ? nearestName(word, bareIntrinsics) : nearestName(scope, scopes);
    const meant = attributeLike(path);
    if (near !== undefined && !meant.includes(':') && !meant.startsWith('resource.'))
      return scope === undefined
        ? `did you mean ${near}? An attribute has a scope: ${meant}`
        : `did you mean ${near}${path.slice(scope.length)}?`;
    if (!/^[\w.-]+\s*(?:[=!<>~}&|+*/^%)]|in\b|like\b|contains\b|$)/.test(rest)) return undefined;
    return meant === 'name' || meant.includes(':') || meant === 'rootServiceName'
      ? `this is ${meant}`
      : `attributes are written with their scope: ${meant}, or .${path} in any`;
  }
  return undefined;
};

const operators: Lesson = (mistake) => {
  const { before, rest, message } = mistake;
  const word = wordAt(mistake).toLowerCase();
  if (word === 'and') return 'conditions and spansets are joined by &&';
  if (word === 'or') return 'conditions and spansets are joined by ||';
  if (word === 'not') return 'a condition is turned round by !( … ), or by != and !~';
  if (word === 'in') return 'alternatives are a regex: span.a =~ "x|y"';
  if (word === 'like' || word === 'contains' || word === 'matches')
    return 'a part of a text is a regex: span.a =~ ".*part.*"';
  if (rest.startsWith('=') && before.endsWith('=')) return 'equality is a single =';
  if (isInBraces(mistake) && rest.startsWith('~')) return 'a regex is matched with =~';
  if (isInBraces(mistake) && rest.startsWith(',')) return 'conditions are joined by && and ||';
  if (rest.startsWith('>') && before.endsWith('-'))
    return 'structure is written > for children, >> for descendants';
  if (isInBraces(mistake) && rest.startsWith('|'))
    return 'the braces are closed before a stage begins: { … } | rate()';
  const intrinsic = /unknown intrinsic (\S+)/.exec(message)?.[1];
  if (intrinsic === undefined) return undefined;
  const near = nearestName(intrinsic, scopedIntrinsics.keys());
  const [scope = '', name = ''] = intrinsic.split(':');
  return near === undefined
    ? `an attribute of that scope is ${scope}.${name}`
    : `did you mean ${near}? An attribute is ${scope}.${name}`;
};

/** Outside of braces. */
const stages: Lesson = (mistake) => {
  const { bare, before, rest, message, query } = mistake;
  if (isInBraces(mistake)) return undefined;
  const word = wordAt(mistake);
  if (before === '' && (/^(?:\.|\w+[.:])/.test(rest) || bareIntrinsics.has(word)))
    return `conditions stand in braces: { ${query.trim().slice(0, 200)} }`;
  if (before === '' && Object.hasOwn(functions, word))
    return `spans are selected first, functions follow: { … } | ${word}(…)`;
  if (/^!?\s*(?:not\s+)?logs\s*\(/.test(rest) && before.endsWith('|'))
    return 'logs(…) has no negation: the query inside may say what its lines are not, as in logs({app="x"} != "ok")';
  const called = /\|\s*(\w+)\s*\(?[^|]*$/.exec(before)?.[1] ?? '';
  if (/\bby$/.test(before)) return 'labels of by stand in brackets: by (resource.service.name)';
  if (called === 'quantile_over_time') return 'it is called as quantile_over_time(duration, 0.9)';
  if (/\b(?:rate|count_over_time)\s*\($/.test(before))
    return 'it counts spans and takes no field; min_over_time, avg_over_time, … take one';
  if (/\b(?:rate|count_over_time)$/.test(before)) return `brackets follow: ${called}()`;
  if (before.endsWith(')') && rest.trim() === '' && /^(?:count|sum|avg|min|max)$/.test(called))
    return `it is compared with a number: | ${called}(${called === 'count' ? '' : 'duration'}) > 2; over time there are count_over_time(), sum_over_time(…), …`;
  if (/^(?:count|sum|avg|min|max)$/.test(called) && /\|\s*\w+$/.test(before)) {
    if (word === 'by')
      return 'over time it is sum_over_time(field) by (…); by (field) is a stage of its own';
    return `brackets follow: ${called}(${called === 'count' ? '' : 'duration'})`;
  }
  if ((word === 'topk' || word === 'bottomk') && before.endsWith('|'))
    return `it picks among series: | rate() by (resource.service.name) | ${word}(5)`;
  if (
    message.includes('expecting attribute') &&
    rest.startsWith(')') &&
    Object.hasOwn(functions, called)
  )
    return `it is called as ${functions[called]?.signature ?? called}`;
  if (/\bwith\s*\(\s*\w+$/.test(before)) return 'hints have values: with(most_recent=true)';
  if (word !== '' && before.endsWith('|')) {
    const near = nearestName(word, functionNames);
    return near === undefined
      ? `there is no stage ${word}; there are ${functionNames.join(', ')}`
      : `did you mean ${near}?`;
  }
  if (/^["`]/.test(rest) && /[<>=]$/.test(before) && /\bduration\b/.test(bare))
    return 'durations and numbers stand without quotes: 1s';
  return undefined;
};

export const traceqlLessons: readonly Lesson[] = [
  otherTools,
  singleQuotes,
  otherLanguages,
  durationUnits,
  names,
  operators,
  stages,
];
