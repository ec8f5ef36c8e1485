// Users' regular expressions, in linear time: RE2 syntax and semantics through `re2js`, never JavaScript's RegExp.

import { RE2JS } from 're2js';
import { Failure } from '../../base/errors.ts';

/** Named limit: a longer pattern is refused, unless it only lists texts, as dashboards do with chosen values. */
export const regexPatternLengthMax = 4096;
/** Named limit: a longer list of texts is refused. */
export const regexAlternativesLengthMax = 131_072;

/** From the first character to behind the last. */
export interface RegexPlace {
  readonly start: number;
  readonly end: number;
}

export interface UserRegex {
  readonly pattern: string;
  /** Whether the pattern matches somewhere in (unanchored) or all of (anchored) the text. */
  matches(text: string): boolean;
  /** The first match and its capture groups (a group that took no part is null), or undefined without a match. */
  groups(text: string): readonly (string | null)[] | undefined;
  /** Where they stand in the text, in its characters. */
  places(text: string): readonly (RegexPlace | null)[] | undefined;
  /** Names of the groups by their number; undefined for group 0 and those without a name. */
  readonly groupNames: readonly (string | undefined)[];
  /** With `$1`, `${name}` as Go expands them; `literal` leaves `$` alone. */
  replaceAll(text: string, replacement: string, literal: boolean): string;
  /** How many matches the text has, one behind the other. */
  count(text: string): number;
}

/** Go's `Regexp.Expand`: `$1`, `$name`, `${name}`, `$$`; an unknown group is empty. */
function expandTemplate(template: string, group: (reference: string) => string): string {
  return template.replaceAll(
    /\$(?:(\$)|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/gu,
    (_, dollar, bare, braced) => (dollar === '$' ? '$' : group(String(bare ?? braced))),
  );
}

const compiled = new Map<string, UserRegex>();
const compiledMax = 1000;

/** Characters that stand for themselves, escaped signs, and bars between them; perhaps in one pair of parentheses. */
const alternativesPattern = /^(?:(?:[^\\.+*?()|[\]{}^$]|\\[^\w\s])|\|)*$/u;

/** The texts that a pattern lists which is nothing but such a list, when it has to match the whole. */
function alternativesOf(pattern: string): ReadonlySet<string> | undefined {
  if (pattern.length > regexAlternativesLengthMax) return undefined;
  const inner = pattern.startsWith('(') && pattern.endsWith(')') ? pattern.slice(1, -1) : pattern;
  if (inner.endsWith('\\') || !alternativesPattern.test(inner)) return undefined;
  const texts = new Set<string>();
  let text = '';
  for (let at = 0; at < inner.length; at++) {
    if (inner[at] === '|') {
      texts.add(text);
      text = '';
    } else {
      if (inner[at] === '\\') at++;
      text += inner[at] ?? '';
    }
  }
  return texts.add(text);
}

function compile(pattern: string, source: string, flags: number, whole: boolean): UserRegex {
  const alternatives = whole ? alternativesOf(pattern) : undefined;
  if (pattern.length > regexPatternLengthMax && alternatives === undefined) {
    throw new Failure(
      'limit',
      `regular expression longer than ${regexPatternLengthMax} characters`,
    );
  }
  const key = `${whole ? 'w' : 'u'}${flags} ${source}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  // A long list takes long to compile, and who has its texts hardly needs more.
  let later: RE2JS | undefined;
  const program = (): RE2JS => (later ??= RE2JS.compile(source, flags));
  try {
    if (alternatives === undefined) program();
  } catch (error) {
    // The flag that makes `.` match newlines shows in the message as text that nobody wrote.
    const reason = error instanceof Error ? error.message.replace('`(?s)', '`') : 'invalid pattern';
    throw new Failure('syntax', reason, { cause: error });
  }
  // A list of texts has no groups, or one around it.
  const groupTotal =
    alternatives === undefined ? program().groupCount() : pattern.startsWith('(') ? 1 : 0;
  const names: (string | undefined)[] = Array.from({ length: groupTotal + 1 });
  if (alternatives === undefined)
    for (const [name, at] of Object.entries(program().namedGroups())) names[at] = name;
  const regex: UserRegex = {
    pattern,
    groupNames: names,
    replaceAll: (text, replacement, literal) => {
      const matcher = program().matcher(text);
      let replaced = '';
      let from = 0;
      while (matcher.find()) {
        replaced += text.slice(from, matcher.start());
        replaced += literal
          ? replacement
          : expandTemplate(replacement, (reference) => {
              const at = /^\d+$/.test(reference) ? Number(reference) : names.indexOf(reference);
              return at >= 0 && at < names.length ? (matcher.group(at) ?? '') : '';
            });
        from = matcher.end();
      }
      return replaced + text.slice(from);
    },
    count: (text) => {
      const matcher = program().matcher(text);
      let matches = 0;
      while (matcher.find()) matches++;
      return matches;
    },
    matches: whole
      ? alternatives === undefined
        ? (text) => program().matches(text)
        : (text) => alternatives.has(text)
      : (text) => program().matcher(text).find(),
    groups: (text) => {
      const matcher = program().matcher(text);
      if (!(whole ? matcher.matches() : matcher.find())) return undefined;
      return Array.from({ length: matcher.groupCount() + 1 }, (_, at) => matcher.group(at));
    },
    places: (text) => {
      const matcher = program().matcher(text);
      if (!(whole ? matcher.matches() : matcher.find())) return undefined;
      return Array.from({ length: matcher.groupCount() + 1 }, (_, at) =>
        matcher.group(at) === null ? null : { start: matcher.start(at), end: matcher.end(at) },
      );
    },
  };
  if (compiled.size >= compiledMax) compiled.clear();
  compiled.set(key, regex);
  return regex;
}

/** As label matchers use it: anchored at both ends, `.` matches a newline too (`^(?s:pattern)$`). */
export function compileAnchoredRegex(pattern: string): UserRegex {
  return compile(pattern, pattern, RE2JS.DOTALL, true);
}

/** As line filters use it: unanchored, `.` does not match a newline. */
export function compileUnanchoredRegex(pattern: string): UserRegex {
  return compile(pattern, pattern, 0, false);
}
