// tempopb's messages about tag names and values, both generations of them.

import { ProtobufReader } from '../protobuf/reader.ts';
import { ProtobufWriter } from '../protobuf/writer.ts';

export interface TempoTagsRequest {
  /** `none`, `resource`, `span`, `intrinsic`, …; empty for all. */
  readonly scope: string;
  readonly query: string;
  /** Unix seconds, 0 when not given. */
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** 0: no limit. */
  readonly limit: number;
}

export interface TempoTagValuesRequest {
  readonly tagName: string;
  readonly query: string;
  /** Unix seconds, 0 when not given. */
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** 0: no limit. */
  readonly limit: number;
}

export interface TempoTagScope {
  readonly name: string;
  readonly tags: readonly string[];
}

export interface TempoTagValue {
  readonly type: string;
  readonly value: string;
}

/** SearchTagsRequest, of both SearchTags and SearchTagsV2. */
export function decodeTagsRequest(bytes: Uint8Array): TempoTagsRequest {
  const reader = new ProtobufReader(bytes, 'SearchTagsRequest');
  let [scope, query, startSeconds, endSeconds, limit] = ['', '', 0, 0, 0];
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 10) scope = reader.text();
    else if (tag === 18) query = reader.text();
    else if (tag === 24) startSeconds = reader.varint32();
    else if (tag === 32) endSeconds = reader.varint32();
    else if (tag === 40) limit = reader.varint32();
    else reader.skip(tag);
  }
  return { scope, query, startSeconds, endSeconds, limit };
}

/** SearchTagValuesRequest, of both SearchTagValues and SearchTagValuesV2. */
export function decodeTagValuesRequest(bytes: Uint8Array): TempoTagValuesRequest {
  const reader = new ProtobufReader(bytes, 'SearchTagValuesRequest');
  let [tagName, query, startSeconds, endSeconds, limit] = ['', '', 0, 0, 0];
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 10) tagName = reader.text();
    else if (tag === 18) query = reader.text();
    else if (tag === 32) startSeconds = reader.varint32();
    else if (tag === 40) endSeconds = reader.varint32();
    else if (tag === 48) limit = reader.varint32();
    else reader.skip(tag);
  }
  return { tagName, query, startSeconds, endSeconds, limit };
}

/** Field 2 of all four answers: empty MetadataMetrics, which clients expect to be there. */
function finish(writer: ProtobufWriter): Uint8Array {
  writer.close(writer.open(18));
  return writer.finish();
}

/** SearchTagsResponse and SearchTagValuesResponse: the same bytes. */
export function encodeTagList(texts: readonly string[]): Uint8Array {
  const writer = new ProtobufWriter(texts.length * 32 + 16);
  for (const text of texts) writer.textField(10, text);
  return finish(writer);
}

/** SearchTagsV2Response. */
export function encodeTagScopes(scopes: readonly TempoTagScope[]): Uint8Array {
  const writer = new ProtobufWriter(1024);
  for (const { name, tags } of scopes) {
    const scope = writer.open(10);
    writer.nonEmptyTextField(10, name);
    for (const tag of tags) writer.textField(18, tag);
    writer.close(scope);
  }
  return finish(writer);
}

/** SearchTagValuesV2Response. */
export function encodeTagValues(values: readonly TempoTagValue[]): Uint8Array {
  const writer = new ProtobufWriter(values.length * 48 + 16);
  for (const { type, value } of values) {
    const start = writer.open(10);
    writer.nonEmptyTextField(10, type);
    writer.nonEmptyTextField(18, value);
    writer.close(start);
  }
  return finish(writer);
}
