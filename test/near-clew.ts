// A Clew that stores nothing itself: its datasources.yaml names another Clew's ports as Loki, Tempo and Prometheus elsewhere,
// and one server that is not there.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ClewProcess, removeFolder, startClew, temporaryFolder } from './clew-process.ts';

export interface NearClew {
  readonly clew: ClewProcess;
  stop(): Promise<void>;
}

export async function startNearClew(far: ClewProcess): Promise<NearClew> {
  const folder = temporaryFolder('near');
  const file = join(folder, 'datasources.yaml');
  writeFileSync(
    file,
    `apiVersion: 1
datasources:
  - { name: Far Loki, type: loki, uid: far-loki, url: "${far.url(3100)}" }
  - name: Far Tempo
    type: tempo
    uid: far-tempo
    url: "${far.url(3200)}"
    jsonData:
      tracesToLogsV2: { datasourceUid: far-loki }
  - name: Far Prometheus
    type: prometheus
    uid: far-prom
    url: "${far.url(9009, '/prometheus')}"
    jsonData:
      exemplarTraceIdDestinations: [{ name: trace_id, datasourceUid: far-tempo }]
  - { name: Nobody, type: loki, uid: nobody, url: "http://127.0.0.1:9" }
`,
  );
  const clew = await startClew({ args: ['--datasources', file] });
  return {
    clew,
    stop: async () => {
      await clew.stop();
      removeFolder(clew.data);
      removeFolder(folder);
    },
  };
}
