// The `otlp` receiver: one gRPC and one HTTP server for all three signals.

import type { Component, ReceiverFactory } from '../../component.ts';
import { type ListenTarget, listenTarget, parseEndpoint, warnConfined } from '../../listen.ts';
import {
  otlpGrpcPort,
  otlpHttpPort,
  type OtlpReceiverConfig,
  parseOtlpReceiverConfig,
} from './config.ts';
import { startOtlpGrpc } from './grpc.ts';
import { startOtlpHttp } from './http.ts';
import { createIntake } from './intake.ts';

interface OpenServer {
  readonly port: number;
  close(signal: AbortSignal): Promise<void>;
}

export interface OtlpReceiver extends Component {
  /** The ports that are open, for tests that bind any free one. */
  readonly ports: { readonly grpc: number | undefined; readonly http: number | undefined };
}

export const otlpReceiver: ReceiverFactory<OtlpReceiverConfig> = {
  kind: 'receiver',
  type: 'otlp',
  aliases: [],
  signals: ['traces', 'metrics', 'logs'],
  parseConfig: parseOtlpReceiverConfig,
  ports: ({ portShift }, { grpc, http }) =>
    [
      grpc === undefined ? [] : [portOf(grpc.endpoint, otlpGrpcPort)],
      http === undefined ? [] : [portOf(http.endpoint, otlpHttpPort)],
    ]
      .flat()
      .filter((port) => port !== 0)
      .map((port) => port + portShift),
  create: (settings, config, next): OtlpReceiver => {
    const intake = createIntake(settings, next);
    let grpc: OpenServer | undefined;
    let http: OpenServer | undefined;
    return {
      get ports() {
        return { grpc: grpc?.port, http: http?.port };
      },
      async start() {
        const targetOf = (
          protocol: { readonly endpoint: string | undefined } | undefined,
          port: number,
        ): ListenTarget | undefined => protocol && listenTarget(protocol.endpoint, port, settings);
        const grpcTarget = targetOf(config.grpc, otlpGrpcPort);
        const httpTarget = targetOf(config.http, otlpHttpPort);
        warnConfined([grpcTarget, httpTarget], settings.logger);
        if (config.grpc !== undefined && grpcTarget !== undefined)
          grpc = await startOtlpGrpc(config.grpc, grpcTarget, settings, intake);
        if (config.http !== undefined && httpTarget !== undefined)
          http = await startOtlpHttp(config.http, httpTarget, settings, intake);
      },
      async stop(signal) {
        const open = [grpc, http].filter((server) => server !== undefined);
        grpc = undefined;
        http = undefined;
        await Promise.all(open.map((server) => server.close(signal)));
      },
    };
  },
};

function portOf(endpoint: string | undefined, fallback: number): number {
  return endpoint === undefined ? fallback : (parseEndpoint(endpoint)?.port ?? fallback);
}
