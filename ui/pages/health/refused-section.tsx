// What senders sent and Clew did not take, with the sentence that they were told.

import type { ExploreStatus } from '../../../src/api/explore/contract/status.ts';
import { printAge, printCount } from '../../views/words/numbers.ts';
import { printSentence } from '../../views/words/sentence.ts';

interface RefusedSectionProps {
  readonly refusals: ExploreStatus['refusals'];
  readonly nowMs: number;
}

const nouns: Readonly<Record<string, string>> = {
  logs: 'log records',
  spans: 'spans',
  samples: 'metric samples',
};

export function RefusedSection({ refusals, nowMs }: RefusedSectionProps) {
  return (
    <section aria-labelledby="health-refused">
      <h2 id="health-refused">Refused since the start</h2>
      {refusals.length === 0 ? (
        <p className="dim">The store has taken everything that reached it.</p>
      ) : (
        <table data-testid="health-refused">
          <thead>
            <tr>
              <th>records</th>
              <th className="number">refused</th>
              <th>why</th>
              <th>lost?</th>
              <th className="number">last</th>
            </tr>
          </thead>
          <tbody>
            {refusals.map(({ signal, reason, count, isRetryable, lastMs }) => (
              <tr key={`${signal} ${reason}`}>
                <td className="keep">{nouns[signal] ?? signal}</td>
                <td className="number">{printCount(count)}</td>
                <td>{printSentence(reason)}</td>
                <td>
                  {isRetryable
                    ? 'No: senders were told to try again.'
                    : 'Yes: sending it again would be refused again.'}
                </td>
                <td className="number keep">{printAge(Math.max(0, nowMs - lastMs))} ago</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
