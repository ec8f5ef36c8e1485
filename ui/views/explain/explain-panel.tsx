// How a query is carried out, as the server plans it: a step a line, what storage does and what the engine does, and
// what only Clew can do marked as its own.

import { useExplain } from '../../data/metrics.ts';
import type { ResolvedRange } from '../../url/time-range.ts';
import { printSentence } from '../words/sentence.ts';
import { planLines } from './plan-lines.ts';
import './explain-panel.css';

interface ExplainPanelProps {
  readonly language: 'logql' | 'promql' | 'traceql';
  readonly query: string;
  readonly range: ResolvedRange;
}

export function ExplainPanel({ language, query, range }: ExplainPanelProps) {
  const explain = useExplain(language, query, range);
  if (query.trim() === '') {
    return <p className="explain-panel dim">Without a query there is nothing to carry out.</p>;
  }
  if (explain.error !== null) {
    return (
      <p className="explain-panel" role="alert">
        {printSentence(explain.error.message)}
      </p>
    );
  }
  if (explain.data === undefined)
    return <div className="explain-panel skeleton" role="status" aria-label="Loading the plan" />;
  return (
    <section
      className="explain-panel"
      aria-label="How the query is carried out"
      data-testid="explain"
    >
      <ol>
        {planLines(explain.data.plan).map(({ indent, who, text }, at) => (
          <li key={at} style={{ paddingLeft: indent * 10 }} data-who={who || undefined}>
            {who !== '' && <b>{who === 'clew' ? 'Clew’s own' : who}</b>}
            <code>{text}</code>
          </li>
        ))}
      </ol>
      {explain.data.notes.map(({ message, start }) => (
        <p key={`${start} ${message}`} className="explain-note">
          {printSentence(message)}
        </p>
      ))}
    </section>
  );
}
