import { describe, expect, test } from 'vitest';
import { labelsFromEntries } from './labels.ts';
import { detectLevel, detectLevelOfText } from './level.ts';
import { bodyKind, LogsBatch } from './logs-batch.ts';

describe('the level of a line', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['{"level":"WARN","msg":"error in text"}', 'warn'],
    ['{"msg":"a","severity" : "Error"}', 'error'],
    ['{"log":{"lvl":"dbg"}}', 'debug'],
    ['{"a":{"b":{"level":"inf"}},"msg":"all well"}', 'unknown'],
    ['{"log.level":"information"}', 'info'],
    ['{"level":30,"msg":"warn me"}', 'warn'],
    ['{"level":"notice","msg":"an ERROR came"}', 'error'],
    ['{"list":[{"level":"dbg"}],"msg":"info"}', 'info'],
    ['{"msg":"\\"level\\":\\"debug\\"","level":"info"}', 'info'],
    ['{"level":"er', 'unknown'],
    ['level=warn msg="no error"', 'warn'],
    ['ts=1 lvl="ERR" msg=x', 'error'],
    ['msg="level=debug" level=info', 'info'],
    ['key=value fatal mistake', 'fatal'],
    ['[CRITICAL] disk', 'critical'],
    ['2026 Warning: low', 'warn'],
    ['trace then error', 'trace'],
    ['terrors and information', 'unknown'],
    ['user_error=1', 'unknown'],
    ['err: no', 'error'],
    ['', 'unknown'],
    ['ünïcode ERROR', 'error'],
  ];
  for (const [line, expected] of cases) {
    test(JSON.stringify(line), () => expect(detectLevelOfText(line)).toBe(expected));
  }
});

interface Row {
  readonly attributes?: Record<string, string>;
  readonly labels?: Record<string, string>;
  readonly severityNumber?: number;
  readonly severityText?: string;
  readonly body?: string;
}

function check(row: Row, expected: string): void {
  const batch = new LogsBatch();
  batch.severityNumber.push(row.severityNumber ?? 0);
  batch.severityText.pushText(row.severityText ?? '');
  batch.bodyKind.push(row.body === undefined ? bodyKind.empty : bodyKind.text);
  batch.body.pushText(row.body ?? '');
  for (const [key, value] of Object.entries(row.attributes ?? {})) {
    batch.attributes.push(key, { kind: 'string', value });
  }
  batch.attributes.endRow();
  expect(detectLevel(batch, 0, labelsFromEntries(Object.entries(row.labels ?? {})))).toBe(expected);
}

describe('which source wins', () => {
  const cases: readonly (readonly [string, Row, string])[] = [
    [
      'detected_level',
      { attributes: { detected_level: 'WRN', level: 'info' }, labels: { level: 'debug' } },
      'warn',
    ],
    ['a stream label', { attributes: { level: 'info' }, labels: { level: 'DEBUG' } }, 'debug'],
    ['metadata', { attributes: { Severity: 'err' }, severityNumber: 9, body: 'fatal' }, 'error'],
    ['the order of the names', { attributes: { lvl: 'warn', level: 'error' } }, 'error'],
    ['severity text', { severityText: 'Information', severityNumber: 17 }, 'info'],
    ['a text of its own', { labels: { level: 'Notice' } }, 'Notice'],
    ['severity number 1', { severityNumber: 1 }, 'trace'],
    ['severity number 8', { severityNumber: 8 }, 'debug'],
    ['severity number 12', { severityNumber: 12, body: 'fatal' }, 'info'],
    ['severity number 24', { severityNumber: 24 }, 'fatal'],
    [
      'severity number as metadata',
      { attributes: { severity_number: '17' }, body: 'debug' },
      'error',
    ],
    ['level before that', { attributes: { severity_number: '17', lvl: 'warn' } }, 'warn'],
    ['no number', { severityNumber: 0, body: 'level=fatal' }, 'fatal'],
    ['nothing', {}, 'unknown'],
  ];
  for (const [name, row, expected] of cases) test(name, () => check(row, expected));
});
