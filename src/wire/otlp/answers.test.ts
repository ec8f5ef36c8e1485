import { describe, expect, test } from 'vitest';
import { loadProtos, plainMessage } from '../../../test/proto-oracle.ts';
import { decodeRpcStatus, encodeRpcStatus, encodeRpcStatusJson, grpcCode } from '../rpc-status.ts';
import {
  decodeExportResponse,
  decodeExportResponseJson,
  encodeExportResponse,
  encodeExportResponseJson,
} from './export-response.ts';

const protos = loadProtos('', ['opentelemetry/proto/collector/logs/v1/logs_service.proto']);

describe('export responses', () => {
  test('all taken is the empty message', () => {
    expect(encodeExportResponse({ rejected: 0, message: '' })).toHaveLength(0);
    expect(encodeExportResponseJson('spans', { rejected: 0, message: '' })).toBe('{}');
    expect(decodeExportResponse(new Uint8Array())).toEqual({ rejected: 0, message: '' });
  });
  test('partial success, and back', () => {
    const partial = { rejected: 300, message: 'too old' };
    expect(decodeExportResponse(encodeExportResponse(partial))).toEqual(partial);
    const json = encodeExportResponseJson('metrics', partial);
    expect(json).toBe('{"partialSuccess":{"rejectedDataPoints":"300","errorMessage":"too old"}}');
    expect(decodeExportResponseJson('metrics', json)).toEqual(partial);
  });
  test.skipIf(protos === undefined)('as protobufjs reads it', () => {
    const type = protos!.lookupType(
      'opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse',
    );
    expect(plainMessage(type, encodeExportResponse({ rejected: 2, message: 'm' }))).toEqual({
      partial_success: { rejected_log_records: '2', error_message: 'm' },
    });
  });
});

describe('google.rpc.Status', () => {
  test('with the time of a retry, and back', () => {
    const status = { code: grpcCode.unavailable, message: 'busy', retryAfterMs: 1500 };
    expect(decodeRpcStatus(encodeRpcStatus(status))).toEqual(status);
    expect(JSON.parse(encodeRpcStatusJson(status))).toEqual({
      code: 14,
      message: 'busy',
      details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1.5s' }],
    });
  });
  test('without', () => {
    const status = { code: grpcCode.invalidArgument, message: 'bad' };
    expect(decodeRpcStatus(encodeRpcStatus(status))).toEqual({
      ...status,
      retryAfterMs: undefined,
    });
    expect(encodeRpcStatusJson(status)).toBe('{"code":3,"message":"bad"}');
  });
});
