// Every setting and limit with the value that holds, those that differ from the default first.

import type { ExploreStatus } from '../../../src/api/explore/contract/status.ts';

export function SettingsSection({ status }: { readonly status: ExploreStatus }) {
  const { files, settings } = status;
  const ordered = [
    ...settings.filter(({ isChanged }) => isChanged),
    ...settings.filter(({ isChanged }) => !isChanged),
  ];
  return (
    <section aria-labelledby="health-settings">
      <h2 id="health-settings">Settings and limits</h2>
      <p className="dim">
        Pipelines:{' '}
        {files.collector.length === 0
          ? 'built in (no otel-collector-config.yaml was found)'
          : files.collector.join(', ')}
        . Datasources:{' '}
        {files.datasources.length === 0
          ? 'built in (no datasources.yaml was found)'
          : files.datasources.join(', ')}
        .
      </p>
      {files.warnings.length > 0 && (
        <ul className="report-problems">
          {files.warnings.map((warning) => (
            <li key={warning}>
              <p className="mono">{warning}</p>
            </li>
          ))}
        </ul>
      )}
      <table>
        <thead>
          <tr>
            <th>flag</th>
            <th>value</th>
            <th>what it is</th>
          </tr>
        </thead>
        <tbody>
          {ordered.map(({ flag, value, description, isChanged }) => (
            <tr key={flag}>
              <td className="mono">--{flag}</td>
              <td className="mono">
                {value === '' ? <span className="dim">not set</span> : value}
                {!isChanged && value !== '' && <span className="dim"> (default)</span>}
              </td>
              <td>{description}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
