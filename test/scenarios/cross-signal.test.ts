// Predicates across signals, through the APIs that Grafana speaks: log lines by what their traces are like, and traces by what is
// logged in them. The shop's services write their trace IDs in every usual way: as a field, as a key of JSON and logfmt, in upper case, in a traceparent.

import { describe, expect, test } from 'vitest';
import { path } from './exchange.ts';
import { runShop } from './running-shop.ts';
import { ns } from './shop-telemetry.ts';

const running = runShop();
const { ask } = running;

interface Streams {
  readonly data: {
    readonly result: readonly {
      readonly stream: Readonly<Record<string, string>>;
      readonly values: readonly (readonly [string, string])[];
    }[];
  };
}

function failedTimes(afterMs: number): readonly string[] {
  return running.shop.traces
    .filter(({ failed }) => failed)
    .map(({ startMs }) => ns(startMs + afterMs));
}

describe('lines whose trace TraceQL selects', () => {
  const queryRange = (query: string) =>
    ({
      port: 'loki',
      path: path('/loki/api/v1/query_range', {
        query,
        start: ns(running.shop.startMs),
        end: ns(running.shop.endMs),
        limit: 1000,
        direction: 'forward',
      }),
    }) as const;

  test('query_range', async () => {
    const query = '{app="edge"} | trace({ name = "charge card" && status = error }) | logfmt';
    const answer = await ask(queryRange(query), {
      json: { status: 'success', data: { resultType: 'streams' } },
    });
    const { result } = answer.json<Streams>().data;
    const times = result.flatMap(({ values }) => values.map(([time]) => time)).toSorted();
    expect(times).toEqual(failedTimes(1));
    expect(new Set(result.map(({ stream }) => stream['status']))).toEqual(new Set(['502']));
  });

  test('however a service writes the ID', async () => {
    const query =
      'sum by (service_name) (count_over_time({service_name=~".+"} | trace({ status = error }) [1h]))';
    const { endMs } = running.shop;
    const answer = await ask({
      port: 'loki',
      path: path('/loki/api/v1/query', { query, time: ns(endMs) }),
    });
    interface Vector {
      data: { result: { metric: { service_name: string }; value: [number, string] }[] };
    }
    const counts = answer
      .json<Vector>()
      .data.result.map(({ metric, value }) => [metric.service_name, value[1]]);
    expect(Object.fromEntries(counts)).toEqual({
      cart: '4',
      checkout: '4',
      edge: '4',
      worker: '4',
    });
  });

  test('of a fault inside, the place in the whole query', () =>
    ask(queryRange('{app="edge"} | trace({ status = })'), {
      status: 400,
      text: /in trace\(…\): .*line 1, col 33/,
    }));

  test('a label named trace stays one', async () => {
    const answer = await ask(queryRange('{app="edge"} | trace=""'));
    expect(answer.json<Streams>().data.result).not.toEqual([]);
  });
});

describe('traces with lines that LogQL selects', () => {
  const search = (query: string) =>
    ({
      port: 'tempo',
      path: path('/api/search', {
        q: query,
        start: Math.floor(running.shop.startMs / 1000),
        end: Math.ceil(running.shop.endMs / 1000),
        limit: 50,
      }),
    }) as const;

  async function check(query: string, expected: (at: number, failed: boolean) => boolean) {
    const answer = await ask(search(query), { status: 200 });
    // An answer without traces has no list.
    const { traces = [] } = answer.json<{ traces?: { traceID: string }[] }>();
    const wanted = running.shop.traces.filter(({ failed }, at) => expected(at, failed));
    expect(traces.map(({ traceID }) => traceID).toSorted(), query).toEqual(
      wanted.map(({ traceId }) => traceId).toSorted(),
    );
  }

  test('search', async () => {
    await check(
      '{ resource.service.name = "payment" } | logs({app="edge"} | logfmt | status >= 500)',
      (_, failed) => failed,
    );
    await check('{ } | logs({job="worker"} |~ "batch (0|13) ")', (at) => at === 0 || at === 13);
    await check(
      '{ status = error } | logs({service_name="cart"} | json | level="warn")',
      (at, failed) => failed && at % 4 === 3,
    );
    await check('{ } | logs({service_name="mailer"})', () => false);
  });

  test('of a fault inside, the place in the whole query', () =>
    ask(search('{ } | logs({app=edge})'), {
      status: 400,
      text: /in logs\(…\): parse error at line 1, col 17/,
    }));
});
