// Numbers as Go reads them (`strconv.ParseFloat`) and nothing else: what label values are compared with. PromQL's own numbers
// (`base/float.ts`) may besides be hexadecimal integers and hold underscores.

const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const hexadecimal = /^([+-]?)0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?[pP]([+-]?\d{1,5})$/;
const special = /^([+-]?)(?:inf|infinity)$/i;

/** Go's `ParseFloat(text, 64)`: decimal, hexadecimal with exponent, `Inf`, `NaN`; undefined when it is none of them. */
export function parseGoFloat(text: string): number | undefined {
  if (decimal.test(text)) {
    const value = Number(text);
    // Out of range is an error for Go, not an infinity.
    return Number.isFinite(value) ? value : undefined;
  }
  const infinite = special.exec(text);
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity;
  if (/^nan$/i.test(text)) return Number.NaN;
  const hex = hexadecimal.exec(text);
  if (hex === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = hex;
  if (whole === '' && fraction === '') return undefined;
  let mantissa = 0;
  for (const digit of whole + fraction) mantissa = mantissa * 16 + Number.parseInt(digit, 16);
  const value = mantissa * 2 ** (Number(exponent) - 4 * fraction.length);
  if (!Number.isFinite(value)) return undefined;
  return sign === '-' ? -value : value;
}
