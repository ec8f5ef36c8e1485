// OTLP's Resource and InstrumentationScope between protobuf and the model.

import type { Attribute } from '../../model/attributes.ts';
import type { Resource, Scope } from '../../model/resource.ts';
import type { ProtobufReader } from '../protobuf/reader.ts';
import type { ProtobufWriter } from '../protobuf/writer.ts';
import { readAttribute, writeAttributes } from './any-value.ts';

/** Reads one length-delimited Resource; its schema URL stands beside it and is the caller's. */
export function readResource(reader: ProtobufReader, outerMessage: string): Resource {
  const attributes: Attribute[] = [];
  let droppedAttributesCount = 0;
  const outer = reader.enter('Resource');
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 10) attributes.push(readAttribute(reader, 'Resource'));
    else if (tag === 16) droppedAttributesCount = reader.varint32();
    else reader.skip(tag);
  }
  reader.leave(outer, outerMessage);
  return { attributes, droppedAttributesCount, schemaUrl: '' };
}

/** Reads one length-delimited InstrumentationScope; its schema URL stands beside it and is the caller's. */
export function readScope(reader: ProtobufReader, outerMessage: string): Scope {
  const attributes: Attribute[] = [];
  let name = '';
  let version = '';
  let droppedAttributesCount = 0;
  const outer = reader.enter('InstrumentationScope');
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 10) name = reader.text();
    else if (tag === 18) version = reader.text();
    else if (tag === 26) attributes.push(readAttribute(reader, 'InstrumentationScope'));
    else if (tag === 32) droppedAttributesCount = reader.varint32();
    else reader.skip(tag);
  }
  reader.leave(outer, outerMessage);
  return { name, version, attributes, droppedAttributesCount, schemaUrl: '' };
}

export function writeResource(writer: ProtobufWriter, tag: number, resource: Resource): void {
  const start = writer.open(tag);
  writeAttributes(writer, 10, resource.attributes);
  writer.uintField(16, resource.droppedAttributesCount);
  writer.close(start);
}

export function writeScope(writer: ProtobufWriter, tag: number, scope: Scope): void {
  const start = writer.open(tag);
  writer.nonEmptyTextField(10, scope.name);
  writer.nonEmptyTextField(18, scope.version);
  writeAttributes(writer, 26, scope.attributes);
  writer.uintField(32, scope.droppedAttributesCount);
  writer.close(start);
}
