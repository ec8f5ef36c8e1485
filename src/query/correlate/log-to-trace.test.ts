import { describe, expect, test } from 'vitest';
import type { DerivedField } from '../../model/datasource.ts';
import type { LogRecord } from '../../model/log-record.ts';
import { translateJavascriptRegex } from './javascript-regex.ts';
import { linksOfLogRecord, testDerivedField } from './log-to-trace.ts';
import {
  attributesOf,
  datasourceOf,
  logOf,
  quickStart,
  quickStartField,
  spanId,
  traceId,
} from '../../../test/correlate-telemetry.ts';

/** One line a link: source, title, where to. */
function check(
  record: Partial<LogRecord>,
  fields: readonly Partial<DerivedField>[] | undefined,
  expected: readonly string[],
): void {
  const datasources =
    fields === undefined
      ? quickStart
      : [
          quickStart[0]!,
          datasourceOf({ derivedFields: fields.map((f) => ({ ...quickStartField, ...f })) }),
        ];
  const links = linksOfLogRecord(logOf(record), datasources);
  const shown = links.map(
    ({ source, title, kind, target }) =>
      `${source}: ${title} -> ${kind} ${target.externalUrl ?? target.traceId ?? target.query}${target.spanId === undefined ? '' : `/${target.spanId}`}`,
  );
  expect(shown).toEqual(expected);
}

const jsonLine = `{"level":"info","message":"hello served","traceId":"${traceId}"}`;

describe('links of a log record', () => {
  test('the field alone links, although the configured regex does not match the bare message', () => {
    check({ traceId, spanId, traceIdSource: 'field' }, undefined, [
      `field: View trace -> trace ${traceId}/${spanId}`,
    ]);
  });

  test('links to one trace are merged: configured title, span kept', () => {
    check({ body: jsonLine, traceId, spanId, traceIdSource: 'key' }, undefined, [
      `derivedField: View Trace in Tempo -> trace ${traceId}/${spanId}`,
    ]);
  });

  test('a record without any ID has no links', () => {
    check({ body: '{"level":"info"}' }, undefined, []);
  });

  test('entries of one name share the first matcher, and each has a link', () => {
    check(
      { body: 'user=u 1 done' },
      [
        {
          name: 'u',
          matcherRegex: 'user=(\\w+ \\d)',
          url: 'https://x/?u=${__value.raw}',
          datasourceUid: '',
          urlDisplayLabel: '',
        },
        {
          name: 'u',
          matcherRegex: 'never',
          url: 'https://y/${__value.raw:percentencode}',
          datasourceUid: '',
          urlDisplayLabel: 'Y',
        },
      ],
      [
        'derivedField: Go to https://x/?u=u%201 -> external https://x/?u=u%201',
        'derivedField: Y -> external https://y/u%201',
      ],
    );
  });

  test('a default-formatted value in an address is escaped', () => {
    check(
      { body: 'q=[a b]' },
      [{ matcherRegex: 'q=\\[(.*)\\]', url: 'https://x/${__value}', datasourceUid: '' }],
      ['derivedField: View Trace in Tempo -> external https://x/a%20b'],
    );
  });

  test('no group, no match, unknown variable, script address: no link', () => {
    for (const field of [
      { matcherRegex: 'hello' },
      { matcherRegex: '(bye)' },
      { matcherRegex: '(hello)', url: '${__other.raw}' },
      { matcherRegex: '(hello)', url: 'java\nscript:alert(${__value.raw})', datasourceUid: '' },
      { matcherRegex: '(?=hello)(h)' },
    ]) {
      check({ body: 'hello' }, [field], []);
    }
  });

  test('a label matcher reads stream labels, metadata and the trace ID', () => {
    check(
      { traceId, traceIdSource: 'field' },
      [{ matcherType: 'label', matcherRegex: 'trace_?id' }],
      [`derivedField: View Trace in Tempo -> trace ${traceId}`],
    );
    check(
      { attributes: attributesOf({ 'order.id': 7 }) },
      [{ matcherType: 'label', matcherRegex: '^order_id$', url: '{ .order = ${__value.raw} }' }],
      ['derivedField: View Trace in Tempo -> trace { .order = 7 }'],
    );
  });

  test('a datasource that is not there hides queries but not traces', () => {
    const gone = { datasourceUid: 'gone', urlDisplayLabel: '' };
    check({ body: jsonLine }, [gone], [`derivedField: Query with gone -> trace ${traceId}`]);
    check({ body: jsonLine }, [{ ...gone, url: '{ .a = "${__value.raw}" }' }], []);
  });
});

describe('patterns written for JavaScript', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['"traceId":\\s*"(\\w+)"', '"traceId":[\\s\\v\\x{feff}\\p{Z}]*"(\\w+)"'],
    ['[^]', '(?s:.)'],
    ['[[:]', '[\\[:]'],
    ['\\z\\u0041\\/\\-', 'z\\x{0041}\\/\\-'],
    ['(?<id>a)', '(?<id>a)'],
  ];
  test.each(cases)('%s', (source, expected) => {
    expect(translateJavascriptRegex(source)).toBe(expected);
  });
});

describe('trying a derived field', () => {
  test('counts lines', () => {
    expect(testDerivedField(quickStartField, [jsonLine, 'hello served'])).toEqual({
      matches: 1,
      of: 2,
      firstError: '',
    });
  });

  test('names what RE2 cannot run', () => {
    const field = { ...quickStartField, matcherRegex: '(?<=id=)(\\w+)' };
    expect(testDerivedField(field, ['id=1'])).toEqual({
      matches: 0,
      of: 1,
      firstError: 'a look-behind in a regular expression cannot be run by RE2',
    });
  });
});
