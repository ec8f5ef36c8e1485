// One datasource as it was understood.

import { useState } from 'react';
import type { ExploreDatasource } from '../../../src/api/explore/contract/datasources.ts';
import { AppLink } from '../../controls/app-link.tsx';
import { printHref } from '../../url/address.ts';
import { pageOfSource } from '../../url/doors.ts';
import { FieldTester } from './field-tester.tsx';
import type { FieldTesterProps } from './field-tester.tsx';
import { Reachability, questionOf } from './reachability.tsx';
import { TracesToLogs } from './traces-to-logs.tsx';

interface DatasourceSectionProps {
  readonly datasource: ExploreDatasource;
  readonly all: readonly ExploreDatasource[];
}

export function DatasourceSection({ datasource: one, all }: DatasourceSectionProps) {
  const page = pageOfSource(one.type);
  const question = questionOf(one.type);
  const id = `source-${one.uid}`;
  return (
    <section aria-labelledby={id} data-testid={id}>
      <h2 id={id}>
        {one.name} <small className="dim">{one.plugin}</small>
        {one.isDefault && <small className="source-tag">default</small>}
        <small className="source-tag" data-kind={one.embedded ? 'own' : 'far'}>
          {one.embedded ? 'this Clew' : 'a server elsewhere'}
        </small>
      </h2>
      <dl className="source-facts">
        <dt>uid</dt>
        <dd className="mono">{one.uid}</dd>
        <dt>url</dt>
        <dd className="mono">{one.url === '' ? 'none' : one.url}</dd>
        {one.headerNames.length > 0 && (
          <>
            <dt>headers</dt>
            <dd>
              <span className="mono">{one.headerNames.join(', ')}</span>{' '}
              <span className="dim">(values stay on the server)</span>
            </dd>
          </>
        )}
        {!one.embedded && question !== undefined && (
          <>
            <dt>answers</dt>
            <Reachability uid={one.uid} question={question} />
          </>
        )}
        {page !== undefined && (
          <>
            <dt>open</dt>
            <dd>
              <AppLink href={printHref(page, one.embedded ? {} : { source: one.uid })}>
                its {page.slice(1)}
              </AppLink>
            </dd>
          </>
        )}
        {one.exemplarDestinations.length > 0 && (
          <>
            <dt>exemplars</dt>
            <dd>
              {one.exemplarDestinations.map(({ name, target }) => `${name} → ${target}`).join(', ')}
            </dd>
          </>
        )}
        {one.tracesToMetrics !== null && (
          <>
            <dt>tracesToMetrics</dt>
            <dd>
              to {one.tracesToMetrics.datasourceUid}:{' '}
              {one.tracesToMetrics.queries
                .map(({ name, query }) => (name === '' ? query : `${name}: ${query}`))
                .join('; ') || 'with Grafana’s query for span metrics'}
            </dd>
          </>
        )}
      </dl>
      {one.problems.length > 0 && (
        <ul className="report-problems">
          {one.problems.map((problem) => (
            <li key={problem}>
              <p>{problem}</p>
            </li>
          ))}
        </ul>
      )}
      {one.tracesToLogs !== null && (
        <TracesToLogs uid={one.uid} isFar={!one.embedded} settings={one.tracesToLogs} all={all} />
      )}
      {one.derivedFields.map((field) => (
        <FieldTester
          key={`${field.name} ${field.matcherRegex} ${field.datasourceUid} ${field.url}`}
          field={field}
          source={one.embedded ? '' : one.uid}
          all={all}
        />
      ))}
      {one.type === 'loki' && <OwnPattern source={one.embedded ? '' : one.uid} all={all} />}
    </section>
  );
}

/** For a pattern that is no part of the file yet. */
function OwnPattern({ source, all }: Pick<FieldTesterProps, 'source' | 'all'>) {
  const [isOpen, setOpen] = useState(false);
  const tempo = all.find(({ type }) => type === 'tempo')?.uid ?? '';
  if (!isOpen) {
    return (
      <button type="button" className="text-button" onClick={() => setOpen(true)}>
        Try a pattern of your own
      </button>
    );
  }
  return (
    <FieldTester
      source={source}
      all={all}
      field={{
        name: 'a pattern of your own',
        matcherRegex: 'trace[_-]?id["=: ]+(\\w+)',
        matcherType: 'regex',
        url: '${__value.raw}',
        urlDisplayLabel: '',
        datasourceUid: tempo,
      }}
    />
  );
}
