// The line between two halves that moves their border, by pointer and by keyboard.

import { useRef } from 'react';
import type { RefObject } from 'react';
import './split-handle.css';

interface SplitHandleProps {
  readonly container: RefObject<HTMLElement | null>;
  /** The left half's share of the width, 0 to 1. */
  readonly share: number;
  readonly onChange: (share: number) => void;
}

const step = 0.02;

export function SplitHandle({ container, share, onChange }: SplitHandleProps) {
  const isDragging = useRef(false);
  return (
    <div
      className="split-handle"
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label="Width of the waterfall: arrow keys change it"
      aria-valuenow={Math.round(share * 100)}
      aria-valuemin={25}
      aria-valuemax={80}
      onKeyDown={(event) => {
        const by = event.key === 'ArrowLeft' ? -step : event.key === 'ArrowRight' ? step : 0;
        if (by === 0) return;
        event.preventDefault();
        event.stopPropagation();
        onChange(share + by);
      }}
      onPointerDown={(event) => {
        isDragging.current = true;
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        const box = container.current?.getBoundingClientRect();
        if (isDragging.current && box !== undefined) {
          onChange((event.clientX - box.left) / box.width);
        }
      }}
      onPointerUp={() => {
        isDragging.current = false;
      }}
    />
  );
}
