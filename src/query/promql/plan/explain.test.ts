import { expect, test } from 'vitest';
import { explainPromql } from './explain.ts';

const times = {
  startMs: 600_000,
  endMs: 1_200_000,
  stepMs: 60_000,
  lookbackMs: 300_000,
  subqueryStepMs: 60_000,
};

function check(query: string, explained: string): void {
  test(query, () =>
    expect(explainPromql(query, times)).toBe(explained.trim().replaceAll('\n    ', '\n')),
  );
}

check(
  'sum by (job) (rate(x_total{env="a"}[5m])) / on (job) group_left (team) owners > 2',
  `
    engine: >
      engine: / on (job) group_left (team)
        engine: sum by (job)
          engine: rate
            storage: read x_total{env="a"}[5m]
              series {env="a",__name__="x_total"}
              samples 1970-01-01T00:05:00.001Z to 1970-01-01T00:20:00.000Z
              labels needed: job
              could reduce in storage: rate over 300000 ms
        storage: read owners
          series {__name__="owners"}
          samples 1970-01-01T00:05:00.001Z to 1970-01-01T00:20:00.000Z
          labels needed: job, team
      constant 2`,
);
check(
  'histogram_quantile(0.9, sum by (le) (irate(b[1m] offset 10m)))',
  `
    engine: histogram_quantile
      constant 0.9
      engine: sum by (le)
        engine: irate
          storage: read b[1m] offset 10m
            series {__name__="b"}
            samples 1969-12-31T23:59:00.001Z to 1970-01-01T00:10:00.000Z
            labels needed: le
            could reduce in storage: irate over 60000 ms`,
);
check(
  'max_over_time(count(x @ 60)[30s:10s]) + time()',
  `
    engine: +
      engine: max_over_time
        engine: subquery [30s:10s]
          engine: count
            storage: read x @ 60.000
              series {__name__="x"}
              samples 1969-12-31T23:56:00.001Z to 1970-01-01T00:01:00.000Z
              labels needed: none
      engine: time`,
);
check(
  'info(up)',
  `
    engine: info
      storage: read up
        series {__name__="up"}
        samples 1970-01-01T00:05:00.001Z to 1970-01-01T00:20:00.000Z
        labels needed: all
      storage: read info series
        series {__name__="target_info"}
        samples 1970-01-01T00:05:00.001Z to 1970-01-01T00:20:00.000Z
        labels needed: all`,
);
