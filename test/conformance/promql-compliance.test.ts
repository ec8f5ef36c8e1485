// The queries of prometheus/compliance on generated demo metrics: all of them parse, print back to themselves and
// execute, and those that must fail do. (Their values are compared with a reference Prometheus upstream; here the
// promqltest scripts are the reference.)

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { seededRandom } from '../../src/base/clock.ts';
import { formatGoFloat } from '../../src/base/float.ts';
import { labelsFromEntries } from '../../src/model/labels.ts';
import { createPromqlEngine } from '../../src/query/promql/execute/create-engine.ts';
import { MemorySeriesSource } from '../../src/query/promql/execute/memory-source.ts';
import { parsePromql } from '../../src/query/promql/syntax/parse.ts';
import { printPromql } from '../../src/query/promql/syntax/print.ts';
import { type ComplianceTemplate, expandTemplate } from './compliance-templates.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const file = join(root, '../shared/conformance/promql-compliance/promql-test-queries.yml');
const present = existsSync(file);

const endMs = 1_700_000_000_000;
const sampleMs = 5000;
const samples = 1020;

/** An hour and more of the metrics that the demo service exposes. */
function demoSource(): MemorySeriesSource {
  const source = new MemorySeriesSource();
  const random = seededRandom(7);
  const add = (
    name: string,
    labels: Record<string, string>,
    value: (at: number) => number,
  ): void => {
    const set = labelsFromEntries([['__name__', name], ...Object.entries(labels)]);
    for (let at = 0; at <= samples; at++) {
      const timestampMs = endMs - (samples - at) * sampleMs;
      source.append(set, { timestampMs, sample: { kind: 'float', value: value(at) } });
    }
  };
  const counter = (): ((at: number) => number) => {
    let total = 0;
    return () => (total += random() * 10);
  };
  for (const instance of [
    'demo.promlabs.com:10000',
    'demo.promlabs.com:10001',
    'demo.promlabs.com:10002',
  ]) {
    const target = { instance, job: 'demo' };
    for (const type of ['buffers', 'cached', 'free', 'used']) {
      add('demo_memory_usage_bytes', { ...target, type }, () => random() * 1e9);
    }
    for (const mode of ['idle', 'system', 'user']) {
      add('demo_cpu_usage_seconds_total', { ...target, mode }, counter());
    }
    add('demo_num_cpus', target, () => 4);
    add('demo_disk_total_bytes', target, () => 1e12);
    add('demo_disk_usage_bytes', target, (at) => 1e11 + at * 1e6);
    add('demo_batch_last_success_timestamp_seconds', target, (at) => endMs / 1000 - 4000 + at);
    add('demo_batch_last_run_timestamp_seconds', target, (at) => endMs / 1000 - 4000 + at);
    add('demo_intermittent_metric', target, () => random());
    add('up', target, () => 1);
    for (const path of ['/api/foo', '/api/bar']) {
      const route = { ...target, path, method: 'GET', status: '200' };
      const increments = [0.1, 0.5, 1, 2.5, Number.POSITIVE_INFINITY];
      for (const [at, le] of increments.entries()) {
        add(
          'demo_api_request_duration_seconds_bucket',
          { ...route, le: formatGoFloat(le) },
          (step) => step * 10 * (at + 1),
        );
      }
      add('demo_api_request_duration_seconds_count', route, (step) => step * 50);
      add('demo_api_request_duration_seconds_sum', route, (step) => step * 30);
    }
  }
  return source;
}

if (!present) {
  const reason = `promql compliance skipped: ${file} is not there`;
  console.log(reason);
  test.skipIf(process.env['CI'] !== 'true')('compliance queries are there', () => {
    throw new Error(reason);
  });
}

describe.runIf(present)('promql compliance', () => {
  const { test_cases: templates } = parseYaml(present ? readFileSync(file, 'utf8') : '{}') as {
    test_cases?: readonly ComplianceTemplate[];
  };
  // The suite is older than UTF-8 names: two of its queries fail only where `~invalid` may not name a label.
  const engine = createPromqlEngine({ series: demoSource(), options: { labelNames: 'legacy' } });
  let total = 0;
  let withSeries = 0;
  let failing = 0;

  for (const template of templates ?? []) {
    test(template.query, async () => {
      for (const query of expandTemplate(template)) {
        total++;
        const run = async (): Promise<number> => {
          const printed = printPromql(parsePromql(query));
          expect(printPromql(parsePromql(printed))).toBe(printed);
          const { data } = await engine.query(
            {
              query,
              tenants: ['test'],
              kind: 'range',
              startMs: endMs - 600_000,
              endMs,
              stepMs: 10_000,
            },
            new AbortController().signal,
          );
          return data.kind === 'matrix' ? data.series.length : -1;
        };
        if (template.should_fail === true) {
          await expect(run(), query).rejects.toMatchObject({ name: 'Failure' });
          failing++;
        } else if ((await run()) > 0) withSeries++;
      }
    });
  }

  test('counts', () => {
    console.log(
      `promql compliance: ${total} queries, ${failing} fail as they must, ${withSeries} of the others have series`,
    );
    expect({ total, failing }).toEqual({ total: 539, failing: 5 });
    // Most queries must find something, else the data would prove nothing.
    expect(withSeries).toBeGreaterThan(450);
  });
});
