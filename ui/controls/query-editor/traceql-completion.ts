// What may be typed at a place in a TraceQL query, from the catalogue and, for names and values, from the server.

import {
  functions as traceqlFunctions,
  hints,
  intrinsicNames,
  intrinsics,
  kindNames,
  ownStages,
  scopes,
  statusNames,
} from '../../../src/query/traceql/syntax/catalogue.ts';
import {
  traceqlFieldOperators,
  traceqlMetricsOperators,
  traceqlSpansetOperators,
} from '../../../src/query/traceql/syntax/operator-docs.ts';
import { operatorOptions, quotedValues } from './options.ts';
import type { Completions, LivePart, Option } from './query-language.ts';
import { closingString, contextOf, isInComment } from './token-context.ts';
import type { TokenContext } from './token-context.ts';
import { traceqlTokens } from './traceql-tokens.ts';

const comparisons = new Set(['=', '!=', '=~', '!~', '>', '>=', '<', '<=']);

const intrinsicOptions: readonly Option[] = intrinsicNames.map((name) => ({
  label: name,
  kind: 'label',
  apply: `${name} `,
  detail: intrinsics[name].type,
  doc: intrinsics[name].doc,
  leadsOn: true,
}));

const scopeOptions: readonly Option[] = scopes.map((scope) => ({
  label: `${scope}.`,
  kind: 'keyword',
  detail: 'attributes',
  leadsOn: true,
}));

/** Names with signs that would end them stand in quotes. */
function attributeText(scope: string, name: string): string {
  const isPlain = !/[\s{}()=~!<>&|^,"]/.test(name);
  return `${scope}.${isPlain ? name : JSON.stringify(name)}`;
}

function attributes(scope: string, written: string, isFollowed: boolean): LivePart {
  return {
    question: { kind: 'span-attributes', scope },
    toOption: ({ name, detail = '' }) => {
      const label = attributeText(written === '' ? detail : written, name);
      return {
        label,
        kind: 'label',
        apply: isFollowed ? `${label} ` : label,
        detail: 'attribute',
        leadsOn: isFollowed,
      };
    },
  };
}

/** A field: an intrinsic, or an attribute of any scope. */
function fields({ from, typed }: TokenContext, isFollowed: boolean): Completions {
  const scope = /^(resource|span|event|link|instrumentation)\./.exec(typed)?.[1] ?? '';
  if (scope !== '') return { from, options: [], live: [attributes(scope, scope, isFollowed)] };
  const plain = isFollowed
    ? intrinsicOptions
    : intrinsicOptions.map(({ label, kind, detail = '', doc = '' }) => ({
        label,
        kind,
        detail,
        doc,
      }));
  return { from, options: [...plain, ...scopeOptions], live: [attributes('', '', isFollowed)] };
}

const typedValues: Readonly<Record<string, readonly string[]>> = {
  duration: ['10ms', '100ms', '500ms', '1s', '5s'],
  status: [...statusNames],
  kind: [...kindNames],
  bool: ['true', 'false'],
};

function intrinsicType(name: string): string | undefined {
  return intrinsicNames
    .filter((one) => one === name || intrinsics[one].scoped === name)
    .map((one) => intrinsics[one].type)[0];
}

function values(context: TokenContext, field: string): Completions {
  const { from } = context;
  const type = intrinsicType(field);
  const fixed = typedValues[type ?? ''];
  if (fixed !== undefined && context.string === undefined) {
    return { from, options: fixed.map((label) => ({ label, kind: 'value' })) };
  }
  const question = { kind: 'span-values', name: field } as const;
  const inString = quotedValues(question, context.string !== undefined);
  return {
    from,
    options: [],
    live: [
      {
        question,
        // Only texts have quotes.
        toOption: (known) =>
          known.detail === undefined || known.detail === 'string' || context.string !== undefined
            ? inString.toOption(known)
            : { label: known.name, kind: 'value', detail: known.detail },
      },
    ],
  };
}

function inFilter(context: TokenContext): Completions | undefined {
  const { previous, tokens, from } = context;
  const field = tokens.at(-2);
  if (
    previous?.style === 'operator' &&
    comparisons.has(previous.text) &&
    field?.style === 'label'
  ) {
    return values(context, field.text);
  }
  if (context.string !== undefined) return undefined;
  if (previous?.style === 'operator' || previous?.style === 'bracket') {
    if (previous.text === ')') return { from, options: operatorOptions(traceqlFieldOperators) };
    return fields(context, true);
  }
  if (previous?.style === 'label') {
    return { from, options: operatorOptions(traceqlFieldOperators) };
  }
  const joined = operatorOptions({
    '&&': traceqlFieldOperators['&&'],
    '||': traceqlFieldOperators['||'],
  });
  return { from, options: joined };
}

const stages: readonly Option[] = [
  ...Object.entries(traceqlFunctions).map(([name, { signature, doc }]): Option => ({
    label: name,
    kind: 'stage',
    apply: `${name}()`,
    cursor: signature.includes(`${name}()`) ? name.length + 2 : name.length + 1,
    doc: `${signature}\n${doc}`,
    leadsOn: true,
  })),
  ...Object.entries(ownStages).map(([name, { signature, doc }]): Option => ({
    label: name,
    kind: 'own',
    apply: `${name}({})`,
    cursor: name.length + 2,
    detail: 'Clew’s own',
    doc: `${signature}\n${doc}`,
    leadsOn: true,
  })),
];

const starts: readonly Option[] = [
  { label: '{ }', apply: '{  }', cursor: 2, detail: 'spans', kind: 'label', leadsOn: true },
  { label: '{ status = error }', detail: 'spans that failed', kind: 'label' },
  { label: '{ duration > 1s }', detail: 'slow spans', kind: 'label' },
  { label: '{ parent = nil }', detail: 'root spans', kind: 'label' },
];

function behindSpanset({ from, tokens }: TokenContext): Completions {
  const isPiped = tokens.some(({ text }) => text === '|');
  return {
    from,
    options: [
      { label: '|', kind: 'operator', apply: '| ', detail: 'a stage', leadsOn: true },
      ...(isPiped ? [] : operatorOptions(traceqlSpansetOperators)),
    ],
  };
}

function behindCall(context: TokenContext): Completions {
  const { from, tokens } = context;
  const call = tokens.findLast(({ style }) => style === 'function')?.text ?? '';
  const isMetrics = call === 'rate' || call.endsWith('_over_time');
  return {
    from,
    options: [
      ...(isMetrics
        ? [{ label: 'by', kind: 'keyword', apply: 'by ()', cursor: 4, leadsOn: true } as const]
        : []),
      { label: 'with', kind: 'keyword', apply: 'with ()', cursor: 6, leadsOn: true },
      { label: '|', kind: 'operator', apply: '| ', detail: 'a stage', leadsOn: true },
      ...operatorOptions({
        '>': 'Larger.',
        '<': 'Smaller.',
        '=': 'Equal.',
        ...traceqlMetricsOperators,
      }),
    ],
  };
}

function inCall(context: TokenContext): Completions | undefined {
  const head = context.bracket?.head?.text ?? '';
  const { previous, from } = context;
  if (head === 'with') {
    const options = Object.entries(hints).map(([name, doc]): Option => ({
      label: name,
      kind: 'keyword',
      apply: `${name}=`,
      detail: doc,
    }));
    return previous?.text === '(' || previous?.text === ',' ? { from, options } : undefined;
  }
  if (head === 'compare' && previous?.text === '(') return { from, options: starts };
  if (previous?.text === '(' || previous?.text === ',') {
    return head === '' || !Object.hasOwn(traceqlFunctions, head)
      ? { from, options: starts }
      : fields(context, false);
  }
  return undefined;
}

export function completeTraceql(text: string, cursor: number): Completions | undefined {
  const before = text.slice(0, cursor);
  const tokens = traceqlTokens(before);
  if (isInComment(before, tokens)) return undefined;
  const context = contextOf(before, tokens);
  const { bracket, brackets, previous, from } = context;
  if (brackets.some(({ sign }) => sign === '{')) return closingString(inFilter(context), context);
  if (context.string !== undefined) return undefined;
  if (bracket?.sign === '(') return inCall(context);
  if (previous === undefined) return { from, options: starts };
  if (previous.text === '|') return { from, options: stages };
  if (previous.text === '}') return behindSpanset(context);
  if (previous.text === ')') return behindCall(context);
  return previous.style === 'operator' ? { from, options: starts } : undefined;
}
