// Every component that Clew has: the one list. A new component is a file in its folder and a line here.

import { otlpReceiver } from './receivers/otlp/receiver.ts';
import { batchProcessor } from './processors/batch.ts';
import { memoryLimiter } from './processors/memory-limiter.ts';
import { debugExporter } from './exporters/debug.ts';
import { lokiExporter } from './exporters/loki/exporter.ts';
import { otlpGrpcExporter } from './exporters/otlp-grpc.ts';
import { otlpHttpExporter } from './exporters/otlp-http.ts';
import { prometheusRemoteWriteExporter } from './exporters/prometheus-remote-write.ts';
import { storeExporter } from './exporters/store.ts';
import { healthCheck } from './extensions/health-check.ts';
import type { ComponentFactories } from './graph.ts';

export const componentFactories: ComponentFactories = {
  receivers: [otlpReceiver],
  processors: [batchProcessor, memoryLimiter],
  exporters: [
    debugExporter,
    lokiExporter,
    otlpGrpcExporter,
    otlpHttpExporter,
    prometheusRemoteWriteExporter,
    storeExporter,
  ],
  extensions: [healthCheck],
};
