// Pieces of a Go template to its tree: pipes, `if`/`with`/`range` with their ends, definitions. Functions must exist and
// variables must be declared, as Go demands when it parses.

import { unquoteGo } from '../../../language/go-string.ts';
import { nearestName } from '../../../language/nearest-name.ts';
import { parseGoFloat } from '../../../language/go-number.ts';
import type { Failure } from '../../../../base/errors.ts';
import { templateDepthMax } from '../limits.ts';
import type { Operand, Pipe, Template, TemplateNode } from './template-ast.ts';
import { isTemplateFunction, templateFunctions } from './template-functions.ts';
import {
  lexTemplate,
  templateFailure,
  type TemplatePiece,
  type TemplateToken,
} from './template-lexer.ts';

type Action = Extract<TemplatePiece, { kind: 'action' }>;

/** Reads the tokens of one action. */
function functionHint(name: string): string | undefined {
  const near = nearestName(name, Object.keys(templateFunctions));
  return near === undefined ? undefined : `did you mean ${near}? A label is written .${name}`;
}

class ActionReader {
  readonly #parser: TemplateParser;
  readonly #action: Action;
  readonly #tokens: readonly TemplateToken[];
  #at: number = 0;
  #depth: number = 0;

  constructor(parser: TemplateParser, action: Action) {
    this.#parser = parser;
    this.#action = action;
    this.#tokens = action.tokens;
  }

  fail(message: string, hint?: string): Failure {
    return templateFailure(this.#parser.name, this.#action.line, message, hint);
  }

  peek(ahead: number = 0): TemplateToken | undefined {
    return this.#tokens[this.#at + ahead];
  }

  take(): TemplateToken | undefined {
    return this.#tokens[this.#at++];
  }

  skipSpace(): void {
    while (this.peek()?.kind === 'space') this.#at++;
  }

  /** The keyword or name at the start, behind white space. */
  word(): string {
    this.skipSpace();
    const token = this.peek();
    return token?.kind === 'identifier' ? token.text : '';
  }

  atEnd(): boolean {
    this.skipSpace();
    return this.peek() === undefined;
  }

  string(context: string): string {
    this.skipSpace();
    const token = this.take();
    if (token?.kind !== 'string')
      throw this.fail(
        `unexpected ${token === undefined ? 'EOF' : `"${token.text}"`} in ${context}`,
      );
    return this.#unquote(token.text);
  }

  #unquote(text: string): string {
    try {
      return unquoteGo(text);
    } catch {
      throw this.fail('invalid syntax');
    }
  }

  #isSymbol(text: string): boolean {
    const token = this.peek();
    return token?.kind === 'symbol' && token.text === text;
  }

  /** `$a := …`, `$a, $b := …` (in range) or `$a = …`. */
  #declarations(isRange: boolean): { variables: string[]; assigns: boolean } {
    const start = this.#at;
    const variables: string[] = [];
    for (;;) {
      this.skipSpace();
      const token = this.peek();
      if (token?.kind !== 'variable') break;
      this.#at++;
      variables.push(token.text);
      this.skipSpace();
      if (this.#isSymbol(',') && isRange && variables.length < 2) {
        this.#at++;
        continue;
      }
      if (this.#isSymbol(':=') || this.#isSymbol('=')) {
        const assigns = this.take()?.text === '=';
        if (assigns) for (const name of variables) this.#parser.demandVariable(name, this);
        return { variables, assigns };
      }
      break;
    }
    this.#at = start;
    return { variables: [], assigns: false };
  }

  pipe(context: string, isRange: boolean = false): Pipe {
    if (++this.#depth > templateDepthMax) throw this.fail('pipelines nested too deeply');
    const from = this.#at;
    const { variables, assigns } = this.#declarations(isRange);
    const commands: (readonly Operand[])[] = [];
    for (;;) {
      const command = this.#command();
      if (command.length === 0) {
        if (commands.length === 0) throw this.fail(`missing value for ${context}`);
        // Go lets a pipe end in nothing.
        break;
      }
      const [first] = command;
      if (
        commands.length > 0 &&
        first !== undefined &&
        !['function', 'field', 'variable', 'pipe'].includes(first.kind)
      )
        throw this.fail(`non executable command in pipeline stage ${commands.length + 1}`);
      commands.push(command);
      this.skipSpace();
      if (!this.#isSymbol('|')) break;
      this.#at++;
    }
    if (!assigns) for (const name of variables) this.#parser.declare(name);
    this.#depth--;
    const text = this.#tokens
      .slice(from, this.#at)
      .map((token) => token.text)
      .join('')
      .trim();
    return { variables, assigns, commands, text };
  }

  /** Operands with white space between them, up to `|`, `)` or the end. */
  #command(): readonly Operand[] {
    const operands: Operand[] = [];
    for (;;) {
      const spaced = this.peek()?.kind === 'space';
      this.skipSpace();
      const token = this.peek();
      if (token === undefined || this.#isSymbol('|') || this.#isSymbol(')')) return operands;
      if (operands.length > 0 && !spaced) throw this.fail(`unexpected "${token.text}" in operand`);
      operands.push(this.#operand());
    }
  }

  #path(): readonly string[] {
    const path: string[] = [];
    for (let token = this.peek(); token?.kind === 'field'; token = this.peek()) {
      path.push(token.text.slice(1));
      this.#at++;
    }
    return path;
  }

  #operand(): Operand {
    const token = this.take();
    if (token === undefined) throw this.fail('unexpected EOF');
    switch (token.kind) {
      case 'identifier': {
        if (token.text === 'true' || token.text === 'false')
          return { kind: 'bool', value: token.text === 'true' };
        if (token.text === 'nil') return { kind: 'nil' };
        if (!isTemplateFunction(token.text))
          throw this.fail(`function "${token.text}" not defined`, functionHint(token.text));
        return this.#functionOperand(token.text);
      }
      case 'field':
        this.#at--;
        return { kind: 'field', path: this.#path() };
      case 'variable':
        this.#parser.demandVariable(token.text, this);
        return { kind: 'variable', name: token.text, path: this.#path() };
      case 'number':
        return this.#number(token.text);
      case 'char': {
        const text = this.#unquote(token.text);
        return { kind: 'int', value: BigInt(text.codePointAt(0) ?? 0) };
      }
      case 'string':
        return { kind: 'string', value: this.#unquote(token.text) };
      case 'symbol': {
        if (token.text === '.') return { kind: 'dot' };
        if (token.text !== '(') throw this.fail(`unexpected "${token.text}" in operand`);
        const pipe = this.pipe('parenthesized pipeline');
        this.skipSpace();
        if (!this.#isSymbol(')')) throw this.fail('unclosed left paren');
        this.#at++;
        return { kind: 'pipe', pipe, path: this.#path() };
      }
      case 'space':
        throw this.fail('unexpected space in operand');
    }
  }

  /** `now.Unix`: fields of what a function without arguments gives. */
  #functionOperand(name: string): Operand {
    if (this.peek()?.kind !== 'field') return { kind: 'function', name };
    const commands: Pipe['commands'] = [[{ kind: 'function', name }]];
    const pipe: Pipe = { variables: [], assigns: false, commands, text: name };
    return { kind: 'pipe', pipe, path: this.#path() };
  }

  #number(written: string): Operand {
    const text = written.replaceAll('_', '');
    if (/^[+-]?(?:\d+|0[xXbBoO][0-9a-fA-F]+)$/.test(text)) {
      const negative = text.startsWith('-');
      const digits = text.replace(/^[+-]/, '');
      // Go reads a leading zero as octal.
      const octal = /^0\d+$/.test(digits) ? `0o${digits.slice(1)}` : digits;
      if (!/^(?:\d+|0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+)$/.test(octal))
        throw this.fail(`bad number syntax: "${written}"`);
      const value = negative ? -BigInt(octal) : BigInt(octal);
      if (BigInt.asIntN(64, value) !== value) throw this.fail(`integer overflow: "${written}"`);
      return { kind: 'int', value };
    }
    const value = parseGoFloat(text);
    if (value === undefined) throw this.fail(`bad number syntax: "${written}"`);
    // `1e3` is a whole number to Go wherever one is wanted.
    if (Number.isSafeInteger(value) && !text.includes('.'))
      return { kind: 'int', value: BigInt(value) };
    return { kind: 'float', value };
  }

  demandEnd(context: string): void {
    this.skipSpace();
    const token = this.peek();
    if (token !== undefined) throw this.fail(`unexpected "${token.text}" in ${context}`);
  }
}

interface Ending {
  readonly word: 'end' | 'else' | '';
  /** Of an `else`: what follows it, `if …` or `with …`. */
  readonly reader: ActionReader | undefined;
}

class TemplateParser {
  readonly name: string;
  readonly #pieces: readonly TemplatePiece[];
  #at: number = 0;
  #depth: number = 0;
  #loops: number = 0;
  #variables: string[] = ['$'];
  readonly defined: Map<string, readonly TemplateNode[]> = new Map();

  constructor(name: string, text: string) {
    this.name = name;
    this.#pieces = lexTemplate(name, text);
  }

  declare(name: string): void {
    this.#variables.push(name);
  }

  demandVariable(name: string, reader: ActionReader): void {
    if (!this.#variables.includes(name)) throw reader.fail(`undefined variable "${name}"`);
  }

  /** Nodes up to `{{end}}`, `{{else}}` or the end of the text. */
  list(): { readonly nodes: readonly TemplateNode[]; readonly ending: Ending } {
    if (++this.#depth > templateDepthMax)
      throw templateFailure(this.name, 1, 'blocks nested too deeply');
    const nodes: TemplateNode[] = [];
    for (;;) {
      const piece = this.#pieces[this.#at++];
      if (piece === undefined) {
        this.#depth--;
        return { nodes, ending: { word: '', reader: undefined } };
      }
      if (piece.kind === 'text') {
        nodes.push({ kind: 'text', text: piece.text });
        continue;
      }
      const reader = new ActionReader(this, piece);
      const word = reader.word();
      if (word === 'end' || word === 'else') {
        reader.take();
        if (word === 'end') reader.demandEnd('end');
        this.#depth--;
        return { nodes, ending: { word, reader } };
      }
      const node = this.#action(reader, word);
      if (node !== undefined) nodes.push(node);
    }
  }

  #action(reader: ActionReader, word: string): TemplateNode | undefined {
    switch (word) {
      case 'if':
      case 'with':
      case 'range':
        reader.take();
        return this.#control(reader, word);
      case 'break':
      case 'continue':
        reader.take();
        if (this.#loops === 0) throw reader.fail(`{{${word}}} outside {{range}}`);
        reader.demandEnd(word);
        return word === 'break' ? { kind: 'break' } : { kind: 'continue' };
      case 'define':
      case 'block':
        reader.take();
        return this.#definition(reader, word);
      case 'template': {
        reader.take();
        const name = reader.string('template clause');
        const pipe = reader.atEnd() ? undefined : reader.pipe('template clause');
        reader.demandEnd('template clause');
        return { kind: 'template', name, pipe };
      }
      default: {
        const pipe = reader.pipe('command');
        reader.demandEnd('command');
        return { kind: 'action', pipe };
      }
    }
  }

  #control(reader: ActionReader, kind: 'if' | 'with' | 'range'): TemplateNode {
    const scope = this.#variables.length;
    const pipe = reader.pipe(kind, kind === 'range');
    reader.demandEnd(kind);
    if (kind === 'range') this.#loops++;
    const { nodes: body, ending } = this.list();
    if (kind === 'range') this.#loops--;
    let otherwise: readonly TemplateNode[] = [];
    if (ending.word === 'else' && ending.reader !== undefined) {
      const follow = ending.reader.word();
      if (follow === kind && kind !== 'range') {
        // `{{else if x}}` is an `if` of its own that shares the `{{end}}`.
        ending.reader.take();
        if (++this.#depth > templateDepthMax) throw reader.fail('blocks nested too deeply');
        otherwise = [this.#control(ending.reader, kind)];
        this.#depth--;
        this.#variables.length = scope;
        return { kind, pipe, body, otherwise };
      }
      ending.reader.demandEnd('else');
      const rest = this.list();
      if (rest.ending.word === 'else') throw reader.fail(`expected end; found {{else}}`);
      if (rest.ending.word === '') throw reader.fail('unexpected EOF');
      otherwise = rest.nodes;
    } else if (ending.word === '') throw reader.fail('unexpected EOF');
    this.#variables.length = scope;
    return { kind, pipe, body, otherwise };
  }

  #definition(reader: ActionReader, word: 'define' | 'block'): TemplateNode | undefined {
    const name = reader.string(`${word} clause`);
    const pipe = word === 'block' ? reader.pipe('block clause') : undefined;
    reader.demandEnd(`${word} clause`);
    const outer = this.#variables;
    this.#variables = ['$'];
    const { nodes, ending } = this.list();
    if (ending.word !== 'end')
      throw reader.fail(`unexpected ${ending.word === '' ? 'EOF' : '{{else}}'} in ${word} clause`);
    this.#variables = outer;
    this.defined.set(name, nodes);
    return word === 'block' ? { kind: 'template', name, pipe } : undefined;
  }
}

/** Fails with `syntax` and Go's message (`template: NAME:LINE: …`). */
export function parseTemplate(name: string, text: string): Template {
  const parser = new TemplateParser(name, text);
  const { nodes, ending } = parser.list();
  if (ending.word !== '') throw templateFailure(name, 1, `unexpected {{${ending.word}}}`);
  return { name, nodes, defined: parser.defined };
}
