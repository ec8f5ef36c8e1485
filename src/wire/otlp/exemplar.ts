// OTLP's metric exemplar in protobuf. An invalid trace or span ID is an absent one.

import { encodeHex } from '../../base/hex.ts';
import type { Attribute } from '../../model/attributes.ts';
import type { Exemplar } from '../../model/metrics-batch.ts';
import type { ProtobufReader } from '../protobuf/reader.ts';
import { readAttribute } from './any-value.ts';

/** Reads one length-delimited Exemplar. */
export function readExemplar(reader: ProtobufReader, outerMessage: string): Exemplar {
  const attributes: Attribute[] = [];
  let timeNs = 0n;
  let value = 0;
  let [spanId, traceId] = ['', ''];
  const outer = reader.enter('Exemplar');
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    switch (tag) {
      case 17:
        timeNs = reader.fixed64BigInt();
        break;
      case 25:
        value = reader.double();
        break;
      case 34:
        spanId = hexId(reader.copyBytes(), 8);
        break;
      case 42:
        traceId = hexId(reader.copyBytes(), 16);
        break;
      case 49:
        value = Number(BigInt.asIntN(64, reader.fixed64BigInt()));
        break;
      case 58:
        attributes.push(readAttribute(reader, 'Exemplar'));
        break;
      default:
        reader.skip(tag);
    }
  }
  reader.leave(outer, outerMessage);
  return { timeNs, value, traceId, spanId, filteredAttributes: attributes };
}

/** Empty for a wrong length and for zeroes. */
function hexId(bytes: Uint8Array, width: number): string {
  return bytes.length === width && bytes.some((byte) => byte !== 0) ? encodeHex(bytes) : '';
}
