// The time range of the page: quick choices, two fields that take what people paste, and the zone.

import { Popover } from '@mantine/core';
import { useState } from 'react';
import { setZone, useZone } from '../data/preferences.ts';
import { parseTimePoint, printTimePoint, resolveRange } from '../url/time-range.ts';
import type { TimePoint, TimeRange } from '../url/time-range.ts';
import { printDuration, printInstant } from '../views/words/numbers.ts';
import { printRange } from '../views/words/time-range.ts';
import { Icon } from './icon-button.tsx';
import { useKeys } from './keys.ts';
import './time-range-picker.css';

interface TimeRangePickerProps {
  readonly range: TimeRange;
  readonly nowMs: number;
  readonly onChange: (range: TimeRange) => void;
}

const quickMs = [5, 15, 30, 60, 180, 360, 720, 1440, 2880, 10_080].map(
  (minutes) => minutes * 60_000,
);

export function TimeRangePicker({ range, nowMs, onChange }: TimeRangePickerProps) {
  const [isOpen, setOpen] = useState(false);
  const zone = useZone();
  const resolved = resolveRange(range, nowMs);
  useKeys({ t: () => setOpen(true) });
  const choose = (chosen: TimeRange): void => {
    setOpen(false);
    onChange(chosen);
  };
  return (
    <Popover
      opened={isOpen}
      onChange={setOpen}
      position="bottom-end"
      trapFocus
      returnFocus
      transitionProps={{ duration: 0 }}
    >
      <Popover.Target>
        <button
          type="button"
          className="text-button number"
          aria-haspopup="dialog"
          aria-expanded={isOpen}
          title={`${printInstant(resolved.startNs, zone)}\n${printInstant(resolved.endNs, zone)}`}
          data-testid="time-range"
          onClick={() => setOpen(!isOpen)}
        >
          {printRange(range, resolved, zone)}
          <Icon name="down" size={12} />
        </button>
      </Popover.Target>
      <Popover.Dropdown className="time-range" aria-label="Time range">
        <div className="time-range-quick">
          {quickMs.map((ms) => (
            <button
              key={ms}
              type="button"
              className="text-button"
              data-quiet
              aria-pressed={
                range.to.kind === 'now' && range.from.kind === 'now' && range.from.agoMs === ms
              }
              onClick={() =>
                choose({ from: { kind: 'now', agoMs: ms }, to: { kind: 'now', agoMs: 0 } })
              }
            >
              last {printDuration(ms)}
            </button>
          ))}
        </div>
        <RangeFields range={range} onChoose={choose} />
      </Popover.Dropdown>
    </Popover>
  );
}

function printForField(point: TimePoint): string {
  if (point.kind === 'now') return printTimePoint(point);
  return new Date(Number(point.ns / 1_000_000n)).toISOString();
}

function RangeFields(props: {
  readonly range: TimeRange;
  readonly onChoose: (range: TimeRange) => void;
}) {
  const zone = useZone();
  const [from, setFrom] = useState(() => printForField(props.range.from));
  const [to, setTo] = useState(() => printForField(props.range.to));
  const parsedFrom = parseTimePoint(from);
  const parsedTo = parseTimePoint(to);
  const place = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const isReadable = parsedFrom !== undefined && parsedTo !== undefined;
  return (
    <form
      className="time-range-fields"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReadable) props.onChoose({ from: parsedFrom, to: parsedTo });
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
      <fieldset hidden={place === 'UTC'}>
        <legend className="dim">Times are shown in</legend>
        {(['local', 'utc'] as const).map((one) => (
          <label key={one}>
            <input type="radio" name="zone" checked={zone === one} onChange={() => setZone(one)} />
            {one === 'utc' ? 'UTC' : place}
          </label>
        ))}
      </fieldset>
    </form>
  );
}
