// The time range of the page: quick choices, two fields that take what people paste, an instant to look around, the
// zone; and beside it the way out of a zoom.

import { Popover } from '@mantine/core';
import { useState } from 'react';
import { useZone } from '../data/preferences.ts';
import { resolveRange, widenRange } from '../url/time-range.ts';
import type { TimeRange } from '../url/time-range.ts';
import { printDuration, printInstant } from '../views/words/numbers.ts';
import { printRange } from '../views/words/time-range.ts';
import { Icon, IconButton } from './icon-button.tsx';
import { useKeys } from './keys.ts';
import { AroundField, MoveButtons, RangeFields, ZoneSwitch } from './time-range-fields.tsx';
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
  const zoomOut = (): void => onChange(widenRange(range, nowMs));
  useKeys({ t: () => setOpen(true), Z: zoomOut });
  const choose = (chosen: TimeRange): void => {
    setOpen(false);
    onChange(chosen);
  };
  return (
    <>
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
            title={`${printInstant(resolved.startNs, zone)}\n${printInstant(resolved.endNs, zone)}\nTime range (t)`}
            data-testid="time-range"
            onClick={() => setOpen(!isOpen)}
          >
            {printRange(range, resolved, zone)}
            <Icon name="down" size={12} />
          </button>
        </Popover.Target>
        <Popover.Dropdown
          className="time-range"
          // Not by its button, which says the range.
          aria-labelledby=""
          aria-label="Time range"
          onKeyDown={(event) => event.stopPropagation()}
        >
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
          <div className="time-range-fields">
            <RangeFields key={zone} range={range} onChoose={choose} />
            <MoveButtons range={range} nowMs={nowMs} onChoose={choose} />
            <AroundField onChoose={choose} />
            <ZoneSwitch />
          </div>
        </Popover.Dropdown>
      </Popover>
      <IconButton icon="zoomOut" label="Twice the time range (Z)" onClick={zoomOut} />
    </>
  );
}
