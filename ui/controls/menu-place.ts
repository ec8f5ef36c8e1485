// Where a menu goes so that all of it is seen: right of and below its point, else on the other side of it.

export interface Place {
  readonly left: number;
  readonly top: number;
}

export interface Extent {
  readonly width: number;
  readonly height: number;
}

const margin = 8;

export function placeMenu(point: Place, menu: Extent, window: Extent): Place {
  return {
    left: along(point.left, menu.width, window.width),
    top: along(point.top, menu.height, window.height),
  };
}

function along(start: number, length: number, room: number): number {
  if (start + length <= room - margin) return Math.max(margin, start);
  const before = start - length;
  return before >= margin ? before : Math.max(margin, room - margin - length);
}
