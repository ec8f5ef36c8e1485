// A derived field on real lines, with its pattern to edit: which lines it matches, what it takes of them, and where the
// link leads. The server runs the pattern, as it does for every line that is shown.

import { useState } from 'react';
import type {
  ExploreDatasource,
  ExploreDerivedField,
  ExploreFieldTest,
} from '../../../src/api/explore/contract/datasources.ts';
import { CopyButton } from '../../controls/copy-button.tsx';
import { useRested } from '../../data/find.ts';
import type { Parameters } from '../../data/fetch-json.ts';
import { useFieldTest } from '../../data/status.ts';
import { ViewState } from '../../views/report/view-state.tsx';
import { printCount } from '../../views/words/numbers.ts';
import { TestedLines } from './tested-lines.tsx';

export interface FieldTesterProps {
  readonly field: ExploreDerivedField;
  /** The Loki elsewhere whose lines it is tried on; empty: those of this Clew. */
  readonly source: string;
  readonly all: readonly ExploreDatasource[];
}

export function FieldTester({ field, source, all }: FieldTesterProps) {
  const [regex, setRegex] = useState(field.matcherRegex);
  const [query, setQuery] = useState('');
  const [hasBegun, setBegun] = useState(false);
  const rested = useRested(`${regex}\n${query}`);
  const [restedRegex = '', restedQuery = ''] = rested.split('\n');
  const parameters: Parameters = [
    ['name', field.name],
    ['regex', restedRegex],
    ['matcherType', field.matcherType],
    ['url', field.url],
    ['urlDisplayLabel', field.urlDisplayLabel],
    ['datasourceUid', field.datasourceUid],
    ['query', restedQuery],
    ...(source === '' ? [] : ([['source', source]] as const)),
  ];
  const test = useFieldTest(hasBegun ? parameters : undefined);
  const target = all.find(({ uid }) => uid === field.datasourceUid);
  const isLabel = field.matcherType === 'label';
  return (
    <div className="field-tester" data-testid={`field-${field.name}`}>
      <h3>
        derived field <q>{field.name}</q>
        <span className="dim">
          {' '}
          →{' '}
          {field.datasourceUid === ''
            ? field.url === ''
              ? 'nowhere'
              : field.url
            : `${target?.name ?? field.datasourceUid}: ${field.url}`}
        </span>
      </h3>
      <form
        className="field-tester-form"
        onSubmit={(event) => {
          event.preventDefault();
          setBegun(true);
        }}
      >
        <label>
          {isLabel ? 'Pattern for a label’s name' : 'Pattern; its first group is the value'}
          <input
            className="text-field mono"
            value={regex}
            spellCheck={false}
            aria-invalid={test.data !== undefined && test.data.runAs === ''}
            onChange={(event) => {
              setRegex(event.currentTarget.value);
              setBegun(true);
            }}
          />
        </label>
        <label>
          Lines to try it on (LogQL; empty: the newest)
          <input
            className="text-field mono"
            value={query}
            placeholder='{service_name="payment"}'
            spellCheck={false}
            onChange={(event) => {
              setQuery(event.currentTarget.value);
              setBegun(true);
            }}
          />
        </label>
        {!hasBegun && (
          <button type="submit" className="text-button">
            Try it on real lines
          </button>
        )}
        {regex !== field.matcherRegex && (
          <span>
            <CopyButton text={`matcherRegex: '${regex.replaceAll("'", "''")}'`} what="as YAML">
              Copy as YAML
            </CopyButton>
          </span>
        )}
      </form>
      {hasBegun && test.data === undefined && <ViewState query={test} what="the lines" />}
      {hasBegun && test.error !== null && test.data !== undefined && (
        <ViewState query={test} what="the lines" />
      )}
      {hasBegun && test.data !== undefined && (
        <Outcome test={test.data} asked={restedRegex} source={source} />
      )}
    </div>
  );
}

interface OutcomeProps {
  readonly test: ExploreFieldTest;
  readonly asked: string;
  readonly source: string;
}

function Outcome({ test, asked, source }: OutcomeProps) {
  return (
    <>
      <p role="status" data-testid="field-outcome">
        {test.problem !== '' && <span className="field-problem">{test.problem} </span>}
        {test.tested > 0 &&
          `${printCount(test.matched)} of the ${printCount(test.tested)} newest lines that were tried have a value.`}
        {test.tested === 0 &&
          test.problem === '' &&
          'No line of the last 24 h was there to try it on.'}
        {test.runAs !== '' && test.runAs !== asked && (
          <>
            {' '}
            RE2 runs it as <code>{test.runAs}</code>.
          </>
        )}
      </p>
      {test.lines.length > 0 && <TestedLines lines={test.lines} source={source} />}
    </>
  );
}
