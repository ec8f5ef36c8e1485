// What to do about a problem that the server reports, by its code.

const advice: Readonly<Record<string, string>> = {
  'store-starting':
    'Wait: the embedded ClickHouse opens its tables. This takes seconds, or a minute after a crash.',
  'store-closed': 'Start Clew again with npm start, or clew start.',
  'disk-full':
    'Make room on the disk, or keep less: start with a smaller --retention or --disk. Ingest resumes by itself.',
  'disk-budget':
    'Give telemetry more room with --disk, or send less of it: sample, drop debug logs.',
  'ingest-refused':
    'Look at Clew’s own log on stderr for the reason. Senders that retry lose nothing as long as they can wait.',
};

export function adviceFor(code: string): string {
  if (code.startsWith('exporter-queue-')) {
    return 'See whether the destination runs and takes what is sent; Clew’s own log names the answer it gives.';
  }
  return advice[code] ?? 'Clew’s own log on stderr says more.';
}
