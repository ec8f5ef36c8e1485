// What stands in a list's place behind a box while it loads, or when it did not come.

export function BehindFailure(props: {
  readonly what: string;
  readonly error: Error;
  readonly onRetry: () => unknown;
}) {
  return (
    <div className="behind-nothing" role="alert">
      <p>
        {props.what} did not come: {props.error.message}.
      </p>
      <button type="button" className="text-button" onClick={() => void props.onRetry()}>
        Try again
      </button>
    </div>
  );
}

const widths = [72, 58, 80, 49, 66, 77, 53, 70];

export function BehindSkeleton() {
  return (
    <div className="behind-skeleton" role="status" aria-label="Loading">
      {widths.map((width) => (
        <i key={width} className="skeleton" style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}
