// Doors to the telemetry of servers elsewhere that `datasources.yaml` names, for a Clew that has stored none itself.

import { AppLink } from '../../controls/app-link.tsx';
import { useDatasources } from '../../data/status.ts';
import { printHref } from '../../url/address.ts';

const pages: Readonly<Record<string, readonly (readonly [path: string, what: string])[]>> = {
  loki: [['/logs', 'logs']],
  tempo: [
    ['/overview', 'services'],
    ['/traces', 'traces'],
  ],
  prometheus: [['/metrics', 'metrics']],
};

export function Elsewhere() {
  const { data } = useDatasources();
  const servers = (data?.datasources ?? []).filter(
    ({ embedded, type }) => !embedded && pages[type] !== undefined,
  );
  if (servers.length === 0) return null;
  return (
    <section className="get-started-elsewhere" data-testid="elsewhere">
      <h2>What servers elsewhere have</h2>
      <ul>
        {servers.map(({ uid, name, type }) => (
          <li key={uid}>
            <bdi>{name}</bdi>{' '}
            {pages[type]?.map(([path, what]) => (
              <AppLink
                key={path}
                href={printHref(path, { source: uid })}
                aria-label={`${what} of ${name}`}
              >
                {what}
              </AppLink>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}
