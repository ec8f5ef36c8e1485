// Label names in a path: UTF-8 names come escaped as `U__` with `_HEX_` for what a legacy name cannot hold (Prometheus's
// "values escaping").

/** The name itself; what is not escaped correctly is taken as it stands. */
export function unescapeLabelName(text: string): string {
  if (!text.startsWith('U__')) return text;
  let name = '';
  let rest = text.slice(3);
  while (rest !== '') {
    const part = /^(?:([^_]+)|(__)|_([0-9A-Fa-f]{1,6})_)/.exec(rest);
    if (part === null) return text;
    const [all, plain, underscore, hex] = part;
    if (plain !== undefined) name += plain;
    else if (underscore !== undefined) name += '_';
    else {
      const code = Number.parseInt(hex ?? '', 16);
      if (code > 0x10ffff) return text;
      name += String.fromCodePoint(code);
    }
    rest = rest.slice(all.length);
  }
  return name;
}
