import { describe, expect, test } from 'vitest';
import { queryLanguages } from './languages.ts';
import type { Language } from './query-language.ts';

/** `|` is the cursor. What is offered: some labels, the questions to the server, and the text that is replaced. */
function offered(language: Language, query: string) {
  const cursor = query.indexOf('¦');
  const text = query.replace('¦', '');
  const found = queryLanguages[language].complete(text, cursor);
  return {
    replaced: found === undefined ? undefined : text.slice(found.from, cursor),
    labels: found?.options.map(({ label }) => label) ?? [],
    asks: found?.live?.map(({ question }) => Object.values(question).join(' ')) ?? [],
  };
}

interface Expected {
  readonly replaced?: string;
  readonly has?: readonly string[];
  readonly lacks?: readonly string[];
  readonly asks?: readonly string[];
}

function check(language: Language, query: string, expected: Expected): void {
  const found = offered(language, query);
  if (expected.replaced !== undefined) expect(found.replaced).toBe(expected.replaced);
  for (const label of expected.has ?? []) expect(found.labels).toContain(label);
  for (const label of expected.lacks ?? []) expect(found.labels).not.toContain(label);
  if (expected.asks !== undefined) expect(found.asks).toEqual(expected.asks);
}

describe('LogQL', () => {
  test.each<[string, Expected]>([
    ['¦', { has: ['rate', 'sum', 'approx_topk'], asks: ['log-labels '] }],
    ['count_o¦', { replaced: 'count_o', has: ['count_over_time'] }],
    ['{¦', { replaced: '', asks: ['log-labels '] }],
    ['{serv¦', { replaced: 'serv', asks: ['log-labels '] }],
    ['{a="b", ser¦', { replaced: 'ser', asks: ['log-labels {a="b"}'] }],
    ['{service_name ¦', { has: ['=', '=~', '!=', '!~'], asks: [] }],
    ['{service_name=¦', { asks: ['log-label-values service_name '] }],
    [
      '{a="b", service_name="pa¦',
      { replaced: 'pa', asks: ['log-label-values service_name {a="b"}'] },
    ],
    ['{service_name="pa¦"} | json', { replaced: 'pa', asks: ['log-label-values service_name '] }],
    ['{a="b"} ¦', { has: ['|= ""', '| json', '| trace'], lacks: ['rate', '[5m]'] }],
    ['{a="b"} |¦', { replaced: '|', has: ['|= ""', '| json', '| line_format'] }],
    ['{a="b"} | j¦', { replaced: 'j', has: ['json', 'trace'], asks: ['log-fields {a="b"}'] }],
    ['{a="b"} !¦', { replaced: '!', has: ['!= ""', '!~ ""'], lacks: ['|= ""'] }],
    ['{a="b"} | json | status ¦', { has: ['=', '>=', '=~'] }],
    ['{a="b"} | json | level=¦', { asks: ['log-field-values level {a="b"}'] }],
    ['{a="b"} | json | level="er¦', { replaced: 'er', asks: ['log-field-values level {a="b"}'] }],
    ['{a="b"} | json | a="b" and ¦', { asks: ['log-fields {a="b"}'] }],
    ['{a="b"} | unwrap ¦', { has: ['duration', 'bytes'], asks: ['log-fields {a="b"}'] }],
    ['{a="b"} | drop x, ¦', { asks: ['log-fields {a="b"}'] }],
    ['{a="b"} | line_format "{{to¦', { replaced: 'to', has: ['ToLower', 'toDateInZone'] }],
    ['{a="b"} | line_format "{{.st¦', { replaced: 'st', asks: ['log-fields {a="b"}'] }],
    ['{a="b"} |= "¦', { has: [], asks: [] }],
    ['rate({a="b"} ¦', { has: ['[5m]', '| json'] }],
    ['rate({a="b"}[¦', { replaced: '', has: ['5m', '1h'] }],
    ['sum by (¦) (rate({a="b"}[5m]))', { asks: ['log-labels {a="b"}', 'log-fields {a="b"}'] }],
    ['sum(rate({a="b"}[5m])) ¦', { has: ['/', 'by', 'offset'], lacks: ['| json'] }],
    ['{a="b"} | trace({ stat¦', { replaced: 'stat', has: ['status', 'duration'] }],
    ['{a="b"} | trace({ status = ¦ }) | json', { has: ['error', 'ok'] }],
    ['{a="b"} # com¦', { has: [], asks: [] }],
  ])('%s', (query, expected) => check('logql', query, expected));
});

describe('PromQL', () => {
  test.each<[string, Expected]>([
    ['¦', { has: ['rate', 'sum', 'histogram_quantile'], asks: ['metrics'] }],
    ['http_s¦', { replaced: 'http_s', asks: ['metrics'] }],
    ['rate(htt¦', { replaced: 'htt', asks: ['metrics'] }],
    ['rate(x{¦', { asks: ['series-labels x{}'] }],
    ['rate(x{a="b",co¦', { replaced: 'co', asks: ['series-labels x{a="b"}'] }],
    ['x{code ¦', { has: ['=', '=~'] }],
    ['x{a="b",code=~"5¦', { replaced: '5', asks: ['series-label-values code x{a="b"}'] }],
    ['rate(x[¦', { replaced: '', has: ['5m'] }],
    ['rate(x[5¦', { replaced: '5', has: ['5m'] }],
    ['rate(x¦', { replaced: 'x' }],
    ['rate(x ¦', { has: ['[5m]', 'offset', '/'] }],
    ['sum by (jo¦) (rate(x[5m]))', { replaced: 'jo', asks: ['series-labels x'] }],
    ['sum ¦', { has: ['by', 'without'] }],
    ['sum(x) ¦', { has: ['by', '/', 'offset'] }],
    ['x / ¦', { has: ['rate'], asks: ['metrics'] }],
    ['x / on¦', { replaced: 'on', has: ['on', 'ignoring'] }],
    ['x # rat¦', { has: [], asks: [] }],
  ])('%s', (query, expected) => check('promql', query, expected));
});

describe('TraceQL', () => {
  test.each<[string, Expected]>([
    ['¦', { has: ['{ status = error }'] }],
    ['{ ¦', { has: ['duration', 'status', 'resource.'], asks: ['span-attributes '] }],
    ['{ resource.¦', { replaced: 'resource.', asks: ['span-attributes resource'] }],
    ['{ span.http.ro¦ }', { replaced: 'span.http.ro', asks: ['span-attributes span'] }],
    ['{ status ¦', { has: ['=', '!=', '&&'] }],
    ['{ status = ¦', { has: ['error', 'ok', 'unset'] }],
    ['{ status = er¦ }', { replaced: 'er', has: ['error'] }],
    ['{ kind = ¦ }', { has: ['server', 'client'] }],
    ['{ duration > ¦ }', { has: ['100ms', '1s'] }],
    ['{ resource.service.name = ¦ }', { asks: ['span-values resource.service.name'] }],
    [
      '{ resource.service.name = "pa¦" }',
      { replaced: 'pa', asks: ['span-values resource.service.name'] },
    ],
    ['{ status = error && ¦', { has: ['duration'], asks: ['span-attributes '] }],
    ['{ status = error ¦', { has: ['&&', '||'] }],
    ['{ } ¦', { has: ['|', '>>', '&&'] }],
    ['{ } | ¦', { has: ['count', 'rate', 'by', 'logs'] }],
    ['{ } | rate() ¦', { has: ['by', 'with'] }],
    ['{ } | rate() by (¦', { has: ['name', 'resource.'] }],
    ['{ } | quantile_over_time(dur¦', { replaced: 'dur', has: ['duration'] }],
    ['{ } | rate() with (¦', { has: ['exemplars'] }],
    ['{ } | logs({serv¦', { replaced: 'serv', asks: ['log-labels '] }],
    ['{ } | logs({a="b"} | j¦) | count() > 1', { replaced: 'j', has: ['json'] }],
  ])('%s', (query, expected) => check('traceql', query, expected));
});
