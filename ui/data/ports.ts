// The ports of the Clew that serves this page, as `/api/running` says.

export interface RunningPorts {
  readonly ports: {
    readonly ui: number;
    readonly loki: number;
    readonly tempo: number;
    readonly mimir: number;
    readonly otlpGrpc: number;
    readonly otlpHttp: number;
  };
}
