// Metrics of several tenants at a time, as Mimir's tenant federation shows them: each series says whose it is in the label
// `__tenant_id__`, so that equal series of two tenants stay two; matchers on that label choose among the tenants.

import { Failure } from '../../base/errors.ts';
import { labelsFromEntries, labelValue, type Labels } from '../../model/labels.ts';
import { type LabelMatcher, matcherPredicate } from '../../query/language/matcher.ts';
import type { SeriesSource } from '../../query/sources.ts';
import { selectedSamplesMax } from './series-source.ts';

const tenantLabel = '__tenant_id__';
/** Where a series' own label of that name goes. */
const originalLabel = `original_${tenantLabel}`;

function owned(labels: Labels, tenant: string): Labels {
  const entries = labels.map(({ name, value }): [string, string] => [name, value]);
  return labelsFromEntries([
    ...entries,
    [originalLabel, labelValue(labels, tenantLabel)],
    [tenantLabel, tenant],
  ]);
}

function isChosen(tenant: string, matchers: readonly LabelMatcher[]): boolean {
  return matchers
    .filter(({ name }) => name === tenantLabel)
    .every((matcher) => matcherPredicate(matcher)(tenant));
}

function others(matchers: readonly LabelMatcher[]): readonly LabelMatcher[] {
  return matchers.filter(({ name }) => name !== tenantLabel);
}

/** Asks for one tenant after the other; a request for a single one passes as it is. */
export function federateTenants(source: SeriesSource): SeriesSource {
  return {
    async selectSeries(request, signal) {
      const { tenants, matchers } = request;
      if (tenants.length === 1) return source.selectSeries(request, signal);
      const found = [];
      const samplesMax = request.samplesMax ?? selectedSamplesMax;
      let samples = 0;
      for (const tenant of tenants.filter((one) => isChosen(one, matchers))) {
        const own = { ...request, tenants: [tenant], matchers: others(matchers), samplesMax };
        for (const series of await source.selectSeries(own, signal)) {
          samples += series.timestampsMs.length + series.histograms.length;
          found.push({ ...series, labels: owned(series.labels, tenant) });
        }
        if (samples > samplesMax)
          throw new Failure('limit', `the query reads more than ${samplesMax} samples`);
      }
      return found;
    },
    async seriesLabels(request, signal) {
      const { tenants, matcherLists, limit } = request;
      if (tenants.length === 1) return source.seriesLabels(request, signal);
      const found: Labels[] = [];
      for (const tenant of tenants) {
        const chosen = matcherLists.filter((matchers) => isChosen(tenant, matchers));
        const left = limit === undefined ? undefined : limit - found.length;
        if ((matcherLists.length > 0 && chosen.length === 0) || left === 0) continue;
        const own = {
          ...request,
          tenants: [tenant],
          matcherLists: chosen.map(others),
          limit: left,
        };
        for (const labels of await source.seriesLabels(own, signal))
          found.push(owned(labels, tenant));
      }
      return found;
    },
    async selectExemplars(request, signal) {
      const { tenants, matchers } = request;
      if (tenants.length === 1) return source.selectExemplars(request, signal);
      const found = [];
      for (const tenant of tenants.filter((one) => isChosen(one, matchers))) {
        const own = { ...request, tenants: [tenant], matchers: others(matchers) };
        for (const one of await source.selectExemplars(own, signal))
          found.push({ ...one, labels: owned(one.labels, tenant) });
      }
      return found;
    },
    metricMetadata: (request, signal) => source.metricMetadata(request, signal),
  };
}
