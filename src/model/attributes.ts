// Attributes as values with their types kept (OTLP AnyValue). This object form is for what is few: resources,
// scopes, answers of an API. Records in bulk carry theirs in `attribute-columns.ts`.

export type AttributeValue =
  | { readonly kind: 'empty' }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'double'; readonly value: number }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'bytes'; readonly value: Uint8Array }
  | { readonly kind: 'list'; readonly values: readonly AttributeValue[] }
  | { readonly kind: 'map'; readonly entries: readonly Attribute[] };

export interface Attribute {
  readonly key: string;
  readonly value: AttributeValue;
}

/** In the order in which they were sent; of equal keys the last one counts. */
export type Attributes = readonly Attribute[];

export function findAttribute(attributes: Attributes, key: string): AttributeValue | undefined {
  for (let at = attributes.length - 1; at >= 0; at--) {
    const attribute = attributes[at];
    if (attribute !== undefined && attribute.key === key) return attribute.value;
  }
  return undefined;
}

/** A double as JSON that reads back as a double: integral values keep a fraction (`1.0`), NaN and infinities are strings. */
export function printJsonDouble(value: number): string {
  if (!Number.isFinite(value))
    return Number.isNaN(value) ? '"NaN"' : value > 0 ? '"Infinity"' : '"-Infinity"';
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

const base64Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const a = bytes[at] ?? 0;
    const b = bytes[at + 1];
    const c = bytes[at + 2];
    text += base64Alphabet[a >> 2];
    text += base64Alphabet[((a & 3) << 4) | ((b ?? 0) >> 4)];
    text += b === undefined ? '=' : base64Alphabet[((b & 15) << 2) | ((c ?? 0) >> 6)];
    text += c === undefined ? '=' : base64Alphabet[c & 63];
  }
  return text;
}

/**
 * The value as JSON text. Ints are bare integers of any size, doubles always show a fraction or exponent,
 * bytes are base64 strings: the text can be read back with the types kept, except bytes.
 */
export function printAttributeJson(value: AttributeValue): string {
  switch (value.kind) {
    case 'empty':
      return 'null';
    case 'string':
      return JSON.stringify(value.value);
    case 'int':
      return value.value.toString();
    case 'double':
      return printJsonDouble(value.value);
    case 'bool':
      return value.value ? 'true' : 'false';
    case 'bytes':
      return JSON.stringify(encodeBase64(value.value));
    case 'list':
      return `[${value.values.map(printAttributeJson).join(',')}]`;
    case 'map':
      return `{${value.entries.map((entry) => `${JSON.stringify(entry.key)}:${printAttributeJson(entry.value)}`).join(',')}}`;
  }
}

/** The value as people read it and as Loki's and Prometheus's labels hold it: strings bare, the rest as in JSON, empty as "". */
export function printAttributeText(value: AttributeValue): string {
  switch (value.kind) {
    case 'empty':
      return '';
    case 'string':
      return value.value;
    case 'double':
      return Number.isFinite(value.value)
        ? String(value.value)
        : Number.isNaN(value.value)
          ? 'NaN'
          : value.value > 0
            ? '+Inf'
            : '-Inf';
    case 'bytes':
      return encodeBase64(value.value);
    case 'int':
    case 'bool':
    case 'list':
    case 'map':
      return printAttributeJson(value);
  }
}
