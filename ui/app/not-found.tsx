import { AppLink } from '../controls/app-link.tsx';

export function NotFound() {
  return (
    <div className="notice">
      <p>There is no page at this address.</p>
      <p>
        <AppLink href="/logs">Go to the logs</AppLink>
      </p>
    </div>
  );
}
