// Floats as text the way Go prints and reads them, because Prometheus and Loki put such text into label
// values (`le`, `count_values`, `quantile`) and into answers, where another spelling is another value.

/** Shortest digits of a finite value and where its point stands: value = 0.DIGITS * 10^point. */
function shortestDigits(value: number): { readonly digits: string; readonly point: number } {
  const [mantissa = '0', exponent = '0'] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  return { digits, point: Number(exponent) + 1 };
}

function sign(value: number): string {
  return value < 0 || Object.is(value, -0) ? '-' : '';
}

function notFinite(value: number): string | undefined {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return undefined;
}

/** As Go's `strconv.FormatFloat(value, 'f', -1, 64)`: never an exponent, `+Inf`, `-Inf`, `NaN`. */
export function formatGoFloat(value: number): string {
  const special = notFinite(value);
  if (special !== undefined) return special;
  const magnitude = Math.abs(value);
  if (magnitude === 0 || (magnitude >= 1e-6 && magnitude < 1e21)) {
    return sign(value) + String(magnitude);
  }
  const { digits, point } = shortestDigits(value);
  if (point <= 0) return `${sign(value)}0.${'0'.repeat(-point)}${digits}`;
  return sign(value) + digits.padEnd(point, '0');
}

/** As Go's `%g` (`FormatFloat(value, 'g', -1, 64)`): an exponent below 1e-4 and from 1e6 on. */
export function formatGoFloatShort(value: number): string {
  const special = notFinite(value);
  if (special !== undefined) return special;
  if (value === 0) return `${sign(value)}0`;
  const { digits, point } = shortestDigits(value);
  const exponent = point - 1;
  if (exponent >= -4 && exponent < 6) return formatGoFloat(value);
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
  const exponentText = String(Math.abs(exponent)).padStart(2, '0');
  return `${sign(value)}${digits[0] ?? '0'}${fraction}e${exponent < 0 ? '-' : '+'}${exponentText}`;
}

/** As OpenMetrics wants label values: like `%g` but integers carry `.0` (`1.0`, `0.5`, `+Inf`). */
export function formatOpenMetricsFloat(value: number): string {
  const text = formatGoFloatShort(value);
  return /[.eNI]/.test(text) ? text : `${text}.0`;
}

const decimal = /^[+-]?(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?$/;
const hexadecimal =
  /^([+-]?)0[xX](?=_?[\da-fA-F.])_?([\da-fA-F_]*)(?:\.([\da-fA-F_]*))?(?:[pP]([+-]?\d+))?$/;

/** As Go's `strconv.ParseFloat(text, 64)`; undefined when it is not a float (Go's range error is ±Inf). */
export function parseGoFloat(text: string): number | undefined {
  if (decimal.test(text)) return Number(text.replaceAll('_', ''));
  const word = text.toLowerCase().replace(/^[+-]/, '');
  if (word === 'inf' || word === 'infinity') {
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  if (text.toLowerCase() === 'nan') return Number.NaN;
  const hex = hexadecimal.exec(text);
  if (hex === null) return undefined;
  const whole = (hex[2] ?? '').replaceAll('_', '');
  const fraction = (hex[3] ?? '').replaceAll('_', '');
  if (whole === '' && fraction === '') return undefined;
  let value = 0;
  for (const digit of whole + fraction) value = value * 16 + Number.parseInt(digit, 16);
  value *= 2 ** (Number(hex[4] ?? '0') - 4 * fraction.length);
  return hex[1] === '-' ? -value : value;
}
