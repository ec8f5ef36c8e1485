// Names of OTLP metrics and their units in Prometheus's form (UnderscoreEscapingWithSuffixes):
// https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/.

const units: ReadonlyMap<string, string> = new Map([
  ['d', 'days'],
  ['h', 'hours'],
  ['min', 'minutes'],
  ['s', 'seconds'],
  ['ms', 'milliseconds'],
  ['us', 'microseconds'],
  ['ns', 'nanoseconds'],
  ['By', 'bytes'],
  ['KiBy', 'kibibytes'],
  ['MiBy', 'mebibytes'],
  ['GiBy', 'gibibytes'],
  ['TiBy', 'tibibytes'],
  ['KBy', 'kilobytes'],
  ['MBy', 'megabytes'],
  ['GBy', 'gigabytes'],
  ['TBy', 'terabytes'],
  ['m', 'meters'],
  ['V', 'volts'],
  ['A', 'amperes'],
  ['J', 'joules'],
  ['W', 'watts'],
  ['g', 'grams'],
  ['Cel', 'celsius'],
  ['Hz', 'hertz'],
  ['1', ''],
  ['%', 'percent'],
]);

const perUnits: ReadonlyMap<string, string> = new Map([
  ['s', 'second'],
  ['m', 'minute'],
  ['h', 'hour'],
  ['d', 'day'],
  ['w', 'week'],
  ['mo', 'month'],
  ['y', 'year'],
]);

export type NamedMetricType = 'counter' | 'gauge' | 'other';

function clean(unit: string): string {
  return unit
    .replaceAll(/[^a-zA-Z0-9:]+/gu, '_')
    .replace(/^_/, '')
    .replace(/_$/, '');
}

function known(part: string, names: ReadonlyMap<string, string>): string {
  const unit = part.trim();
  return unit === '' || /[{}]/.test(unit) ? '' : clean(names.get(unit) ?? unit);
}

/** Main and `per` part of a unit, each perhaps empty. What braces enclose is an annotation, not a unit. */
function unitTokens(unit: string): readonly string[] {
  const slash = unit.indexOf('/');
  const main = known(slash < 0 ? unit : unit.slice(0, slash), units);
  const per = slash < 0 ? '' : known(unit.slice(slash + 1), perUnits);
  return [main, per === '' ? '' : `per_${per}`];
}

/** The unit in words, as metadata shows it: `By/s` is `bytes_per_second`. */
export function prometheusUnit(unit: string): string {
  return unitTokens(unit)
    .filter((token) => token !== '')
    .join('_');
}

/** Empty when nothing of the name is left. */
export function prometheusMetricName(
  name: string,
  unit: string,
  type: NamedMetricType,
  addSuffixes: boolean = true,
): string {
  let tokens = name.split(/[^a-zA-Z0-9:]+/u).filter((token) => token !== '');
  if (tokens.length === 0) return '';
  if (addSuffixes) {
    for (const token of unitTokens(unit)) {
      if (token !== '' && !tokens.includes(token)) tokens.push(token);
    }
    const suffix = type === 'counter' ? 'total' : type === 'gauge' && unit === '1' ? 'ratio' : '';
    if (suffix !== '') tokens = [...tokens.filter((token) => token !== suffix), suffix];
  }
  const joined = tokens.join('_');
  return /^[0-9]/.test(joined) ? `_${joined}` : joined;
}
