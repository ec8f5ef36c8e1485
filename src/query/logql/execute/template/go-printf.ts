// Go's `fmt.Sprintf` for the values that templates have.

import { quoteGo } from '../../../language/go-string.ts';
import { formatGoFloat } from '../../../../base/float.ts';
import { encodeHex } from '../../../../base/hex.ts';
import { isList, isMap, printFloat, printValue, typeName, type GoValue } from './go-values.ts';

interface Verb {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly letter: string;
}

/** Widths and precisions beyond this are Go's errors too. */
const sizeMax = 1_000_000;

const encoder = new TextEncoder();

function padTo(text: string, verb: Verb): string {
  const length = Array.from(text).length;
  if (length >= verb.width) return text;
  const fill = verb.width - length;
  if (verb.flags.includes('-')) return text + ' '.repeat(fill);
  const zero = verb.flags.includes('0') && !'sqvTt'.includes(verb.letter);
  if (!zero) return ' '.repeat(fill) + text;
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  return sign + '0'.repeat(fill) + text.slice(sign.length);
}

/** JavaScript prints no more. */
const digitsMax = 100;

/** What lies half-way between two texts becomes the even one, as in Go; JavaScript takes the larger. */
function evenOf(rounded: string, exact: string, digits: number): string {
  const cutAt = exact.length - (digitsMax - digits);
  if (digits >= digitsMax || !/^50*$/.test(exact.slice(cutAt))) return rounded;
  const cut = exact.slice(0, cutAt).replace(/\.$/, '');
  return Number(cut.at(-1)) % 2 === 0 ? cut : rounded;
}

function toFixedEven(value: number, digits: number): string {
  return evenOf(value.toFixed(digits), value.toFixed(digitsMax), digits);
}

function toExponentialEven(value: number, digits: number): string {
  const [rounded = '', exponent = '+0'] = value.toExponential(digits).split('e');
  const [exact = '', exactExponent = '+0'] = value.toExponential(digitsMax).split('e');
  // 9.5e+0 rounds to 1e+1, whose digit is odd in any case.
  if (exponent !== exactExponent) return `${rounded}e${exponent}`;
  return `${evenOf(rounded, exact, digits)}e${exponent}`;
}

function withSign(text: string, verb: Verb): string {
  if (text.startsWith('-')) return text;
  if (verb.flags.includes('+')) return `+${text}`;
  return verb.flags.includes(' ') ? ` ${text}` : text;
}

function wrong(verb: Verb, value: GoValue): string {
  return `%!${verb.letter}(${typeName(value)}=${printValue(value)})`;
}

function formatText(verb: Verb, text: string): string {
  const cut =
    verb.precision === undefined ? text : Array.from(text).slice(0, verb.precision).join('');
  switch (verb.letter) {
    case 'v':
    case 's':
      return cut;
    case 'q':
      return verb.flags.includes('#') && !cut.includes('`') ? `\`${cut}\`` : quoteGo(cut);
    case 'x':
      return encodeHex(encoder.encode(cut));
    case 'X':
      return encodeHex(encoder.encode(cut)).toUpperCase();
    default:
      return wrong(verb, text);
  }
}

function formatInt(verb: Verb, value: bigint): string {
  const prefixed = verb.flags.includes('#');
  switch (verb.letter) {
    case 'v':
    case 'd':
      return withSign(value.toString(), verb);
    case 'x':
      return withSign(
        value.toString(16).replace(/^-?/, (sign) => sign + (prefixed ? '0x' : '')),
        verb,
      );
    case 'X':
      return withSign(value.toString(16).toUpperCase(), verb);
    case 'o':
      return withSign(value.toString(8), verb);
    case 'b':
      return withSign(value.toString(2), verb);
    case 'c':
      return value >= 0n && value <= 0x10ffffn ? String.fromCodePoint(Number(value)) : '\ufffd';
    case 'q':
      return `'${String.fromCodePoint(Number(value & 0x1fffffn) % 0x110000)}'`;
    case 'U':
      return `U+${value.toString(16).toUpperCase().padStart(4, '0')}`;
    default:
      return wrong(verb, value);
  }
}

function withExponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

function formatFloat(verb: Verb, value: number): string {
  if (!Number.isFinite(value))
    return 'vfFeEgG'.includes(verb.letter) ? formatGoFloat(value) : wrong(verb, value);
  switch (verb.letter) {
    case 'v':
    case 'g':
    case 'G': {
      const text =
        verb.precision === undefined
          ? printFloat(value)
          : withExponent(trimZeros(value.toPrecision(Math.min(Math.max(verb.precision, 1), 100))));
      return withSign(verb.letter === 'G' ? text.toUpperCase() : text, verb);
    }
    case 'f':
    case 'F': {
      const digits = Math.min(verb.precision ?? 6, 100);
      const text = Math.abs(value) < 1e21 ? toFixedEven(value, digits) : formatGoFloat(value);
      return withSign(text, verb);
    }
    case 'e':
      return withSign(
        withExponent(toExponentialEven(value, Math.min(verb.precision ?? 6, 100))),
        verb,
      );
    case 'E':
      return withSign(
        withExponent(toExponentialEven(value, Math.min(verb.precision ?? 6, 100))).toUpperCase(),
        verb,
      );
    default:
      return wrong(verb, value);
  }
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+(?=e|$)/, '') : text;
}

function formatValue(verb: Verb, value: GoValue): string {
  if (verb.letter === 'T') return typeName(value);
  if (value === undefined) return verb.letter === 'v' ? '<nil>' : `%!${verb.letter}(<nil>)`;
  if (typeof value === 'string') return formatText(verb, value);
  if (typeof value === 'bigint') return formatInt(verb, value);
  if (typeof value === 'number') return formatFloat(verb, value);
  if (typeof value === 'boolean')
    return verb.letter === 't' || verb.letter === 'v' ? String(value) : wrong(verb, value);
  if (isList(value)) return `[${value.map((item) => formatValue(verb, item)).join(' ')}]`;
  if (isMap(value)) return printValue(value);
  return formatText(verb, value.toString());
}

const verbPattern = /%(%|([-+# 0]*)(\d+|\*)?(?:\.(\d+|\*)?)?(.)?)/gsu;

export function sprintf(format: string, values: readonly GoValue[]): string {
  let used = 0;
  const size = (text: string | undefined): number | undefined => {
    if (text === undefined) return undefined;
    const value = text === '*' ? Number(values[used++] ?? 0) : Number(text);
    return Number.isSafeInteger(value) && Math.abs(value) <= sizeMax ? value : 0;
  };
  const text = format.replace(
    verbPattern,
    (whole: string, percent: string, flags: string | undefined, width, precision, letter) => {
      if (percent === '%') return '%';
      const verb: Verb = {
        flags: flags ?? '',
        width: size(width as string | undefined) ?? 0,
        precision: whole.includes('.') ? (size(precision as string | undefined) ?? 0) : undefined,
        letter: String(letter ?? ''),
      };
      if (letter === undefined) return '%!(NOVERB)';
      if (used >= values.length) return `%!${verb.letter}(MISSING)`;
      return padTo(formatValue(verb, values[used++]), verb);
    },
  );
  if (used >= values.length) return text;
  const extra = values.slice(used).map((value) => `${typeName(value)}=${printValue(value)}`);
  return `${text}%!(EXTRA ${extra.join(', ')})`;
}
