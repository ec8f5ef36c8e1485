// A text as a pattern of its own, without the engine that patterns run in: the screen's frame writes some and runs none.

/** A pattern that stands for exactly this text. */
export function quoteRegex(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}
