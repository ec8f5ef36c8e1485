// What to write instead of a query that does not parse: each language has a list of lessons that read the text around the
// place of the failure. The parser's own words stay those of the original; a lesson becomes the hint of its `Failure`.

import { Failure } from '../../base/errors.ts';

/** Named limit: a longer query was made by a program, which learns nothing. */
export const taughtLengthMax = 4000;

export interface Mistake {
  readonly query: string;
  /** The query with blanks for what stands in quotes, so that patterns see syntax alone. Offsets are the query's. */
  readonly bare: string;
  readonly message: string;
  readonly start: number;
  readonly end: number;
  /** `bare` up to the place, without white space at its end. */
  readonly before: string;
  /** `bare` from the place on. */
  readonly rest: string;
  /** The text of the place. */
  readonly token: string;
}

/** Says what to write instead, or undefined when the mistake is another one. */
export type Lesson = (mistake: Mistake) => string | undefined;

/** Blanks for the insides of literals in double quotes and backticks, the quotes stay. An open one ends with the text. */
export function blankLiterals(query: string): string {
  return query.replaceAll(/"(?:\\.|[^"\\])*(?:"|$)|`[^`]*(?:`|$)/g, (literal) => {
    const closed = literal.length > 1 && literal.endsWith(literal[0] ?? '');
    const inside = ' '.repeat(literal.length - (closed ? 2 : 1));
    return `${literal[0]}${inside}${closed ? literal[0] : ''}`;
  });
}

function mistakeOf(query: string, { message, position }: Failure): Mistake {
  const start = Math.min(position?.start ?? 0, query.length);
  const end = Math.min(position?.end ?? start, query.length);
  const bare = blankLiterals(query);
  return {
    query,
    bare,
    message,
    start,
    end,
    before: bare.slice(0, start).trimEnd(),
    rest: bare.slice(start),
    token: query.slice(start, end),
  };
}

/** Runs a parser; a failure of it that says where but not what to do gets the hint of the first lesson that knows. */
export function taught<T>(query: string, lessons: readonly Lesson[], parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'syntax' || error.hint !== undefined)
      throw error;
    if (query.length > taughtLengthMax) throw error;
    const mistake = mistakeOf(query, error);
    for (const lesson of lessons) {
      const hint = lesson(mistake);
      if (hint === undefined) continue;
      const { code, message, position, cause } = error;
      throw new Failure(code, message, { position, hint, cause });
    }
    throw error;
  }
}

/** Whether the place is between `{` and `}`. */
export function isInBraces({ before }: Mistake): boolean {
  const open = before.lastIndexOf('{');
  // Two of them begin an action of a template.
  return open > before.lastIndexOf('}') && before[open - 1] !== '{';
}

/** The letter-digit word at the place, as written. */
export function wordAt({ rest }: Mistake): string {
  return /^\w+/.exec(rest)?.[0] ?? '';
}

// ------------------------------------------------------------------------------ lessons of all languages

/** Other tools' query languages, known by how a query begins. */
export const otherTools: Lesson = ({ bare }) =>
  /^\s*select\b[^{]*\bfrom\b/i.test(bare)
    ? 'this is SQL: a selector takes the place of FROM and WHERE, as in {service_name="payment"}'
    : undefined;

/** Single quotes, where the language has none. */
export const singleQuotes: Lesson = ({ rest, query, start }) => {
  if (!rest.startsWith("'")) return undefined;
  const literal = /^'([^']*)'/.exec(query.slice(start))?.[1];
  return literal === undefined
    ? 'texts stand in double quotes or backticks'
    : `texts stand in double quotes or backticks: "${literal.replaceAll('"', '\\"')}"`;
};

/** `5 ms`, `5min`, `1S`, behind or at the number. */
export const durationUnits: Lesson = ({ bare, start }) => {
  const around = bare.slice(Math.max(0, start - 24), start + 24);
  const found =
    /(\d+(?:\.\d+)?)(\s*)(ms|sec(?:ond)?s?|min(?:ute)?s?|hours?|hrs?|days?|weeks?|us|ns|[smhdwySMHDWY])(?![\w(])/.exec(
      around,
    );
  if (found === null) return undefined;
  const [, amount = '', blank = '', unit = ''] = found;
  const right =
    unit.toLowerCase().startsWith('m') && unit !== 'ms'
      ? 'm'
      : unit === 'ms' || unit === 'us' || unit === 'ns'
        ? unit
        : unit.slice(0, 1).toLowerCase();
  if (blank === '' && unit === right) return undefined;
  return `a duration is written without a blank, in ns, us, ms, s, m, h, d, w or y: ${amount}${right}`;
};
