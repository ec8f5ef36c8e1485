// What `clew start` says once everything answers.

export interface BannerPart {
  readonly url: string;
  readonly speaks: string;
}

export interface BannerFacts {
  readonly version: string;
  readonly parts: readonly BannerPart[];
  readonly store: string;
  readonly config: string;
  readonly datasources: string;
  readonly readyMs: number;
}

export function printBanner({
  version,
  parts,
  store,
  config,
  datasources,
  readyMs,
}: BannerFacts): string {
  const width = Math.max(...parts.map(({ url }) => url.length));
  const lines = parts.map(({ url, speaks }) => `  ${url.padEnd(width)}  ${speaks}`);
  return `
clew ${version} is ready (${(readyMs / 1000).toFixed(1)} s)

${lines.join('\n')}

  store        ${store}
  pipelines    ${config}
  datasources  ${datasources}

`;
}
