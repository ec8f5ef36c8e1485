// Prometheus's text format 0.0.4 and OpenMetrics 1.0 into series: what a /metrics page says once, and what a dump with
// timestamps says of hours. A text that ends with `# EOF` is OpenMetrics, whose timestamps are seconds; the other
// format's are milliseconds. https://prometheus.io/docs/instrumenting/exposition_formats/

import { Failure } from '../../base/errors.ts';
import { parseGoFloat } from '../../base/float.ts';
import { labelsFromEntries, labelsKey, type Labels } from '../../model/labels.ts';
import {
  type MetricMetadata,
  type MetricType,
  metricTypes,
  type SeriesBatch,
  type SeriesExemplar,
} from '../../model/series-batch.ts';

interface GrowingSeries {
  readonly labels: Labels;
  readonly samples: Map<number, number>;
  readonly exemplars: SeriesExemplar[];
}

interface GrowingMetadata {
  type: MetricType;
  help: string;
  unit: string;
}

const types: ReadonlySet<string> = new Set(metricTypes);

function isMetricType(word: string): word is MetricType {
  return types.has(word);
}

function unescape(text: string): string {
  return text.replaceAll(/\\([\\"n])/g, (_all, char: string) => (char === 'n' ? '\n' : char));
}

const nameWord = /[a-zA-Z_:][\w:]*/y;
const quotedWord = /"(?:[^"\\\n]|\\[^\n])*"/y;
const space = /[ \t]*/y;
const word = /[^ \t]+/y;

/** One line with a place in it. */
class Line {
  readonly #text: string;
  readonly #number: number;
  #at: number = 0;

  constructor(text: string, number: number) {
    this.#text = text;
    this.#number = number;
    this.take(space);
  }

  fail(expected: string): Failure {
    const rest = this.#text.slice(this.#at, this.#at + 20);
    const got = rest === '' ? 'the end of the line' : JSON.stringify(rest);
    return new Failure('invalid-data', `line ${this.#number}: expected ${expected}, got ${got}`);
  }

  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  takeMark(mark: string): boolean {
    if (!this.#text.startsWith(mark, this.#at)) return false;
    this.#at += mark.length;
    this.take(space);
    return true;
  }

  quoted(): string | undefined {
    const found = this.take(quotedWord);
    this.take(space);
    return found === undefined ? undefined : unescape(found.slice(1, -1));
  }

  /** The next word without its spaces; undefined at the end. */
  word(): string | undefined {
    const found = this.take(word);
    this.take(space);
    return found;
  }

  number(expected: string): number {
    const start = this.#at;
    const value = parseGoFloat(this.word() ?? '');
    if (value !== undefined) return value;
    this.#at = start;
    throw this.fail(expected);
  }

  isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }
}

/** `a="b", "c.d"="e"}`, what stands behind the brace; a quoted name without a value is the metric's. */
function readLabels(line: Line, entries: Map<string, string>): void {
  while (!line.takeMark('}')) {
    const quoted = line.quoted();
    const name = quoted ?? line.take(nameWord);
    if (name === undefined) throw line.fail('a label name or "}"');
    line.take(space);
    if (line.takeMark('=')) {
      const value = line.quoted();
      if (value === undefined) throw line.fail('a value in double quotes');
      if (entries.has(name)) throw line.fail(`the label ${JSON.stringify(name)} once only`);
      entries.set(name, value);
    } else if (quoted === undefined || entries.has('__name__')) {
      throw line.fail('"="');
    } else {
      entries.set('__name__', quoted);
    }
    if (line.takeMark('}')) return;
    if (!line.takeMark(',')) throw line.fail('"," or "}"');
  }
}

export interface ExpositionOptions {
  /** The time of samples that carry none, in milliseconds. */
  readonly timestampMs: number;
}

class Decoder {
  readonly #series: Map<string, GrowingSeries> = new Map();
  readonly #metadata: Map<string, GrowingMetadata> = new Map();
  /** Milliseconds in one unit of a timestamp. */
  readonly #unitMs: number;
  readonly #fallbackMs: number;

  constructor(unitMs: number, fallbackMs: number) {
    this.#unitMs = unitMs;
    this.#fallbackMs = fallbackMs;
  }

  comment(line: Line): void {
    const keyword = line.word();
    if (keyword !== 'HELP' && keyword !== 'TYPE' && keyword !== 'UNIT') return;
    const name = line.quoted() ?? line.word();
    if (name === undefined) throw line.fail('the name of a metric');
    const known = this.#metadata.get(name) ?? { type: 'unknown', help: '', unit: '' };
    this.#metadata.set(name, known);
    if (keyword === 'HELP') known.help = unescape(line.take(/.*/y) ?? '');
    else if (keyword === 'UNIT') known.unit = line.word() ?? '';
    else {
      const type = line.word() ?? '';
      if (isMetricType(type)) known.type = type;
      else if (type !== 'untyped') throw line.fail('a type of metric before');
    }
  }

  sample(line: Line): void {
    const entries = new Map<string, string>();
    const name = line.take(nameWord);
    line.take(space);
    if (name !== undefined) entries.set('__name__', name);
    if (line.takeMark('{')) readLabels(line, entries);
    if (!entries.has('__name__')) throw line.fail('the name of a metric');
    const value = line.number('a value');
    let timestampMs = this.#fallbackMs;
    if (!line.isAtEnd() && !line.takeMark('#')) {
      timestampMs = Math.round(line.number('a timestamp') * this.#unitMs);
      if (!Number.isSafeInteger(timestampMs)) throw line.fail('a timestamp before');
      if (!line.isAtEnd() && !line.takeMark('#')) throw line.fail('the end of the line');
    }
    const labels = labelsFromEntries([...entries].filter(([, text]) => text !== ''));
    const key = labelsKey(labels);
    const series: GrowingSeries = this.#series.get(key) ?? {
      labels,
      samples: new Map(),
      exemplars: [],
    };
    this.#series.set(key, series);
    series.samples.set(timestampMs, value);
    if (!line.isAtEnd()) series.exemplars.push(this.#exemplar(line, timestampMs));
  }

  /** ` # {trace_id="…"} 0.67 1520879607.789`, behind its `#`. */
  #exemplar(line: Line, sampleMs: number): SeriesExemplar {
    const entries = new Map<string, string>();
    if (!line.takeMark('{')) throw line.fail('"{" of an exemplar');
    readLabels(line, entries);
    const value = line.number('the value of an exemplar');
    const timestampMs = line.isAtEnd()
      ? sampleMs
      : Math.round(line.number('the timestamp of an exemplar') * this.#unitMs);
    return { labels: labelsFromEntries(entries), value, timestampMs };
  }

  finish(): SeriesBatch {
    const series = Array.from(this.#series.values(), ({ labels, samples, exemplars }) => {
      const sorted = [...samples].sort(([a], [b]) => a - b);
      return {
        labels,
        timestampsMs: Float64Array.from(sorted, ([timestampMs]) => timestampMs),
        values: Float64Array.from(sorted, ([, value]) => value),
        startTimestampsMs: new Float64Array(0),
        histograms: [],
        exemplars,
        resource: [],
      };
    });
    const metadata = Array.from(this.#metadata, ([metric, known]): MetricMetadata => ({
      metric,
      ...known,
    }));
    return { series, metadata };
  }
}

/** Samples ascend; of two with one time the later line counts. Throws `invalid-data` naming the line. */
export function decodeExposition(text: string, { timestampMs }: ExpositionOptions): SeriesBatch {
  const isOpenMetrics = /(?:^|\n)# EOF\s*$/.test(text);
  const decoder = new Decoder(isOpenMetrics ? 1000 : 1, timestampMs);
  text.split('\n').forEach((raw, at) => {
    const line = new Line(raw.endsWith('\r') ? raw.slice(0, -1) : raw, at + 1);
    if (line.isAtEnd()) return;
    if (line.takeMark('#')) decoder.comment(line);
    else decoder.sample(line);
  });
  return decoder.finish();
}
