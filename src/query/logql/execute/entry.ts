// One line on its way through the stages: its text, its labels in their three kinds, its error. The object is used for
// line after line; what a result keeps is copied out of it.
//
// A name can be a stream label, structured metadata and parsed at once. Metadata that meets a stream label of its name,
// and a parsed label that meets either, is called `name_extracted`; of what remains equal, parsed wins over metadata over
// stream.

import { compareUtf8, type Label, type Labels } from '../../../model/labels.ts';

/** Labels that a stream was stored with, prepared once for all of its lines. */
export class StreamLabels {
  readonly labels: Labels;
  readonly values: ReadonlyMap<string, string>;

  constructor(labels: Labels) {
    this.labels = labels;
    this.values = new Map(labels.map((label) => [label.name, label.value]));
  }
}

/** What a metric query needs from parsers: undefined when everything may be needed. */
export interface ParserHints {
  /** No label is needed at all: parsers need not look at the line. */
  readonly nothing: boolean;
  readonly required: ReadonlySet<string> | undefined;
}

export const everythingHinted: ParserHints = { nothing: false, required: undefined };

export type EntryError =
  | 'JSONParserErr'
  | 'LogfmtParserErr'
  | 'SampleExtractionErr'
  | 'LabelFilterErr'
  | 'TemplateFormatErr';

const noStream = new StreamLabels([]);
const suffix = '_extracted';

export const errorLabel = '__error__';
export const errorDetailsLabel = '__error_details__';

function byName(a: Label, b: Label): number {
  return compareUtf8(a.name, b.name);
}

export class Entry {
  readonly hints: ParserHints;
  timeNs: bigint = 0n;
  line: string = '';
  stream: StreamLabels = noStream;
  error: EntryError | '' = '';
  errorDetails: string = '';
  /** Whether a stage touched labels, or metadata may: while false, `stream` says it all. */
  #metadataSource: Labels = [];
  #metadataReady: boolean = true;
  readonly #metadata: Map<string, string> = new Map();
  readonly #parsed: Map<string, string> = new Map();
  /** Stream labels that were renamed or set anew. */
  readonly #renamed: Map<string, string> = new Map();
  /** Stream labels that were dropped. */
  readonly #dropped: Set<string> = new Set();
  #requiredFound: number = 0;

  constructor(hints: ParserHints) {
    this.hints = hints;
  }

  reset(timeNs: bigint, line: string, stream: StreamLabels, metadata: Labels): void {
    this.timeNs = timeNs;
    this.line = line;
    this.stream = stream;
    this.error = '';
    this.errorDetails = '';
    this.#metadataSource = metadata;
    this.#metadataReady = metadata.length === 0;
    if (this.#metadata.size > 0) this.#metadata.clear();
    if (this.#parsed.size > 0) this.#parsed.clear();
    if (this.#renamed.size > 0) this.#renamed.clear();
    if (this.#dropped.size > 0) this.#dropped.clear();
    this.#requiredFound = 0;
  }

  #readyMetadata(): Map<string, string> {
    if (this.#metadataReady) return this.#metadata;
    this.#metadataReady = true;
    for (const { name, value } of this.#metadataSource)
      this.#metadata.set(this.stream.values.has(name) ? name + suffix : name, value);
    return this.#metadata;
  }

  #streamValue(name: string): string | undefined {
    if (this.#renamed.size > 0) {
      const renamed = this.#renamed.get(name);
      if (renamed !== undefined) return renamed;
    }
    if (this.#dropped.size > 0 && this.#dropped.has(name)) return undefined;
    return this.stream.values.get(name);
  }

  /** A label's value; undefined when it is absent. `__error__` is not a label here. */
  get(name: string): string | undefined {
    return this.#parsed.get(name) ?? this.#readyMetadata().get(name) ?? this.#streamValue(name);
  }

  /** As `get`, with `__error__` and `__error_details__`, and "" for what is absent. */
  text(name: string): string {
    if (name === errorLabel) return this.error;
    if (name === errorDetailsLabel) return this.errorDetails;
    return this.get(name) ?? '';
  }

  /** Whether the query may want a label that a parser could extract under this name. */
  wants(name: string): boolean {
    const { required } = this.hints;
    return required === undefined || required.has(name) || required.has(name + suffix);
  }

  /** Whether parsers have found all that the query needs. */
  get satisfied(): boolean {
    const { required } = this.hints;
    return required !== undefined && this.#requiredFound >= required.size;
  }

  /** A label that a parser found: the first one of a name counts. */
  extract(name: string, value: string): void {
    let target = name;
    if (this.stream.values.has(name) || this.#readyMetadata().has(name)) target = name + suffix;
    if (this.hints.required !== undefined) {
      if (!this.hints.required.has(target)) return;
      if (!this.#parsed.has(target)) this.#requiredFound++;
    }
    if (!this.#parsed.has(target)) this.#parsed.set(target, value);
  }

  /** A label that a formatter makes: it replaces what has its name. */
  set(name: string, value: string): void {
    this.#parsed.set(name, value);
  }

  delete(name: string): void {
    if (name === errorLabel) {
      this.error = '';
      return;
    }
    if (name === errorDetailsLabel) {
      this.errorDetails = '';
      return;
    }
    this.#parsed.delete(name);
    this.#readyMetadata().delete(name);
    this.#renamed.delete(name);
    if (this.stream.values.has(name)) this.#dropped.add(name);
  }

  /** Gives a label another name, in its own kind; nothing happens when it is absent. */
  rename(source: string, target: string): void {
    if (source === target) return;
    const parsed = this.#parsed.get(source);
    const metadata = this.#readyMetadata().get(source);
    const stream = this.#streamValue(source);
    const value = parsed ?? metadata ?? stream;
    if (value === undefined) return;
    this.delete(source);
    this.delete(target);
    if (parsed !== undefined) this.#parsed.set(target, value);
    else if (metadata !== undefined) this.#metadata.set(target, value);
    else this.#renamed.set(target, value);
  }

  fail(error: EntryError, details: string): void {
    this.error = error;
    this.errorDetails = details;
  }

  /** Whether the labels are those of the stream and nothing else. */
  get isPlain(): boolean {
    return (
      this.#parsed.size === 0 &&
      this.#renamed.size === 0 &&
      this.#dropped.size === 0 &&
      this.error === '' &&
      (this.#metadataReady ? this.#metadata.size === 0 : this.#metadataSource.length === 0)
    );
  }

  /** Whether no stage asked for the metadata or touched anything, and no metadata is renamed for a stream label's sake. */
  get #isAsStored(): boolean {
    return (
      !this.#metadataReady &&
      this.#parsed.size === 0 &&
      this.#renamed.size === 0 &&
      this.#dropped.size === 0 &&
      this.error === '' &&
      !this.#metadataSource.some(({ name }) => this.stream.values.has(name))
    );
  }

  /** Calls back for each label that is seen from outside, in no order; errors are not among them. */
  forEachLabel(visit: (name: string, value: string) => void): void {
    const metadata = this.#readyMetadata();
    for (const [name, value] of this.#parsed) visit(name, value);
    for (const [name, value] of metadata) if (!this.#parsed.has(name)) visit(name, value);
    for (const [name, value] of this.#renamed)
      if (!this.#parsed.has(name) && !metadata.has(name)) visit(name, value);
    for (const { name, value } of this.stream.labels) {
      if (this.#dropped.has(name) || this.#renamed.has(name)) continue;
      if (!this.#parsed.has(name) && !metadata.has(name)) visit(name, value);
    }
  }

  names(): readonly string[] {
    const names: string[] = [];
    this.forEachLabel((name) => names.push(name));
    return names;
  }

  /** All labels, sorted, with the error and its details when there is one. Empty values stay: they differ from absent ones. */
  allLabels(): Labels {
    const labels: Label[] = [];
    this.forEachLabel((name, value) => labels.push({ name, value }));
    this.#pushError(labels);
    return labels.sort(byName);
  }

  #pushError(labels: Label[]): void {
    if (this.error === '') return;
    labels.push({ name: errorLabel, value: this.error });
    if (this.errorDetails !== '')
      labels.push({ name: errorDetailsLabel, value: this.errorDetails });
  }

  /** The labels by kind, as a log result carries them. */
  split(): { readonly stream: Labels; readonly metadata: Labels; readonly parsed: Labels } {
    if (this.isPlain) return { stream: this.stream.labels, metadata: [], parsed: [] };
    if (this.#isAsStored)
      return { stream: this.stream.labels, metadata: this.#metadataSource, parsed: [] };
    const metadata = this.#readyMetadata();
    const parsedLabels: Label[] = [];
    const metadataLabels: Label[] = [];
    const hidden = (name: string): boolean => this.#parsed.has(name) || metadata.has(name);
    for (const [name, value] of this.#parsed) parsedLabels.push({ name, value });
    this.#pushError(parsedLabels);
    for (const [name, value] of metadata)
      if (!this.#parsed.has(name)) metadataLabels.push({ name, value });
    let streamLabels: Labels = this.stream.labels;
    const touched =
      this.#dropped.size > 0 ||
      this.#renamed.size > 0 ||
      streamLabels.some((label) => hidden(label.name));
    if (touched) {
      const kept = streamLabels.filter(
        ({ name }) => !this.#dropped.has(name) && !this.#renamed.has(name) && !hidden(name),
      );
      for (const [name, value] of this.#renamed) if (!hidden(name)) kept.push({ name, value });
      streamLabels = kept.sort(byName);
    }
    return {
      stream: streamLabels,
      metadata: metadataLabels.sort(byName),
      parsed: parsedLabels.sort(byName),
    };
  }
}

/** A step of a pipeline: changes the entry, and says whether it stays. */
export type LineStage = (entry: Entry) => boolean;
