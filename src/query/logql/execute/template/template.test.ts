import { describe, expect, test } from 'vitest';
import { Failure } from '../../../../base/errors.ts';
import { templateFunctions } from '../../syntax/template/template-functions.ts';
import { parseTemplate } from '../../syntax/template/template-parse.ts';
import { TextMap } from './go-values.ts';
import { runTemplate } from './run.ts';

const labels: Readonly<Record<string, string>> = {
  app: 'api',
  n: '12',
  none: '',
  msg: 'Grüße <b>"x"</b>',
  json: '{"user":{"id":7,"tags":["a","b"]},"ok":true}',
  url: 'a%20b+c',
  ms: '1500ms',
  size: '2KiB',
};

function run(text: string): string {
  return runTemplate(parseTemplate('line', text), {
    line: 'the line',
    timeNs: 1_700_000_000_123_456_789n,
    nowNs: () => 1_600_000_000_000_000_000n,
    label: (name: string) => labels[name],
    all: () => new TextMap(Object.entries(labels)),
  });
}

const tried = new Set<string>();

/** What the template prints. */
function check(text: string, printed: string): void {
  for (const word of text.match(/\w+/g) ?? []) tried.add(word);
  expect(run(text)).toBe(printed);
}

describe('actions', () => {
  test.each([
    ['a{{.app}}b{{ .missing }}c', 'aapibc'],
    ['a  {{- .app -}}  b{{/* nothing */}}', 'aapib'],
    ['{{if .none}}x{{else if eq .app "api"}}y{{else}}z{{end}}', 'y'],
    ['{{with .app}}{{.}}{{else}}none{{end}}{{with .none}}x{{else with .n}}{{.}}{{end}}', 'api12'],
    ['{{$x := .app}}{{if true}}{{$x = "changed"}}{{end}}{{$x}} {{$.n}}', 'changed 12'],
    ['{{range $i, $e := (fromJson .json).user.tags}}{{$i}}={{$e}};{{end}}', '0=a;1=b;'],
    ['{{range 3}}{{if eq . 1}}{{continue}}{{end}}{{.}}{{end}}', '02'],
    ['{{range 5}}{{if gt . 1}}{{break}}{{end}}{{.}}{{end}}', '01'],
    ['{{range fromJson "[]"}}x{{else}}empty{{end}}', 'empty'],
    [
      '{{define "t"}}<{{.}}>{{end}}{{template "t" .app}}{{block "u" .n}}[{{.}}]{{end}}',
      '<api>[12]',
    ],
    ['{{.app | upper | printf "%s!"}}', 'API!'],
    ['{{(printf "%d" 3) | len}}', '1'],
  ])('%s', (text, printed) => check(text, printed));
});

describe('functions', () => {
  test.each([
    ['{{ToLower "AB"}}{{ToUpper "ab"}}{{lower "Ü"}}{{upper "ü"}}', 'abABüÜ'],
    ['{{Replace "aaa" "a" "b" 2}} {{replace "a" "b" "aaa"}}', 'bba bbb'],
    [
      '{{Trim "xxaxx" "x"}}{{TrimLeft "xxa" "x"}}{{TrimRight "axx" "x"}}{{trimAll "x" "xax"}}',
      'aaaa',
    ],
    [
      '{{TrimPrefix "ab" "a"}}{{TrimSuffix "ab" "b"}}{{trimPrefix "a" "ab"}}{{trimSuffix "b" "ab"}}',
      'baba',
    ],
    ['[{{TrimSpace " a "}}][{{trim " a\t"}}]', '[a][a]'],
    [
      '{{__line__}} {{__timestamp__ | unixEpoch}} {{__timestamp__.Year}}',
      'the line 1700000000 2023',
    ],
    [
      '{{regexReplaceAll "(a)(b)?" "abac" "${1}x"}} {{regexReplaceAllLiteral "a" "ab" "$1"}}',
      'axaxc $1b',
    ],
    ['{{count "a+" "aa b a"}}', '2'],
    ['{{urldecode .url}} {{urlencode "a b&c=ü*"}}', 'a b c a+b%26c%3D%C3%BC%2A'],
    ['{{bytes .size}} {{duration .ms}} {{duration_seconds "2m"}}', '2048 1.5 120'],
    [
      '{{unixEpochMillis __timestamp__}} {{unixEpochNanos __timestamp__}}',
      '1700000000123 1700000000123456789',
    ],
    [
      '{{unixToTime "1700000000" | date "2006-01-02"}} {{unixToTime "1700000000123" | unixEpochMillis}}',
      '2023-11-14 1700000000123',
    ],
    ['{{toDate "2006-01-02" "2023-02-28" | date "Mon Jan _2 2006"}}', 'Tue Feb 28 2023'],
    [
      '{{toDateInZone "2006-01-02 15:04" "America/New_York" "2023-07-01 12:30" | unixEpoch}}',
      '1688229000',
    ],
    ['{{date "02.01.06 03:04:05.000PM Z07:00" __timestamp__}}', '14.11.23 10:13:20.123PM Z'],
    ['{{now | unixEpoch}}', '1600000000'],
    [
      '[{{alignLeft 5 "abc"}}][{{alignRight 5 "abc"}}][{{alignLeft 2 "abc"}}][{{alignRight 2 "abc"}}]',
      '[abc  ][  abc][ab][bc]',
    ],
    ['{{b64enc "Grüße"}} {{b64dec "R3LDvMOfZQ"}}', 'R3LDvMOfZQ== Grüße'],
    ['{{title "hello foo-bar"}}', 'Hello Foo-Bar'],
    ['{{trunc 2 "Grüße"}}{{trunc -2 "Grüße"}} {{substr 1 3 "Grüße"}}', 'Grße rü'],
    ['{{contains "p" .app}} {{hasPrefix "a" .app}} {{hasSuffix "x" .app}}', 'true true false'],
    ['{{indent 2 "a\\nb"}}{{nindent 1 "c"}}', '  a\n  b\n c'],
    ['{{repeat 3 "ab"}}', 'ababab'],
    ['{{int "12"}} {{int "1.0"}} {{int "x"}} {{float64 "1.5"}} {{int 2.9}}', '12 1 0 1.5 2'],
    ['{{add 1 2 "3"}} {{sub 5 2}} {{mul 2 3 4}} {{div 7 2}} {{mod 7 2}}', '6 3 24 3 1'],
    ['{{addf 1 0.5}} {{subf 1 0.25}} {{mulf 2 1.5}} {{divf 1 4}}', '1.5 0.75 3 0.25'],
    ['{{max 1 3 2}} {{min 3 1 2}} {{maxf 1.5 2}} {{minf 1.5 2}}', '3 1 2 1.5'],
    ['{{ceil 1.2}} {{floor 1.8}} {{round 1.25 1}} {{round 1.24 1 0.5}}', '2 1 1.3 1.2'],
    ['{{(fromJson .json).user.id}} {{fromJson "oops"}}', '7 <no value>'],
    ['{{default "d" .none}} {{default "d" .app}}', 'd api'],
    ['{{and .app .none}}|{{or .none .app}}|{{not .none}}', '|api|true'],
    [
      '{{eq .app "x" "api"}} {{ne 1 2}} {{lt 1 2}} {{le 2 2}} {{gt "b" "a"}} {{ge 1.5 2.5}}',
      'true true true true true false',
    ],
    [
      '{{index . "app"}} {{index (fromJson .json).user.tags 1}} {{slice .app 1 2}} {{len .app}}',
      'api b p 3',
    ],
    [
      '{{print 1 2 "a" "b"}} {{println 1 "a"}}{{printf "%05d|%-4s|%x|%.2f|%q|%v" 42 "a" "ab" 1.005 "q" true}}',
      '1 2ab 1 a\n00042|a   |6162|1.00|"q"|true',
    ],
    [
      '{{html .msg}} {{js "a\'b"}} {{urlquery "a b"}}',
      "Grüße &lt;b&gt;&#34;x&#34;&lt;/b&gt; a\\'b a+b",
    ],
  ])('%s', (text, printed) => check(text, printed));

  test('each one in the catalogue is tried', () => {
    expect(Object.keys(templateFunctions).filter((name) => !tried.has(name))).toEqual(['call']);
  });
});

describe('failures while running', () => {
  test.each([
    ['{{.app.x}}', "can't evaluate field x in type string"],
    ['{{div 1 0}}', 'error calling div: runtime error: integer divide by zero'],
    ['{{index (fromJson "[1]") 3}}', 'error calling index: index out of range: 3'],
    ['{{duration "x"}}', 'error calling duration: time: invalid duration "x"'],
    ['{{eq 1 "a"}}', 'incompatible types for comparison'],
    ['{{template "x"}}', 'template "x" not defined'],
    ['{{call .app}}', 'call of non-function'],
    ['{{regexReplaceAll "(" "a" "b"}}', 'error parsing regexp'],
    ['{{toDateInZone "2006" "Moon/Base" "2023"}}', 'unknown time zone Moon/Base'],
    ['{{b64dec "*"}}', 'illegal base64 data at input byte 0'],
    ['{{urldecode "%zz"}}', 'invalid URL escape "%zz"'],
    ['{{unixToTime "12"}}', "unable to parse time '12'"],
    ['{{repeat -1 "a"}}', 'negative Repeat count'],
  ])('%s', (text, message) => {
    expect(() => run(text)).toThrow(message);
  });
});

describe('bounds', () => {
  test.each([
    ['loops', '{{range 1000000000}}{{end}}', 'more than 100000 steps'],
    ['nested loops', '{{range 1000}}{{range 1000}}{{end}}{{end}}', 'more than 100000 steps'],
    [
      'recursion',
      '{{define "t"}}{{template "t"}}{{end}}{{template "t"}}',
      'exceeded maximum template depth',
    ],
    ['output', '{{range 100}}{{repeat 100000 "x"}}{{end}}', 'prints more than 1048576 characters'],
    ['one result', '{{repeat 1000000000 "x"}}', 'longer than 1048576 characters'],
    ['padding', '{{alignLeft 1000000000 "x"}}', 'longer than 1048576 characters'],
  ])('%s end', (_, text, message) => {
    expect(() => run(text)).toThrow(message);
  });

  test('deeply nested blocks and parentheses are refused', () => {
    for (const text of [
      '{{if .a}}'.repeat(5000),
      `{{${'('.repeat(5000)}.a}}`,
      `{{if .a}}${'{{else if .b}}'.repeat(5000)}{{end}}`,
    ])
      expect(() => parseTemplate('line', text)).toThrow(Failure);
  });
});
