// What stands in a page's place when it could not be fetched, as after an upgrade of Clew under an open page, or has a
// defect. The frame around it goes on.

import type { ErrorComponentProps } from '@tanstack/react-router';

/** Browsers word a chunk that is not there differently; all of them speak of the module. */
function isMissingChunk(message: string): boolean {
  return /dynamically imported module|importing a module script/i.test(message);
}

export function PageFailed({ error }: ErrorComponentProps) {
  const message = error instanceof Error ? error.message : String(error);
  const isMissing = isMissingChunk(message);
  return (
    <div className="notice" role="alert">
      <h2>{isMissing ? 'This page could not be fetched.' : 'This page has failed.'}</h2>
      <p>
        {isMissing
          ? 'Clew does not answer, or has been upgraded since the screen was opened.'
          : `That is a fault of Clew: ${message}`}
      </p>
      <button type="button" className="text-button" data-primary onClick={() => location.reload()}>
        Load it again
      </button>
    </div>
  );
}
