// How many bytes a text has in UTF-8, without encoding it.

/** A surrogate without its other half counts as U+FFFD, which is what encoding makes of it. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x80) continue;
    if (code < 0x800) length += 1;
    else if (code >= 0xd800 && code < 0xdc00) {
      const next = text.charCodeAt(at + 1);
      if (next >= 0xdc00 && next < 0xe000) {
        // A pair: two code units, four bytes.
        length += 2;
        at++;
      } else length += 2;
    } else length += 2;
  }
  return length;
}
