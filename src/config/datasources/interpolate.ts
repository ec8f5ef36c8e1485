// Interpolation of Grafana's provisioning files, on values only: `$$` is a literal `$`; `$__env{NAME}` and `$__file{path}`; then `$NAME`
// and `${NAME}`, which are empty when unset. Template variables of Grafana itself (`${__value.raw}`) have to be written `$${…}`.

export interface InterpolateOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Serves `$__file{…}`. */
  readonly readFile?: ((path: string) => string) | undefined;
  readonly warn: (message: string) => void;
}

export function interpolateValue(text: string, options: InterpolateOptions): string {
  return text
    .split('$$')
    .map((part) => expandShell(expandProviders(part, options), options))
    .join('$');
}

function expandProviders(text: string, options: InterpolateOptions): string {
  return text.replaceAll(
    /\$__(env|file|vault)\{([^}]*)\}/g,
    (_, provider: string, argument: string) => {
      if (provider === 'env') return options.env[argument] ?? '';
      if (provider === 'file' && options.readFile !== undefined) {
        try {
          return options.readFile(argument).trim();
        } catch {
          options.warn(`cannot read the file "${argument}" of $__file{}; the value is empty`);
          return '';
        }
      }
      options.warn(`$__${provider}{} is not available here; the value is empty`);
      return '';
    },
  );
}

/** Names that only Grafana's own template variables have: no environment variable is meant. */
const templateVariable = /^__(?:value|span|trace|tags|data|field|series|from|to|url|org|user)\b/;

function expandShell(text: string, options: InterpolateOptions): string {
  return text.replaceAll(
    /\$(?:\{([^}]*)\}|([A-Za-z0-9_]+))/g,
    (whole, braced: string | undefined, bare: string | undefined) => {
      const name = braced ?? bare ?? '';
      const value = options.env[name];
      if (value !== undefined) return value;
      if (templateVariable.test(name)) {
        options.warn(
          `"${whole}" must be written "$${whole}" in a provisioning file: Grafana reads it as an environment variable and leaves it empty; Clew takes it as it was meant`,
        );
        return whole;
      }
      return '';
    },
  );
}
