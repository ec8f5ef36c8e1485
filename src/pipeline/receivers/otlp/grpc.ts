// OTLP over gRPC: the three Export methods with bytes in and bytes out, so that the same hand-written codecs serve both protocols.

import {
  logVerbosity,
  Metadata,
  type sendUnaryData,
  Server,
  ServerCredentials,
  setLogVerbosity,
  type ServerUnaryCall,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { asFailure } from '../../../base/errors.ts';
import { tenantHeader } from '../../../model/tenant.ts';
import type { ComponentSettings, Signal } from '../../component.ts';
import { InFlightBytes } from '../../in-flight.ts';
import { isMissingFamily, listenFailure, type ListenTarget } from '../../listen.ts';
import { encodeExportResponse, encodeStatus } from '../../otlp-codecs.ts';
import { exportPaths } from '../../otlp-grpc-paths.ts';
import type { OtlpGrpcConfig } from './config.ts';
import { otlpFailure } from './failures.ts';
import type { Intake } from './intake.ts';

const maxConcurrentStreams = 256;

export interface OtlpGrpcServer {
  readonly port: number;
  close(signal: AbortSignal): Promise<void>;
}

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function serviceOf(signal: Signal): ServiceDefinition<UntypedServiceImplementation> {
  return {
    Export: {
      path: exportPaths[signal],
      requestStream: false,
      responseStream: false,
      requestSerialize: asBuffer,
      requestDeserialize: (bytes: Buffer) => bytes,
      responseSerialize: asBuffer,
      responseDeserialize: (bytes: Buffer) => bytes,
    },
  };
}

export async function startOtlpGrpc(
  config: OtlpGrpcConfig,
  target: ListenTarget,
  settings: ComponentSettings,
  intake: Intake,
): Promise<OtlpGrpcServer> {
  // The library would write lines of its own to standard error; what matters of them comes as errors.
  setLogVerbosity(logVerbosity.NONE);
  const server = new Server({
    'grpc.max_receive_message_length': config.messageBytesMax,
    'grpc.max_concurrent_streams': maxConcurrentStreams,
  });
  const held = new InFlightBytes();
  for (const signal of ['logs', 'traces', 'metrics'] as const) {
    if (!intake.has(signal)) continue;
    server.addService(serviceOf(signal), {
      Export: (call: ServerUnaryCall<Buffer, Uint8Array>, answer: sendUnaryData<Uint8Array>) => {
        void exportOnce(signal, call, held, intake).then(
          (body) => answer(null, body),
          (thrown: unknown) => answer(grpcError(thrown)),
        );
      },
    });
  }
  const port = await bind(server, target);
  settings.logger.info('OTLP over gRPC is listening', { port });
  return { port, close: (signal) => closeServer(server, signal) };
}

async function exportOnce(
  signal: Signal,
  { request: body, metadata }: ServerUnaryCall<Buffer, Uint8Array>,
  held: InFlightBytes,
  intake: Intake,
): Promise<Uint8Array> {
  // Several values are as wrong as one with a comma in it, as HTTP would have them.
  const tenant = intake.tenantOf(metadata.get(tenantHeader).join(','));
  held.take(body.length);
  try {
    const outcome = await intake.accept(signal, body, 'protobuf', 'grpc', { tenant });
    return encodeExportResponse(signal, outcome, 'protobuf');
  } finally {
    held.release(body.length);
  }
}

function grpcError(thrown: unknown): { code: number; details: string; metadata: Metadata } {
  const failure = asFailure(thrown);
  const { grpcCode, retryAfterMs } = otlpFailure(failure);
  const metadata = new Metadata();
  // Without RetryInfo clients back off at their own pace, or not at all.
  if (retryAfterMs !== undefined)
    metadata.set(
      'grpc-status-details-bin',
      asBuffer(encodeStatus(grpcCode, failure.message, retryAfterMs, 'protobuf')),
    );
  return { code: grpcCode, details: failure.message, metadata };
}

async function bind(server: Server, target: ListenTarget): Promise<number> {
  let { port } = target;
  for (const [at, host] of target.hosts.entries()) {
    try {
      port = await bindHost(server, host.includes(':') ? `[${host}]` : host, port);
    } catch (thrown) {
      // With port 0 the other family's port of that number may be somebody else's.
      if (at > 0 && (isMissingFamily(thrown) || target.port === 0)) continue;
      server.forceShutdown();
      throw listenFailure(thrown, host, port, 'OTLP over gRPC');
    }
  }
  return port;
}

function bindHost(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(`${host}:${port}`, ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
}

function closeServer(server: Server, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cut = (): void => server.forceShutdown();
    server.tryShutdown(() => {
      signal.removeEventListener('abort', cut);
      resolve();
    });
    if (signal.aborted) cut();
    else signal.addEventListener('abort', cut, { once: true });
  });
}
