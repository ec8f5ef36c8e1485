// Answers of the three APIs as tables for people. What is no answer that this program knows is shown as it came.

/** JSON of which nothing is known yet. */
type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectAt(value: unknown, name: string): Json {
  const inner = isObject(value) ? value[name] : undefined;
  return isObject(inner) ? inner : {};
}

function listAt(value: unknown, name: string): readonly unknown[] {
  const inner = isObject(value) ? value[name] : value;
  return Array.isArray(inner) ? inner : [];
}

function textAt(value: unknown, name: string): string {
  const inner = isObject(value) ? value[name] : undefined;
  return typeof inner === 'string' || typeof inner === 'number' ? String(inner) : '';
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Control characters would move the terminal's cursor or worse. */
function printable(text: string): string {
  return text.replaceAll(
    // oxlint-disable-next-line no-control-regex -- These are what is looked for.
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function printTimeNs(ns: bigint): string {
  const ms = Number(ns / 1_000_000n);
  if (Math.abs(ms) > 8.64e15) return String(ns);
  const fraction = (((ns % 1_000_000n) + 1_000_000n) % 1_000_000n).toString().padStart(6, '0');
  const text = new Date(ms).toISOString();
  return fraction === '000000' ? text : `${text.slice(0, -1)}${fraction}Z`;
}

function printTimeMs(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(ms);
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function printLabels(labels: Json): string {
  const { __name__: name, ...others } = labels;
  const pairs = Object.entries(others).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  const shown = typeof name === 'string' ? name : '';
  if (pairs.length === 0 && shown !== '') return printable(shown);
  return printable(`${shown}{${pairs.join(', ')}}`);
}

/** Left-aligned columns, the last one ragged. */
export function printTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, cell.length)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

// ---------------------------------------------------------------------------------------------- lines

interface Line {
  readonly timeNs: bigint;
  readonly labels: Json;
  readonly text: string;
}

function linesOf(streams: readonly unknown[]): Line[] {
  return streams.flatMap((stream) =>
    listAt(stream, 'values').map((entry) => {
      const [time, text, categories] = list(entry);
      return {
        timeNs: BigInt(asText(time)),
        labels: { ...objectAt(stream, 'stream'), ...objectAt(categories, 'parsed') },
        text: asText(text),
      };
    }),
  );
}

/** Labels that all lines have alike. */
function commonLabels(lines: readonly Line[]): Json {
  const [first, ...others] = lines;
  return Object.fromEntries(
    Object.entries(first?.labels ?? {}).filter(([name, value]) =>
      others.every(({ labels }) => labels[name] === value),
    ),
  );
}

/** As the API orders them: newest first. */
function printLines(streams: readonly unknown[]): string {
  const lines = linesOf(streams).toSorted((a, b) =>
    a.timeNs < b.timeNs ? 1 : a.timeNs > b.timeNs ? -1 : 0,
  );
  if (lines.length === 0) return 'no lines\n';
  const common = commonLabels(lines);
  const rows = lines.map(({ timeNs, labels, text }) => {
    const own = Object.entries(labels).filter(([name]) => !Object.hasOwn(common, name));
    return [printTimeNs(timeNs), printLabels(Object.fromEntries(own)), printable(text)];
  });
  const alike = rows.every(([, labels]) => labels === '{}');
  const shown = alike ? rows.map(([time = '', , text = '']) => [time, text]) : rows;
  return `all have ${printLabels(common)}\n\n${printTable(shown)}`;
}

// -------------------------------------------------------------------------------------------- samples

/** `[seconds, "value"]`, or `[seconds, histogram]`. */
function sampleCells(sample: unknown): readonly string[] {
  const [time, value] = list(sample);
  const shown = isObject(value)
    ? `histogram count ${textAt(value, 'count')} sum ${textAt(value, 'sum')}`
    : asText(value);
  return [printTimeMs(Number(time) * 1000), shown];
}

function printVector(series: readonly unknown[]): string {
  if (series.length === 0) return 'no series\n';
  return printTable(
    series.map((one) => {
      const sample = isObject(one) ? (one['value'] ?? one['histogram']) : undefined;
      const [, value = ''] = sampleCells(sample);
      return [printLabels(objectAt(one, 'metric')), value];
    }),
  );
}

function printMatrix(series: readonly unknown[]): string {
  if (series.length === 0) return 'no series\n';
  return series
    .map((one) => {
      const samples = [...listAt(one, 'values'), ...listAt(one, 'histograms')].toSorted(
        (a, b) => Number(list(a)[0]) - Number(list(b)[0]),
      );
      const rows = samples.map((sample) => ['', ...sampleCells(sample)]);
      return `${printLabels(objectAt(one, 'metric'))}\n${printTable(rows)}`;
    })
    .join('\n');
}

// --------------------------------------------------------------------------------------------- traces

function printTraces(traces: readonly unknown[]): string {
  if (traces.length === 0) return 'no traces\n';
  const rows = traces.map((trace) => {
    const matched = listAt(trace, 'spanSets').reduce(
      (sum: number, spanset) => sum + Number(textAt(spanset, 'matched') || 0),
      0,
    );
    return [
      textAt(trace, 'traceID').padStart(32, '0'),
      printTimeNs(BigInt(textAt(trace, 'startTimeUnixNano') || '0')),
      `${textAt(trace, 'durationMs') || '0'} ms`,
      `${matched} ${matched === 1 ? 'span' : 'spans'}`,
      printable(
        [textAt(trace, 'rootServiceName'), textAt(trace, 'rootTraceName')].join(' ').trim(),
      ),
    ];
  });
  return printTable([['trace', 'start', 'duration', 'matched', 'root'], ...rows]);
}

function spanSeriesLabels(series: unknown): Json {
  return Object.fromEntries(
    listAt(series, 'labels').map((label) => {
      const [value] = Object.values(objectAt(label, 'value'));
      return [textAt(label, 'key'), typeof value === 'string' ? value : asText(value)];
    }),
  );
}

/** A zero is left out of Tempo's JSON. */
function spanValue(sample: unknown): string {
  return textAt(sample, 'value') || '0';
}

function printSpanSeries(series: readonly unknown[]): string {
  if (series.length === 0) return 'no series\n';
  if (series.every((one) => !isObject(one) || one['samples'] === undefined)) {
    return printTable(series.map((one) => [printLabels(spanSeriesLabels(one)), spanValue(one)]));
  }
  return series
    .map((one) => {
      const rows = listAt(one, 'samples').map((sample) => [
        '',
        printTimeMs(Number(textAt(sample, 'timestampMs'))),
        spanValue(sample),
      ]);
      return `${printLabels(spanSeriesLabels(one))}\n${printTable(rows)}`;
    })
    .join('\n');
}

// ---------------------------------------------------------------------------------------------- whole

export interface AnswerText {
  readonly text: string;
  /** Lines, traces or series; what a limit counts. */
  readonly items: number;
  /** Warnings and notes of the engine. */
  readonly remarks: readonly string[];
}

function printResult(type: string, result: unknown): { text: string; items: number } {
  const items = list(result);
  switch (type) {
    case 'streams':
      return { text: printLines(items), items: linesOf(items).length };
    case 'vector':
      return { text: printVector(items), items: items.length };
    case 'matrix':
      return { text: printMatrix(items), items: items.length };
    case 'scalar':
    case 'string':
      return { text: `${sampleCells(result)[1] ?? ''}\n`, items: 1 };
    default:
      return { text: `${JSON.stringify(result)}\n`, items: 1 };
  }
}

/** `body` is JSON of a successful answer of Loki's, Prometheus's or Tempo's API. */
export function printAnswer(body: string): AnswerText {
  const answer: unknown = JSON.parse(body);
  const remarks = [
    ...listAt(answer, 'warnings'),
    ...listAt(answer, 'infos'),
    ...listAt(objectAt(answer, 'data'), 'warnings'),
  ].map(asText);
  if (isObject(answer) && isObject(answer['data'])) {
    const data = answer['data'];
    return { ...printResult(textAt(data, 'resultType'), data['result']), remarks };
  }
  if (isObject(answer) && Array.isArray(answer['series'])) {
    const series = listAt(answer, 'series');
    return { text: printSpanSeries(series), items: series.length, remarks };
  }
  const traces = listAt(answer, 'traces');
  return { text: printTraces(traces), items: traces.length, remarks };
}
