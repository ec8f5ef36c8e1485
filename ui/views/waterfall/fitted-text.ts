// A text cut to the room it has on a canvas. Measuring is slow and rows repeat their names, so that answers are kept.

const kept = new Map<string, string>();
/** A screen shows some dozens of rows: this is every name of a large trace at several widths. */
const keptMax = 5000;

export function fittedText(context: CanvasRenderingContext2D, text: string, room: number): string {
  // In steps of 4 px, so that dragging a border does not measure everything at each pixel.
  const width = Math.floor(room / 4) * 4;
  if (width <= 0) return '';
  const key = `${context.font}\n${width}\n${text.length > 300 ? text.slice(0, 300) : text}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const fitted = measure(context, text.length > 300 ? text.slice(0, 300) : text, width);
  if (kept.size >= keptMax) kept.clear();
  kept.set(key, fitted);
  return fitted;
}

function measure(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (context.measureText(`${text.slice(0, middle)}…`).width <= width) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? '' : `${text.slice(0, low).trimEnd()}…`;
}
