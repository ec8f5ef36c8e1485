// A log line as a row of an export, as NDJSON or CSV. Written out piece by piece, for an object of fields that is made for
// each line to be printed and thrown away costs more than all the rest of an export: names, and what all lines of a stream
// share, are printed once.

import { labelValue, type Labels } from '../../model/labels.ts';
import type { FoundLine } from './logs.ts';

export type RowPrinter = (line: FoundLine) => string;

/** Names that are kept in their printed form; a query that makes up names for each line has no end of them. */
const printedNamesMax = 10_000;

/** Prints times; the second of the last one is kept, as its neighbours mostly have the same. */
function timePrinter(): (timeNs: bigint) => string {
  let second = -1n;
  let text = '';
  return (timeNs) => {
    const of = timeNs / 1_000_000_000n;
    if (of !== second) {
      second = of;
      text = new Date(Number(of) * 1000).toISOString().slice(0, 19);
    }
    return `${text}.${String(timeNs - of * 1_000_000_000n).padStart(9, '0')}Z`;
  };
}

/** Prints labels as a JSON object without its braces. */
function labelsPrinter(): (labels: Labels) => string {
  const names = new Map<string, string>();
  const printName = (name: string): string => {
    let printed = names.get(name);
    if (printed === undefined) {
      if (names.size >= printedNamesMax) names.clear();
      names.set(name, (printed = `${JSON.stringify(name)}:`));
    }
    return printed;
  };
  return (labels) => {
    let text = '';
    for (const { name, value } of labels)
      text += (text === '' ? '' : ',') + printName(name) + JSON.stringify(value);
    return text;
  };
}

/** As `print`, but once for labels that are the same object. */
function onceEach(print: (labels: Labels) => string): (labels: Labels) => string {
  const printed = new WeakMap<Labels, string>();
  return (labels) => {
    let text = printed.get(labels);
    if (text === undefined) printed.set(labels, (text = print(labels)));
    return text;
  };
}

export function jsonRows(): RowPrinter {
  const printTime = timePrinter();
  const printLabels = labelsPrinter();
  const printStream = onceEach(printLabels);
  return ({ entry, labels }) => {
    const { timeNs, structuredMetadata, parsed, line } = entry;
    const fields = parsed.length === 0 ? '' : `,"parsed":{${printLabels(parsed)}}`;
    return `{"time":"${printTime(timeNs)}","labels":{${printStream(labels)}},"metadata":{${printLabels(structuredMetadata)}}${fields},"line":${JSON.stringify(line)}}`;
  };
}

const fixedColumns = ['time', 'level', 'service'];

export function csvHead(columns: readonly string[]): string {
  const named = columns.length === 0 ? ['trace_id', 'fields'] : columns;
  return [...fixedColumns, ...named, 'line'].map(csvCell).join(',');
}

/** With columns these alone; without any, everything that the line has in one cell of JSON. */
export function csvRows(columns: readonly string[]): RowPrinter {
  const printTime = timePrinter();
  const printLabels = labelsPrinter();
  const printStream = onceEach(printLabels);
  return ({ entry, labels }) => {
    const { timeNs, structuredMetadata, parsed, line } = entry;
    const find = (name: string): string =>
      labelValue(parsed, name) || labelValue(structuredMetadata, name) || labelValue(labels, name);
    const all = (): string =>
      [printStream(labels), printLabels(structuredMetadata), printLabels(parsed)]
        .filter((text) => text !== '')
        .join(',');
    let row = `${printTime(timeNs)},${csvCell(find('detected_level'))},${csvCell(find('service_name'))},`;
    if (columns.length === 0) row += `${csvCell(find('trace_id'))},${csvCell(`{${all()}}`)},`;
    for (const name of columns) row += `${csvCell(find(name))},`;
    return row + csvCell(line);
  };
}

/** RFC 4180. */
function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
