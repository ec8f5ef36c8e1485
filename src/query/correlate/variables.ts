// Grafana's variables in configured queries and addresses: `$name`, `${name}`, `${name.path}`, `${name["key"]}` and
// `${name:format}`. Only what the caller knows is replaced; what Grafana replaces by itself (`$__rate_interval`) stays.

/** A variable's value, or undefined when it has none here. `path` is what follows the name: `spanId`, `tags["k"]`. */
export type VariableLookup = (name: string, path: string) => string | undefined;

export interface Interpolated {
  readonly text: string;
  /** Variables without a value, as written; Grafana shows no link then. */
  readonly unresolved: readonly string[];
}

const variable = /\$(\w+)|\$\{(\w+)((?:\.\w+|\[(?:"[^"]*"|'[^']*')\])*)(?::(\w+))?\}/g;

/** Replaced by Grafana from the panel's range and by Clew from the page's: not the link's business. */
const leftAlone = /^__(?:interval|interval_ms|rate_interval|range|range_s|range_ms|auto|from|to)$/;

/** Lone surrogates, which cannot be escaped in an address, become U+FFFD. */
function wellFormed(text: string): string {
  return text.replace(
    /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g,
    '\uFFFD',
  );
}

function formatted(value: string, format: string | undefined, asUrl: boolean): string {
  switch (format) {
    case 'percentencode':
    case 'queryparam':
      return encodeURIComponent(wellFormed(value));
    case 'raw':
    case 'text':
      return value;
    case 'json':
      return JSON.stringify(value);
    case 'regex':
      return value.replace(/[\\^$*+?.()|[\]{}/]/g, '\\$&');
    default:
      return asUrl ? encodeURI(wellFormed(value)) : value;
  }
}

/** With `asUrl`, values without a format of their own are escaped as `encodeURI` does, as Grafana does in addresses. */
export function interpolateVariables(
  template: string,
  lookup: VariableLookup,
  asUrl: boolean = false,
): Interpolated {
  const unresolved: string[] = [];
  const text = template.replace(
    variable,
    (
      whole: string,
      bare: string | undefined,
      name: string | undefined,
      path: string | undefined,
      format: string | undefined,
    ) => {
      const wanted = bare ?? name ?? '';
      if (leftAlone.test(wanted)) return whole;
      const value = lookup(wanted, (path ?? '').replace(/^\./, ''));
      if (value === undefined) {
        unresolved.push(whole);
        return whole;
      }
      return formatted(value, format, asUrl);
    },
  );
  return { text, unresolved };
}

/** The key of a path such as `tags["http.route"]` or `tags.route`, when it starts with `field`. */
export function keyOfPath(path: string, field: string): string | undefined {
  if (!path.startsWith(field)) return undefined;
  const rest = path.slice(field.length);
  const quoted = /^\[(?:"([^"]*)"|'([^']*)')\]$/.exec(rest);
  if (quoted !== null) return quoted[1] ?? quoted[2];
  return rest.startsWith('.') ? rest.slice(1) : undefined;
}

/** Whether an address may be offered as a link: relative, or of a scheme that cannot run a script. */
export function isSafeUrl(url: string): boolean {
  // Browsers ignore control characters and blanks in front of and inside a scheme.
  let plain = '';
  for (const letter of url) if (letter > ' ') plain += letter;
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(plain)?.[1]?.toLowerCase();
  return scheme === undefined || ['http', 'https', 'mailto'].includes(scheme);
}
