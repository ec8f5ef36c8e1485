// The functions that templates may call: Go's own, Loki's, and those that Loki takes from sprig.

export interface TemplateFunctionDoc {
  readonly signature: string;
  readonly doc: string;
  readonly deprecated?: string;
}

export type TemplateFunctionName =
  | 'ToLower'
  | 'ToUpper'
  | 'Replace'
  | 'Trim'
  | 'TrimLeft'
  | 'TrimRight'
  | 'TrimPrefix'
  | 'TrimSuffix'
  | 'TrimSpace'
  | '__line__'
  | '__timestamp__'
  | 'regexReplaceAll'
  | 'regexReplaceAllLiteral'
  | 'count'
  | 'urldecode'
  | 'urlencode'
  | 'bytes'
  | 'duration'
  | 'duration_seconds'
  | 'unixEpochMillis'
  | 'unixEpochNanos'
  | 'toDateInZone'
  | 'unixToTime'
  | 'alignLeft'
  | 'alignRight'
  | 'b64dec'
  | 'b64enc'
  | 'lower'
  | 'upper'
  | 'title'
  | 'trunc'
  | 'substr'
  | 'contains'
  | 'hasPrefix'
  | 'hasSuffix'
  | 'indent'
  | 'nindent'
  | 'replace'
  | 'repeat'
  | 'trim'
  | 'trimAll'
  | 'trimSuffix'
  | 'trimPrefix'
  | 'int'
  | 'float64'
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'mod'
  | 'addf'
  | 'subf'
  | 'mulf'
  | 'divf'
  | 'max'
  | 'min'
  | 'maxf'
  | 'minf'
  | 'ceil'
  | 'floor'
  | 'round'
  | 'fromJson'
  | 'date'
  | 'toDate'
  | 'now'
  | 'unixEpoch'
  | 'default'
  | 'and'
  | 'or'
  | 'not'
  | 'eq'
  | 'ne'
  | 'lt'
  | 'le'
  | 'gt'
  | 'ge'
  | 'index'
  | 'slice'
  | 'len'
  | 'print'
  | 'printf'
  | 'println'
  | 'html'
  | 'js'
  | 'urlquery'
  | 'call';

function of(signature: string, doc: string): TemplateFunctionDoc {
  return { signature, doc };
}

function old(signature: string, instead: string): TemplateFunctionDoc {
  return { signature, doc: `Use ${instead}.`, deprecated: instead };
}

export const templateFunctions: Readonly<Record<TemplateFunctionName, TemplateFunctionDoc>> = {
  ToLower: old('ToLower s', 'lower'),
  ToUpper: old('ToUpper s', 'upper'),
  Replace: old('Replace s old new n', 'replace'),
  Trim: old('Trim s cutset', 'trimAll'),
  TrimLeft: old('TrimLeft s cutset', 'trimPrefix'),
  TrimRight: old('TrimRight s cutset', 'trimSuffix'),
  TrimPrefix: old('TrimPrefix s prefix', 'trimPrefix'),
  TrimSuffix: old('TrimSuffix s suffix', 'trimSuffix'),
  TrimSpace: old('TrimSpace s', 'trim'),
  __line__: of('__line__', 'The line as it is at this stage.'),
  __timestamp__: of('__timestamp__', 'The time of the line.'),
  regexReplaceAll: of('regexReplaceAll regex s replacement', 'Replaces matches; $1 is a group.'),
  regexReplaceAllLiteral: of(
    'regexReplaceAllLiteral regex s replacement',
    'Replaces matches; $ stays $.',
  ),
  count: of('count regex s', 'How many matches the text has.'),
  urldecode: of('urldecode s', 'Undoes query escaping.'),
  urlencode: of('urlencode s', 'Escapes for a query string.'),
  bytes: of('bytes s', 'Reads a size such as 5KB as bytes.'),
  duration: of('duration s', 'Reads a duration as seconds.'),
  duration_seconds: of('duration_seconds s', 'Reads a duration as seconds.'),
  unixEpochMillis: of('unixEpochMillis time', 'Milliseconds since 1970.'),
  unixEpochNanos: of('unixEpochNanos time', 'Nanoseconds since 1970.'),
  toDateInZone: of('toDateInZone layout zone s', 'Reads a time in a zone.'),
  unixToTime: of('unixToTime s', 'Reads seconds, milli-, micro- or nanoseconds by their length.'),
  alignLeft: of('alignLeft width s', 'Cuts or pads on the right.'),
  alignRight: of('alignRight width s', 'Cuts or pads on the left.'),
  b64dec: of('b64dec s', 'Decodes base64.'),
  b64enc: of('b64enc s', 'Encodes base64.'),
  lower: of('lower s', 'In lower case.'),
  upper: of('upper s', 'In upper case.'),
  title: of('title s', 'Each word with a capital.'),
  trunc: of('trunc n s', 'The first n characters, or the last -n.'),
  substr: of('substr from to s', 'From one position to another.'),
  contains: of('contains part s', 'Whether the part is in the text.'),
  hasPrefix: of('hasPrefix prefix s', 'Whether the text begins so.'),
  hasSuffix: of('hasSuffix suffix s', 'Whether the text ends so.'),
  indent: of('indent n s', 'Each line behind n spaces.'),
  nindent: of('nindent n s', 'As indent, on a new line.'),
  replace: of('replace old new s', 'Replaces all.'),
  repeat: of('repeat n s', 'The text n times.'),
  trim: of('trim s', 'Without white space at both ends.'),
  trimAll: of('trimAll cutset s', 'Without these characters at both ends.'),
  trimSuffix: of('trimSuffix suffix s', 'Without the suffix.'),
  trimPrefix: of('trimPrefix prefix s', 'Without the prefix.'),
  int: of('int v', 'As a whole number.'),
  float64: of('float64 v', 'As a number with a fraction.'),
  add: of('add a b …', 'Sum of whole numbers.'),
  sub: of('sub a b', 'Difference of whole numbers.'),
  mul: of('mul a b …', 'Product of whole numbers.'),
  div: of('div a b', 'Quotient of whole numbers.'),
  mod: of('mod a b', 'Remainder of whole numbers.'),
  addf: of('addf a b …', 'Sum.'),
  subf: of('subf a b …', 'Difference.'),
  mulf: of('mulf a b …', 'Product.'),
  divf: of('divf a b …', 'Quotient.'),
  max: of('max a b …', 'Largest whole number.'),
  min: of('min a b …', 'Smallest whole number.'),
  maxf: of('maxf a b …', 'Largest number.'),
  minf: of('minf a b …', 'Smallest number.'),
  ceil: of('ceil v', 'Rounded up.'),
  floor: of('floor v', 'Rounded down.'),
  round: of('round v digits', 'Rounded, halves up.'),
  fromJson: of('fromJson s', 'The value of a JSON text.'),
  date: of('date layout time', 'The time in Go’s layout.'),
  toDate: of('toDate layout s', 'Reads a time in Go’s layout.'),
  now: of('now', 'The present time.'),
  unixEpoch: of('unixEpoch time', 'Seconds since 1970.'),
  default: of('default fallback v', 'The fallback when the value is empty.'),
  and: of('and a b …', 'The first empty value, else the last.'),
  or: of('or a b …', 'The first value that is not empty, else the last.'),
  not: of('not v', 'Whether the value is empty.'),
  eq: of('eq a b …', 'Whether the first equals any other.'),
  ne: of('ne a b', 'Whether they differ.'),
  lt: of('lt a b', 'a < b'),
  le: of('le a b', 'a <= b'),
  gt: of('gt a b', 'a > b'),
  ge: of('ge a b', 'a >= b'),
  index: of('index v key …', 'Member of a map or a list.'),
  slice: of('slice v from to', 'Part of a text or a list.'),
  len: of('len v', 'Length.'),
  print: of('print v …', 'As text.'),
  printf: of('printf format v …', 'As text in Go’s format.'),
  println: of('println v …', 'As text with a line end.'),
  html: of('html v …', 'Escaped for HTML.'),
  js: of('js v …', 'Escaped for JavaScript.'),
  urlquery: of('urlquery v …', 'Escaped for a query string.'),
  call: of('call f v …', 'Calls a function value.'),
};

export function isTemplateFunction(name: string): name is TemplateFunctionName {
  return Object.hasOwn(templateFunctions, name);
}
