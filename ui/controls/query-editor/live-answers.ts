// Names and values that the server knows, for completion and hover: each question once a minute, kept with the other
// answers of the screen. A server that does not answer leaves the editor with the catalogue alone.

import type { QueryClient } from '@tanstack/react-query';
import type { ExploreMetrics } from '../../../src/api/explore/contract/metrics.ts';
import { fetchJson } from '../../data/fetch-json.ts';
import type { Parameters } from '../../data/fetch-json.ts';
import type { ResolvedRange } from '../../url/time-range.ts';
import type { LiveName, LiveQuestion } from './query-language.ts';

const keptMs = 60_000;
/** More cannot be read in a list; typing narrows it. */
const namesMax = 2000;

interface PrometheusAnswer<T> {
  readonly data?: T;
}

interface DetectedFields {
  readonly fields?: readonly {
    readonly label: string;
    readonly type: string;
    readonly cardinality: number;
  }[];
}

interface Tags {
  readonly scopes?: readonly { readonly name: string; readonly tags: readonly string[] }[];
}

interface TagValues {
  readonly tagValues?: readonly { readonly type: string; readonly value: string }[];
}

export interface MetricMetadata {
  readonly type: string;
  readonly help: string;
  readonly unit: string;
}

type Metadata = Readonly<Record<string, readonly MetricMetadata[]>>;

export interface LiveAnswers {
  ask(question: LiveQuestion, signal: AbortSignal): Promise<readonly LiveName[]>;
  metadata(metric: string, signal: AbortSignal): Promise<MetricMetadata | undefined>;
}

function named(names: readonly string[] | undefined): readonly LiveName[] {
  return (names ?? []).slice(0, namesMax).map((name) => ({ name }));
}

/** Metadata is kept by the family's name: without what its series add to it. */
export function familyOf(metric: string): string {
  return metric.replace(/_(?:bucket|count|sum|total)$/, '');
}

function metadataOf(metadata: Metadata, metric: string): MetricMetadata | undefined {
  return (metadata[metric] ?? metadata[familyOf(metric)])?.[0];
}

export function createLiveAnswers(client: QueryClient, range: ResolvedRange): LiveAnswers {
  const seconds: Parameters = [
    ['start', String(range.startNs / 1_000_000_000n)],
    ['end', String(range.endNs / 1_000_000_000n)],
  ];
  const nanoseconds: Parameters = [
    ['start', String(range.startNs)],
    ['end', String(range.endNs)],
  ];
  const get = <T>(path: string, parameters: Parameters): Promise<T> =>
    client.fetchQuery({
      queryKey: ['live', path, ...parameters.flat()],
      queryFn: ({ signal }) => fetchJson<T>(path, parameters, signal),
      staleTime: keptMs,
      retry: false,
    });
  const logSelector = (selector: string): Parameters =>
    selector === '' ? [] : [['query', selector]];
  const seriesSelector = (selector: string): Parameters =>
    selector === '' ? [] : [['match[]', selector]];
  /** Loki wants a selector here that cannot match everything. */
  const fieldSelector = (selector: string): Parameters => [
    ['query', selector === '' ? '{service_name=~".+"}' : selector],
  ];

  const readMetadata = async (): Promise<Metadata> =>
    (await get<PrometheusAnswer<Metadata>>('/prometheus/api/v1/metadata', [])).data ?? {};

  /** With types and help at once; a plain Prometheus behind the same address knows the names alone. */
  const readMetrics = async (): Promise<readonly LiveName[]> => {
    try {
      const { metrics } = await get<ExploreMetrics>('/api/explore/metrics', nanoseconds);
      return metrics.flatMap(({ parts, type, help }) =>
        parts.map((name) => ({ name, detail: type, doc: help })),
      );
    } catch {
      const { data } = await get<PrometheusAnswer<string[]>>(
        '/prometheus/api/v1/label/__name__/values',
        seconds,
      );
      return named(data);
    }
  };

  const read = async (question: LiveQuestion): Promise<readonly LiveName[]> => {
    switch (question.kind) {
      case 'log-labels': {
        const parameters = [...nanoseconds, ...logSelector(question.selector)];
        return named(
          (await get<PrometheusAnswer<string[]>>('/loki/api/v1/labels', parameters)).data,
        );
      }
      case 'log-label-values': {
        const path = `/loki/api/v1/label/${encodeURIComponent(question.name)}/values`;
        const parameters = [...nanoseconds, ...logSelector(question.selector)];
        return named((await get<PrometheusAnswer<string[]>>(path, parameters)).data);
      }
      case 'log-fields': {
        const parameters = [...nanoseconds, ...fieldSelector(question.selector)];
        const { fields = [] } = await get<DetectedFields>(
          '/loki/api/v1/detected_fields',
          parameters,
        );
        return fields.map(({ label, type, cardinality }) => ({
          name: label,
          detail: `${type}, ${cardinality} ${cardinality === 1 ? 'value' : 'values'}`,
        }));
      }
      case 'log-field-values': {
        const path = `/loki/api/v1/detected_field/${encodeURIComponent(question.name)}/values`;
        const parameters = [...nanoseconds, ...fieldSelector(question.selector)];
        return named((await get<{ readonly values?: string[] }>(path, parameters)).values);
      }
      case 'metrics':
        return readMetrics();
      case 'series-labels': {
        const parameters = [...seconds, ...seriesSelector(question.selector)];
        const { data = [] } = await get<PrometheusAnswer<string[]>>(
          '/prometheus/api/v1/labels',
          parameters,
        );
        return named(data.filter((name) => name !== '__name__'));
      }
      case 'series-label-values': {
        const path = `/prometheus/api/v1/label/${encodeURIComponent(question.name)}/values`;
        const parameters = [...seconds, ...seriesSelector(question.selector)];
        return named((await get<PrometheusAnswer<string[]>>(path, parameters)).data);
      }
      case 'span-attributes': {
        const { scopes = [] } = await get<Tags>('/tempo/api/v2/search/tags', seconds);
        return scopes
          .filter(({ name }) =>
            question.scope === ''
              ? name === 'resource' || name === 'span'
              : name === question.scope,
          )
          .flatMap(({ name: scope, tags }) => tags.map((name) => ({ name, detail: scope })));
      }
      case 'span-values': {
        const path = `/tempo/api/v2/search/tag/${encodeURIComponent(question.name)}/values`;
        const { tagValues = [] } = await get<TagValues>(path, seconds);
        return tagValues
          .slice(0, namesMax)
          .map(({ type, value }) => ({ name: value, detail: type }));
      }
      default:
        return question satisfies never;
    }
  };

  return {
    ask: async (question, signal) => {
      try {
        const answer = await read(question);
        return signal.aborted ? [] : answer;
      } catch {
        return [];
      }
    },
    metadata: async (metric, signal) => {
      try {
        const metadata = await readMetadata();
        return signal.aborted ? undefined : metadataOf(metadata, metric);
      } catch {
        return undefined;
      }
    },
  };
}
