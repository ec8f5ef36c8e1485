// Doors to the telemetry of servers elsewhere that `datasources.yaml` names, for a Clew that has stored none itself.

import { AppLink } from '../../controls/app-link.tsx';
import { useDatasources } from '../../data/status.ts';
import { printHref } from '../../url/address.ts';

const pages = {
  loki: { path: '/logs', what: 'logs' },
  tempo: { path: '/traces', what: 'traces' },
  prometheus: { path: '/metrics', what: 'metrics' },
} as const;

export function Elsewhere() {
  const { data } = useDatasources();
  const doors = (data?.datasources ?? []).flatMap(({ embedded, type, uid, name }) => {
    if (embedded || (type !== 'loki' && type !== 'tempo' && type !== 'prometheus')) return [];
    const { path, what } = pages[type];
    return [{ uid, name, what, href: printHref(path, { source: uid }) }];
  });
  if (doors.length === 0) return null;
  return (
    <section className="get-started-elsewhere" data-testid="elsewhere">
      <h2>What servers elsewhere have</h2>
      <ul>
        {doors.map(({ uid, name, what, href }) => (
          <li key={uid}>
            <AppLink href={href}>{name}</AppLink> <span className="dim">{what}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
