// Where the page's telemetry is read from. There is nothing to pick while all of it is in this Clew, and then nothing is
// shown.

import { useLocation } from '@tanstack/react-router';
import { useDatasources } from '../data/status.ts';

const typeOfPage: Readonly<Record<string, string>> = {
  '/overview': 'tempo',
  '/logs': 'loki',
  '/traces': 'tempo',
  '/metrics': 'prometheus',
};

export function SourcePicker() {
  const { pathname, source, href } = useLocation({
    select: ({ pathname: path, search, href: at }) => {
      const named: unknown = search['source' as keyof typeof search];
      return { pathname: path, source: typeof named === 'string' ? named : '', href: at };
    },
    structuralSharing: true,
  });
  const { data } = useDatasources();
  const type = typeOfPage[pathname];
  const far =
    data?.datasources.filter((one) => !one.embedded && (one.type === type || one.uid === source)) ??
    [];
  if (far.length === 0) return null;
  return (
    <select
      className="auto-refresh"
      aria-label="Where the telemetry is read from"
      title="Where the telemetry is read from"
      value={source}
      data-testid="source-picker"
      onChange={(event) => location.assign(atSource(href, event.currentTarget.value))}
    >
      <option value="">this Clew</option>
      {far.map(({ uid, name }) => (
        <option key={uid} value={uid}>
          {name}
        </option>
      ))}
    </select>
  );
}

/** The address with another source. The page begins anew: nothing that one server answered is shown as another's. */
function atSource(href: string, source: string): string {
  const [path = '', search = ''] = href.split('?');
  const parameters = new URLSearchParams(search);
  if (source === '') parameters.delete('source');
  else parameters.set('source', source);
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}
