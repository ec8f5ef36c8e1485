// Go's `time.Time` as far as templates use it: an instant with a zone, formatted and read by reference-time layouts
// (`2006-01-02T15:04:05.999Z07:00`). The local zone is UTC.

import { Failure } from '../../../../base/errors.ts';

const months: readonly string[] = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const days: readonly string[] = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
];

const element =
  /January|Jan|Monday|Mon|MST|2006|002|01|02|03|04|05|06|15|PM|pm|-07:00:00|-07:00|-070000|-0700|-07|Z07:00:00|Z07:00|Z070000|Z0700|Z07|_2006|__2|_2|[.,]0+(?!\d)|[.,]9+(?!\d)|1|2|3|4|5/g;

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

const zoneFormats = new Map<string, Intl.DateTimeFormat>();

/** Seconds that a named zone is ahead of UTC at an instant; undefined for an unknown zone. */
function zoneOffset(zone: string, seconds: number): number | undefined {
  if (zone === '' || zone === 'UTC' || zone === 'Local') return 0;
  let format = zoneFormats.get(zone);
  if (format === undefined) {
    try {
      format = new Intl.DateTimeFormat('en-US', {
        timeZone: zone,
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      });
    } catch {
      return undefined;
    }
    zoneFormats.set(zone, format);
  }
  const parts: Record<string, number> = {};
  for (const part of format.formatToParts(seconds * 1000)) parts[part.type] = Number(part.value);
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - Math.floor(seconds);
}

function offsetText(seconds: number, withColon: boolean, withMinutes: boolean): string {
  const sign = seconds < 0 ? '-' : '+';
  const minutes = Math.floor(Math.abs(seconds) / 60);
  const tail = withMinutes ? `${withColon ? ':' : ''}${pad(minutes % 60, 2)}` : '';
  return `${sign}${pad(Math.floor(minutes / 60), 2)}${tail}`;
}

export class GoTime {
  readonly ns: bigint;
  /** Seconds ahead of UTC. */
  readonly offset: number;
  readonly zone: string;

  constructor(ns: bigint, offset: number = 0, zone: string = 'UTC') {
    this.ns = ns;
    this.offset = offset;
    this.zone = zone;
  }

  get unix(): bigint {
    return (
      (this.ns - (((this.ns % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n)) / 1_000_000_000n
    );
  }

  get nanosecond(): number {
    return Number(((this.ns % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n);
  }

  /** The wall clock in the time's zone, as a Date read by its UTC methods. */
  get wall(): Date {
    return new Date((Number(this.unix) + this.offset) * 1000);
  }

  get yearDay(): number {
    const wall = this.wall;
    return Math.floor((wall.getTime() - Date.UTC(wall.getUTCFullYear(), 0, 1)) / 86_400_000) + 1;
  }

  toString(): string {
    const fraction = this.nanosecond === 0 ? '' : '.999999999';
    return this.format(`2006-01-02 15:04:05${fraction} -0700 MST`);
  }

  format(layout: string): string {
    const wall = this.wall;
    return layout.replace(element, (part) => this.#element(part, wall));
  }

  #element(part: string, wall: Date): string {
    const hour = wall.getUTCHours();
    switch (part) {
      case 'January':
        return months[wall.getUTCMonth()] ?? '';
      case 'Jan':
        return (months[wall.getUTCMonth()] ?? '').slice(0, 3);
      case 'Monday':
        return days[wall.getUTCDay()] ?? '';
      case 'Mon':
        return (days[wall.getUTCDay()] ?? '').slice(0, 3);
      case 'MST':
        return this.zone === '' ? offsetText(this.offset, false, true) : this.zone;
      case '2006':
        return pad(wall.getUTCFullYear(), 4);
      case '_2006':
        return `_${pad(wall.getUTCFullYear(), 4)}`;
      case '06':
        return pad(wall.getUTCFullYear() % 100, 2);
      case '01':
        return pad(wall.getUTCMonth() + 1, 2);
      case '1':
        return String(wall.getUTCMonth() + 1);
      case '02':
        return pad(wall.getUTCDate(), 2);
      case '_2':
        return String(wall.getUTCDate()).padStart(2, ' ');
      case '2':
        return String(wall.getUTCDate());
      case '002':
        return pad(this.yearDay, 3);
      case '__2':
        return String(this.yearDay).padStart(3, ' ');
      case '15':
        return pad(hour, 2);
      case '03':
        return pad(hour % 12 === 0 ? 12 : hour % 12, 2);
      case '3':
        return String(hour % 12 === 0 ? 12 : hour % 12);
      case '04':
        return pad(wall.getUTCMinutes(), 2);
      case '4':
        return String(wall.getUTCMinutes());
      case '05':
        return pad(wall.getUTCSeconds(), 2);
      case '5':
        return String(wall.getUTCSeconds());
      case 'PM':
        return hour >= 12 ? 'PM' : 'AM';
      case 'pm':
        return hour >= 12 ? 'pm' : 'am';
      default:
        return this.#zoneOrFraction(part);
    }
  }

  #zoneOrFraction(part: string): string {
    if (part.startsWith('-07') || part.startsWith('Z07')) {
      if (part.startsWith('Z') && this.offset === 0) return 'Z';
      const minutes = part.length > 3;
      const text = offsetText(this.offset, part.includes(':'), minutes);
      const seconds = pad(Math.abs(this.offset) % 60, 2);
      if (part.endsWith('00:00')) return `${text}:${seconds}`;
      return part.endsWith('0000') ? text + seconds : text;
    }
    const digits = pad(this.nanosecond, 9).slice(0, Math.min(part.length - 1, 9));
    if (part[1] === '0') return `${part[0] ?? '.'}${digits.padEnd(part.length - 1, '0')}`;
    const trimmed = digits.replace(/0+$/, '');
    return trimmed === '' ? '' : `${part[0] ?? '.'}${trimmed}`;
  }
}

/** Go's zero time, which failed reads give. */
export const zeroTime: GoTime = new GoTime(-62_135_596_800_000_000_000n);

interface Fields {
  year: number;
  month: number;
  day: number;
  yearDay: number;
  hour: number;
  minute: number;
  second: number;
  ns: number;
  pm: boolean | undefined;
  offset: number | undefined;
  zone: string | undefined;
}

type FieldReader = readonly [RegExp, (fields: Fields, text: string) => void];

const twoDigits = /^\d{2}/;
const oneOrTwo = /^ ?\d{1,2}/;

function nameReader(
  names: readonly string[],
  set: (fields: Fields, at: number) => void,
): FieldReader {
  return [
    new RegExp(`^(?:${names.join('|')})`, 'i'),
    (fields, text) =>
      set(
        fields,
        names.findIndex((name) => name.toLowerCase() === text.toLowerCase()),
      ),
  ];
}

function readOffset(fields: Fields, text: string): void {
  if (text === 'Z') {
    fields.offset = 0;
    return;
  }
  const digits = text.slice(1).replaceAll(':', '').padEnd(6, '0');
  const seconds =
    Number(digits.slice(0, 2)) * 3600 +
    Number(digits.slice(2, 4)) * 60 +
    Number(digits.slice(4, 6));
  fields.offset = text.startsWith('-') ? -seconds : seconds;
}

const short = (names: readonly string[]): readonly string[] =>
  names.map((name) => name.slice(0, 3));

const readers: Readonly<Record<string, FieldReader>> = {
  January: nameReader(months, (fields, at) => void (fields.month = at + 1)),
  Jan: nameReader(short(months), (fields, at) => void (fields.month = at + 1)),
  Monday: nameReader(days, () => undefined),
  Mon: nameReader(short(days), () => undefined),
  MST: [/^(?:[A-Z]{3,4}|[+-]\d{2,4})/, (fields, text) => void (fields.zone = text)],
  '2006': [/^\d{4}/, (fields, text) => void (fields.year = Number(text))],
  '06': [
    twoDigits,
    (fields, text) => void (fields.year = Number(text) + (Number(text) >= 69 ? 1900 : 2000)),
  ],
  '01': [twoDigits, (fields, text) => void (fields.month = Number(text))],
  '1': [oneOrTwo, (fields, text) => void (fields.month = Number(text))],
  '02': [twoDigits, (fields, text) => void (fields.day = Number(text))],
  _2: [oneOrTwo, (fields, text) => void (fields.day = Number(text))],
  '2': [oneOrTwo, (fields, text) => void (fields.day = Number(text))],
  '002': [/^\d{3}/, (fields, text) => void (fields.yearDay = Number(text))],
  __2: [/^[ \d]{3}/, (fields, text) => void (fields.yearDay = Number(text))],
  '15': [twoDigits, (fields, text) => void (fields.hour = Number(text))],
  '03': [twoDigits, (fields, text) => void (fields.hour = Number(text))],
  '3': [oneOrTwo, (fields, text) => void (fields.hour = Number(text))],
  '04': [twoDigits, (fields, text) => void (fields.minute = Number(text))],
  '4': [oneOrTwo, (fields, text) => void (fields.minute = Number(text))],
  '05': [twoDigits, (fields, text) => void (fields.second = Number(text))],
  '5': [oneOrTwo, (fields, text) => void (fields.second = Number(text))],
  PM: [/^(?:AM|PM)/, (fields, text) => void (fields.pm = text === 'PM')],
  pm: [/^(?:am|pm)/, (fields, text) => void (fields.pm = text === 'pm')],
};

function readFraction(fields: Fields, text: string): void {
  fields.ns = Number(text.slice(1, 10).padEnd(9, '0'));
}

function readerOf(part: string): FieldReader {
  const known = readers[part];
  if (known !== undefined) return known;
  if (part.startsWith('-07')) return [/^[+-]\d{2}(?::?\d{2}){0,2}/, readOffset];
  if (part.startsWith('Z07')) return [/^(?:Z|[+-]\d{2}(?::?\d{2}){0,2})/, readOffset];
  if (part === '_2006')
    return [/^_\d{4}/, (fields, text) => void (fields.year = Number(text.slice(1)))];
  const optional = part[1] === '9';
  return [optional ? /^(?:[.,]\d+)?/ : new RegExp(`^[.,]\\d{${part.length - 1}}`), readFraction];
}

/** A time read by a layout in a zone; fails when the text does not fit. */
export function parseGoTime(layout: string, text: string, zone: string): GoTime {
  const bad = (): Failure =>
    new Failure(
      'invalid-data',
      `parsing time ${JSON.stringify(text)} as ${JSON.stringify(layout)}`,
    );
  const fields: Fields = {
    year: 0,
    month: 1,
    day: 1,
    yearDay: 0,
    hour: 0,
    minute: 0,
    second: 0,
    ns: 0,
    pm: undefined,
    offset: undefined,
    zone: undefined,
  };
  let rest = text;
  let at = 0;
  const literal = (until: number): void => {
    const expected = layout.slice(at, until);
    if (!rest.startsWith(expected)) throw bad();
    rest = rest.slice(expected.length);
  };
  for (const part of layout.matchAll(element)) {
    literal(part.index);
    at = part.index + part[0].length;
    const [pattern, set] = readerOf(part[0]);
    const found = pattern.exec(rest)?.[0];
    if (found === undefined) throw bad();
    if (found !== '') set(fields, found.trim());
    rest = rest.slice(found.length);
    // Go reads a fraction behind the seconds even where the layout has none.
    if ((part[0] === '05' || part[0] === '5') && !/^[.,][09]/.test(layout.slice(at))) {
      const fraction = /^[.,]\d+/.exec(rest)?.[0];
      if (fraction !== undefined) {
        readFraction(fields, fraction);
        rest = rest.slice(fraction.length);
      }
    }
  }
  literal(layout.length);
  if (rest !== '') throw bad();
  return timeOf(fields, zone, bad);
}

function timeOf(fields: Fields, zone: string, bad: () => Failure): GoTime {
  let { hour } = fields;
  if (fields.pm === true && hour < 12) hour += 12;
  if (fields.pm === false && hour === 12) hour = 0;
  const outOfRange =
    fields.month < 1 || fields.month > 12 || fields.day < 1 || fields.day > 31 || hour > 23;
  if (outOfRange || fields.minute > 59 || fields.second > 59) throw bad();
  const date = new Date(0);
  date.setUTCFullYear(
    fields.year,
    fields.yearDay > 0 ? 0 : fields.month - 1,
    fields.yearDay || fields.day,
  );
  date.setUTCHours(hour, fields.minute, fields.second, 0);
  if (fields.yearDay === 0 && date.getUTCDate() !== fields.day) throw bad();
  const wallSeconds = date.getTime() / 1000;
  let { offset } = fields;
  let zoneName = fields.zone ?? (offset === undefined || offset === 0 ? 'UTC' : '');
  if (offset === undefined) {
    // The zone's offset at the wall time, then at the instant that it leads to.
    const guess = zoneOffset(zone, wallSeconds);
    if (guess === undefined) throw new Failure('invalid-data', `unknown time zone ${zone}`);
    offset = zoneOffset(zone, wallSeconds - guess) ?? guess;
    if (offset !== 0 && fields.zone === undefined) zoneName = '';
  }
  const ns = BigInt(wallSeconds - offset) * 1_000_000_000n + BigInt(fields.ns);
  return new GoTime(ns, offset, zoneName);
}
