// What the time range's sheet has beside its quick choices.

import { useState } from 'react';
import { setZone, useZone } from '../data/preferences.ts';
import type { Zone } from '../data/preferences.ts';
import { rangeAround } from '../url/doors.ts';
import { moveRange, parseTimePoint, printTimePoint } from '../url/time-range.ts';
import type { TimePoint, TimeRange } from '../url/time-range.ts';
import { printDateTime, printDuration } from '../views/words/numbers.ts';

interface Choosing {
  readonly onChoose: (range: TimeRange) => void;
}

function printForField(point: TimePoint, zone: Zone): string {
  return point.kind === 'now' ? printTimePoint(point) : printDateTime(point.ns, zone);
}

export function RangeFields({ range, onChoose }: Choosing & { readonly range: TimeRange }) {
  const zone = useZone();
  const [from, setFrom] = useState(() => printForField(range.from, zone));
  const [to, setTo] = useState(() => printForField(range.to, zone));
  const parsedFrom = parseTimePoint(from, zone);
  const parsedTo = parseTimePoint(to, zone);
  const isReadable = parsedFrom !== undefined && parsedTo !== undefined;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isReadable) onChoose({ from: parsedFrom, to: parsedTo });
      }}
    >
      <label>
        From
        <input
          className="text-field mono"
          value={from}
          aria-invalid={parsedFrom === undefined}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
      </label>
      <label>
        To
        <input
          className="text-field mono"
          value={to}
          aria-invalid={parsedTo === undefined}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
      </label>
      <p className="dim">
        {isReadable
          ? 'now-15m, 2026-11-22 14:02, 2026-11-22T14:02:00Z, or an epoch in s, ms, µs or ns.'
          : 'Not a time: expected now-15m, 2026-11-22 14:02 or an epoch.'}
      </p>
      <button type="submit" className="text-button" data-primary disabled={!isReadable}>
        Apply
      </button>
    </form>
  );
}

export function MoveButtons(
  props: Choosing & { readonly range: TimeRange; readonly nowMs: number },
) {
  const move = (by: 1 | -1): void => props.onChoose(moveRange(props.range, props.nowMs, by));
  return (
    <div className="time-range-row">
      <button type="button" className="text-button" onClick={() => move(-1)}>
        ‹ earlier
      </button>
      <button type="button" className="text-button" onClick={() => move(1)}>
        later ›
      </button>
    </div>
  );
}

const sidesMs = [30_000, 300_000, 1_800_000] as const;

/** "Around this event": an instant from anywhere, and how far to look on either side. */
export function AroundField({ onChoose }: Choosing) {
  const zone = useZone();
  const [text, setText] = useState('');
  const point = parseTimePoint(text, zone);
  const around = (sideMs: number): void => {
    if (point === undefined) return;
    const ns =
      point.kind === 'at' ? point.ns : BigInt(Math.round(Date.now() - point.agoMs)) * 1_000_000n;
    onChoose(rangeAround(ns, sideMs));
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        around(300_000);
      }}
    >
      <label>
        Around an event
        <input
          className="text-field mono"
          placeholder="its time, as a log line has it"
          value={text}
          aria-invalid={text !== '' && point === undefined}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <div className="time-range-row">
        {sidesMs.map((ms) => (
          <button
            key={ms}
            type="button"
            className="text-button number"
            disabled={point === undefined}
            onClick={() => around(ms)}
          >
            ± {printDuration(ms)}
          </button>
        ))}
      </div>
    </form>
  );
}

export function ZoneSwitch() {
  const zone = useZone();
  const place = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (place === 'UTC') return <p className="dim">Times are shown in UTC, this browser’s zone.</p>;
  return (
    <fieldset>
      <legend className="dim">Times are shown in</legend>
      {(['local', 'utc'] as const).map((one) => (
        <label key={one}>
          <input type="radio" name="zone" checked={zone === one} onChange={() => setZone(one)} />
          {one === 'utc' ? 'UTC' : place}
        </label>
      ))}
    </fieldset>
  );
}
