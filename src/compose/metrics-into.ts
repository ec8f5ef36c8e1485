// OTLP metrics as Prometheus's series, into the store. Deltas become cumulative on the way.

import type { Clock } from '../base/clock.ts';
import type { MetricsConsumer, SeriesConsumer } from '../model/consumers.ts';
import { DeltaConverter } from '../wire/prometheus/delta.ts';
import { seriesFromMetrics } from '../wire/prometheus/from-otlp.ts';

/** One for the whole process: the sums of all delta streams are in it. */
export function metricsInto(series: SeriesConsumer, clock: Clock): MetricsConsumer {
  const deltas = new DeltaConverter();
  return {
    consumeMetrics: async (batch, context) => {
      const cumulative = deltas.convert(batch, context.tenant, clock.nowNs());
      const translated = seriesFromMetrics(cumulative.batch, { nowMs: clock.nowMs() });
      try {
        const outcome = await series.consumeSeries(translated.series, context);
        return {
          rejected: cumulative.rejected + translated.rejected + outcome.rejected,
          message: [cumulative.message, translated.message, outcome.message]
            .filter((message) => message !== '')
            .join('; '),
        };
      } catch (thrown) {
        cumulative.undo();
        throw thrown;
      }
    },
  };
}
