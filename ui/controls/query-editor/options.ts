// Options that more than one language offers, and how names and values become text of a query.

import type { LiveName, LivePart, LiveQuestion, Option } from './query-language.ts';

interface Doc {
  readonly signature: string;
  readonly doc: string;
  readonly experimental?: true;
}

/** A call: `name(` with the cursor between the parentheses. */
export function functionOption(name: string, { signature, doc, experimental }: Doc): Option {
  return {
    label: name,
    kind: 'function',
    apply: `${name}()`,
    cursor: name.length + 1,
    detail: experimental === true ? 'experimental' : '',
    doc: `${signature}\n${doc}`,
    leadsOn: true,
  };
}

export function functionOptions(docs: Readonly<Record<string, Doc>>): readonly Option[] {
  return Object.entries(docs).map(([name, doc]) => functionOption(name, doc));
}

export function operatorOptions(docs: Readonly<Record<string, string>>): readonly Option[] {
  return Object.entries(docs).map(([sign, doc]) => ({
    label: sign,
    kind: 'operator',
    apply: `${sign} `,
    detail: doc,
    leadsOn: true,
  }));
}

/** `=` and friends behind a label, with the quotes of the value that comes next. */
export function matcherOptions(docs: Readonly<Record<string, string>>): readonly Option[] {
  return Object.entries(docs).map(([sign, doc]) => ({
    label: sign,
    kind: 'operator',
    apply: `${sign}""`,
    cursor: sign.length + 1,
    detail: doc,
    leadsOn: true,
  }));
}

export function durationOptions(): readonly Option[] {
  return ['1m', '5m', '15m', '30m', '1h', '6h', '1d'].map((label) => ({ label, kind: 'value' }));
}

/** Values as they stand in double quotes. */
export function quotedValues(question: LiveQuestion, isInString: boolean): LivePart {
  return {
    question,
    toOption: ({ name, detail = '' }: LiveName) => {
      const quoted = JSON.stringify(name);
      // The editor has closed the string already, or does so when it inserts this.
      const apply = isInString ? quoted.slice(1, -1) : quoted;
      return { label: name, kind: 'value', apply, detail };
    },
  };
}

/** Names with `=""` behind them, and the cursor in the quotes. */
export function matcherNames(question: LiveQuestion): LivePart {
  return {
    question,
    toOption: ({ name, detail = '', doc = '' }: LiveName) => ({
      label: name,
      kind: 'label',
      apply: `${name}=""`,
      cursor: name.length + 2,
      detail,
      doc,
      leadsOn: true,
    }),
  };
}

export function plainNames(question: LiveQuestion): LivePart {
  return {
    question,
    toOption: ({ name, detail = '', doc = '' }: LiveName) => ({
      label: name,
      kind: 'label',
      detail,
      doc,
    }),
  };
}
